"""Sending: checked first, then under the conversation's lock one entry, its files, mentions and what it is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core import subjects
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.subjects import Subject
from apps.files.marks import mark_in_text
from apps.files.services import files_hand_over
from apps.messaging.enums import EntryKind
from apps.messaging.errors import MarkedText
from apps.messaging.grams import grams_of
from apps.messaging.models import Confirmation, Conversation, Membership, Mention, Message
from apps.messaging.policies import Ability, require
from apps.messaging.selectors.entries import CONVERSATION_KIND, PURPOSE, subject_of_message
from apps.messaging.selectors.gates import membership_locked
from apps.messaging.services.log import archive_undo, entry_add, entry_tell
from apps.notifications.enums import NoticeKind
from apps.notifications.services import notice_send

TEXT_LIMIT = 5000
MENTION_LIMIT = 200
FILE_LIMIT = 20
SMS_AFTER_MINUTES = (0, 10, 30)
FIRST_REMINDER = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is to be said. `sms_after` in minutes (None: no SMS) counts only with `is_must`."""

    text: str = ""
    mention_ids: Sequence[int] = ()
    mention_all: bool = False
    quote_seq: int | None = None
    file_ids: Sequence[int] = ()
    card: Subject | None = None
    is_must: bool = False
    sms_after: int | None = None


def message_send(
    *, actor: Actor, conversation_id: int, client_id: str, content: Content
) -> tuple[Message, bool]:
    """Say something. Returns the message and whether it is new: the same `client_id` again gives the first one.

    Raises `NotFound` for a conversation one is not in, `Forbidden` where only others speak, `ValidationFailed` for what cannot
    be said, `MarkedText` for a secrecy mark (domain.md §10.3), which is written down.
    """
    _check(content)
    if mark := mark_in_text(content.text):
        with transaction.atomic():
            _refusal_record(actor, conversation_id, mark)
        raise MarkedText(
            f"消息中有密级标志“{mark}”。本系统为非涉密系统，严禁处理、传输国家秘密，消息未发送，本次操作已记录；"
            "如属误判，请去除标志后重新发送。"
        )
    if content.card is not None and not subjects.can_view(actor, content.card):
        raise ValidationFailed("您无权查看要转发的事项，或事项已不存在。")
    with transaction.atomic():
        return _stored(actor, conversation_id, client_id[:40], content)


def _check(content: Content) -> None:
    if not (content.text.strip() or content.file_ids or content.card):
        raise ValidationFailed("请输入消息内容，或选择要发送的文件。")
    if len(content.text) > TEXT_LIMIT:
        raise ValidationFailed(
            f"消息共 {len(content.text)} 字，超过 {TEXT_LIMIT} 字的上限，请分条发送或改为发送文件。",
            limit=TEXT_LIMIT,
        )
    if "\x00" in content.text:
        raise ValidationFailed("消息中有无法保存的字符，请删除后重新发送。")
    if len(content.mention_ids) > MENTION_LIMIT:
        raise ValidationFailed(f"一条消息最多@{MENTION_LIMIT} 人，请改用@所有人。", limit=MENTION_LIMIT)
    if len(content.file_ids) > FILE_LIMIT:
        raise ValidationFailed(f"一条消息最多 {FILE_LIMIT} 个附件，请分条发送。", limit=FILE_LIMIT)
    if content.is_must and content.sms_after not in {None, *SMS_AFTER_MINUTES}:
        raise ValidationFailed("短信提醒时间请在“立即、10分钟后、30分钟后”中选择。")


def _refusal_record(actor: Actor, conversation_id: int, mark: str) -> None:
    record(
        "messaging.refuse",
        actor=actor,
        subject=Subject(CONVERSATION_KIND, conversation_id),
        subject_text="消息",
        facts={"mark": mark},
        result="refused",
    )


def _stored(actor: Actor, conversation_id: int, client_id: str, content: Content) -> tuple[Message, bool]:
    membership = membership_locked(actor, conversation_id)
    conversation = membership.conversation
    if client_id:
        earlier = Message.objects.filter(
            conversation=conversation, sender_id=actor.person_id, client_id=client_id
        ).first()
        if earlier is not None:
            return earlier, False
    require(Ability.SEND, conversation, membership)
    if content.mention_all or content.is_must:
        require(Ability.MENTION_ALL, conversation, membership)
    message = _message(actor, conversation, membership, client_id, content)
    entry_add(conversation=conversation, message=message)
    _carry(actor, message, content)
    _name(message)
    if content.is_must:
        _owe(message, content.sms_after)
    archive_undo(conversation=conversation)
    Membership.objects.filter(pk=membership.pk).update(
        last_read_seq=message.seq, read_count=message.number, read_at=message.created_at, draft=""
    )
    entry_tell(message=message)
    return message, True


def _message(
    actor: Actor, conversation: Conversation, membership: Membership, client_id: str, content: Content
) -> Message:
    members = (
        set(
            Membership.objects.filter(
                conversation=conversation, left_at__isnull=True, person_id__in=content.mention_ids
            ).values_list("person_id", flat=True)
        )
        if content.mention_ids
        else set()
    )
    quote = content.quote_seq
    if quote is not None and not membership.joined_seq < quote <= conversation.last_seq:
        raise ValidationFailed("要引用的消息不存在。")
    return Message(
        kind=EntryKind.MESSAGE,
        sender_id=actor.person_id,
        sender_name=actor.name,
        sender_post=actor.post_text[:120],
        text=content.text.strip(),
        mention_ids=[person_id for person_id in dict.fromkeys(content.mention_ids) if person_id in members],
        mention_all=content.mention_all,
        quote_seq=quote,
        card_kind=content.card.kind if content.card else "",
        card_id=content.card.id if content.card else None,
        has_files=bool(content.file_ids),
        is_must=content.is_must,
        client_id=client_id,
        grams=grams_of(conversation.pk, content.text),
    )


def _carry(actor: Actor, message: Message, content: Content) -> None:
    """The uploads become the message's files; their names can be searched."""
    if not content.file_ids:
        return
    files = files_hand_over(
        actor=actor,
        file_ids=content.file_ids,
        source=Subject(CONVERSATION_KIND, message.conversation_id),
        target=subject_of_message(message),
        purpose=PURPOSE,
    )
    message.file_names = "\n".join(file.name for file in files)
    message.grams = grams_of(message.conversation_id, f"{message.text}\n{message.file_names}")
    message.save(update_fields=["file_names", "grams"])


def _name(message: Message) -> None:
    people: list[int | None] = [None] if message.mention_all else list(message.mention_ids)
    Mention.objects.bulk_create(
        Mention(conversation_id=message.conversation_id, seq=message.seq, person_id=person_id)
        for person_id in people
    )


def _owe(message: Message, sms_after: int | None) -> None:
    """必达: every other member owes a confirmation; the first notice goes out at once, the rest by schedule."""
    moment = now()
    people = list(
        Membership.objects.filter(conversation_id=message.conversation_id, left_at__isnull=True)
        .exclude(person=message.sender)
        .values_list("person_id", flat=True)
    )
    Confirmation.objects.bulk_create(
        Confirmation(
            message=message,
            person_id=person_id,
            sms_due_at=moment + timedelta(minutes=sms_after) if sms_after is not None else None,
            next_reminder_at=moment + FIRST_REMINDER,
        )
        for person_id in people
    )
    notice_send(
        person_ids=people,
        key=must_key(message_id=message.pk),
        kind=NoticeKind.MESSAGE,
        title=f"{message.sender_name} 发来必达消息，请确认收到",
        subject=Subject(CONVERSATION_KIND, message.conversation_id),
        is_urgent=True,
    )


def must_key(*, message_id: int) -> str:
    """Key of the notices of a 必达 message."""
    return f"must:{message_id}"
