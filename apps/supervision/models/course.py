"""The course of an item: reports, extensions, notices (督办单) with talks and receipts, and the lines that are only added."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from apps.core.triggers import no_truncate
from apps.supervision.models.items import ORGAN, POST, SupervisionItem


class ProgressReport(models.Model):
    """反馈: written by the lead unit, confirmed by its head, noted or sent back by the supervising office."""

    class Status(models.TextChoices):
        """Only confirmed ones count."""

        WRITTEN = "written", "待本单位负责人确认"
        CONFIRMED = "confirmed", "已反馈"
        RETURNED = "returned", "退回重报"
        NOTED = "noted", "已阅处"

    item = models.ForeignKey(SupervisionItem, on_delete=models.PROTECT, related_name="reports")
    period = models.CharField("期次", max_length=20, blank=True)
    text = models.TextField("进展情况")
    next_steps = models.TextField("下一步打算", blank=True)
    figures = models.JSONField("数据", default=list, help_text="[{name, value}]")
    progress = models.PositiveSmallIntegerField("进度")
    status = models.CharField("状态", max_length=10, choices=Status)
    is_late = models.BooleanField("迟报", default=False)
    writer = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+")
    writer_text = models.CharField(max_length=160)
    written_at = models.DateTimeField()
    confirmed_text = models.CharField(max_length=160, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    answer = models.CharField("处理意见", max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "进展反馈"
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(status="written"), name="one_report_waiting"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="report_progress"),
        ]
        indexes = [models.Index(fields=["item", "-written_at"], name="report_item")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.period}"


class Extension(models.Model):
    """延期: asked before the date, decided by whoever approved the item; judged by the old date until granted."""

    class Status(models.TextChoices):
        """Decided once."""

        ASKED = "asked", "待审批"
        GRANTED = "granted", "同意"
        REFUSED = "refused", "不同意"

    item = models.ForeignKey(SupervisionItem, on_delete=models.PROTECT, related_name="extensions")
    old_due_at = models.DateTimeField()
    wanted_due_at = models.DateTimeField()
    reason = models.CharField("理由", max_length=500)
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    asked_text = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    decided_text = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "延期申请"
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(status="asked"), name="one_extension_waiting"
            ),
            models.CheckConstraint(condition=Q(wanted_due_at__gt=F("old_due_at")), name="extension_forwards"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.wanted_due_at:%F}"


class SupervisionNotice(models.Model):
    """督办单: the numbered paper that assigns, urges, lists or records a talk, signed for by each organ it goes to.

    `due_at` is the item's date when it was issued: what stands on paper does not move with an extension.
    """

    class Kind(models.TextChoices):
        """What the paper is."""

        ASSIGN = "assign", "督查通知单"
        URGE = "urge", "催办单"
        LIST = "list", "挂牌督办通知书"
        INTERVIEW = "interview", "约谈记录"

    item = models.ForeignKey(SupervisionItem, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=40)
    text = models.TextField()
    due_at = models.DateTimeField(null=True)
    issued_text = models.CharField(max_length=160)
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        ordering = ["-issued_at", "-id"]

    def __str__(self) -> str:
        return self.number


class Interview(models.Model):
    """约谈: who talked with whom, where and when, and what was asked; what was said is the text of its paper."""

    notice = models.OneToOneField(SupervisionNotice, on_delete=models.PROTECT, related_name="interview")
    held_at = models.DateTimeField("约谈时间")
    place = models.CharField("地点", max_length=100, blank=True)
    hosts = models.CharField("约谈人", max_length=200)
    guests = models.CharField("约谈对象", max_length=200)
    asked = models.TextField("整改要求", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "约谈"
        triggers = [
            pgtrigger.Protect(name="interview_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("interview_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.held_at:%F}"


class NoticeReceipt(models.Model):
    """An organ's signature for a 督办单."""

    notice = models.ForeignKey(SupervisionNotice, on_delete=models.PROTECT, related_name="receipts")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_text = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "organ"], name="notice_receipt_once")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.organ_id}"


class ItemLog(models.Model):
    """办理过程: one line per act, never changed."""

    item = models.ForeignKey(SupervisionItem, on_delete=models.PROTECT, related_name="log")
    act = models.CharField(max_length=20)
    verb = models.CharField(max_length=20)
    person_name = models.CharField(max_length=40, blank=True)
    post_text = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "办理过程"
        indexes = [models.Index(fields=["item", "at", "id"], name="item_log_item")]
        triggers = [
            pgtrigger.Protect(name="item_log_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("item_log_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.verb}"
