"""抽查点名: a call to whoever is on duty, and what each answered."""

from django.db import models
from django.db.models import Q

ORGAN, POST = "accounts.Organ", "accounts.Appointment"


class SpotCheck(models.Model):
    """A call, made at `called_at`, to the watch that was on in `organ`; until then only its caller knows `planned_at`."""

    caller_organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="被抽查单位")
    caller = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="点名人")
    caller_text = models.CharField("点名人", max_length=160)
    seconds = models.PositiveSmallIntegerField("应答时限（秒）", default=60)
    planned_at = models.DateTimeField("计划时间")
    called_at = models.DateTimeField("点名时间", null=True)
    closes_at = models.DateTimeField("应答截止", null=True)
    next_reminder_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField("取消时间", null=True)
    words = models.CharField("未能点名的原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "抽查点名"
        ordering = ["-planned_at", "-id"]
        indexes = [
            models.Index(fields=["caller_organ", "-planned_at", "-id"], name="spot_of_caller"),
            models.Index(
                fields=["planned_at"], name="spot_to_call", condition=Q(called_at=None, withdrawn_at=None)
            ),
            models.Index(
                fields=["next_reminder_at"], name="spot_next", condition=Q(next_reminder_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ_id} {self.planned_at:%F %H:%M}"


class SpotAnswer(models.Model):
    """One person called, at the post served then. What the result is follows from `answered_at`."""

    check_made = models.ForeignKey(SpotCheck, on_delete=models.PROTECT, related_name="answers")
    post = models.ForeignKey("duty.DutyPost", on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField("应答时间", null=True)
    statement = models.CharField("说明", max_length=200, blank=True)
    stated_at = models.DateTimeField("说明时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "点名应答"
        ordering = ["post__rank_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["check_made", "appointment"], name="spot_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.check_made_id} {self.appointment_id}"
