"""How much time there is to report: by phone and in writing, counted from when the office learned of it (domain.md §6.3). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from apps.core.deadlines import Countdown
from apps.duty.enums import Level

PHONE, WRITTEN = timedelta(minutes=30), timedelta(minutes=60)
ORDINARY = timedelta(hours=2)
SOON = timedelta(minutes=10)


class ClockState(StrEnum):
    """How a limit stands."""

    RUNNING = "running"
    SOON = "soon"
    OVER = "over"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True)
class Clock:
    """One limit: when it ends, when it was met, how it stands."""

    name: str
    due_at: datetime
    met_at: datetime | None
    state: ClockState

    @property
    def text(self) -> str:
        """How it stands in words."""
        return {
            ClockState.RUNNING: "计时中",
            ClockState.SOON: "即将到时",
            ClockState.OVER: "已超时",
            ClockState.MET: "按时",
            ClockState.LATE: "迟报",
        }[self.state]


REMINDED = Countdown(minutes=(10, 0, -10))


def limits(level: str) -> tuple[timedelta, timedelta]:
    """Phone and written limits of a level; an event without one is treated as a grave one until it is known to be ordinary."""
    return (ORDINARY, ORDINARY) if level == Level.ORDINARY else (PHONE, WRITTEN)


def clock(name: str, due_at: datetime, met_at: datetime | None, moment: datetime) -> Clock:
    """How one limit stands at `moment`."""
    if met_at is not None:
        return Clock(name, due_at, met_at, ClockState.MET if met_at <= due_at else ClockState.LATE)
    if moment > due_at:
        return Clock(name, due_at, None, ClockState.OVER)
    return Clock(name, due_at, None, ClockState.SOON if moment >= due_at - SOON else ClockState.RUNNING)
