"""What people ask of the roster and what the office asks for them: days, fixed duties, pairs."""

from django.db import models
from django.db.models import F, Q

from apps.duty.enums import PairKind, WishKind

ORGAN, POST = "accounts.Organ", "accounts.Appointment"


class DutyWish(models.Model):
    """Days on which somebody cannot or would rather not serve, or shall serve at a post; withdrawn, never erased."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="duty_wishes")
    kind = models.CharField("类别", max_length=10, choices=WishKind)
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")
    post = models.ForeignKey("duty.DutyPost", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField("事由", max_length=200, blank=True)
    by_text = models.CharField("填报", max_length=160)
    made_at = models.DateTimeField("填报时间")
    withdrawn_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "值班意愿"
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="duty_wish_days"),
            models.CheckConstraint(
                condition=Q(kind="fixed", post__isnull=False) | (~Q(kind="fixed") & Q(post__isnull=True)),
                name="duty_wish_post",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organ", "ends_on"], name="duty_wish_organ", condition=Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on}—{self.ends_on}"


class DutyPair(models.Model):
    """Two people who are kept out of one watch, or who serve together."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    one = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("要求", max_length=10, choices=PairKind)

    class Meta:
        verbose_name = verbose_name_plural = "同班要求"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="duty_pair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="duty_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}/{self.other_id} {self.get_kind_display()}"
