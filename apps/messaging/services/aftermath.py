"""What happens to a message afterwards: recalled, hidden, received, read, reminded."""

from datetime import timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, RateLimited
from apps.core.subjects import Subject
from apps.messaging.enums import EntryKind
from apps.messaging.models import Confirmation, HiddenMessage, Mention, Message, Receipt
from apps.messaging.selectors.entries import CONVERSATION_KIND
from apps.messaging.selectors.gates import membership_for, membership_locked, message_for
from apps.messaging.selectors.reading import unread_people
from apps.messaging.services.log import entry_add, entry_tell, read_up_to, state_changed
from apps.messaging.services.sending import must_key
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send, notices_settle

RECALL_WITHIN = timedelta(minutes=2)
REMIND_PAUSE = timedelta(minutes=1)


@transaction.atomic
def message_recall(*, actor: Actor, conversation_id: int, seq: int) -> Message:
    """Take an own message back within two minutes; the trace stays. Returns the entry that says so. Twice does it once."""
    membership = membership_locked(actor, conversation_id)
    message = message_for(membership, seq)
    if message.sender_id != actor.person_id:
        raise Forbidden("只能撤回自己发送的消息。", rule="own")
    if message.recalled_at is not None:
        return Message.objects.get(conversation_id=conversation_id, kind=EntryKind.RECALL, target_seq=seq)
    if now() - message.created_at > RECALL_WITHIN:
        raise InvalidState("消息发出已超过2分钟，不能撤回。")
    message.recalled_at = now()
    message.grams = []
    message.save(update_fields=["recalled_at", "grams"])
    Mention.objects.filter(conversation_id=conversation_id, seq=seq).delete()
    Confirmation.objects.filter(message=message).delete()
    notices_settle(subject=Subject(CONVERSATION_KIND, conversation_id), key=must_key(message_id=message.pk))
    entry = Message(
        kind=EntryKind.RECALL,
        sender_id=actor.person_id,
        sender_name=actor.name,
        sender_post=actor.post_text[:120],
        target_seq=seq,
        text="撤回了一条消息",
    )
    entry_add(conversation=membership.conversation, message=entry)
    record(
        "messaging.recall",
        actor=actor,
        subject=Subject(CONVERSATION_KIND, conversation_id),
        subject_text=membership.conversation.name or "单聊",
        facts={"message": message.pk, "seq": seq},
    )
    entry_tell(message=entry)
    return entry


@transaction.atomic
def message_hide(*, actor: Actor, conversation_id: int, seq: int) -> None:
    """Delete a message for oneself; others still have it."""
    message = message_for(membership_for(actor, conversation_id), seq)
    HiddenMessage.objects.get_or_create(message=message, person_id=actor.person_id)


@transaction.atomic
def receipt_give(*, actor: Actor, conversation_id: int, seq: int) -> Message:
    """收到. Confirms a 必达 message. Giving it again changes nothing; own messages need none."""
    membership = membership_for(actor, conversation_id)
    message = message_for(membership, seq)
    if message.sender_id == actor.person_id:
        raise InvalidState("自己发送的消息无需回复“收到”。")
    if message.recalled_at is not None:
        raise InvalidState("该消息已被撤回，无需确认。")
    _, is_new = Receipt.objects.get_or_create(
        message=message, person_id=actor.person_id, defaults={"created_at": now()}
    )
    if is_new:
        Confirmation.objects.filter(
            message=message, person_id=actor.person_id, confirmed_at__isnull=True
        ).update(confirmed_at=now(), sms_due_at=None, next_reminder_at=None)
        state_changed(conversation=membership.conversation)
    return message


@transaction.atomic
def conversation_read(*, actor: Actor, conversation_id: int, seq: int) -> None:
    """The member has seen everything up to `seq`; the cursor never goes back."""
    membership = membership_for(actor, conversation_id)
    seen = min(seq, membership.conversation.last_seq)
    entry = Message.objects.filter(conversation_id=conversation_id, seq=seen).only("number").first()
    if entry is not None and read_up_to(membership=membership, seq=seen, number=entry.number):
        state_changed(conversation=membership.conversation)


@transaction.atomic
def unread_remind(*, actor: Actor, conversation_id: int, seq: int) -> int:
    """Remind those who have not read (必达: not confirmed) an own message, nobody else. Returns how many.

    Raises `RateLimited` within a minute of the last time.
    """
    membership = membership_locked(actor, conversation_id)
    message = message_for(membership, seq)
    if message.sender_id != actor.person_id:
        raise Forbidden("只有发送人可以提醒未读人员。", rule="own")
    if message.recalled_at is not None:
        raise InvalidState("该消息已撤回，无需提醒。")
    people = unread_people(message)
    if not people:
        return 0
    minute = int(now().timestamp() // REMIND_PAUSE.total_seconds())
    told = notice_send(
        person_ids=people,
        key=f"{must_key(message_id=message.pk)}:remind:{minute}",
        kind=NoticeKind.URGE,
        title=f"{message.sender_name} 提醒您查看消息",
        subject=Subject(CONVERSATION_KIND, conversation_id),
    )
    if not told:
        raise RateLimited("刚刚已经提醒过，请一分钟后再试。", retry_after=int(REMIND_PAUSE.total_seconds()))
    return len(told)
