"""换班: a place offered to others on stated terms, and the record of every published place that changed hands."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from apps.core.triggers import no_truncate
from apps.duty.enums import Answer, ChangeCause, SwapState

ORGAN, POST = "accounts.Organ", "accounts.Appointment"
OPEN = (SwapState.ASKED, SwapState.AGREED)


class ShiftSwap(models.Model):
    """One place its holder asks others to take; open until one of them agrees and, where the rule says so, the office too."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    watch = models.ForeignKey("duty.DutyWatch", on_delete=models.PROTECT, related_name="swaps")
    post = models.ForeignKey("duty.DutyPost", on_delete=models.PROTECT, related_name="+")
    asker = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=SwapState, default=SwapState.ASKED)
    needs_approval = models.BooleanField("须审批")
    asked_at = models.DateTimeField("申请时间")
    expires_at = models.DateTimeField("答复期限")
    ended_at = models.DateTimeField("结束时间", null=True)
    decided_text = models.CharField("审批人", max_length=160, blank=True)
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "换班申请"
        constraints = [
            models.UniqueConstraint(
                fields=["watch", "post"],
                condition=Q(state__in=("asked", "agreed")),
                name="one_open_swap_a_place",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=("asked", "agreed"))
                | (Q(ended_at__isnull=False) & ~Q(state__in=("asked", "agreed"))),
                name="swap_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "-asked_at", "-id"], name="duty_swap_organ"),
            models.Index(
                fields=["expires_at"], name="duty_swap_expiry", condition=Q(state__in=("asked", "agreed"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id}/{self.post_id} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen."""
        return self.state in OPEN


class SwapOffer(models.Model):
    """What one person is asked: to take the place, and which of their own the asker takes in return (none: 替班)."""

    swap = models.ForeignKey(ShiftSwap, on_delete=models.CASCADE, related_name="offers")
    appointment = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="对方")
    return_watch = models.ForeignKey("duty.DutyWatch", on_delete=models.PROTECT, null=True, related_name="+")
    return_post = models.ForeignKey("duty.DutyPost", on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField("答复", max_length=10, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "换班对象"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["swap", "appointment", "return_watch"], nulls_distinct=False, name="swap_offer_once"
            ),
            models.UniqueConstraint(
                fields=["swap"], condition=Q(answer="agreed"), name="one_agreement_a_swap"
            ),
            models.CheckConstraint(
                condition=Q(return_watch__isnull=True, return_post__isnull=True)
                | Q(return_watch__isnull=False, return_post__isnull=False),
                name="swap_return_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.swap_id} {self.get_answer_display()}"


class ShiftChange(models.Model):
    """A published place changed hands: never rewritten, so that the ledger can be explained."""

    watch = models.ForeignKey("duty.DutyWatch", on_delete=models.PROTECT, related_name="changes")
    post = models.ForeignKey("duty.DutyPost", on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(POST, on_delete=models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField("方式", max_length=12, choices=ChangeCause)
    reason = models.CharField("事由", max_length=200, blank=True)
    by_text = models.CharField("经办", max_length=160)
    changed_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "班次变动"
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(before__isnull=True) | ~Q(before=F("after")), name="shift_change_changes"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="shift_change_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("shift_change_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id}/{self.post_id} {self.get_cause_display()}"
