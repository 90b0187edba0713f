"""Meetings to come get another organiser when somebody changes post; their course says so."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.meetings.course import logged
from apps.meetings.models import Meeting


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
