"""Drafts of a post get another drafter; who wrote them before stays in the record and in the kept revisions."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.documents.enums import OutgoingStatus
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import subject_of


@transaction.atomic
def drafts_hand_over(*, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
    """Make the receiver drafter of these drafts; part of a hand-over that both sides confirmed. Others are passed over."""
    taker = Appointment.objects.select_related("person").get(pk=taker_id)
    drafts = OutgoingDocument.objects.select_for_update(of=("self",)).filter(
        pk__in=list(ids), drafter_appointment_id=giver_id, status=OutgoingStatus.DRAFT
    )
    for draft in drafts.order_by("pk"):
        record(
            "documents.draft_hand_over",
            actor=actor,
            subject=subject_of(draft),
            subject_text=str(draft)[:200],
            facts={"from_appointment": giver_id, "to_appointment": taker_id},
        )
    drafts.update(
        drafter_id=taker.person_id,
        drafter_appointment_id=taker.pk,
        drafting_unit_id=taker.unit_id,
        version=F("version") + 1,
        updated_at=now(),
    )
