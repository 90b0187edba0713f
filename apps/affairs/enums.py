"""Vocabulary of personal affairs."""

from django.db import models


class AwayKind(models.TextChoices):
    """Why somebody leaves (domain.md §6.5)."""

    MISSION = "mission", "公务出差"
    MEETING = "meeting", "外出开会"
    STUDY = "study", "学习培训"
    VISIT = "visit", "参观考察"
    LEAVE = "leave", "休假请假"
    PRIVATE = "private", "因私外出"


class Half(models.TextChoices):
    """The part of a day, as notices are filed."""

    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"
    EVENING = "evening", "晚上"


class AwayState(models.TextChoices):
    """Where a notice stands."""

    DRAFT = "draft", "草稿"
    PENDING = "pending", "审批中"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已批准"
    CLOSED = "closed", "已销假"
    CANCELLED = "cancelled", "已取消"


OPEN_STATES = frozenset({AwayState.DRAFT, AwayState.RETURNED})
BINDING_STATES = frozenset({AwayState.PENDING, AwayState.APPROVED, AwayState.CLOSED})
