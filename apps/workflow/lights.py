"""Time left on a to-do, as shape, colour and words (ui.md, domain.md §5.5): pure.

Green while there is time, amber on the last two working days, red when overdue, a hollow ring without or after a deadline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from apps.core.clock import day_text, local
from apps.core.deadlines import Schedule
from apps.core.working_calendar import WorkCalendar

NEAR_WORKDAYS = 2
# the holder hears of a to-do's deadline the working day before, on the day, then every other working day, five times at most
TASK_SCHEDULE = Schedule(before=(1,), on_day=True, overdue_every=2, overdue_most=5)


class LightKind(StrEnum):
    """The value is the CSS modifier of `.light`."""

    OVER = "over"
    NEAR = "near"
    GOOD = "good"
    NONE = "none"


@dataclass(frozen=True)
class Light:
    """What the page shows; `title` explains the number."""

    kind: LightKind
    text: str
    title: str = ""


def light_of(
    due_at: datetime | None, *, moment: datetime, calendar: WorkCalendar, is_provisional: bool = False
) -> Light:
    """The light of a deadline at `moment` (both aware)."""
    if due_at is None:
        return Light(LightKind.NONE, "无时限", "本环节没有规定办理时限")
    due, present = local(due_at), local(moment)
    mark = "（暂按）" if is_provisional else ""
    title = f"办理时限 {day_text(due)} {due:%H:%M}{mark}"
    if present > due:
        return Light(LightKind.OVER, f"超 {_span(present - due)}", title)
    if due.date() == present.date():
        hours = int((due - present) / timedelta(hours=1))
        text = f"今日 {due:%H:%M}" if hours >= 4 else f"剩 {max(hours, 1)} 小时"
        return Light(LightKind.NEAR, text, title)
    days = max(calendar.between(present.date(), due.date()), 1)
    kind = LightKind.NEAR if days <= NEAR_WORKDAYS else LightKind.GOOD
    return Light(kind, f"剩 {days} 天{'*' if is_provisional else ''}", f"{title}，按工作日计")


def _span(late: timedelta) -> str:
    if late >= timedelta(days=1):
        return f"{late.days} 天"
    hours = int(late / timedelta(hours=1))
    return f"{hours} 小时" if hours else f"{max(int(late / timedelta(minutes=1)), 1)} 分钟"
