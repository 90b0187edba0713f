"""Verbs of messaging."""

from apps.messaging.services.aftermath import (
    conversation_read,
    message_hide,
    message_recall,
    receipt_give,
    unread_remind,
)
from apps.messaging.services.bots import (
    bot_keep,
    bot_let_in,
    bot_message_send,
    bot_put_out,
    bot_token_issue,
)
from apps.messaging.services.conversations import (
    conversation_dissolve,
    conversation_update,
    direct_open,
    draft_keep,
    group_create,
    setting_change,
)
from apps.messaging.services.members import (
    conversation_leave,
    member_remove,
    member_role_set,
    members_add,
    person_part,
    unit_group_open,
    unit_group_sync,
    unit_groups_sync,
)
from apps.messaging.services.reminding import confirmations_sweep
from apps.messaging.services.retention import messages_expire, retention_drop, retention_keep
from apps.messaging.services.sending import Content, message_send
from apps.messaging.services.subject_groups import (
    subject_group_enter,
    subject_group_gather,
    subject_group_part,
    subject_line_add,
)
from apps.messaging.services.transcripts import (
    transcript_ask,
    transcript_decide,
    transcript_take,
    transcript_withdraw,
)

__all__ = [
    "Content",
    "bot_keep",
    "bot_let_in",
    "bot_message_send",
    "bot_put_out",
    "bot_token_issue",
    "confirmations_sweep",
    "conversation_dissolve",
    "conversation_leave",
    "conversation_read",
    "conversation_update",
    "direct_open",
    "draft_keep",
    "group_create",
    "member_remove",
    "member_role_set",
    "members_add",
    "message_hide",
    "message_recall",
    "message_send",
    "messages_expire",
    "person_part",
    "receipt_give",
    "retention_drop",
    "retention_keep",
    "setting_change",
    "subject_group_enter",
    "subject_group_gather",
    "subject_group_part",
    "subject_line_add",
    "transcript_ask",
    "transcript_decide",
    "transcript_take",
    "transcript_withdraw",
    "unit_group_open",
    "unit_group_sync",
    "unit_groups_sync",
    "unread_remind",
]
