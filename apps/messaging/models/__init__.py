"""Rows of messaging."""

from apps.messaging.models.bots import Bot, BotSeat
from apps.messaging.models.governing import Retention, Transcript
from apps.messaging.models.log import (
    BLOCK,
    FOUND_BY,
    Confirmation,
    Conversation,
    HiddenMessage,
    Membership,
    Mention,
    Message,
    Receipt,
)

__all__ = [
    "BLOCK",
    "FOUND_BY",
    "Bot",
    "BotSeat",
    "Confirmation",
    "Conversation",
    "HiddenMessage",
    "Membership",
    "Mention",
    "Message",
    "Receipt",
    "Retention",
    "Transcript",
]
