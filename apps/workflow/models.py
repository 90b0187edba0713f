"""Procedures as data, runs that pin a version, to-dos and reads as different things, opinions that never change.

A `Matter` (事项) is the card of a subject of an upper floor: what lists show. The upper app keeps it current.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from apps.core.models import Dated
from apps.core.triggers import no_truncate

PERSON = settings.AUTH_USER_MODEL


class Urgency(models.TextChoices):
    """紧急程度 of a paper document; empty is ordinary."""

    ORDINARY = "", "一般"
    URGENT = "urgent", "加急"
    EXTRA_URGENT = "extra_urgent", "特急"


class Matter(models.Model):
    """The card of one subject: what every list shows of it."""

    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    category = models.CharField("类别", max_length=20)
    title = models.CharField("标题", max_length=500)
    urgency = models.CharField("紧急程度", max_length=20, choices=Urgency, blank=True, default="")
    origin_name = models.CharField("来文单位", max_length=100)
    reference_number = models.CharField("文号", max_length=60, blank=True)
    state_text = models.CharField("当前状态", max_length=40, blank=True)
    organ = models.ForeignKey("accounts.Organ", on_delete=models.PROTECT, related_name="+")
    initiator = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="initiated_matters")
    search_text = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField("建立时间")
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项"
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="matter_subject")]
        indexes = [
            models.Index(fields=["initiator", "-created_at", "-id"], name="matter_initiator"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="matter_search"),
        ]

    def __str__(self) -> str:
        return self.title


class Procedure(models.Model):
    """A named procedure of an organ (or of all), such as 发文 or 收文."""

    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)
    category = models.CharField("类别", max_length=20)
    organ = models.ForeignKey(
        "accounts.Organ",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="适用机关",
    )
    is_enabled = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程"
        constraints = [
            models.UniqueConstraint(fields=["code", "organ"], name="procedure_code", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class ProcedureVersion(models.Model):
    """A validated definition; runs pin one. Never changed once made."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    definition = models.JSONField("定义")
    created_at = models.DateTimeField("建立时间")
    created_by_id = models.BigIntegerField("建立人", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程版本"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version")]
        triggers = [pgtrigger.Protect(name="procedure_version_fixed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.procedure} v{self.number}"


class Run(models.Model):
    """One passage of a matter through a procedure version. `state` is the engine's, `facts` steer its branches.

    `chosen` holds, by step code, the appointments chosen for steps ahead. The row is the lock of all its tasks.
    """

    class Status(models.TextChoices):
        """Whether it still moves."""

        RUNNING = "running", "办理中"
        COMPLETED = "completed", "已办结"
        TERMINATED = "terminated", "已终止"

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.RUNNING)
    state = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    initiator_appointment = models.ForeignKey(
        "accounts.Appointment", on_delete=models.PROTECT, related_name="+", verbose_name="发起人任职"
    )
    lock_version = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "流程运行"
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(status="running"), name="one_live_run")
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.status}"


class Task(Dated):
    """A to-do (待办): one person must act on one step. `key` is its number in the engine; `duty` how grave the step is."""

    class State(models.TextChoices):
        """Open until acted on; others close it without this person's act."""

        OPEN = "open", "待办"
        WAITING = "waiting", "未轮到"
        DONE = "done", "已办"
        SUPERSEDED = "superseded", "他人已办"
        WITHDRAWN = "withdrawn", "已收回"
        TRANSFERRED = "transferred", "已转办"

    class Duty(models.TextChoices):
        """Decides what a delegate may do for the holder (domain.md §9.5)."""

        WORK = "work", "办理"
        DECISION = "decision", "审批"
        SIGNING = "signing", "签批"
        PERSONAL = "personal", "不得代理"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="tasks")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="tasks")
    key = models.PositiveIntegerField("序号")
    closed_by_key = models.PositiveIntegerField(null=True)
    duty = models.CharField("轻重", max_length=10, choices=Duty, default=Duty.WORK)
    step_code = models.CharField("环节代码", max_length=40)
    step_name = models.CharField("环节", max_length=40)
    visit = models.PositiveIntegerField("第几次到达", default=1)
    rank_order = models.PositiveIntegerField("排序", default=0)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="tasks")
    appointment = models.ForeignKey("accounts.Appointment", on_delete=models.PROTECT, related_name="tasks")
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    outcome = models.CharField("结果", max_length=20, blank=True)
    previous_name = models.CharField("上一办理人", max_length=40, blank=True)
    arrived_at = models.DateTimeField("到达时间")
    opened_at = models.DateTimeField("打开时间", null=True)
    done_at = models.DateTimeField("办理时间", null=True)
    acted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    urged_at = models.DateTimeField("最近催办", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待办"
        indexes = [
            models.Index(
                fields=["person", "-arrived_at", "-id"], name="task_inbox", condition=Q(state="open")
            ),
            models.Index(fields=["person", "-done_at", "-id"], name="task_done", condition=Q(state="done")),
            models.Index(fields=["due_at"], name="task_due", condition=Q(state="open")),
            models.Index(
                fields=["next_reminder_at"],
                name="task_reminder",
                condition=Q(state="open", next_reminder_at__isnull=False),
            ),
            models.Index(fields=["appointment"], name="task_post", condition=Q(state="open")),
            models.Index(fields=["matter", "person"], name="task_matter_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="task_key"),
            models.UniqueConstraint(
                fields=["run", "step_code", "visit", "appointment"],
                condition=~Q(state__in=["withdrawn", "transferred"]),
                name="task_once_per_visit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_name} {self.person_id}"


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
    """常用语: kept by a person, or offered to all when `person` is empty."""

    person = models.ForeignKey(
        PERSON, on_delete=models.CASCADE, null=True, blank=True, related_name="phrases"
    )
    text = models.CharField("内容", max_length=100)
    rank_order = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "常用语"
        ordering = ["rank_order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "text"], name="phrase_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.text


class Follow(models.Model):
    """关注: a person keeps an eye on a matter."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="follows")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "关注"
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="follow_once")]
        indexes = [models.Index(fields=["person", "-created_at", "-id"], name="follow_list")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.matter_id}"
