"""Items a post handles or has ordered, for its hand-over."""

from django.db.models import Q
from django.urls import reverse

from apps.core.handing_over import HandoverItem
from apps.supervision.lifecycle import OPEN
from apps.supervision.models import SupervisionItem


def items_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:  # noqa: ARG001  # the signature of all sources
    """Open items whose handler or ordering leader holds the post."""
    items = SupervisionItem.objects.filter(
        Q(handler_id=giver_id) | Q(leader_id=giver_id), state__in=[str(state) for state in OPEN]
    )
    return [
        HandoverItem(
            id=item.pk,
            title=str(item),
            url=reverse("supervision:item", args=[item.pk]),
            note="经办" if item.handler_id == giver_id else "交办领导",
        )
        for item in items.order_by("due_at", "id")
    ]
