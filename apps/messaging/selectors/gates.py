"""Ways in: a conversation and one's place in it, or nothing."""

from collections.abc import Sequence

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.messaging.models import Conversation, Membership, Message


def membership_for(actor: Actor, conversation_id: int) -> Membership:
    """The actor's running membership with its conversation. Raises `NotFound` for strangers and those who left."""
    found = (
        Membership.objects.filter(
            conversation_id=conversation_id, person_id=actor.person_id, left_at__isnull=True
        )
        .select_related("conversation")
        .first()
    )
    if found is None:
        raise NotFound("没有找到该会话，或您已不在其中。")
    return found


def membership_locked(actor: Actor, conversation_id: int) -> Membership:
    """As `membership_for`, with the conversation's row locked: the holder gives out the next `seq`."""
    conversation = Conversation.objects.select_for_update(of=("self",)).filter(pk=conversation_id).first()
    if conversation is None:
        raise NotFound("没有找到该会话，或您已不在其中。")
    found = Membership.objects.filter(
        conversation=conversation, person_id=actor.person_id, left_at__isnull=True
    ).first()
    if found is None:
        raise NotFound("没有找到该会话，或您已不在其中。")
    found.conversation = conversation
    return found


def fellows_of(membership: Membership, person_ids: Sequence[int]) -> set[int]:
    """Which of these are in the member's conversation now."""
    here = Membership.objects.filter(
        conversation_id=membership.conversation_id, person_id__in=person_ids, left_at__isnull=True
    )
    return set(here.values_list("person_id", flat=True))


def message_for(membership: Membership, seq: int) -> Message:
    """A message the member may see. Raises `NotFound` for what was said before joining and for other entries."""
    message = Message.objects.filter(
        conversation_id=membership.conversation_id, seq=seq, seq__gt=membership.joined_seq, kind="message"
    ).first()
    if message is None:
        raise NotFound("没有找到这条消息。")
    message.conversation = membership.conversation
    return message
