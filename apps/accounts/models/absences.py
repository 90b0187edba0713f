"""Who is away, and who is at work but on no night duty."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from apps.accounts.models.people import Person
from apps.core.clock import local


class AbsenceKind(models.TextChoices):
    """Why. The last three protect from night work (女职工劳动保护特别规定 art. 6, 9); the very last keeps no reason."""

    LEAVE = "leave", "请假"
    TRIP = "trip", "出差"
    AWAY = "away", "外出"
    PREGNANCY = "pregnancy", "孕晚期"
    NURSING = "nursing", "哺乳期"
    NO_NIGHT = "no_night", "不排夜班"


AWAY_KINDS = (AbsenceKind.LEAVE, AbsenceKind.TRIP, AbsenceKind.AWAY)
PROTECTIONS = (AbsenceKind.PREGNANCY, AbsenceKind.NURSING, AbsenceKind.NO_NIGHT)


class AwayManager(models.Manager["Absence"]):
    """Who is not at work."""

    def get_queryset(self) -> "models.QuerySet[Absence]":
        """Without the protections: whoever does not ask for them by name never learns of them."""
        return super().get_queryset().exclude(kind__in=PROTECTIONS)


class Absence(models.Model):
    """A person is away from … to …, or at work but on no night duty; written by upper apps through a service.

    `objects` knows only who is away. Why somebody is protected is a fact of health: those rows are asked for by name
    (`with_protected`), and whoever is not the person reads `shown_kind`.
    """

    Kind = AbsenceKind

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences", verbose_name="人员")
    kind = models.CharField("类别", max_length=10, choices=AbsenceKind)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    note = models.CharField("说明", max_length=200, blank=True)
    is_by_office = models.BooleanField("由值班室登记", default=False)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = AwayManager()
    with_protected: "models.Manager[Absence]" = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "离岗"
        default_manager_name = base_manager_name = "with_protected"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_dates"),
            models.CheckConstraint(
                condition=Q(is_by_office=False) | Q(kind=AbsenceKind.NO_NIGHT),
                name="absence_office_no_reason",
            ),
        ]
        indexes = [models.Index(fields=["person", "starts_at"], name="absence_person")]

    def __str__(self) -> str:
        return f"{self.person} {self.shown_kind}"

    @property
    def is_protection(self) -> bool:
        """Whether the person is at work, only on no night duty."""
        return self.kind in PROTECTIONS

    @property
    def last_day(self) -> date:
        """The last day of a stretch that ends at midnight."""
        return local(self.ends_at - timedelta(seconds=1)).date()

    @property
    def shown_kind(self) -> str:
        """What others than the person may read."""
        return str(AbsenceKind.NO_NIGHT.label if self.is_protection else self.get_kind_display())
