"""Reads of the record: what waits for its seal, who may read what."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.audit.digests import ENTRY_FIELDS
from apps.audit.models import AuditBlock, AuditEntry, AuditPending

UNSEALED_LIMIT_SECONDS = 60
CHUNK = 2000
SYSTEM, SECURITY, AUDIT = "sysadmin", "secadmin", "auditadmin"


def last_block() -> AuditBlock | None:
    """The newest block."""
    return AuditBlock.objects.order_by("-number").first()


def unsealed_overdue_count() -> int:
    """Entries that have waited for their seal for more than a minute, by the database's clock."""
    limit = Now() - timedelta(seconds=UNSEALED_LIMIT_SECONDS)
    return AuditPending.objects.filter(queued_at__lt=limit).count()


def entries_between(first: datetime, last: datetime) -> Iterator[dict[str, Any]]:
    """Entries of a period in the order they were written, each with its digest and its place in the chain, for handing over."""
    rows = AuditEntry.objects.filter(at__gte=first, at__lte=last).order_by("pk")
    yield from rows.values("pk", "digest", "seal__position", *ENTRY_FIELDS).iterator(CHUNK)


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
