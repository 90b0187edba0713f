"""Reads of the record: what waits for its seal, who may read what."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.audit.models import AuditBlock, AuditEntry, AuditPending

UNSEALED_LIMIT_SECONDS = 60
SYSTEM, SECURITY, AUDIT = "sysadmin", "secadmin", "auditadmin"


def last_block() -> AuditBlock | None:
    """The newest block."""
    return AuditBlock.objects.order_by("-number").first()


def unsealed_overdue_count() -> int:
    """Entries that have waited for their seal for more than a minute, by the database's clock."""
    limit = Now() - timedelta(seconds=UNSEALED_LIMIT_SECONDS)
    return AuditPending.objects.filter(queued_at__lt=limit).count()


def entries_for(person_id: int) -> QuerySet[AuditEntry]:
    """What an administrator may read (domain.md §10.2): the audit administrator all but the own acts, the security administrator
    the acts of users and of the audit administrators; nobody else anything."""
    groups = set(Group.objects.filter(user__pk=person_id).values_list("name", flat=True))
    entries = AuditEntry.objects.select_related("seal__block").order_by("-id")
    if AUDIT in groups:
        return entries.exclude(person_id=person_id)
    if SECURITY in groups:
        hidden = Group.objects.filter(name__in=(SYSTEM, SECURITY), user__isnull=False).values("user__pk")
        return entries.exclude(person_id__in=hidden)
    return entries.none()
