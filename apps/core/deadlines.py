"""When people are reminded of a date: a schedule as data, its occasions computed on the working calendar. Pure.

Occasions fall at 09:00 of working days, so a reminder never comes at night or on a rest day (domain.md §5.4).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from apps.core.clock import CITY_ZONE, local
from apps.core.errors import ValidationFailed
from apps.core.working_calendar import WorkCalendar

REMIND_TIME = time(9, 0)
WAKING = (8, 20)
MOST_BEFORE = 60
EVE = 9999


class OccasionKind(StrEnum):
    """Where an occasion stands to the date."""

    BEFORE = "before"
    ON_DAY = "on_day"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Schedule:
    """`before`: working days ahead, falling; `overdue_every`: working days between reminders after it, None for none.

    `overdue_most` ends them, None for never.
    """

    before: tuple[int, ...] = (3, 1)
    on_day: bool = True
    overdue_every: int | None = 1
    overdue_most: int | None = None

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> "Schedule":
        """From JSON. Raises `ValidationFailed` with what is wrong."""
        before = data.get("before", [])
        if not isinstance(before, list) or not all(_whole(days, MOST_BEFORE) for days in before):
            raise ValidationFailed(f"提前提醒的工作日须为 1 至 {MOST_BEFORE} 的整数。")
        if any(first <= second for first, second in pairwise(before)):
            raise ValidationFailed("提前提醒的工作日须从大到小排列，不得重复。")
        every, most = data.get("overdue_every"), data.get("overdue_most")
        if any(value is not None and not _whole(value, MOST_BEFORE) for value in (every, most)):
            raise ValidationFailed(f"逾期提醒的间隔和次数须为 1 至 {MOST_BEFORE} 的整数。")
        return cls(tuple(before), bool(data.get("on_day", True)), every, most)

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "before": list(self.before),
            "on_day": self.on_day,
            "overdue_every": self.overdue_every,
            "overdue_most": self.overdue_most,
        }


@dataclass(frozen=True)
class Countdown:
    """Reminders by the clock, at night too: `minutes` before a moment (after it when negative), falling.

    `eve`: also at this time of the working day before, whose occasion has the number of `EVE`.
    """

    minutes: tuple[int, ...] = (10, 0, -10)
    eve: time | None = None


Plan = Schedule | Countdown


@dataclass(frozen=True)
class Occasion:
    """One moment to remind: `number`: working days (minutes of a countdown) ahead, 0 on the day, or how often after it.

    `overdue_days`: working days after the date, 0 before.
    """

    at: datetime
    kind: OccasionKind
    number: int
    due_on: date
    series: str = ""
    overdue_days: int = 0

    @property
    def code(self) -> str:
        """Its name in the unique row: a moved date begins a new series, another schedule does not give a day's name to another day."""
        return f"{self.series or f'{self.due_on:%Y%m%d}'}:{self.overdue_days or self.number}"


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def occasions(plan: Plan, due_at: datetime, calendar: WorkCalendar) -> Iterator[Occasion]:
    """All occasions of a date in order of time; without end when overdue reminders have none."""
    if isinstance(plan, Countdown):
        yield from _counted_down(plan, due_at, calendar)
    else:
        yield from _scheduled(plan, due_at, calendar)


def _counted_down(plan: Countdown, due_at: datetime, calendar: WorkCalendar) -> Iterator[Occasion]:
    due_on, series = local(due_at).date(), f"{local(due_at):%Y%m%d%H%M}"
    if plan.eve is not None:
        at = datetime.combine(calendar.back(due_on, 1), plan.eve, tzinfo=CITY_ZONE)
        yield Occasion(at, OccasionKind.BEFORE, EVE, due_on, series)
    for minutes in plan.minutes:
        kind = (
            OccasionKind.BEFORE if minutes > 0 else OccasionKind.OVERDUE if minutes else OccasionKind.ON_DAY
        )
        yield Occasion(due_at - timedelta(minutes=minutes), kind, minutes, due_on, series)


def _scheduled(schedule: Schedule, due_at: datetime, calendar: WorkCalendar) -> Iterator[Occasion]:
    due_on = local(due_at).date()
    for days in schedule.before:
        yield _occasion(calendar.back(due_on, days), OccasionKind.BEFORE, days, due_on)
    if schedule.on_day:
        yield _occasion(due_on, OccasionKind.ON_DAY, 0, due_on)
    day, number = due_on, 0
    while schedule.overdue_every and (schedule.overdue_most is None or number < schedule.overdue_most):
        day, number = calendar.add(day, schedule.overdue_every), number + 1
        late = number * schedule.overdue_every
        yield _occasion(day, OccasionKind.OVERDUE, number, due_on, overdue_days=late)


def next_occasion(
    plan: Plan, due_at: datetime, calendar: WorkCalendar, *, after: datetime
) -> Occasion | None:
    """The first occasion later than `after`, if there is one."""
    return next((found for found in occasions(plan, due_at, calendar) if found.at > after), None)


def is_waking(moment: datetime, calendar: WorkCalendar) -> bool:
    """Whether people may be reminded at this moment: by day, on a working day."""
    there = local(moment)
    return WAKING[0] <= there.hour < WAKING[1] and calendar.is_workday(there.date())


def _occasion(day: date, kind: OccasionKind, number: int, due_on: date, *, overdue_days: int = 0) -> Occasion:
    at = datetime.combine(day, REMIND_TIME, tzinfo=CITY_ZONE)
    return Occasion(at, kind, number, due_on, overdue_days=overdue_days)
