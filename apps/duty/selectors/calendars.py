"""A month of duty in seven columns, Monday first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from apps.core.clock import today
from apps.core.models import CalendarDay
from apps.core.working_calendar import city_calendar
from apps.duty.selectors.grids import Grid, GridRow

WEEK = 7
DAY = timedelta(days=1)


@dataclass(frozen=True)
class CalendarCell:
    """One day with the watches that begin on it. `mark`: 休 or 班 where the day differs from its place in the week."""

    day: date
    is_here: bool
    is_today: bool
    is_rest: bool
    mark: str
    name: str
    rows: list[GridRow]


def weeks_of(grid: Grid, month: date) -> list[list[CalendarCell]]:
    """Whole weeks from the Monday before the first to the Sunday after the last day of the month (its first day is given)."""
    last = (month + timedelta(days=31)).replace(day=1) - DAY
    start = month - timedelta(days=month.weekday())
    end = last + timedelta(days=WEEK - 1 - last.weekday())
    named = {row.date: row for row in CalendarDay.objects.filter(date__range=(start, end))}
    calendar, now = city_calendar(), today()
    rows: defaultdict[date, list[GridRow]] = defaultdict(list)
    for row in grid.rows:
        rows[row.day].append(row)
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    cells = [
        CalendarCell(
            day=day,
            is_here=month <= day <= last,
            is_today=day == now,
            is_rest=not calendar.is_workday(day),
            mark=_mark(named.get(day)),
            name=named[day].name if day in named else "",
            rows=rows[day],
        )
        for day in days
    ]
    return [cells[at : at + WEEK] for at in range(0, len(cells), WEEK)]


def _mark(known: CalendarDay | None) -> str:
    if known is None:
        return ""
    return "班" if known.kind == CalendarDay.Kind.ADJUSTED_WORKDAY else "休"
