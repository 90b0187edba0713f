"""Reads as things of their own, opinions that never change, the log in words, phrases."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.triggers import no_truncate
from apps.workflow.models.matters import Matter
from apps.workflow.models.runs import Run, Task

PERSON = settings.AUTH_USER_MODEL


class Reading(models.Model):
    """A read (待阅): one person is to know a matter; reading it is all that is asked."""

    class Source(models.TextChoices):
        """Why it is on the person's list."""

        CIRCULATION = "circulation", "传阅"
        INFORM = "inform", "知会"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="readings")
    appointment = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, related_name="+")
    source = models.CharField("来源", max_length=12, choices=Source)
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("送阅时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    cancelled_at = models.DateTimeField("取消时间", null=True)
    urged_at = models.DateTimeField("最近催阅", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待阅"
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "person"], condition=Q(cancelled_at__isnull=True), name="reading_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["person", "-sent_at", "-id"],
                name="reading_inbox",
                condition=Q(read_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.Index(
                fields=["person", "-read_at", "-id"],
                name="reading_done",
                condition=Q(read_at__isnull=False, cancelled_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="reading_participates",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="PERFORM workflow_participate(NEW.matter_id, NEW.person_id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.person_id}"


class Opinion(models.Model):
    """What somebody said at a step: words, strokes or a circle; never changed (append-only by trigger)."""

    class Action(models.TextChoices):
        """What the opinion did; approve, circle_read and sign count as consent (条例 art. 22)."""

        SUBMIT = "submit", "提交"
        APPROVE = "approve", "同意"
        SIGN = "sign", "签发"
        CIRCLE_READ = "circle_read", "圈阅"
        RETURN = "return", "退回"
        INSTRUCT = "instruct", "批示"
        NOTE = "note", "意见"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="opinions")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="opinions")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="opinions")
    step_code = models.CharField(max_length=40, blank=True)
    column = models.CharField("意见栏", max_length=40)
    action = models.CharField("行为", max_length=12, choices=Action)
    text = models.CharField("意见", max_length=2000, blank=True)
    strokes = models.JSONField("笔迹", null=True)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="opinions")
    person_name = models.CharField(max_length=40)
    post_text = models.CharField(max_length=200)
    unit_rank_order = models.PositiveIntegerField(default=0)
    on_behalf_of = models.CharField("代", max_length=120, blank=True)
    recorded_by_name = models.CharField("代录", max_length=120, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "意见"
        indexes = [models.Index(fields=["matter", "at", "id"], name="opinion_matter")]
        triggers = [
            pgtrigger.Protect(name="opinion_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="opinion_participates",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="PERFORM workflow_participate(NEW.matter_id, NEW.person_id); RETURN NULL;",
            ),
            no_truncate("opinion_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.get_action_display()}"

    @property
    def is_taken_back(self) -> bool:
        """Whether the act these words went with was withdrawn; they stay readable and count for nothing."""
        return self.task is not None and self.task.state == Task.State.WITHDRAWN


class StepLog(models.Model):
    """流转记录: one line per move of a matter, in words."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="log")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="log")
    verb = models.CharField("动作", max_length=20)
    step_name = models.CharField("环节", max_length=40, blank=True)
    person_name = models.CharField("人员", max_length=120)
    post_text = models.CharField("单位职务", max_length=200, blank=True)
    to_text = models.CharField("送往", max_length=400, blank=True)
    note = models.CharField("说明", max_length=2000, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "流转记录"
        indexes = [models.Index(fields=["matter", "at", "id"], name="step_log_matter")]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.verb}"


class Phrase(models.Model):
    """常用语: kept by a person, or by an organ's office for its people; offered to all when both are empty."""

    person = models.ForeignKey(
        PERSON, on_delete=models.CASCADE, null=True, blank=True, related_name="phrases"
    )
    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.CASCADE, null=True, blank=True, related_name="phrases"
    )
    text = models.CharField("内容", max_length=100)
    rank_order = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        ordering = ["rank_order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organ", "text"], name="phrase_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(organ__isnull=True), name="phrase_one_keeper"
            ),
        ]

    def __str__(self) -> str:
        return self.text
