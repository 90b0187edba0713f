"""What the platform holds over conversations: how long messages are kept, and which records were let out."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.messaging.enums import ConversationKind, TranscriptState

LEAST_DAYS = 183  # six months, as of network logs (domain.md §10.1)


class Retention(models.Model):
    """For how many days messages of one kind of conversation are kept; of a kind without a row they are kept for good."""

    kind = models.CharField("会话类别", max_length=10, choices=ConversationKind, unique=True)
    keep_days = models.PositiveIntegerField("保存天数", validators=[MinValueValidator(LEAST_DAYS)])
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "消息保存期限"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.keep_days} 天"


class Transcript(models.Model):
    """The record of a conversation from `first_day` to `last_day` (both included), asked for, approved, taken."""

    conversation = models.ForeignKey(
        "messaging.Conversation", on_delete=models.PROTECT, related_name="+", verbose_name="会话"
    )
    conversation_words = models.CharField("会话名称", max_length=120)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asker_words = models.CharField("申请人任职", max_length=160)
    first_day = models.DateField("起始日期")
    last_day = models.DateField("截止日期")
    purpose = models.CharField("用途", max_length=200)
    state = models.CharField("状态", max_length=10, choices=TranscriptState, default=TranscriptState.ASKED)
    approver_ids = ArrayField(models.BigIntegerField())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="审批人",
    )
    decided_at = models.DateTimeField("审批时间", null=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    closes_at = models.DateTimeField("下载截止", null=True)
    taken_count = models.PositiveIntegerField("下载次数", default=0)
    created_at = models.DateTimeField("申请时间")

    class Meta:
        verbose_name = verbose_name_plural = "聊天记录导出"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "asker"],
                name="transcript_asked_once",
                condition=Q(state=TranscriptState.ASKED),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="transcript_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["asker", "-id"], name="transcript_asker")]

    def __str__(self) -> str:
        return f"{self.asker_words} {self.first_day}—{self.last_day}"
