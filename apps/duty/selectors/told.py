"""What notices need to know, read when they are written."""

from dataclasses import dataclass
from datetime import timedelta

from apps.accounts.models import Absence, Appointment, Role
from apps.accounts.selectors import holders
from apps.core.clock import local, now
from apps.duty.checks import at_night
from apps.duty.enums import RosterState, WatchState
from apps.duty.models import (
    DutyPost,
    DutyRoster,
    DutyShift,
    DutyWatch,
    EmergencyEvent,
    EmergencyReport,
)


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


def roster_office(organ_id: int) -> set[int]:
    """The people who make the organ's roster."""
    roles = (Role.OFFICE_DIRECTOR, Role.DUTY_OFFICER)
    return {post.person_id for role in roles for post in holders(organ_id=organ_id, role=role)}


def roster_before(roster_id: int) -> DutyRoster | None:
    """The roster of the month before."""
    found = DutyRoster.objects.filter(pk=roster_id).first()
    if found is None:
        return None
    month = (found.month - timedelta(days=1)).replace(day=1)
    return DutyRoster.objects.filter(organ_id=found.organ_id, month=month).first()


def absence_shown(absence_id: int) -> Absence | None:
    """The absence as it is now, also one that only keeps the nights free."""
    return Absence.with_protected.select_related("person").filter(pk=absence_id).first()


def shifts_within(absence: Absence) -> list[DutyShift]:
    """Duties of the person on published rosters that the absence hinders and are not over, in order of time."""
    rows = DutyShift.objects.filter(
        appointment__person_id=absence.person_id,
        watch__roster__state=RosterState.PUBLISHED,
        watch__starts_at__lt=absence.ends_at,
        watch__ends_at__gt=max(absence.starts_at, now()),
    ).exclude(watch__state=WatchState.CLOSED)
    found = list(rows.select_related("watch", "post").order_by("watch__starts_at", "pk"))
    if not absence.is_protection:
        return found
    return [one for one in found if at_night(one.watch.starts_at, one.watch.ends_at)]


def rosters_ahead(person_id: int) -> list[int]:
    """Published rosters on which the person has duties that are not over."""
    rows = DutyShift.objects.filter(
        appointment__person_id=person_id,
        watch__roster__state=RosterState.PUBLISHED,
        watch__ends_at__gt=now(),
    )
    return sorted(set(rows.values_list("watch__roster_id", flat=True)))


def post_closed(appointment_id: int) -> Appointment | None:
    """A post that has an end."""
    rows = Appointment.objects.select_related("person").exclude(ended_on=None)
    return rows.filter(pk=appointment_id).first()


def shifts_left_behind(post: Appointment) -> list[DutyShift]:
    """Duties of a closed post on published rosters that begin on its last day or later and have not begun, in order of time."""
    rows = DutyShift.objects.filter(
        appointment=post,
        watch__roster__state=RosterState.PUBLISHED,
        watch__state=WatchState.PLANNED,
        watch__starts_at__gt=now(),
        watch__starts_at__date__gte=post.ended_on,
    )
    return list(rows.select_related("watch", "post").order_by("watch__starts_at", "pk"))
