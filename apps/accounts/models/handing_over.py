"""工作交接 of a post: what was on somebody's desk goes to a named person in one act; the past stays."""

from django.db import models
from django.db.models import F, Q

from apps.accounts.models.people import Appointment, InternalUnit, Organ, Person


class PostHandover(models.Model):
    """One hand-over: from which post to which, from which day, who has confirmed the list, what was handed over."""

    giver = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="handovers_given", verbose_name="移交人任职"
    )
    taker = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="handovers_taken", verbose_name="接收人任职"
    )
    started_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="发起人")
    note = models.CharField("交接说明", max_length=500, blank=True)
    ends_post = models.BooleanField("交接后免去原职", default=False)
    new_organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="新任机关"
    )
    new_unit = models.ForeignKey(
        InternalUnit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="新任科室"
    )
    new_post_title = models.CharField("新任职务", max_length=60, blank=True)
    started_at = models.DateTimeField("发起时间")
    list_digest = models.CharField(max_length=64, blank=True)
    giver_confirmed_at = models.DateTimeField("移交人确认时间", null=True)
    taker_confirmed_at = models.DateTimeField("接收人确认时间", null=True)
    done_at = models.DateTimeField("完成时间", null=True)
    cancelled_at = models.DateTimeField("取消时间", null=True)
    counts = models.JSONField("数量", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "工作交接"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_two_posts"),
            models.UniqueConstraint(
                fields=["giver"],
                condition=Q(done_at__isnull=True, cancelled_at__isnull=True),
                name="handover_one_open",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True)
                | Q(giver_confirmed_at__isnull=False, taker_confirmed_at__isnull=False),
                name="handover_both_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker}"
