"""Verbs of notifications."""

from apps.notifications.services.delivering import deliveries_sweep, delivery_send, sms_queue
from apps.notifications.services.notices import (
    notice_open,
    notice_read,
    notice_send,
    notices_read_about,
    notices_read_all,
    notices_settle,
)
from apps.notifications.services.preferences import preference_set

__all__ = [
    "deliveries_sweep",
    "delivery_send",
    "notice_open",
    "notice_read",
    "notice_send",
    "notices_read_about",
    "notices_read_all",
    "notices_settle",
    "preference_set",
    "sms_queue",
]
