"""Verbs of notifications."""

from apps.notifications.services.announcements import (
    AnnouncementDraft,
    announcement_close,
    announcement_create,
    announcement_deadline_follow,
    announcement_delete,
    announcement_extend,
    announcement_publish,
    announcement_reach,
    announcement_save,
    announcement_save_publish,
    announcement_take_back,
    announcement_urge,
    announcement_withdraw,
)
from apps.notifications.services.channels import MailDraft, mail_settings_save, sms_settings_save
from apps.notifications.services.delivering import deliveries_sweep, delivery_send, sms_queue
from apps.notifications.services.digests import digest_send, digests_sweep
from apps.notifications.services.notices import (
    NoticeDraft,
    notice_open,
    notice_read,
    notice_send,
    notices_read_about,
    notices_read_all,
    notices_send,
    notices_settle,
)
from apps.notifications.services.preferences import preference_set
from apps.notifications.services.replying import announcement_read, answers_taken_out, reply_give
from apps.notifications.services.trying import channel_try

__all__ = [
    "AnnouncementDraft",
    "MailDraft",
    "NoticeDraft",
    "announcement_close",
    "announcement_create",
    "announcement_deadline_follow",
    "announcement_delete",
    "announcement_extend",
    "announcement_publish",
    "announcement_reach",
    "announcement_read",
    "announcement_save",
    "announcement_save_publish",
    "announcement_take_back",
    "announcement_urge",
    "announcement_withdraw",
    "answers_taken_out",
    "channel_try",
    "deliveries_sweep",
    "delivery_send",
    "digest_send",
    "digests_sweep",
    "mail_settings_save",
    "notice_open",
    "notice_read",
    "notice_send",
    "notices_read_about",
    "notices_read_all",
    "notices_send",
    "notices_settle",
    "preference_set",
    "reply_give",
    "sms_queue",
    "sms_settings_save",
]
