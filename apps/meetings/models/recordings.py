"""Recordings of video meetings, and for how long an organ keeps them."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.meetings.enums import RecordingAudience, RecordingEnd, RecordingState
from apps.meetings.models.meetings import ORGAN, POST, Meeting

KEEP_DAYS = 180  # where an organ has not said otherwise
LEAST_DAYS, MOST_DAYS = 7, 3650


def no_chapters() -> list[Any]:
    """Nobody has spoken yet."""
    return []


def clock_words(milliseconds: int) -> str:
    """A length in digits."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


class VideoRecording(models.Model):
    """One from 开始录制 to the film that may be watched. While `claimed_at` is young, one worker is at it.

    `progress`: percent of the film that is made. `chapters`: from when (milliseconds) who is shown. `trouble`: why it waits or failed.
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="recordings", verbose_name="会议"
    )
    state = models.CharField("状态", max_length=10, choices=RecordingState, default=RecordingState.RECORDING)
    audience = models.CharField(
        "观看范围", max_length=10, choices=RecordingAudience, default=RecordingAudience.ATTENDING
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="录制人"
    )
    started_as = models.ForeignKey(POST, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField("开始时间")
    heard_at = models.DateTimeField(help_text="媒体服务最近一次确认正在录制")
    stopped_at = models.DateTimeField("停止时间", null=True)
    compose_at = models.DateTimeField(null=True, help_text="不早于此时合成")
    stop_reason = models.CharField("停止原因", max_length=10, choices=RecordingEnd, blank=True)
    milliseconds = models.PositiveBigIntegerField("时长", default=0)
    chapters = models.JSONField("发言时间", default=no_chapters)
    has_pictures = models.BooleanField(default=False)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    progress = models.PositiveSmallIntegerField("合成进度", default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    keep_until = models.DateTimeField("保存至", null=True)
    removed_at = models.DateTimeField("删除时间", null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="删除人"
    )
    removal_reason = models.CharField("删除原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会议录制"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                name="recording_one_at_a_time",
                condition=Q(state=RecordingState.RECORDING),
            ),
            models.CheckConstraint(
                condition=~Q(state=RecordingState.READY) | Q(file__isnull=False),
                name="recording_ready_has_film",
            ),
        ]
        indexes = [
            models.Index(
                fields=["compose_at"],
                name="recording_open",
                condition=Q(
                    state__in=[RecordingState.RECORDING, RecordingState.WAITING, RecordingState.COMPOSING]
                ),
            ),
            models.Index(fields=["keep_until"], name="recording_kept", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def length(self) -> str:
        """`1:02:03` or `2:03`."""
        return clock_words(self.milliseconds)

    @property
    def places(self) -> list[tuple[float, str, str]]:
        """From which second, in digits, who is shown."""
        return [(at / 1000, clock_words(at), words) for at, words in self.chapters]

    @property
    def is_moving(self) -> bool:
        """Whether it will change by itself."""
        return self.state in {RecordingState.RECORDING, RecordingState.WAITING, RecordingState.COMPOSING}


class RecordingTerms(models.Model):
    """For how many days an organ keeps its recordings; of an organ without a row they are kept `KEEP_DAYS`."""

    organ = models.OneToOneField(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="机关")
    keep_days = models.PositiveIntegerField(
        "保存天数", validators=[MinValueValidator(LEAST_DAYS), MaxValueValidator(MOST_DAYS)]
    )
    changed_at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "会议录制保存期限"

    def __str__(self) -> str:
        return f"{self.organ_id} {self.keep_days} 天"
