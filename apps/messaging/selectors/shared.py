"""What was sent into a conversation besides words."""

from django.db.models import Exists, OuterRef

from apps.messaging.models import HiddenMessage, Membership, Message

LATEST = 50


def message_ids_with_files(membership: Membership) -> list[int]:
    """The latest messages with files the member may see."""
    hidden = HiddenMessage.objects.filter(message=OuterRef("pk"), person_id=membership.person_id)
    rows = Message.objects.filter(
        ~Exists(hidden),
        conversation_id=membership.conversation_id,
        seq__gt=membership.joined_seq,
        has_files=True,
        recalled_at__isnull=True,
    )
    return list(rows.order_by("-seq").values_list("pk", flat=True)[:LATEST])
