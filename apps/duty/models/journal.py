"""值班日志: one line per matter, never changed; corrections follow (domain.md §6.1)."""

from typing import Any

import pgtrigger
from django.db import models

from apps.core.triggers import no_truncate, search_text_kept
from apps.core.words import words_index
from apps.duty.enums import EntryKind
from apps.files.models import StoredFile


class DutyLogEntry(models.Model):
    """A line of the log of a watch, or of the course of an event."""

    watch = models.ForeignKey("duty.DutyWatch", on_delete=models.PROTECT, null=True, related_name="entries")
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(
        "duty.EmergencyEvent", on_delete=models.PROTECT, null=True, related_name="entries"
    )
    kind = models.CharField("类别", max_length=12, choices=EntryKind)
    source = models.CharField("来源（单位、来电人、电话）", max_length=160, blank=True)
    text = models.TextField("内容")
    proposal = models.CharField("拟办意见", max_length=500, blank=True)
    result = models.CharField("处理结果", max_length=500, blank=True)
    happened_at = models.DateTimeField("时间")
    addressees: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "accounts.Appointment", related_name="+", verbose_name="通知人员"
    )
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    writer_text = models.CharField("记录人", max_length=160)
    written_at = models.DateTimeField("记录时间")
    search_text = models.TextField(blank=True, editable=False, default="")
    attached: list[StoredFile]  # set by `with_files`
    submission_key = models.CharField(
        max_length=90, blank=True
    )  # person and key of the form: a repeated one finds its line

    class Meta:
        verbose_name = verbose_name_plural = "值班日志"
        ordering = ["happened_at", "id"]
        indexes = [
            models.Index(fields=["organ", "-happened_at", "-id"], name="duty_log_organ"),
            models.Index(fields=["watch", "happened_at"], name="duty_log_watch"),
            models.Index(fields=["event", "happened_at"], name="duty_log_event"),
            models.Index(
                fields=["submission_key"], name="duty_log_key", condition=~models.Q(submission_key="")
            ),
            words_index("duty_log_words"),
        ]
        triggers = [
            pgtrigger.Protect(name="duty_log_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("duty_log_no_truncate"),
            search_text_kept(
                "duty_log_search", "text", "source", "result", parts="NEW.text, NEW.source, NEW.result"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%F %H:%M} {self.get_kind_display()}"
