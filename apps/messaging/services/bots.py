"""Bots: registered by the system administrator, let into a group by those who lead it, heard like anybody else."""

import secrets

from django.db import transaction

from apps.accounts.selectors import people_active
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.files.marks import mark_in_text
from apps.messaging.enums import EntryKind
from apps.messaging.errors import MarkedText
from apps.messaging.grams import grams_of
from apps.messaging.models import Bot, BotSeat, Conversation, Message
from apps.messaging.models.bots import MOST_A_MINUTE
from apps.messaging.policies import Ability, require
from apps.messaging.selectors.bots import token_digest
from apps.messaging.selectors.entries import CONVERSATION_KIND
from apps.messaging.selectors.gates import membership_locked
from apps.messaging.services.log import archive_undo, entry_add, entry_tell, line_add
from apps.messaging.services.sending import TEXT_LIMIT

BOT_KIND = "messaging.bot"
POST = "接入应用"
TOKEN_BYTES = 32
TOKEN_MARK = "tzb_"  # noqa: S105  # what tokens begin with, so that leaked ones are recognised


@transaction.atomic
def bot_keep(
    *, actor: Actor, bot: Bot, name: str, purpose: str, keeper_id: int, per_minute: int, is_active: bool
) -> Bot:
    """Register a bot or change one. It cannot speak before it has a token; suspended it cannot speak at all."""
    title, words = " ".join(name.split()), purpose.strip()
    if not title or not words:
        raise ValidationFailed("请填写应用的名称和用途。", field="name" if not title else "purpose")
    if not people_active([keeper_id]):
        raise ValidationFailed("责任人须为在职人员。", field="keeper")
    if not 1 <= per_minute <= MOST_A_MINUTE:
        raise ValidationFailed(f"每分钟条数须在 1 到 {MOST_A_MINUTE} 之间。", field="per_minute")
    if Bot.objects.filter(name=title).exclude(pk=bot.pk).exists():
        raise ValidationFailed(f"已有名为“{title}”的应用。", field="name")
    bot.name, bot.purpose, bot.keeper_id = title, words, keeper_id
    bot.per_minute, bot.is_active = per_minute, is_active
    if bot._state.adding:  # noqa: SLF001  # Django's documented state of a row
        bot.created_at = now()
    bot.save()
    facts = {"keeper": keeper_id, "per_minute": per_minute, "is_active": is_active}
    record(
        "messaging.bot_keep", actor=actor, subject=Subject(BOT_KIND, bot.pk), subject_text=title, facts=facts
    )
    return bot


@transaction.atomic
def bot_token_issue(*, actor: Actor, bot_id: int) -> str:
    """A fresh token, given out this once; the one before it is refused from now on."""
    bot = Bot.objects.select_for_update(of=("self",)).filter(pk=bot_id).first()
    if bot is None:
        raise NotFound("没有找到该应用。")
    token = TOKEN_MARK + secrets.token_urlsafe(TOKEN_BYTES)
    bot.token_digest, bot.token_tail, bot.token_at = token_digest(token), token[-4:], now()
    bot.save(update_fields=["token_digest", "token_tail", "token_at"])
    record("messaging.bot_token", actor=actor, subject=Subject(BOT_KIND, bot.pk), subject_text=bot.name)
    return token


@transaction.atomic
def bot_let_in(*, actor: Actor, conversation_id: int, bot_id: int) -> BotSeat:
    """Let a bot speak in a group one leads. It reads nothing. Said in the group; twice changes nothing."""
    membership = membership_locked(actor, conversation_id)
    require(Ability.MANAGE, membership.conversation, membership)
    bot = Bot.objects.filter(pk=bot_id, is_active=True).first()
    if bot is None:
        raise NotFound("没有找到该应用，可能已停用。")
    seat, is_new = BotSeat.objects.get_or_create(
        bot=bot,
        conversation=membership.conversation,
        defaults={"added_by_id": actor.person_id, "added_at": now()},
    )
    if is_new:
        line_add(
            conversation=membership.conversation,
            text=f"{actor.name} 允许应用“{bot.name}”在本群发消息（不能读取本群消息）",
        )
    return seat


@transaction.atomic
def bot_put_out(*, actor: Actor, conversation_id: int, bot_id: int) -> None:
    """Take a bot out of a group one leads; it cannot speak there from now on."""
    membership = membership_locked(actor, conversation_id)
    require(Ability.MANAGE, membership.conversation, membership)
    seat = (
        BotSeat.objects.filter(bot_id=bot_id, conversation_id=conversation_id).select_related("bot").first()
    )
    if seat is None:
        raise NotFound("该应用不在本群中。")
    seat.delete()
    line_add(conversation=membership.conversation, text=f"{actor.name} 移出了应用“{seat.bot.name}”")


def bot_message_send(*, bot: Bot, conversation_id: int, client_id: str, text: str) -> tuple[Message, bool]:
    """A bot says something. The same `client_id` again gives the first message; whether it is new.

    Raises `NotFound` for a group that has not let it in, `ValidationFailed` for empty or too long text, `MarkedText` for a
    secrecy mark, which is written down.
    """
    words = text.strip()
    if not words or "\x00" in words:
        raise ValidationFailed("请填写消息内容 text。")
    if len(words) > TEXT_LIMIT:
        raise ValidationFailed(f"消息共 {len(words)} 字，超过 {TEXT_LIMIT} 字的上限。", limit=TEXT_LIMIT)
    if not client_id:
        raise ValidationFailed("请填写 client_id：重发同一条消息时用同一个值，只会收到一条。")
    if mark := mark_in_text(words):
        with transaction.atomic():
            _refusal_record(bot, conversation_id, mark)
        raise MarkedText(f"消息中有密级标志“{mark}”。本系统为非涉密系统，消息未发送，本次操作已记录。")
    with transaction.atomic():
        return _stored(bot, conversation_id, client_id[:40], words)


def _refusal_record(bot: Bot, conversation_id: int, mark: str) -> None:
    record(
        "messaging.refuse",
        actor=None,
        subject=Subject(CONVERSATION_KIND, conversation_id),
        subject_text="消息",
        facts={"mark": mark, "bot": bot.pk, "name": bot.name},
        result="refused",
    )


def _stored(bot: Bot, conversation_id: int, client_id: str, text: str) -> tuple[Message, bool]:
    conversation = Conversation.objects.select_for_update(of=("self",)).filter(pk=conversation_id).first()
    if conversation is None or not BotSeat.objects.filter(bot=bot, conversation=conversation).exists():
        raise NotFound("没有找到该群，或该群没有允许本应用发消息。")
    earlier = Message.objects.filter(conversation=conversation, bot=bot, client_id=client_id).first()
    if earlier is not None:
        return earlier, False
    if conversation.dissolved_at is not None:
        raise InvalidState("该群已经解散，不能再发消息。")
    message = Message(
        kind=EntryKind.MESSAGE,
        bot=bot,
        sender_name=bot.name,
        sender_post=POST,
        text=text,
        client_id=client_id,
        grams=grams_of(conversation.pk, text),
    )
    entry_add(conversation=conversation, message=message)
    archive_undo(conversation=conversation)
    Bot.objects.filter(pk=bot.pk).update(used_at=message.created_at)
    entry_tell(message=message)
    return message, True
