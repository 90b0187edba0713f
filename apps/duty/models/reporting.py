"""How an organ reports emergencies: how much time there is, to whom, and what a first report looks like."""

from django.db import models
from django.db.models import F, Q

from apps.duty.enums import EventClass, Level

ORGAN = "accounts.Organ"


class ReportRule(models.Model):
    """Limits and addressees for a level, of one class of events or (class empty) of all; an empty level is one not known yet."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    event_class = models.CharField("类别", max_length=10, choices=EventClass, blank=True)
    level = models.CharField("级别", max_length=1, choices=Level, blank=True)
    phone_minutes = models.PositiveSmallIntegerField("电话报告（分钟）")
    written_minutes = models.PositiveSmallIntegerField("书面报告（分钟）")
    sent_to = models.CharField("报送对象", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报送规则"
        ordering = ["event_class", "level"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "event_class", "level"], name="report_rule_once"),
            models.CheckConstraint(
                condition=Q(phone_minutes__gte=1) & Q(written_minutes__gte=F("phone_minutes")),
                name="report_rule_limits",
            ),
        ]

    def __str__(self) -> str:
        event_class = self.get_event_class_display() if self.event_class else "各类"
        return f"{event_class}{self.get_level_display() if self.level else '未定级'}"


class ReportTemplate(models.Model):
    """What a first report of a class of events begins with."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    event_class = models.CharField("类别", max_length=10, choices=EventClass)
    text = models.TextField("模板")

    class Meta:
        verbose_name = verbose_name_plural = "首报模板"
        constraints = [models.UniqueConstraint(fields=["organ", "event_class"], name="report_template_once")]

    def __str__(self) -> str:
        return str(self.get_event_class_display())
