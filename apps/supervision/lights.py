"""亮灯 by rule (domain.md §5.5): green while there is time, yellow when little is left, a report is late or a
milestone is missed, red when overdue.

Grey is done; done late keeps its mark. Nothing is stored as a light: a row holds the moments at which it changes.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from apps.core.clock import CITY_ZONE, local
from apps.core.working_calendar import WorkCalendar
from apps.supervision.enums import LightKind
from apps.supervision.lifecycle import CLOSED, DONE, RUNNING

YELLOW_WORKDAYS = 3
YELLOW_SHARE = 0.2


def yellow_from(start: datetime, due_at: datetime, calendar: WorkCalendar) -> datetime:
    """When yellow begins: the third working day before the date, or when a fifth of the time is left, whichever is later.

    On a short item three working days would be all of its time: it begins green.
    """
    days = datetime.combine(calendar.back(local(due_at).date(), YELLOW_WORKDAYS), time(0), tzinfo=CITY_ZONE)
    share = due_at - (due_at - start) * YELLOW_SHARE
    return days if days > start else max(share, start + timedelta(minutes=1))


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """What a light depends on."""

    state: str
    due_at: datetime | None
    yellow_at: datetime | None
    report_due_at: datetime | None
    milestone_due_at: datetime | None = None


def light_of(clocks: Clocks, moment: datetime) -> LightKind:
    """The item's own light at a moment."""
    if clocks.state in DONE:
        return LightKind.GREY
    if clocks.state in CLOSED or clocks.state not in RUNNING or clocks.due_at is None:
        return LightKind.NONE
    if moment > clocks.due_at:
        return LightKind.RED
    owed = [at for at in (clocks.report_due_at, clocks.milestone_due_at) if at is not None]
    behind = any(moment > at for at in owed)
    near = clocks.yellow_at is not None and moment >= clocks.yellow_at
    return LightKind.YELLOW if near or behind else LightKind.GREEN


ORDER = (LightKind.RED, LightKind.YELLOW, LightKind.GREEN, LightKind.GREY, LightKind.NONE)


def worst(lights: list[LightKind]) -> LightKind:
    """A parent shows the worst of its own and its open parts' lights."""
    return min(lights, key=ORDER.index, default=LightKind.NONE)


def progress_of(own: int, parts: list[tuple[int, int]]) -> int:
    """Percent done: the mean of the parts (percent, weight) by weight; without parts what was reported last."""
    total = sum(weight for _, weight in parts)
    return round(sum(percent * weight for percent, weight in parts) / total) if total else own
