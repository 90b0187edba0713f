"""The one row of the first set-up."""

from django.db import models
from django.db.models import Q

from apps.accounts.models import Organ


class Installation(models.Model):
    """The first set-up of this installation: who may go on with it, for which organ, and whether it is over."""

    THE_ONE = 1

    token_digest = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True)
    holder_digest = models.CharField(max_length=64, blank=True)
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="机关"
    )
    workbook = models.BinaryField(null=True)
    workbook_name = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "首次设置"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="installation_one")]

    def __str__(self) -> str:
        return "首次设置"
