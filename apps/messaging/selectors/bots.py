"""Reads of bots: by token, by group, and what a bot may know of the groups it speaks in."""

import hashlib
from typing import Any

from django.db.models import QuerySet

from apps.messaging.models import Bot, BotSeat


def token_digest(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain digest cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def bot_of_token(token: str) -> Bot | None:
    """The bot the token was issued to, suspended or not; None for any other text."""
    return Bot.objects.filter(token_digest=token_digest(token)).first()


def seats_of(conversation_id: int) -> QuerySet[BotSeat]:
    """Who of the bots speaks in the group."""
    return BotSeat.objects.filter(conversation_id=conversation_id).select_related("bot").order_by("bot__name")


def bots_to_invite(conversation_id: int) -> QuerySet[Bot]:
    """Active bots that are not in the group yet."""
    return Bot.objects.filter(is_active=True).exclude(seats__conversation_id=conversation_id).order_by("name")


def rooms_of(bot: Bot) -> list[dict[str, Any]]:
    """The living groups that let the bot in: number, name and members, nothing that was said."""
    rows = (
        BotSeat.objects.filter(bot=bot, conversation__dissolved_at__isnull=True)
        .order_by("conversation_id")
        .values_list("conversation_id", "conversation__name")
    )
    return [{"id": conversation_id, "name": name} for conversation_id, name in rows]
