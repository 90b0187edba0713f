"""The one place that adds entries: under the conversation's lock, with the next `seq`, told after commit."""

from apps.core.clock import now
from apps.core.realtime import person_topic, tell, tell_members
from apps.messaging.enums import EntryKind
from apps.messaging.models import Conversation, Membership, Message
from apps.messaging.selectors.entries import entry_shown, preview_of
from apps.messaging.topics import topic_of

PREVIEW = 120


def entry_add(*, conversation: Conversation, message: Message) -> Message:
    """Give `message` its place at the end of the locked conversation and keep both; frames are sent by `entry_tell`."""
    conversation.last_seq += 1
    conversation.message_count += message.kind == EntryKind.MESSAGE
    message.conversation = conversation
    message.seq, message.number = conversation.last_seq, conversation.message_count
    message.created_at = now()
    message.save(force_insert=True)
    if message.kind != EntryKind.SYSTEM or not conversation.last_text:
        conversation.last_text = _last_text(conversation, message)
        conversation.last_at = message.created_at
    conversation.save(
        update_fields=["last_seq", "message_count", "last_text", "last_at", "members_epoch", "dissolved_at"]
    )
    return message


def _last_text(conversation: Conversation, message: Message) -> str:
    words = preview_of(message)
    shown = (
        words
        if conversation.kind == "direct" or not message.sender_name
        else f"{message.sender_name}：{words}"
    )
    return shown[:PREVIEW]


def entry_tell(*, message: Message) -> None:
    """After commit, the whole entry to every live screen in the conversation: one publication, one encoding."""
    conversation = message.conversation
    frame = {"kind": "chat.entry", "c": conversation.pk, "entry": entry_shown(message)}
    tell_members(topic_of(conversation.pk), frame, epoch=conversation.members_epoch)


def line_add(*, conversation: Conversation, text: str) -> Message:
    """A line of the system, such as who joined."""
    message = entry_add(conversation=conversation, message=Message(kind=EntryKind.SYSTEM, text=text))
    entry_tell(message=message)
    return message


def list_changed(*, conversation: Conversation, person_ids: list[int]) -> None:
    """After commit, these people's lists and topics are looked at again."""
    if person_ids:
        tell([person_topic(person_id) for person_id in person_ids], kind="chat", ids=[conversation.pk])


def state_changed(*, conversation: Conversation) -> None:
    """After commit, screens in the conversation ask again who has read, confirmed, received."""
    frame = {"kind": "chat.state", "ids": [conversation.pk], "v": None}
    tell_members(topic_of(conversation.pk), frame, epoch=conversation.members_epoch)


def read_up_to(*, membership: Membership, seq: int, number: int) -> bool:
    """Move the member's cursor forward, never back. Whether it moved."""
    return bool(
        Membership.objects.filter(pk=membership.pk, last_read_seq__lt=seq).update(
            last_read_seq=seq, read_count=number, read_at=now()
        )
    )


def archive_undo(*, conversation: Conversation) -> None:
    """A new message brings the conversation back to the lists of those who put it away."""
    Membership.objects.filter(conversation=conversation, archived_at__isnull=False, is_muted=False).update(
        archived_at=None
    )
