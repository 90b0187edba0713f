"""约稿: an office asks units for information on a topic by a date."""

from django.db import models

from apps.briefings.models.items import ORGAN, TITLE_LENGTH


class Commission(models.Model):
    """What is wanted from whom by when; open until it is closed."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="约稿机关")
    topic = models.CharField("约稿题目", max_length=TITLE_LENGTH)
    requirement = models.CharField("要求", max_length=1000, blank=True)
    due_at = models.DateTimeField("报送时限")
    next_reminder_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField("约稿时间")
    issued_by = models.CharField("约稿人", max_length=160)
    closed_at = models.DateTimeField("结束时间", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "约稿"
        indexes = [
            models.Index(fields=["organ", "-issued_at", "-id"], name="commission_list"),
            models.Index(
                fields=["next_reminder_at"],
                name="commission_reminder",
                condition=models.Q(next_reminder_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class CommissionUnit(models.Model):
    """A unit that is asked. What it sent are the items that name the commission."""

    commission = models.ForeignKey(Commission, on_delete=models.CASCADE, related_name="units")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="约稿单位")
    urge_count = models.PositiveIntegerField("催报次数", default=0)
    urged_at = models.DateTimeField("最近催报", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "约稿单位"
        constraints = [models.UniqueConstraint(fields=["commission", "organ"], name="commission_unit_once")]

    def __str__(self) -> str:
        return f"{self.commission_id} {self.organ_id}"
