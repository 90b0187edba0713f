"""All powers at once for a short time (应急授权, domain.md §10.2): asked by one administrator, given by another."""

from django.db import models
from django.db.models import F, Q

from apps.accounts.models.people import Person


class BreakGlass(models.Model):
    """One emergency: who asked and why, who gave it, from when to when."""

    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="emergencies_asked", verbose_name="申请人"
    )
    reason = models.CharField("事由", max_length=200)
    minutes = models.PositiveSmallIntegerField("时长（分钟）")
    asked_at = models.DateTimeField("申请时间")
    approved_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="emergencies_approved",
        verbose_name="批准人",
    )
    opened_at = models.DateTimeField("开启时间", null=True)
    closes_at = models.DateTimeField("到期时间", null=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="emergencies_ended", verbose_name="结束人"
    )
    ended_at = models.DateTimeField("提前结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "应急授权"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(approved_by=F("asked_by")), name="break_glass_two_people"),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, approved_by__isnull=True, closes_at__isnull=True)
                | Q(closes_at__gt=F("opened_at"), approved_by__isnull=False),
                name="break_glass_bounded",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "closes_at"], name="break_glass_open")]

    def __str__(self) -> str:
        return f"{self.asked_by} {self.reason[:20]}"
