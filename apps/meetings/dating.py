"""Dates of a meeting of which people are reminded: the slip, the materials, the day before, the minutes (domain.md §8.5)."""

from datetime import timedelta

from apps.core.deadlines import Schedule
from apps.core.reminding import next_moment
from apps.core.working_calendar import city_calendar, due_after
from apps.meetings.models import Meeting

REPLY = Schedule(before=(1,), on_day=True)
MATERIALS = Schedule(before=(1,), on_day=True, overdue_every=1, overdue_most=2)
TOMORROW = Schedule(before=(1,), on_day=False)
MINUTES = Schedule(before=(1,), on_day=True, overdue_every=1, overdue_most=5)
CALL = Schedule(before=(3, 1), on_day=True, overdue_every=None)
MINUTES_WORKDAYS = 5
SOON = timedelta(minutes=30)
FIELDS = (
    "reply_due_at", "materials_due_at", "next_reply_reminder_at", "next_materials_reminder_at", "next_start_reminder_at",
    "is_soon_told",
)  # fmt: skip


def dates_set(meeting: Meeting) -> None:
    """Set the next reminders of an unsaved meeting from its dates; they begin anew when it is moved."""
    calendar = city_calendar()
    for due, schedule, name in (
        (meeting.reply_due_at, REPLY, "next_reply_reminder_at"),
        (meeting.materials_due_at, MATERIALS, "next_materials_reminder_at"),
        (meeting.starts_at, TOMORROW, "next_start_reminder_at"),
    ):
        setattr(meeting, name, next_moment(due, schedule, calendar=calendar) if due else None)
    meeting.is_soon_told = False


def minutes_due_set(meeting: Meeting) -> None:
    """Minutes are due five working days after the end."""
    if meeting.ended_at is not None:
        meeting.minutes_due_at = due_after(meeting.ended_at, MINUTES_WORKDAYS)
        meeting.next_minutes_reminder_at = next_moment(
            meeting.minutes_due_at, MINUTES, calendar=city_calendar()
        )
