"""Posts, a month's roster, its watches, and who serves."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from apps.core.clock import today
from apps.duty.enums import RosterState, WatchState

ORGAN, POST = "accounts.Organ", "accounts.Appointment"


class Span(Func):
    """A stretch of time in SQL, its end outside."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class DutyPost(models.Model):
    """A post on the roster of an organ: 带班领导, 主班, 副班."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="机关")
    name = models.CharField("岗位", max_length=20)
    is_leader = models.BooleanField("由领导担任", default=False)
    keeps_log = models.BooleanField("负责值班日志和交接", default=True)
    rank_order = models.PositiveIntegerField("排序", default=100)
    is_active = models.BooleanField("启用", default=True)
    members: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        POST, through="duty.DutyMember", related_name="duty_posts", verbose_name="可值班人员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "值班岗位"
        ordering = ["rank_order", "id"]
        constraints = [models.UniqueConstraint(fields=["organ", "name"], name="duty_post_once")]

    def __str__(self) -> str:
        return self.name


class DutyMember(models.Model):
    """Who may serve at a post, and since when (None: since the appointment began)."""

    post = models.ForeignKey(DutyPost, on_delete=models.CASCADE, db_column="dutypost_id", related_name="+")
    appointment = models.ForeignKey(POST, on_delete=models.CASCADE, related_name="+")
    since = models.DateField("起", null=True, default=today)

    class Meta:
        verbose_name = verbose_name_plural = "可值班人员"
        db_table = "duty_dutypost_members"
        unique_together = (("post", "appointment"),)

    def __str__(self) -> str:
        return f"{self.post_id}: {self.appointment_id}"


class DutyRoster(models.Model):
    """值班表: one month of one organ."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    month = models.DateField("月份", help_text="当月1日")
    state = models.CharField("状态", max_length=10, choices=RosterState, default=RosterState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField("发布时间", null=True)
    published_text = models.CharField("发布人", max_length=160, blank=True)
    following_due_at = models.DateTimeField("下月值班表发布期限", null=True)
    next_following_reminder_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "值班表"
        constraints = [
            models.UniqueConstraint(fields=["organ", "month"], name="duty_roster_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="duty_roster_month"),
        ]
        indexes = [
            models.Index(
                fields=["next_following_reminder_at"],
                name="duty_following_reminder",
                condition=Q(next_following_reminder_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class DutyWatch(models.Model):
    """班次: one stretch of time with one log. Watches of an organ never overlap."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    roster = models.ForeignKey(DutyRoster, on_delete=models.PROTECT, related_name="watches")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    state = models.CharField("状态", max_length=10, choices=WatchState, default=WatchState.PLANNED)
    taken_at = models.DateTimeField("接班时间", null=True)
    taken_text = models.CharField("接班人", max_length=160, blank=True)
    handed_at = models.DateTimeField("交班时间", null=True)
    handed_text = models.CharField("交班人", max_length=160, blank=True)
    next_start_reminder_at = models.DateTimeField(null=True)
    next_taking_reminder_at = models.DateTimeField(null=True)
    next_end_reminder_at = models.DateTimeField(null=True)
    summary = models.TextField("交班小结", blank=True)
    pending = models.TextField("待办移交", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "班次"
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_watch_forwards"),
            models.UniqueConstraint(fields=["organ"], condition=Q(state="on"), name="duty_one_watch_on"),
            ExclusionConstraint(
                name="duty_watch_apart",
                expressions=[
                    ("organ", RangeOperators.EQUAL),
                    (Span("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "starts_at"], name="duty_watch_time"),
            models.Index(
                fields=["next_start_reminder_at"],
                name="duty_start_reminder",
                condition=Q(next_start_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["next_taking_reminder_at"],
                name="duty_taking_reminder",
                condition=Q(next_taking_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["next_end_reminder_at"],
                name="duty_end_reminder",
                condition=Q(next_end_reminder_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M}"


class DutyShift(models.Model):
    """One post of one watch, and who serves it."""

    watch = models.ForeignKey(DutyWatch, on_delete=models.CASCADE, related_name="shifts")
    post = models.ForeignKey(DutyPost, on_delete=models.PROTECT, related_name="+")
    appointment = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="duty_shifts")

    class Meta:
        verbose_name = verbose_name_plural = "值班"
        ordering = ["post__rank_order", "post_id"]
        constraints = [
            models.UniqueConstraint(fields=["watch", "post"], name="duty_shift_once"),
            models.UniqueConstraint(fields=["watch", "appointment"], name="duty_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id} {self.post_id}"
