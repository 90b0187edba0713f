"""Meeting rooms and who has them when. That two bookings of a room never overlap is the database's to keep."""

from datetime import time

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from apps.meetings.enums import LIVE_BOOKINGS, BookingState
from apps.meetings.openings import Hours

ORGAN, POST = "accounts.Organ", "accounts.Appointment"


class MeetingRoom(models.Model):
    """A room of an organ, with the rule by which it is given. Kept by the administrator."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="所属机关")
    name = models.CharField("名称", max_length=40)
    place = models.CharField("位置", max_length=80, blank=True)
    seat_count = models.PositiveSmallIntegerField("座位数")
    equipment = models.CharField(
        "设备", max_length=200, blank=True, help_text="以顿号分隔，如 投影、视频终端"
    )
    manager = models.ForeignKey(
        POST, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="管理人"
    )
    opens_at = models.TimeField("开放", default=time(8))
    closes_at = models.TimeField("关闭", default=time(20))
    weekdays = models.CharField("开放日", max_length=7, default="12345", help_text="1 为周一，如 12345")
    opens_on_holidays = models.BooleanField(
        "节假日开放",
        default=False,
        help_text="法定节假日和调休的休息日也按开放日开放；调休上班的周末总是开放",
    )
    buffer_minutes = models.PositiveSmallIntegerField("两场间隔（分钟）", default=15)
    needs_approval = models.BooleanField("须管理人批准", default=False)
    confirm_minutes = models.PositiveSmallIntegerField(
        "会前确认（分钟）", default=0, help_text="开始前若干分钟仍未确认的自动释放，0 为不要求"
    )
    is_shared = models.BooleanField("其他机关可预订", default=False)
    rank_order = models.PositiveIntegerField("排序", default=100)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议室"
        ordering = ["rank_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organ", "name"], name="room_name_in_organ"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="room_hours"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        """Opening hours as a value, without the year's arrangement of working days: see `hours_of`."""
        return Hours(
            opens=self.opens_at,
            closes=self.closes_at,
            weekdays=frozenset(int(day) - 1 for day in self.weekdays),
            buffer=self.buffer_minutes,
        )


class Booking(models.Model):
    """A room for a stretch of time. `period` is the stretch with the room's buffer at its end."""

    room = models.ForeignKey(
        MeetingRoom, on_delete=models.PROTECT, related_name="bookings", verbose_name="会议室"
    )
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="预订机关")
    booked_by = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="预订人")
    booked_text = models.CharField(max_length=160)
    purpose = models.CharField("用途", max_length=100)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    period = DateTimeRangeField("占用时段")
    state = models.CharField("状态", max_length=10, choices=BookingState)
    series = models.CharField("重复组", max_length=24, blank=True)
    confirm_by = models.DateTimeField("须确认于", null=True)
    answer = models.CharField("说明", max_length=200, blank=True)
    is_named_at_door = models.BooleanField("门牌屏显示名称", default=False)
    created_at = models.DateTimeField("预订时间")

    class Meta:
        verbose_name = verbose_name_plural = "会议室预订"
        ordering = ["starts_at", "id"]
        constraints = [
            ExclusionConstraint(
                name="booking_no_overlap",
                expressions=[("room", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=[str(state) for state in LIVE_BOOKINGS]),
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_times"),
        ]
        indexes = [
            models.Index(fields=["room", "starts_at"], name="booking_room"),
            models.Index(fields=["booked_by", "starts_at"], name="booking_own"),
            models.Index(
                fields=["confirm_by"], name="booking_confirm", condition=Q(confirm_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.starts_at:%F %R}"

    @property
    def is_live(self) -> bool:
        """Whether it keeps the room."""
        return self.state in LIVE_BOOKINGS


class DoorDisplay(models.Model):
    """门牌屏: the screen at a room's door behind a secret address; only the digest of the secret is kept."""

    room = models.OneToOneField(MeetingRoom, on_delete=models.CASCADE, related_name="door_display")
    digest = models.CharField(max_length=64, unique=True)
    made_text = models.CharField("设置人", max_length=160)
    made_at = models.DateTimeField("设置时间")
    seen_at = models.DateTimeField("最近刷新", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "门牌屏"

    def __str__(self) -> str:
        return f"{self.room_id}"
