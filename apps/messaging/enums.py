"""Vocabulary of messaging."""

from django.db import models


class ConversationKind(models.TextChoices):
    """What brought the people together."""

    DIRECT = "direct", "单聊"
    GROUP = "group", "群聊"
    UNIT = "unit", "部门群"
    SUBJECT = "subject", "事项群"


class MemberRole(models.TextChoices):
    """What a member may do in a group."""

    OWNER = "owner", "群主"
    ADMIN = "admin", "管理员"
    MEMBER = "member", "成员"


class EntryKind(models.TextChoices):
    """What an entry of the log is."""

    MESSAGE = "message", "消息"
    RECALL = "recall", "撤回"
    SYSTEM = "system", "系统"


class TranscriptState(models.TextChoices):
    """Where a request for the record of a conversation stands."""

    ASKED = "asked", "待审批"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
