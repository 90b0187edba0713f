"""突发事件 and its reports; figures are versioned with the reports, never overwritten (domain.md §6.4)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from apps.core.triggers import no_truncate
from apps.duty.enums import EventClass, Level, ReportKind


class EmergencyEvent(models.Model):
    """What happened. `learned_at` starts the clocks; `level` may be above what the figures say, never below."""

    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("事件", max_length=120)
    event_class = models.CharField("类别", max_length=10, choices=EventClass)
    level = models.CharField("级别", max_length=1, choices=Level, blank=True)
    level_reason = models.CharField("定级依据", max_length=200, blank=True)
    place = models.CharField("地点", max_length=160)
    occurred_at = models.DateTimeField("发生时间")
    learned_at = models.DateTimeField("接报时间")
    source = models.CharField("信息来源", max_length=160, blank=True)
    deaths = models.PositiveIntegerField("死亡", null=True)
    missing = models.PositiveIntegerField("失踪", null=True)
    injured = models.PositiveIntegerField("重伤", null=True)
    loss = models.PositiveBigIntegerField("直接经济损失（元）", null=True)
    phone_due_at = models.DateTimeField("电话报告时限")
    next_phone_reminder_at = models.DateTimeField(null=True)
    written_due_at = models.DateTimeField("书面初报时限")
    next_written_reminder_at = models.DateTimeField(null=True)
    phoned_at = models.DateTimeField("电话报告时间", null=True)
    written_at = models.DateTimeField("书面初报时间", null=True)
    closed_at = models.DateTimeField("终报时间", null=True)
    opened_by = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, related_name="+")
    opened_text = models.CharField(max_length=160)
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "突发事件"
        constraints = [
            models.CheckConstraint(
                condition=Q(learned_at__gte=F("occurred_at")), name="learned_after_it_occurred"
            )
        ]
        indexes = [
            models.Index(fields=["organ", "-learned_at", "-id"], name="duty_event_organ"),
            models.Index(
                fields=["next_phone_reminder_at"],
                name="duty_phone_reminder",
                condition=Q(next_phone_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["next_written_reminder_at"],
                name="duty_written_reminder",
                condition=Q(next_written_reminder_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EmergencyReport(models.Model):
    """One report with the figures as known then; what was sent is never changed."""

    event = models.ForeignKey(EmergencyEvent, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField("种类", max_length=10, choices=ReportKind)
    serial = models.PositiveSmallIntegerField("期次")
    text = models.TextField("内容")
    measures = models.TextField("已采取措施", blank=True)
    figures = models.JSONField("数字", default=dict)
    level = models.CharField("级别", max_length=1, choices=Level, blank=True)
    sent_to = models.CharField("报送", max_length=300, blank=True)
    is_late = models.BooleanField("迟报", default=False)
    writer_text = models.CharField(max_length=160)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "值班信息"
        ordering = ["serial"]
        constraints = [
            models.UniqueConstraint(fields=["event", "serial"], name="event_report_serial"),
            models.UniqueConstraint(
                fields=["event", "kind"], condition=~Q(kind="followup"), name="one_first_one_last_report"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="emergency_report_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("emergency_report_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.get_kind_display()}{self.serial}"

    @property
    def name(self) -> str:
        """初报, 续报（2）, 终报."""
        return f"续报（{self.serial - 1}）" if self.kind == ReportKind.FOLLOWUP else self.get_kind_display()


class EventPaper(models.Model):
    """值班信息: the document drafted from a report; when the draft is deleted another may be made."""

    report = models.OneToOneField(EmergencyReport, on_delete=models.PROTECT, related_name="paper")
    document = models.OneToOneField("documents.OutgoingDocument", on_delete=models.CASCADE, related_name="+")
    drafted_text = models.CharField("拟稿人", max_length=160)

    class Meta:
        verbose_name = verbose_name_plural = "值班信息文稿"

    def __str__(self) -> str:
        return f"{self.report_id} {self.document_id}"
