"""Working days of the city: weekends, statutory holidays and 调休, with provisional years marked (domain.md §9.4).

Deadlines fall at 18:00 of a working day. A year without a published arrangement counts Monday to Friday less statutory
days and is 暂按 (provisional) until the arrangement is imported.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from lunardate import LunarDate

from apps.core.clock import CITY_ZONE, local
from apps.core.models import CalendarDay
from apps.core.once import once

DUE_TIME = time(18, 0)
CACHE_KEY = "core.calendar"
CACHE_SECONDS = 300
LUNAR_MONTHS = "正二三四五六七八九十冬腊"
LUNAR_DIGITS = "一二三四五六七八九十"
LUNAR_YEARS = range(1901, 2100)


@dataclass(frozen=True)
class WorkCalendar:
    """Pure calendar: `working` and `resting` are the days that differ from Monday–Friday; `published` the years arranged."""

    working: frozenset[date]
    resting: frozenset[date]
    published: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """Whether offices work on `day`."""
        if day in self.working:
            return True
        return day not in self.resting and day.weekday() < 5

    def add(self, start: date, workdays: int) -> date:
        """The `workdays`-th working day after `start` (n ≥ 0); 0 gives the first working day not before `start`."""
        if workdays < 0:
            raise ValueError("working days count forwards")
        day = start
        while workdays > 0 or not self.is_workday(day):
            day += timedelta(days=1)
            if workdays > 0 and self.is_workday(day):
                workdays -= 1
        return day

    def back(self, end: date, workdays: int) -> date:
        """The `workdays`-th working day before `end` (n ≥ 1)."""
        if workdays < 1:
            raise ValueError("at least one working day back")
        day = end
        while workdays > 0:
            day -= timedelta(days=1)
            workdays -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days in (start, end]; negative when end is before start."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_workday(day) for day in days)

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether any year touched has no published arrangement."""
        return any(year not in self.published for year in range(start.year, end.year + 1))


@once
def city_calendar() -> WorkCalendar:
    """The calendar as the administrator keeps it, cached for five minutes."""
    found: WorkCalendar | None = cache.get(CACHE_KEY)
    if found is None:
        found = _load()
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return found


def calendar_changed() -> None:
    """Forget the cached calendar after a change."""
    cache.delete(CACHE_KEY)


def _load() -> WorkCalendar:
    rows = list(CalendarDay.objects.values_list("date", "kind", "is_provisional"))
    return WorkCalendar(
        working=frozenset(day for day, kind, _ in rows if kind == CalendarDay.Kind.ADJUSTED_WORKDAY),
        resting=frozenset(day for day, kind, _ in rows if kind != CalendarDay.Kind.ADJUSTED_WORKDAY),
        published=frozenset(day.year for day, _, provisional in rows if not provisional),
    )


def due_after(start: datetime, workdays: int) -> datetime:
    """18:00 of the `workdays`-th working day after `start`'s day."""
    day = city_calendar().add(local(start).date(), workdays)
    return datetime.combine(day, DUE_TIME, tzinfo=CITY_ZONE)


def lunar_text(day: date) -> str:
    """农历 month and day in words, such as 农历十月十五; empty outside the table's years."""
    if day.year not in LUNAR_YEARS:
        return ""
    try:
        lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    except ValueError:
        return ""
    month = ("闰" if lunar.is_leap_month else "") + LUNAR_MONTHS[lunar.month - 1]
    tens, ones = divmod(lunar.day, 10)
    if lunar.day <= 10:
        name = "初" + LUNAR_DIGITS[lunar.day - 1]
    elif ones == 0:
        name = {2: "二十", 3: "三十"}[tens]
    else:
        name = {1: "十", 2: "廿"}[tens] + LUNAR_DIGITS[ones - 1]
    return f"农历{month}月{name}"
