"""Unanswered reply slips go to another when somebody changes post."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.core.events import publish
from apps.notifications.events import AnnouncementPublished
from apps.notifications.models import AnnouncementRecipient


@transaction.atomic
def slips_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:  # noqa: ARG001  # the signature of all sources
    """Ask the receiver instead; part of a hand-over that both sides confirmed. What was answered meanwhile stays."""
    posts = Appointment.objects.in_bulk([giver_id, taker_id])
    rows = AnnouncementRecipient.objects.select_for_update(of=("self",)).filter(
        pk__in=list(ids), person_id=posts[giver_id].person_id, slip__isnull=True
    )
    for row in rows.order_by("pk"):
        recipient_hand_over(recipient=row, person_id=posts[taker_id].person_id)


@transaction.atomic
def recipient_hand_over(*, recipient: AnnouncementRecipient, person_id: int) -> None:
    """Another person is told and asked instead, for the app that has checked the right; reading begins anew."""
    recipient.person_id, recipient.read_at, recipient.read_by = person_id, None, ""
    recipient.save(update_fields=["person", "read_at", "read_by"])
    publish(AnnouncementPublished(announcement_id=recipient.announcement_id))
