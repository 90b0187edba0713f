"""外出报备 and 投诉建议. Times of an absence are kept as half-days and as the moments they mean."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from apps.affairs.enums import AwayKind, AwayState, Half, SuggestionKind, SuggestionState, SuggestionTopic
from apps.affairs.halves import days_between, span_words

POST = "accounts.Appointment"


class AwayNotice(models.Model):
    """Somebody leaves from … to …; `acting` presides meanwhile."""

    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="away_notices", verbose_name="外出人"
    )
    appointment = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="职务")
    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.PROTECT, related_name="+", verbose_name="机关"
    )
    filed_by = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="填报人")
    matter = models.OneToOneField(
        "workflow.Matter", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="事项"
    )
    kind = models.CharField("类别", max_length=10, choices=AwayKind)
    reason = models.CharField("事由", max_length=200)
    destination = models.CharField("目的地", max_length=100)
    companions = models.CharField("同行人员", max_length=100, blank=True)
    phone = models.CharField("外出期间联系电话", max_length=30, blank=True)
    starts_on = models.DateField("离开日期")
    starts_half = models.CharField("离开时段", max_length=10, choices=Half)
    ends_on = models.DateField("返回日期")
    ends_half = models.CharField("返回时段", max_length=10, choices=Half)
    starts_at = models.DateTimeField("离开时间")
    ends_at = models.DateTimeField("返回时间")
    acting = models.ForeignKey(
        POST, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="主持工作"
    )
    is_delegating = models.BooleanField("授权主持工作的人代办待办", default=False)
    explanation = models.CharField("情况说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=10, choices=AwayState, default=AwayState.DRAFT)
    absence = models.OneToOneField(
        "accounts.Absence", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="离岗"
    )
    delegation = models.OneToOneField(
        "accounts.Delegation", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="授权"
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name="变更自"
    )
    note = models.CharField("备注", max_length=200, blank=True)
    returned_at = models.DateTimeField("返岗时间", null=True)
    next_return_reminder_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField("填报时间")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "外出报备"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="away_dates")]
        indexes = [
            models.Index(fields=["organ", "-starts_at", "-id"], name="away_organ"),
            models.Index(fields=["person", "-starts_at", "-id"], name="away_person"),
            models.Index(
                fields=["next_return_reminder_at"],
                name="away_reminder",
                condition=Q(next_return_reminder_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def days(self) -> float:
        """Length in days, in halves."""
        return days_between(self.starts_at, self.ends_at)

    @property
    def span(self) -> str:
        """The time in words."""
        return span_words(self.starts_at, self.ends_at)

    @property
    def title(self) -> str:
        """Name, time and place."""
        return f"{self.person.name}外出报备：{self.span} {self.destination}"


class Suggestion(models.Model):
    """A complaint, a suggestion or a call for help to an organ. `author` is shown to nobody when `is_anonymous`."""

    organ = models.ForeignKey(
        "accounts.Organ", on_delete=models.PROTECT, related_name="+", verbose_name="受理机关"
    )
    author = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    author_words = models.CharField("提出人单位职务", max_length=120, blank=True)
    is_anonymous = models.BooleanField("匿名", default=False)
    kind = models.CharField("类别", max_length=10, choices=SuggestionKind)
    topic = models.CharField("事项", max_length=10, choices=SuggestionTopic)
    title = models.CharField("标题", max_length=100)
    state = models.CharField("状态", max_length=10, choices=SuggestionState, default=SuggestionState.WAITING)
    is_satisfied = models.BooleanField("满意", null=True)
    was_reopened = models.BooleanField(default=False)
    submission_key = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField("提出时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "投诉建议"
        indexes = [
            models.Index(fields=["organ", "-created_at", "-id"], name="suggestion_organ"),
            models.Index(fields=["author", "-created_at", "-id"], name="suggestion_author"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def author_shown(self) -> str:
        """Who it is from, as the handlers see it."""
        return "匿名" if self.is_anonymous else f"{self.author.name} {self.author_words}".strip()


class SuggestionWord(models.Model):
    """What the author or the organ said; never changed. `speaker` of an answer is named, of an anonymous author never."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.PROTECT, related_name="words", verbose_name="投诉建议"
    )
    is_answer = models.BooleanField("答复", default=False)
    speaker = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", verbose_name="发言人"
    )
    speaker_words = models.CharField("身份", max_length=120, blank=True)
    text = models.CharField("内容", max_length=2000)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "投诉建议往来"
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(name="suggestion_word_fixed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.text[:40]
