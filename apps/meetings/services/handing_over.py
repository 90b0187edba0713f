"""Meetings to come get another organiser or another guest when somebody changes post; their course says so."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.meetings.course import logged
from apps.meetings.models import Invitation, Meeting
from apps.notifications.services.handing_over import recipient_hand_over


@transaction.atomic
def meetings_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Make the receiver organiser; part of a hand-over that both sides confirmed."""
    posts = Appointment.objects.select_related("person").in_bulk([giver_id, taker_id])
    note = f"承办人 {posts[giver_id].person.name} → {posts[taker_id].person.name}：工作交接"
    meetings = Meeting.objects.select_for_update(of=("self",)).filter(pk__in=list(ids), organiser_id=giver_id)
    for meeting in meetings.order_by("pk"):
        meeting.organiser = posts[taker_id]
        meeting.version += 1
        meeting.save(update_fields=["organiser", "version"])
        logged(meeting, "hand_over", "交接", actor=actor, note=note)


@transaction.atomic
def invitations_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Invite the receiver instead, where nobody has answered; part of a hand-over that both sides confirmed."""
    posts = Appointment.objects.select_related("person").in_bulk([giver_id, taker_id])
    giver, taker = posts[giver_id], posts[taker_id]
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("meeting", "recipient")
    for one in rows.filter(pk__in=list(ids), post_id=giver_id, slip_version=0).order_by("pk"):
        one.post = taker
        one.save(update_fields=["post"])
        one.attendees.filter(person_id=giver.person_id).update(
            person=taker.person,
            name=taker.person.name,
            post_title=taker.post_title,
            rank_order=taker.rank_order,
        )
        if one.recipient is not None:
            recipient_hand_over(recipient=one.recipient, person_id=taker.person_id)
        note = f"受邀人 {giver.person.name} → {taker.person.name}：工作交接"
        logged(one.meeting, "hand_over", "交接", actor=actor, note=note)
