"""Whom a meeting's news concern."""

from apps.accounts.selectors import posts_shown
from apps.meetings.enums import AttendeeState
from apps.meetings.models import AgendaItem, Attendee, Invitation, Meeting
from apps.meetings.policies import DESK
from apps.notifications.models import ReplySlip
from apps.notifications.policies import people_of


def concerned_people(meeting: Meeting) -> set[int]:
    """Everybody who was called and may still come: the desks of organs, the invited, those organs named, substitutes, the host."""
    people = {meeting.host.person_id} if meeting.host is not None else set()
    for one in meeting.invitations.select_related("recipient"):
        if one.recipient is not None:
            people |= people_of(one.recipient)
    for row in meeting.attendees.all():
        if row.state == AttendeeState.LEAVE_APPROVED:
            people.discard(row.person_id or 0)
            continue
        people |= {one for one in (row.person_id, row.substitute_id) if one is not None}
    return people


def slip_people(row: Attendee) -> set[int]:
    """Who gave the slip by which somebody asked: the desk or the invited one, and the person."""
    found = people_of(row.invitation.recipient, to_answer=True) if row.invitation.recipient else set()
    return found | {one for one in (row.person_id, row.substitute_id) if one is not None}


def invitation_of_recipient(recipient_id: int) -> tuple[Invitation, ReplySlip] | None:
    """The invitation, locked, and the slip of an announcement's recipient; None when it is no meeting's."""
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("meeting", "organ", "post")
        .filter(recipient_id=recipient_id)
        .first()
    )
    slip = ReplySlip.objects.filter(recipient_id=recipient_id).first()
    return (found, slip) if found is not None and slip is not None else None


def hearers(meeting: Meeting) -> set[int]:
    """Accounts of those who come: for reminders."""
    away = {AttendeeState.LEAVE_APPROVED, AttendeeState.LEFT_EARLY}
    rows = meeting.attendees.exclude(state__in=away)
    people = {row.substitute_id if row.state_is_substituted else row.person_id for row in rows}
    if meeting.host is not None:
        people.add(meeting.host.person_id)
    return {one for one in people | {meeting.organiser.person_id} if one is not None}


def readers_of(item: AgendaItem) -> set[int]:
    """Accounts of those who may follow the pages of an item: who comes, and the desk of the organ that reports it."""
    desk = posts_shown().filter(organ_id=item.organ_id, roles__role__in=DESK)
    return hearers(item.meeting) | set(desk.values_list("person_id", flat=True))
