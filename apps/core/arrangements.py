"""A year's working days as published or, until then, as the law alone gives them: pure, for the working calendar.

Three sources: the State Council's notice as text, the package `chinese_calendar` for years it knows, and `holidays` for the
statutory days of a year whose arrangement is not published yet (暂按, domain.md §9.4).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chinese_calendar.constants import holidays as known_rests
from chinese_calendar.constants import workdays as known_workdays

STATUTORY, ADJUSTED_REST, ADJUSTED_WORKDAY = "statutory", "adjusted_rest", "adjusted_workday"
TITLE = re.compile(r"关于(\d{4})年部分节假日安排")
PARAGRAPH = re.compile(r"^[一二三四五六七八九十]+、(?P<name>[^：:]+)[：:](?P<text>.+)$")
ASIDE = re.compile(r"（[^）]*）|\([^)]*\)")
RANGE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日至(?:(?:(\d{4})年)?(\d{1,2})月)?(\d{1,2})日")
DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


class NotAnArrangement(ValueError):
    """The text or year gives no arrangement; the message says what is missing."""


@dataclass(frozen=True, order=True)
class ArrangedDay:
    """A day that differs from Monday–Friday."""

    day: date
    kind: str
    name: str


def _by_law(year: int) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415  # heavy, and asked once a year

    found: Mapping[date, str] = holidays.country_holidays("CN", years=year, language="zh_CN")
    return found


def statutory(year: int) -> dict[date, str]:
    """The days off by law in `year`, without anything moved or made up."""
    table = _by_law(year)
    return {
        day: name
        for day, name in table.items()
        if "补假" not in name and "调休" not in name and day.year == year
    }


def provisional(year: int) -> list[ArrangedDay]:
    """Statutory days and the days made up for those on a weekend; no 调休."""
    table = _by_law(year)
    by_law = statutory(year)
    return [
        ArrangedDay(day, STATUTORY if day in by_law else ADJUSTED_REST, name.removesuffix("（补假）"))
        for day, name in sorted(table.items())
        if day.year == year and "调休" not in name
    ]


def published(year: int) -> list[ArrangedDay]:
    """What `chinese_calendar` knows of `year`. Raises `NotAnArrangement` for years it does not."""
    rests = {day: name for day, name in known_rests.items() if day.year == year}
    works = {day: name for day, name in known_workdays.items() if day.year == year}
    if not rests:
        raise NotAnArrangement(f"软件内没有{year}年的放假安排，请粘贴国务院办公厅通知全文导入。")
    by_law = statutory(year)
    found = [
        ArrangedDay(day, STATUTORY if day in by_law else ADJUSTED_REST, NAMES.get(name, name))
        for day, name in rests.items()
    ]
    found += [ArrangedDay(day, ADJUSTED_WORKDAY, NAMES.get(name, name)) for day, name in works.items()]
    return sorted(found)


def from_notice(text: str) -> tuple[int, list[ArrangedDay]]:
    """Year and days of the State Council's notice (国务院办公厅关于…年部分节假日安排的通知).

    Raises `NotAnArrangement` when the title or a paragraph cannot be read; days moved into the neighbouring years keep
    their own dates.
    """
    title = TITLE.search(text)
    if title is None:
        raise NotAnArrangement("没有找到“关于××××年部分节假日安排”的标题，请粘贴通知全文。")
    year = int(title.group(1))
    by_law = statutory(year)
    found: dict[date, ArrangedDay] = {}
    for line in text.splitlines():
        paragraph = PARAGRAPH.match(line.strip())
        if paragraph is None:
            continue
        name = paragraph["name"].strip()
        rests, works = _days_of(ASIDE.sub("", paragraph["text"]), year, line)
        for day in rests:
            found[day] = ArrangedDay(day, STATUTORY if day in by_law else ADJUSTED_REST, name)
        for day in works:
            found[day] = ArrangedDay(day, ADJUSTED_WORKDAY, name)
    missing = [day for day in by_law if day not in found]
    if missing:
        raise NotAnArrangement(
            f"通知中没有读到{missing[0].month}月{missing[0].day}日等法定节假日，请核对全文。"
        )
    return year, sorted(found.values())


def _days_of(text: str, year: int, line: str) -> tuple[list[date], list[date]]:
    """Days off and days worked of one paragraph, asides removed."""
    rests: list[date] = []
    works: list[date] = []
    for sentence in re.split(r"[。；;]", text):
        if "放假" in sentence:
            rests += _range(sentence, year, line)
        elif "上班" in sentence:
            works += [_date(match, year, line) for match in DAY.finditer(sentence)]
    if not rests:
        raise NotAnArrangement(f"没有读懂这一段的放假日期：“{line.strip()[:40]}”。")
    return rests, works


def _range(sentence: str, year: int, line: str) -> list[date]:
    match = RANGE.search(sentence)
    if match is None:
        single = DAY.search(sentence)
        if single is None:
            raise NotAnArrangement(f"没有读懂这一段的放假日期：“{line.strip()[:40]}”。")
        return [_date(single, year, line)]
    first_year, month, day, last_year, last_month, last_day = match.groups()
    try:
        start = date(int(first_year or year), int(month), int(day))
        end = date(int(last_year or first_year or year), int(last_month or month), int(last_day))
    except ValueError as error:
        raise NotAnArrangement(f"这一段的日期不存在：“{line.strip()[:40]}”。") from error
    if not 0 <= (end - start).days <= 15:
        raise NotAnArrangement(f"这一段的放假起止日期有误：“{line.strip()[:40]}”。")
    return [start + timedelta(days=step) for step in range((end - start).days + 1)]


def _date(match: re.Match[str], year: int, line: str) -> date:
    try:
        return date(int(match[1] or year), int(match[2]), int(match[3]))
    except ValueError as error:
        raise NotAnArrangement(f"这一段的日期不存在：“{line.strip()[:40]}”。") from error
