"""A meeting, whom it calls, who comes, where they sit, and its append-only course."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.deadlines import Schedule
from apps.core.triggers import no_truncate
from apps.meetings.enums import (
    AttendeeState,
    Capacity,
    CheckInWay,
    MeetingKind,
    MeetingState,
    SeatZone,
)
from apps.meetings.models.rooms import Booking

ORGAN, UNIT, POST = "accounts.Organ", "accounts.InternalUnit", "accounts.Appointment"
REPLY_SCHEDULE = Schedule(before=(1,), on_day=True)


def no_seats() -> dict[str, Any]:
    """No seating asked for yet."""
    return {}


class Meeting(models.Model):
    """One meeting from its request to its minutes. Frozen in what was told: a change is told to those concerned."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="主办机关")
    unit = models.ForeignKey(
        UNIT, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="承办科室"
    )
    organiser = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="承办人")
    name = models.CharField("会议名称", max_length=100)
    kind = models.CharField("类别", max_length=12, choices=MeetingKind, default=MeetingKind.ORDINARY)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, related_name="meeting", verbose_name="会议室预订"
    )
    outside_place = models.CharField("其他地点", max_length=100, blank=True)
    host = models.ForeignKey(
        POST, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="主持人"
    )
    contact = models.CharField("联系人", max_length=80, blank=True)
    note = models.TextField("会议事项和要求", blank=True)
    substitute_allowed = models.BooleanField("允许替会", default=True)
    reply_due_at = models.DateTimeField("回执时限", null=True)
    materials_due_at = models.DateTimeField("材料时限", null=True)
    state = models.CharField("状态", max_length=12, choices=MeetingState, default=MeetingState.DRAFT)
    matter = models.ForeignKey(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="审批"
    )
    announcement = models.ForeignKey(
        "notifications.Announcement",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="会议通知",
    )
    notice = models.ForeignKey(
        "documents.OutgoingDocument",
        on_delete=models.SET_NULL,  # only drafts are ever deleted: another may be made
        null=True,
        related_name="+",
        verbose_name="通知文件",
    )
    notice_facts = models.TextField("拟通知文件时的会议安排", blank=True)
    seating = models.JSONField("座次", default=no_seats)
    record = models.TextField("会议记录", blank=True)
    minutes = models.ForeignKey(
        "documents.OutgoingDocument",
        on_delete=models.SET_NULL,  # only drafts are ever deleted: another may be made
        null=True,
        related_name="+",
        verbose_name="纪要",
    )
    begun_at = models.DateTimeField("实际开始", null=True)
    ended_at = models.DateTimeField("实际结束", null=True)
    minutes_due_at = models.DateTimeField("纪要时限", null=True)
    next_reply_reminder_at = models.DateTimeField(null=True)
    next_materials_reminder_at = models.DateTimeField(null=True)
    next_start_reminder_at = models.DateTimeField(null=True)
    next_minutes_reminder_at = models.DateTimeField(null=True)
    is_soon_told = models.BooleanField(default=False)
    created_at = models.DateTimeField("建立时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "会议"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_times")]
        indexes = [
            models.Index(fields=["organ", "-starts_at", "-id"], name="meeting_of_organ"),
            models.Index(fields=["starts_at"], name="meeting_time"),
            *(
                models.Index(
                    fields=[name], name=f"meeting_{short}", condition=Q(**{f"{name}__isnull": False})
                )
                for name, short in (
                    ("next_reply_reminder_at", "reply_next"),
                    ("next_materials_reminder_at", "materials_next"),
                    ("next_start_reminder_at", "start_next"),
                    ("next_minutes_reminder_at", "minutes_next"),
                )
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where, as told to people."""
        if self.booking is None:
            return self.outside_place or "地点待定"
        room = self.booking.room
        return f"{room.name}（{room.place}）" if room.place else room.name


class Invitation(models.Model):
    """Whom a meeting calls: an organ for so many people, or one person. `told_version` is the notice it has had."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(POST, on_delete=models.PROTECT, null=True, related_name="+")
    quota = models.PositiveSmallIntegerField("名额", default=1)
    capacity = models.CharField("方式", max_length=10, choices=Capacity, default=Capacity.ATTENDING)
    recipient = models.OneToOneField(
        "notifications.AnnouncementRecipient", on_delete=models.PROTECT, null=True, related_name="+"
    )
    slip_version = models.PositiveIntegerField(default=0)
    rank = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "参会范围"
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "organ"], name="invited_organ_once", condition=Q(organ__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["meeting", "post"], name="invited_post_once", condition=Q(post__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(organ__isnull=True) ^ Q(post__isnull=True), name="invited_is_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.organ_id or self.post_id}"


class Attendee(models.Model):
    """A person expected at a meeting, with an account or only a name. A substitute's name, post and rank are kept beside."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendees")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="attendees")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField("姓名", max_length=40)
    post_title = models.CharField("职务", max_length=60, blank=True)
    rank_order = models.PositiveIntegerField("排序", default=100_000)
    state = models.CharField("状态", max_length=16, choices=AttendeeState, default=AttendeeState.INVITED)
    reason = models.CharField("事由", max_length=200, blank=True)
    substitute_name = models.CharField("替会人", max_length=40, blank=True)
    substitute_post = models.CharField("替会人职务", max_length=60, blank=True)
    substitute_rank = models.CharField("替会人职级", max_length=40, blank=True)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_text = models.CharField(max_length=160, blank=True)
    door_code = models.CharField(max_length=12)
    checked_in_at = models.DateTimeField("签到时间", null=True)
    checked_in_way = models.CharField("签到方式", max_length=8, choices=CheckInWay, blank=True)
    checked_in_text = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参会人员"
        ordering = ["invitation__rank", "rank_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "door_code"], name="door_code_once"),
            models.UniqueConstraint(
                fields=["meeting", "person"], name="attendee_once", condition=Q(person__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["person", "meeting"], name="attendee_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def comes_as(self) -> str:
        """The name of who comes: the substitute's once granted."""
        return self.substitute_name if self.state_is_substituted else self.name

    @property
    def state_is_substituted(self) -> bool:
        """Whether the substitute comes in the person's place."""
        return bool(self.substitute_name) and self.state not in {
            AttendeeState.LEAVE_REQUESTED, AttendeeState.LEAVE_REFUSED, AttendeeState.CONFIRMED
        }  # fmt: skip


class SeatAssignment(models.Model):
    """A seat given; `is_fixed` ones were set by hand and stay when seats are given anew."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="seats")
    attendee = models.OneToOneField(Attendee, on_delete=models.PROTECT, related_name="seat")
    zone = models.CharField("区", max_length=8, choices=SeatZone)
    row = models.PositiveSmallIntegerField("排")
    number = models.PositiveSmallIntegerField("座")
    is_fixed = models.BooleanField("手工指定", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "座次"
        ordering = ["zone", "row", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "zone", "row", "number"], name="seat_once")]

    def __str__(self) -> str:
        return f"{self.get_zone_display()}{self.row}排{self.number}号"


class MeetingLog(models.Model):
    """A line of a meeting's course; never changed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="log")
    act = models.CharField(max_length=16)
    verb = models.CharField(max_length=20)
    person_name = models.CharField(max_length=40, blank=True)
    post_text = models.CharField(max_length=160, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "会议过程"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["meeting", "-at"], name="meeting_log_order")]
        triggers = [
            pgtrigger.Protect(name="meeting_log_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("meeting_log_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.verb}"


class CalendarFeed(models.Model):
    """A person's calendar behind a secret address; only the digest of the secret is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "日程订阅"

    def __str__(self) -> str:
        return f"{self.person_id}"
