"""Notices, their deliveries, and announcements with reply slips."""

from apps.notifications.models.announcements import (
    Announcement,
    AnnouncementRecipient,
    ReplySlip,
    ReplySlipVersion,
)
from apps.notifications.models.channels import ChannelSettings
from apps.notifications.models.notices import Delivery, Notice, Preference

__all__ = [
    "Announcement",
    "AnnouncementRecipient",
    "ChannelSettings",
    "Delivery",
    "Notice",
    "Preference",
    "ReplySlip",
    "ReplySlipVersion",
]
