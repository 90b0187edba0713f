"""Vocabulary of notices."""

from dataclasses import dataclass

from django.db import models


class NoticeKind(models.TextChoices):
    """What a notice is about; upper apps may use these and add none."""

    TASK = "task", "待办"
    RETURN = "return", "退回"
    READING = "reading", "待阅"
    URGE = "urge", "催办"
    PROGRESS = "progress", "进展"
    RESULT = "result", "办结"
    DOCUMENT = "document", "公文"
    MESSAGE = "message", "消息"
    ANNOUNCEMENT = "announcement", "通知公告"
    SYSTEM = "system", "系统"


@dataclass(frozen=True)
class Look:
    """How a kind is drawn."""

    icon: str


LOOKS = {
    NoticeKind.TASK: Look(icon="inbox"),
    NoticeKind.RETURN: Look(icon="arrow-back-up"),
    NoticeKind.READING: Look(icon="eye"),
    NoticeKind.URGE: Look(icon="bell-ringing"),
    NoticeKind.PROGRESS: Look(icon="route"),
    NoticeKind.RESULT: Look(icon="circle-check"),
    NoticeKind.DOCUMENT: Look(icon="file-text"),
    NoticeKind.MESSAGE: Look(icon="message-circle"),
    NoticeKind.ANNOUNCEMENT: Look(icon="speakerphone"),
    NoticeKind.SYSTEM: Look(icon="info-circle"),
}
