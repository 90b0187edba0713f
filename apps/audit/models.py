"""Append-only record of who did what, sealed into a hash chain (house.md §4 "Audit")."""

import pgtrigger
from django.db import models
from django.db.models import Q

from apps.audit.registry import words_of
from apps.core.clock import local
from apps.core.triggers import no_truncate


class ClockTimestamp(models.Func):
    """The database's clock at this very statement."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class AuditBlock(models.Model):
    """A closed run of positions: `digest` chains the previous block's digest with the entries' digests, all SM3 hex."""

    number = models.BigIntegerField("序号", primary_key=True)
    first_position = models.BigIntegerField("首位", unique=True)
    last_position = models.BigIntegerField("末位", unique=True)
    previous_digest = models.CharField("前块摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)
    closed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = verbose_name_plural = "审计区块"
        triggers = [
            pgtrigger.Protect(name="audit_block_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("audit_block_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class AuditEntry(models.Model):
    """One act: who (ids, name, post as text), what, on which subject, when, from where, with facts (no content)."""

    action = models.CharField("行为", max_length=60)
    person_id = models.BigIntegerField("人员编号", null=True)
    person_name = models.CharField("姓名", max_length=40, blank=True)
    appointment_id = models.BigIntegerField("任职编号", null=True)
    post_text = models.CharField("单位职务", max_length=200, blank=True)
    on_behalf_of = models.CharField("代", max_length=120, blank=True)
    organ_id = models.BigIntegerField("机关编号", null=True)
    subject_kind = models.CharField("对象类别", max_length=40, blank=True)
    subject_id = models.BigIntegerField("对象编号", null=True)
    subject_text = models.CharField("对象", max_length=200, blank=True)
    facts = models.JSONField("事实", default=dict)
    result = models.CharField("结果", max_length=20, default="ok")
    source_ip = models.CharField("来源地址", max_length=45, blank=True)
    request_id = models.CharField("请求编号", max_length=40, blank=True)
    at = models.DateTimeField("时间")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计日志"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["person_id", "-at"], name="audit_person"),
            models.Index(fields=["at"], name="audit_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_entry_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("audit_entry_no_truncate"),
            pgtrigger.Trigger(
                name="audit_entry_queue",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="INSERT INTO audit_auditpending (entry_id) VALUES (NEW.id); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{local(self.at):%F %T} {self.person_name} {words_of(self.action)}"


class AuditSeal(models.Model):
    """Place of an entry in the chain, written by the sealer; an entry without one is unsealed."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="seal")
    block = models.ForeignKey(AuditBlock, on_delete=models.PROTECT, related_name="seals")
    position = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"
        constraints = [models.CheckConstraint(condition=Q(position__gt=0), name="audit_position_positive")]
        triggers = [
            pgtrigger.Protect(name="audit_seal_fixed", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate("audit_seal_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} @ {self.position}"


class AuditPending(models.Model):
    """A committed entry that waits for its seal; put here by a trigger, so that the sealer never searches the whole table.

    `queued_at` is the database's own time: the readiness check holds also while the demo or a test moves the clock.
    """

    entry = models.OneToOneField(
        AuditEntry, on_delete=models.DO_NOTHING, primary_key=True, related_name="pending"
    )
    queued_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        verbose_name = verbose_name_plural = "待封存"
        indexes = [models.Index(fields=["queued_at"], name="audit_pending_age")]

    def __str__(self) -> str:
        return f"{self.entry_id}"
