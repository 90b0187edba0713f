"""The room of a meeting's video: who may be in it, and from when to when they were."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.meetings.enums import RecordingAnswer, VideoState
from apps.meetings.models.meetings import Meeting

GUEST = "g"
SOURCES = ("mic", "camera", "screen")


def nothing_shut() -> list[Any]:
    """Every source may be opened."""
    return []


class VideoRoom(models.Model):
    """One meeting's video, opened by who runs the meeting. Closed to newcomers while locked.

    `hosts_left_at`: since when people are inside without anybody who leads.
    """

    meeting = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="video", verbose_name="会议"
    )
    opened_at = models.DateTimeField("开启时间")
    ended_at = models.DateTimeField("结束时间", null=True)
    is_locked = models.BooleanField("锁定", default=False)
    has_waiting_room = models.BooleanField("等候室", default=False)
    hosts_left_at = models.DateTimeField("主持人离线", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "视频会议"
        indexes = [
            models.Index(
                fields=["hosts_left_at"], name="video_without_host", condition=Q(hosts_left_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}"


class VideoGuest(models.Model):
    """Somebody from outside with a link of their own, which serves one browser. Of link and browser only digests are kept."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="video_guests", verbose_name="会议"
    )
    name = models.CharField("姓名", max_length=40)
    organisation = models.CharField("单位", max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    device = models.CharField(max_length=64, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "外部嘉宾"

    def __str__(self) -> str:
        return f"{self.organisation} {self.name}"

    @property
    def who(self) -> str:
        """What the media server calls the guest."""
        return f"{GUEST}{self.pk}"


class VideoParticipant(models.Model):
    """A person or a guest who asked to come in, and what was decided. `shut`: sources the host has closed.

    `is_deputy`: named by a host to stand in when hosts are away; `stands_in_since`: does so now. `recorded`: what was said to the
    recording that goes on; who listens sends nothing until it is over.
    """

    room = models.ForeignKey(VideoRoom, on_delete=models.PROTECT, related_name="participants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    guest = models.OneToOneField(VideoGuest, on_delete=models.PROTECT, null=True, related_name="part")
    state = models.CharField("状态", max_length=10, choices=VideoState)
    is_cohost = models.BooleanField("联席主持人", default=False)
    is_deputy = models.BooleanField("代理主持人", default=False)
    stands_in_since = models.DateTimeField("代行主持", null=True)
    shut = models.JSONField("已禁", default=nothing_shut)
    recorded = models.CharField("对录制的意见", max_length=8, choices=RecordingAnswer, blank=True)
    hand_raised_at = models.DateTimeField("举手时间", null=True)
    asked_at = models.DateTimeField("申请时间")

    class Meta:
        verbose_name = verbose_name_plural = "视频参会人"
        constraints = [
            models.UniqueConstraint(fields=["room", "person"], name="video_participant_once"),
            models.UniqueConstraint(fields=["room"], name="video_one_deputy", condition=Q(is_deputy=True)),
            models.UniqueConstraint(
                fields=["room"], name="video_one_stand_in", condition=Q(stands_in_since__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(guest__isnull=True), name="video_person_or_guest"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(is_deputy=False, stands_in_since__isnull=True),
                name="video_guest_leads_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.who}"

    @property
    def who(self) -> str:
        """What the media server calls them."""
        return f"{GUEST}{self.guest_id}" if self.person_id is None else str(self.person_id)

    @property
    def closed(self) -> list[str]:
        """Sources that stay closed: those a host has shut, all of who only listens."""
        return [*SOURCES] if self.recorded == RecordingAnswer.LISTENS else list(self.shut)


class VideoStay(models.Model):
    """From coming to going, as the server saw it. `seen_at`: when the media server was last asked and had the person."""

    participant = models.ForeignKey(VideoParticipant, on_delete=models.PROTECT, related_name="stays")
    joined_at = models.DateTimeField("进入")
    seen_at = models.DateTimeField("最近在场")
    left_at = models.DateTimeField("离开", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "在场记录"
        ordering = ["joined_at", "id"]
        indexes = [models.Index(fields=["id"], name="video_stay_open", condition=Q(left_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.joined_at:%H:%M}"
