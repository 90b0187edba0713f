"""Supervision items with their classes, figures, assisting organs and milestones."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from apps.core.deadlines import Schedule
from apps.core.models import Dated
from apps.core.triggers import search_text_kept
from apps.core.words import words_index
from apps.supervision.enums import Frequency, LightKind, Source, State
from apps.supervision.lifecycle import RUNNING
from apps.supervision.tallying import UNSETTLED, item_triggers

IS_RUNNING = Q(state__in=[str(state) for state in RUNNING])
IS_COMPLETED = Q(completed_at__isnull=False)
ORGAN, UNIT, POST = "accounts.Organ", "accounts.InternalUnit", "accounts.Appointment"


def default_schedule() -> dict[str, Any]:
    """7, 3 and 1 working days before, on the day, then every working day."""
    return Schedule(before=(7, 3, 1), on_day=True, overdue_every=1, overdue_most=20).dump()


def default_report_schedule() -> dict[str, Any]:
    """The working day before, on its day, then every other working day until the report comes."""
    return Schedule(before=(1,), on_day=True, overdue_every=2, overdue_most=10).dump()


class ItemClass(models.Model):
    """A class of items: the mark of its numbers, its usual limit, its reminders. Kept by the administrator."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=40)
    mark = models.CharField("编号用字", max_length=4, help_text="如 督、批、会、建，编号为 督〔2026〕15号")
    source = models.CharField("来源", max_length=12, choices=Source)
    workdays = models.PositiveSmallIntegerField("一般时限（工作日）", default=22)
    schedule = models.JSONField("提醒安排", default=default_schedule)
    report_schedule = models.JSONField("反馈提醒安排", default=default_report_schedule)
    head_after = models.PositiveSmallIntegerField(
        "逾期几个工作日起告知单位负责人", null=True, blank=True, default=2, help_text="留空为不告知"
    )
    leader_after = models.PositiveSmallIntegerField(
        "逾期几个工作日起告知分管领导", null=True, blank=True, default=4, help_text="留空为不告知"
    )
    rank_order = models.PositiveIntegerField("排序", default=100)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "督办事项类别"
        ordering = ["rank_order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(leader_after__isnull=True) | Q(leader_after__gte=F("head_after")),
                name="class_escalates_upwards",
            )
        ]

    def __str__(self) -> str:
        return self.name


class NumberCounter(models.Model):
    """The last serial given by an organ for a mark in a year."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "mark", "year"], name="supervision_counter")]

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕{self.last}"


class SupervisionItem(Dated):
    """One matter that must be done by somebody by a date. `first_due_at` is the date before any extension."""

    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="督办机关")
    item_class = models.ForeignKey(ItemClass, on_delete=models.PROTECT, verbose_name="类别")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="parts", verbose_name="上级事项"
    )
    number = models.CharField("编号", max_length=40, blank=True)
    title = models.CharField("事项", max_length=200)
    search_text = models.TextField(blank=True, editable=False, default="")
    requirement = models.TextField("要求", blank=True)
    source = models.CharField("来源", max_length=12, choices=Source)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    quote = models.CharField("来源原文", max_length=2000, blank=True)
    leader = models.ForeignKey(
        POST, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="交办领导"
    )
    state = models.CharField("状态", max_length=16, choices=State, default=State.PROPOSED)
    lead_organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+", verbose_name="牵头单位")
    lead_unit = models.ForeignKey(
        UNIT, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="牵头科室"
    )
    handler = models.ForeignKey(
        POST, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    workdays = models.PositiveSmallIntegerField("时限（工作日）", null=True)
    weight = models.PositiveSmallIntegerField("权重", default=1)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    frequency = models.CharField("反馈频次", max_length=10, choices=Frequency, blank=True)
    first_due_at = models.DateTimeField("原定时限", null=True)
    yellow_at = models.DateTimeField("临期起", null=True)
    report_dates = models.JSONField("指定反馈日期", default=list, help_text="按先后排列的日期，如 2026-12-10")
    report_due_at = models.DateTimeField("反馈时限", null=True)
    next_report_reminder_at = models.DateTimeField("下次反馈提醒", null=True)
    report_period = models.CharField("反馈期次", max_length=20, blank=True)
    milestone_due_at = models.DateTimeField("最近节点时限", null=True)
    is_listed = models.BooleanField("挂牌督办", default=False)
    urge_count = models.PositiveSmallIntegerField("催办次数", default=0)
    proposed_by = models.ForeignKey(POST, on_delete=models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间")
    assigned_at = models.DateTimeField("交办时间", null=True)
    completed_at = models.DateTimeField("办结时间", null=True)
    is_late = models.BooleanField("超期办结", default=False)
    grade = models.CharField("评价", max_length=10, blank=True)
    # kept by triggers (`tallying`) and never shown, for the light is computed (`lights`): until when the item is green by its
    # dates, under which light the figures hold it, and until when they do
    green_until = models.DateTimeField(null=True, help_text="由时限算出：此前为正常")
    counted_light = models.CharField(max_length=6, choices=LightKind, default=LightKind.NONE)
    light_until = models.DateTimeField(null=True, default=UNSETTLED)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = verbose_name_plural = "督办事项"
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "number"], condition=~Q(number=""), name="supervision_number"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="supervision_progress"),
            models.CheckConstraint(
                condition=~IS_RUNNING | Q(due_at__isnull=False), name="supervision_running_dated"
            ),
        ]
        indexes = [
            models.Index(fields=["organ", "state", "due_at", "id"], name="supervision_board"),
            models.Index(fields=["subject_kind", "subject_id"], name="supervision_subject"),
            models.Index(
                fields=["next_reminder_at"],
                name="supervision_reminder",
                condition=Q(next_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["next_report_reminder_at"],
                name="supervision_report",
                condition=Q(next_report_reminder_at__isnull=False),
            ),
            words_index("supervision_words"),
            models.Index(
                fields=["light_until"], name="supervision_unsettled", condition=Q(light_until__isnull=False)
            ),
            models.Index(fields=["due_at", "id"], name="supervision_running", condition=IS_RUNNING),
            models.Index(
                fields=["lead_organ", "due_at", "id"], name="supervision_running_lead", condition=IS_RUNNING
            ),
            models.Index(fields=["green_until", "id"], name="supervision_green", condition=IS_RUNNING),
            models.Index(
                fields=["lead_organ", "green_until", "id"],
                name="supervision_green_lead",
                condition=IS_RUNNING,
            ),
            models.Index(fields=["lead_organ", "state"], name="supervision_lead"),
            models.Index(
                fields=["lead_organ", "report_due_at"],
                name="supervision_owed",
                condition=Q(report_due_at__isnull=False),
            ),
            models.Index(fields=["-created_at", "-id"], name="supervision_newest"),
            models.Index(fields=["lead_organ", "-created_at", "-id"], name="supervision_lead_newest"),
            models.Index(fields=["lead_organ"], name="supervision_listed", condition=Q(is_listed=True)),
            models.Index(fields=["-completed_at", "-id"], name="supervision_done", condition=IS_COMPLETED),
            models.Index(
                fields=["lead_organ", "-completed_at", "-id"],
                name="supervision_lead_done",
                condition=IS_COMPLETED,
            ),
        ]
        triggers = [
            *item_triggers(),
            search_text_kept("item_text", "number", "title", parts="NEW.number, NEW.title"),
        ]

    def __str__(self) -> str:
        return f"{self.number or '（未编号）'}{self.title}"


class Tally(models.Model):
    """Part of a figure of the board: rows of the same group and key are added up, and folded into one from time to time.

    `axis` source, leader, month (of the date, the assignment or the completion), week (of the completion), or source and leader
    with the year of the completion; `key` its value.
    """

    organ = models.ForeignKey(ORGAN, on_delete=models.CASCADE, related_name="+")
    lead_organ = models.ForeignKey(ORGAN, on_delete=models.CASCADE, related_name="+")
    lead_unit = models.ForeignKey(UNIT, on_delete=models.CASCADE, null=True, related_name="+")
    axis = models.CharField(max_length=8)
    key = models.CharField(max_length=20)
    green = models.BigIntegerField()
    yellow = models.BigIntegerField()
    red = models.BigIntegerField()
    review = models.BigIntegerField()
    assigned = models.BigIntegerField()
    done = models.BigIntegerField()
    late = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "督办数字"
        indexes = [
            models.Index(fields=["organ", "axis", "key"], name="tally_organ"),
            models.Index(fields=["lead_organ", "axis", "key"], name="tally_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.axis} {self.key}"


class Assisting(models.Model):
    """An organ that helps (配合单位)."""

    item = models.ForeignKey(SupervisionItem, on_delete=models.CASCADE, related_name="assisting")
    organ = models.ForeignKey(ORGAN, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "organ"], name="assisting_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.organ_id}"


class Milestone(models.Model):
    """节点: what is to be reached by a day on the way. A missed one turns the item yellow."""

    item = models.ForeignKey(SupervisionItem, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField("节点", max_length=100)
    due_at = models.DateTimeField("时限")
    reached_at = models.DateTimeField("完成时间", null=True)
    reached_text = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节点"
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "title"], name="milestone_once")]

    def __str__(self) -> str:
        return self.title
