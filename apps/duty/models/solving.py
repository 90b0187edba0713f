"""What the roster has to keep, and the runs that arrange it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.duty.enums import DayKind, SolvingState
from apps.duty.models.rosters import DutyRoster


class DutyRules(models.Model):
    """排班规则 of an organ (domain.md §6.1)."""

    organ = models.OneToOneField("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    rest_hours = models.PositiveSmallIntegerField(
        "两班间隔（小时）", default=48, validators=[MaxValueValidator(240)]
    )
    most = models.PositiveSmallIntegerField(
        "每人每月最多班次", null=True, validators=[MinValueValidator(1), MaxValueValidator(62)]
    )
    workday_points = models.PositiveSmallIntegerField("平日（十分之一分）", default=10)
    weekend_points = models.PositiveSmallIntegerField("周末（十分之一分）", default=15)
    statutory_points = models.PositiveSmallIntegerField("法定节假日（十分之一分）", default=30)
    spring_points = models.PositiveSmallIntegerField("春节（十分之一分）", default=40)
    approves_swaps = models.BooleanField("换班须经值班室审批", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "排班规则"
        constraints = [
            models.CheckConstraint(condition=Q(rest_hours__lte=240), name="duty_rest_bounded"),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(most__range=(1, 62)), name="duty_most_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organ_id}"

    @property
    def weights(self) -> dict[DayKind, int]:
        """What a duty weighs by the kind of its day, in tenths of a point."""
        return {
            DayKind.WORKDAY: self.workday_points,
            DayKind.WEEKEND: self.weekend_points,
            DayKind.STATUTORY: self.statutory_points,
            DayKind.SPRING: self.spring_points,
        }

    @property
    def weight_fields(self) -> list[tuple[DayKind, str]]:
        """The weights as people write them, in points."""
        return [(kind, f"{points / 10:g}") for kind, points in self.weights.items()]

    @property
    def weights_text(self) -> str:
        """`平日1 · 周末1.5 · 法定节假日3 · 春节4`."""
        return " · ".join(f"{kind.label}{points / 10:g}" for kind, points in self.weights.items())


class RosterSolving(models.Model):
    """One run of the arrangement: asked of a version of the roster, its best so far, its certificate or why there is none."""

    roster = models.ForeignKey(DutyRoster, on_delete=models.CASCADE, related_name="solvings")
    version = models.PositiveIntegerField("起始版本")
    made_version = models.PositiveIntegerField("结果版本", null=True)
    state = models.CharField("状态", max_length=10, choices=SolvingState, default=SolvingState.RUNNING)
    is_stop_asked = models.BooleanField("已要求停止", default=False)
    asked_by = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)
    aims = models.JSONField("编排依据", default=list)
    words = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "智能编排"
        constraints = [
            models.UniqueConstraint(
                fields=["roster"], condition=Q(state="running"), name="one_solving_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.get_state_display()}"
