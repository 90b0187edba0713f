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


class SuggestionKind(models.TextChoices):
    """What somebody wants to say."""

    COMPLAINT = "complaint", "投诉"
    SUGGESTION = "suggestion", "建议"
    HELP = "help", "求助"


class SuggestionTopic(models.TextChoices):
    """What it is about; the first is what 国办函〔2026〕12号 forbids in office platforms."""

    BURDEN = "burden", "增加基层负担"
    PLATFORM = "platform", "平台功能与使用"
    SERVICE = "service", "服务与作风"
    WORK = "work", "工作改进"
    OTHER = "other", "其他"


class SuggestionState(models.TextChoices):
    """Whose turn it is."""

    WAITING = "waiting", "待答复"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已办结"
