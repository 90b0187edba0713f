"""Core's rows: outbox, idempotency keys, working calendar, dates and reminders, heartbeats."""

from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """A published event, written in the transaction of its verb and delivered after commit."""

    class Status(models.TextChoices):
        """Where delivery stands; parked events wait for an administrator."""

        QUEUED = "queued", "待投递"
        INFLIGHT = "inflight", "投递中"
        DONE = "done", "已投递"
        PARKED = "parked", "已搁置"

    kind = models.CharField("事件", max_length=100)
    payload = models.JSONField("内容（仅编号）")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.QUEUED)
    attempt_count = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_attempt_at = models.DateTimeField("下次尝试")
    claimed_at = models.DateTimeField("领取时间", null=True)
    last_error = models.TextField("最近错误", blank=True)
    created_at = models.DateTimeField("发布时间")
    done_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件发件箱"
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="outbox_due", condition=Q(status__in=["queued", "inflight"])
            ),
            models.Index(fields=["created_at"], name="outbox_parked", condition=Q(status="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Handled(models.Model):
    """One listener has handled one event: redelivery does nothing."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="handled")
    listener = models.CharField(max_length=160)
    handled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "listener"], name="handled_once")]

    def __str__(self) -> str:
        return f"{self.listener} ← {self.event_id}"


class Submission(models.Model):
    """An idempotency key that has been used: a double click or a second window does the verb once."""

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    made_id = models.BigIntegerField(null=True)  # what the verb made, for whoever sends the form again
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person_id", "key"], name="submission_once")]
        indexes = [models.Index(fields=["created_at"], name="submission_age")]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"


class CalendarDay(models.Model):
    """A day that differs from Monday-to-Friday, or a year's published arrangement (domain.md §9.4)."""

    class Kind(models.TextChoices):
        """What kind of day it is."""

        STATUTORY = "statutory", "法定节假日"
        ADJUSTED_REST = "adjusted_rest", "调休放假"
        ADJUSTED_WORKDAY = "adjusted_workday", "调休上班"

    date = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=20, choices=Kind)
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据", max_length=120, blank=True)
    is_provisional = models.BooleanField("暂按", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


class Dated(models.Model):
    """A row with a date to be kept: counted in working days (following the calendar) or named (a promise)."""

    due_at = models.DateTimeField("时限", null=True)
    is_due_provisional = models.BooleanField("时限暂按", default=False)
    is_due_named = models.BooleanField("时限指定", default=False)
    next_reminder_at = models.DateTimeField("下次提醒", null=True)

    class Meta:
        abstract = True


class Reminder(models.Model):
    """One occasion of one dated row has come: there is never a second row for it."""

    source = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    occurrence = models.CharField(max_length=20)
    is_told = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "object_id", "kind", "occurrence"], name="reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.object_id} {self.kind} {self.occurrence}"


class Heartbeat(models.Model):
    """When a kind of process (worker, beat) was last seen alive; read by `/readyz`."""

    process = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} {self.seen_at:%F %T}"
