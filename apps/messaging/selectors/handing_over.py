"""Groups a person owns, for a hand-over."""

from django.urls import reverse

from apps.accounts.models import Appointment
from apps.core.handing_over import HandoverItem
from apps.messaging.enums import MemberRole
from apps.messaging.models import Membership
from apps.messaging.policies import OPEN_KINDS


def groups_listed(giver_id: int, taker_id: int) -> list[HandoverItem]:  # noqa: ARG001  # the signature of all sources
    """Running groups of the post's holder; unit groups follow the posts by themselves."""
    giver = Appointment.objects.get(pk=giver_id)
    owned = Membership.objects.filter(
        person_id=giver.person_id,
        role=MemberRole.OWNER,
        left_at__isnull=True,
        conversation__kind__in=[str(kind) for kind in OPEN_KINDS],
        conversation__dissolved_at__isnull=True,
    ).select_related("conversation")
    return [
        HandoverItem(
            id=membership.conversation_id,
            title=membership.conversation.name or "群聊",
            url=reverse("messaging:room", args=[membership.conversation_id]),
            note="群主",
        )
        for membership in owned.order_by("conversation_id")
    ]
