"""Drafts of a post, for its hand-over."""

from django.urls import reverse

from apps.core.handing_over import HandoverItem
from apps.documents.enums import OutgoingStatus
from apps.documents.models import OutgoingDocument


def drafts_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:  # noqa: ARG001  # the signature of all sources
    """Drafts, also returned ones, that were written in this post."""
    drafts = OutgoingDocument.objects.filter(drafter_appointment_id=giver_id, status=OutgoingStatus.DRAFT)
    return [
        HandoverItem(
            id=draft.pk,
            title=str(draft),
            url=reverse("documents:outgoing_detail", args=[draft.pk]),
            note="退回修改" if draft.submitted_at else "草稿",
        )
        for draft in drafts.order_by("created_at", "id")
    ]
