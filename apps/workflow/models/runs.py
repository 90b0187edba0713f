"""Procedures as data, runs that pin a version, and the to-dos they make."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import Dated
from apps.core.triggers import update_of
from apps.workflow.models.matters import Matter

PERSON = settings.AUTH_USER_MODEL


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
    due_from = models.DateTimeField("时限起算", null=True)
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
            models.Index(
                fields=["acted_by", "-done_at", "-id"],
                name="task_done_for_others",
                condition=Q(state="done", acted_by__isnull=False),
            ),
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
        triggers = [
            pgtrigger.Trigger(
                name="task_participates",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | update_of("person_id", "acted_by_id"),
                func="""
                    PERFORM workflow_participate(NEW.matter_id, NEW.person_id);
                    IF NEW.acted_by_id <> NEW.person_id THEN
                        PERFORM workflow_participate(NEW.matter_id, NEW.acted_by_id);
                    END IF;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_name} {self.person_id}"
