"""A plan as pasted: lines of a work plan with （牵头单位：…；配合单位：…；完成时限：…）, or rows copied from a sheet. Pure.

A sheet's columns are 事项, 牵头单位, 配合单位, 时限, 要求; a heading row is passed over. Names and dates are read, never guessed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

MOST_ROWS = 5000
TITLE_LIMIT = 200
NUMBERED = re.compile(
    r"^\s*(?:\d{1,4}\s*[.．、)）]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|[①-⑳])\s*"
)
TAIL = re.compile(r"[（(]([^（）()]*(?:单位|部门|时限|日期)[：:][^（）()]*)[)）]\s*[。．]?\s*$")
LEADS = ("牵头单位", "责任单位", "牵头部门", "责任部门", "承办单位", "主办单位")
HELPS = ("配合单位", "配合部门", "协办单位", "参与单位")
DATES = ("完成时限", "办结时限", "时限", "完成日期", "办结日期")
REQUIREMENTS = ("要求", "办理要求", "工作要求", "备注")
HEADING_WITHIN = 12
HEADING = ("事项", "事项名称", "任务", "工作任务", "重点任务", "内容")
BETWEEN = re.compile(r"[、，,；;]|\s{1,}")
DAY = re.compile(
    r"^(?:(\d{4})\s*[年\-/.])?\s*(\d{1,2})\s*[月\-/.]\s*(?:(\d{1,2})\s*日?|(底|末|中旬|上旬)?)?\s*(?:前|之前|底前)?$"
)
PARTS = {"上旬": 10, "中旬": 20}


@dataclass(kw_only=True)
class PlanRow:
    """One line: what was read, and what is wrong with it."""

    line: int
    title: str
    lead: str = ""
    helps: list[str] = field(default_factory=list)
    due_on: date | None = None
    requirement: str = ""
    lead_id: int | None = None
    help_ids: list[int] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)


def plan_rows(text: str, organs: Mapping[str, int], today: date) -> list[PlanRow]:
    """Rows of a pasted plan. `organs` maps full and short names to ids; a year left out is this one, or the next when it is over."""
    rows = []
    for number, line in enumerate(text.replace("\r", "").split("\n"), start=1):
        if not line.strip() or _is_heading(line):
            continue
        row = _columns(number, line, today) if "\t" in line else _sentence(number, line, today)
        _settle(row, organs, today)
        rows.append(row)
    return rows


def sheet_text(grid: Sequence[Sequence[str]]) -> str:
    """A sheet as the text of a plan, line for row: its columns in the order of a plan, what stands above the heading left out."""
    top, order = _heading(grid)
    return "\n".join(
        "\t".join(_cell(row, place) for place in order).rstrip() if number > top else ""
        for number, row in enumerate(grid)
    )


def _heading(grid: Sequence[Sequence[str]]) -> tuple[int, list[int | None]]:
    """The row of the heading (-1: none) and the columns of 事项, 牵头单位, 配合单位, 时限, 要求."""
    wanted = (HEADING, LEADS, HELPS, DATES, REQUIREMENTS)
    for number, row in enumerate(grid[:HEADING_WITHIN]):
        names = [cell.strip().rstrip("*＊") for cell in row]
        places = [next((names.index(name) for name in words if name in names), None) for words in wanted]
        if places[0] is not None and places[1] is not None:
            return number, places
    return -1, list(range(max((len(row) for row in grid), default=0)))


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].replace("\t", " ") if place is not None and place < len(row) else ""


def _is_heading(line: str) -> bool:
    first = line.split("\t", maxsplit=1)[0].strip()
    return "\t" in line and (first in HEADING or first in {"序号", "编号"})


def _columns(number: int, line: str, today: date) -> PlanRow:
    cells = [cell.strip() for cell in line.split("\t")]
    if cells and cells[0].isdecimal():
        cells = cells[1:]
    cells += [""] * (5 - len(cells))
    row = PlanRow(line=number, title=cells[0], lead=cells[1], helps=_names(cells[2]), requirement=cells[4])
    _date(row, cells[3], today)
    return row


def _sentence(number: int, line: str, today: date) -> PlanRow:
    words = NUMBERED.sub("", line).strip()
    row = PlanRow(line=number, title=words)
    if tail := TAIL.search(words):
        row.title = words[: tail.start()].strip().rstrip("。；;")
        for part in re.split(r"[；;，,](?=[^：:；;，,]*[：:])", tail.group(1)):
            name, _, value = part.partition("：") if "：" in part else part.partition(":")
            _take(row, name.strip(), value.strip(), today)
    return row


def _take(row: PlanRow, name: str, value: str, today: date) -> None:
    if name in LEADS:
        row.lead, *others = _names(value) or [""]
        row.helps = others + row.helps
    elif name in HELPS:
        row.helps += _names(value)
    elif name in DATES:
        _date(row, value, today)
    else:
        row.mistakes.append(f"无法识别“{name}”")


def _names(value: str) -> list[str]:
    return [name for name in (part.strip() for part in BETWEEN.split(value)) if name]


def _date(row: PlanRow, value: str, today: date) -> None:
    if not value:
        return
    row.due_on = day_in(value, today)
    if row.due_on is None:
        row.mistakes.append(f"时限“{value[:20]}”无法识别，请写成 2026-12-31 或 12月底前")


def day_in(value: str, today: date) -> date | None:
    """The last day that keeps a limit in words, None when it cannot be read."""
    words = re.sub(r"\s", "", value).removesuffix("完成").removesuffix("前").removesuffix("之前")
    if words in {"年底", "年内", "年末"}:
        return date(today.year, 12, 31)
    found = DAY.match(words)
    if found is None:
        return None
    year, month, day, part = found.groups()
    try:
        first = date(int(year or today.year), int(month), 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        wanted = first.replace(day=int(day)) if day else first.replace(day=PARTS.get(part or "", last.day))
        return wanted.replace(year=today.year + 1) if not year and wanted < today else wanted
    except ValueError:
        return None


def _settle(row: PlanRow, organs: Mapping[str, int], today: date) -> None:
    row.title = row.title.strip().rstrip("。；;")
    if not row.title:
        row.mistakes.append("没有事项")
    if len(row.title) > TITLE_LIMIT:
        row.mistakes.append(f"事项共 {len(row.title)} 字，不能超过 {TITLE_LIMIT} 字")
    if not row.lead:
        row.mistakes.append("没有牵头单位")
    elif row.lead not in organs:
        row.mistakes.append(f"没有“{row.lead[:30]}”这个单位")
    else:
        row.lead_id = organs[row.lead]
    for name in row.helps:
        if name in organs:
            row.help_ids.append(organs[name])
        else:
            row.mistakes.append(f"没有“{name[:30]}”这个单位")
    if row.due_on is not None and row.due_on < today:
        row.mistakes.append("时限已经过去")


def mistakes_of(rows: Sequence[PlanRow]) -> list[str]:
    """Every mistake with its line, and what is wrong with the whole."""
    if not rows:
        return ["没有可以立项的内容，请粘贴工作要点的条目或表格。"]
    if len(rows) > MOST_ROWS:
        return [f"共 {len(rows)} 行，一次不能超过 {MOST_ROWS} 行，请分批粘贴。"]
    return [f"第 {row.line} 行：{'；'.join(row.mistakes)}。" for row in rows if row.mistakes]
