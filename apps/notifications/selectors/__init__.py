"""Reads of notices and announcements."""

from apps.notifications.selectors.channels import mail_is_configured, sms_is_configured
from apps.notifications.selectors.digests import digest_address_offered
from apps.notifications.selectors.notices import (
    Only,
    inbox_page,
    notice_ids_under,
    notices_of,
    preference_of,
    reading_with_matter,
    readings_unread,
    run_with_matter,
    sms_states,
    unread_count,
)

__all__ = [
    "Only",
    "digest_address_offered",
    "inbox_page",
    "mail_is_configured",
    "notice_ids_under",
    "notices_of",
    "preference_of",
    "reading_with_matter",
    "readings_unread",
    "run_with_matter",
    "sms_is_configured",
    "sms_states",
    "unread_count",
]
