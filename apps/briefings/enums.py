"""Vocabulary of information reporting."""

from django.db import models


class Category(models.TextChoices):
    """What an item tells."""

    DYNAMIC = "dynamic", "工作动态"
    EXPERIENCE = "experience", "经验做法"
    PROBLEM = "problem", "问题反映"
    SUGGESTION = "suggestion", "意见建议"
    OPINION = "opinion", "社情民意"
    RESEARCH = "research", "调研报告"


class ItemState(models.TextChoices):
    """Where an item stands: with its author, its unit's heads, or the receiving desk."""

    DRAFT = "draft", "草稿"
    PENDING = "pending", "审核中"
    RETURNED = "returned", "已退回"
    SUBMITTED = "submitted", "已报送"
    EDITING = "editing", "采编中"
    ADOPTED = "adopted", "已采用"
    POOLED = "pooled", "留用"
    REJECTED = "rejected", "未采用"


OPEN_STATES = frozenset({ItemState.DRAFT, ItemState.RETURNED})
WAITING_STATES = frozenset({ItemState.SUBMITTED, ItemState.EDITING})
SENT_STATES = WAITING_STATES | {ItemState.ADOPTED, ItemState.POOLED, ItemState.REJECTED}


class IssueState(models.TextChoices):
    """Where an issue stands."""

    DRAFT = "draft", "编辑中"
    PENDING = "pending", "送签中"
    RETURNED = "returned", "已退回"
    SIGNED = "signed", "已签发"
    ISSUED = "issued", "已编发"


OPEN_ISSUES = frozenset({IssueState.DRAFT, IssueState.RETURNED})


class InstructionLevel(models.TextChoices):
    """Whose leader wrote the 批示."""

    CITY = "city", "本级领导"
    PROVINCE = "province", "上级领导"
    STATE = "state", "国家级领导"


class CommissionState(models.TextChoices):
    """How far a unit is with what it was asked for."""

    WAITING = "waiting", "未报送"
    OVERDUE = "overdue", "逾期未报"
    SENT = "sent", "已报送"
    LATE = "late", "逾期报送"


class Use(models.TextChoices):
    """What an item was used for, as far as it counts (domain.md §7)."""

    ADOPTED = "adopted", "本级刊物采用"
    FORWARDED = "forwarded", "转报上级"
    SUPERIOR = "superior", "上级采用"
    STATE = "state", "国家级采用"
    SAID_CITY = "said_city", "本级领导批示"
    SAID_PROVINCE = "said_province", "上级领导批示"
    SAID_STATE = "said_state", "国家级领导批示"


RECORDED_USES = (Use.FORWARDED, Use.SUPERIOR, Use.STATE)
