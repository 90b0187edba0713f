"""Notices, their deliveries, and announcements with reply slips."""

from apps.notifications.models.announcements import (
    Announcement,
    AnnouncementRecipient,
    ReplySlip,
    ReplySlipVersion,
)
from apps.notifications.models.channels import ChannelSettings
from apps.notifications.models.notices import Delivery, Digest, Notice, Posted, Preference

__all__ = [
    "Announcement",
    "AnnouncementRecipient",
    "ChannelSettings",
    "Delivery",
    "Digest",
    "Notice",
    "Posted",
    "Preference",
    "ReplySlip",
    "ReplySlipVersion",
]
