"""What notices need to know, read when they are written."""

from dataclasses import dataclass

from apps.accounts.models import Appointment
from apps.core.clock import local
from apps.duty.models import DutyLogEntry, DutyPost, DutyShift, DutyWatch, EmergencyEvent, EmergencyReport


@dataclass(frozen=True)
class Change:
    """One place that changed hands, in words."""

    roster_id: int
    day: str
    post: str
    before_person: int | None
    before_name: str
    after_person: int | None
    after_name: str


def shifts_of_roster(roster_id: int) -> list[DutyShift]:
    """All duties of a roster in order of time."""
    rows = DutyShift.objects.filter(watch__roster_id=roster_id).select_related("watch", "post", "appointment")
    return list(rows.order_by("watch__starts_at"))


def change_shown(watch_id: int, post_id: int, before_id: int | None, after_id: int | None) -> Change | None:
    """The change with names; None when watch or post are gone."""
    watch, post = DutyWatch.objects.filter(pk=watch_id).first(), DutyPost.objects.filter(pk=post_id).first()
    if watch is None or post is None:
        return None
    ids = [one for one in (before_id, after_id) if one]
    people = {row.pk: row for row in Appointment.objects.filter(pk__in=ids).select_related("person")}
    before, after = people.get(before_id or 0), people.get(after_id or 0)
    day = local(watch.starts_at)
    return Change(
        watch.roster_id,
        f"{day.month}月{day.day}日",
        post.name,
        before.person_id if before else None,
        before.person.name if before else "",
        after.person_id if after else None,
        after.person.name if after else "",
    )


def event_shown(event_id: int) -> EmergencyEvent | None:
    """The event as it is now."""
    return EmergencyEvent.objects.filter(pk=event_id).first()


def report_shown(report_id: int) -> EmergencyReport | None:
    """The report."""
    return EmergencyReport.objects.filter(pk=report_id).first()


def entry_shown(entry_id: int) -> DutyLogEntry | None:
    """The line of the log with its event."""
    return DutyLogEntry.objects.select_related("event").filter(pk=entry_id).first()
