"""Writing one entry."""

from collections.abc import Iterable
from typing import Any

import structlog
from django.db import transaction

from apps.audit.digests import entry_digest
from apps.audit.models import AuditEntry
from apps.audit.registry import sentence_of
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.subjects import Subject


class NotAuditable(RuntimeError):
    """A programming error: outside a transaction, or facts that are not plain words and whole numbers."""


def record(
    action: str,
    *,
    actor: Actor | None,
    subject: Subject | None = None,
    subject_text: str = "",
    facts: dict[str, Any] | None = None,
    on_behalf_of: str = "",
    result: str = "ok",
) -> AuditEntry:
    """Write one entry with its own SM3 digest in the caller's transaction, taking no shared lock.

    `actor` None is the system itself. `facts` hold ids and words, never content: strings, whole numbers, booleans, None and
    lists or dictionaries of them, so that the digest reads the same after the database. Raises `UnknownAction` for an
    unregistered action and `NotAuditable` outside a transaction.
    """
    who = (subject.kind, subject.id, subject_text) if subject else ("", None, subject_text)
    entry = _drawn(action, actor, who, facts or {}, on_behalf_of=on_behalf_of, result=result)
    entry.save(force_insert=True)
    return entry


def record_each(
    *,
    action: str,
    actor: Actor | None,
    subjects: Iterable[tuple[Subject, str]],
    facts: dict[str, Any] | None = None,
) -> int:
    """One entry for each subject (with its text) of a bulk verb, written together. Returns how many. Refuses as `record` does."""
    entries = [_drawn(action, actor, (one.kind, one.id, text), facts or {}) for one, text in subjects]
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
    return len(entries)


def _drawn(
    action: str,
    actor: Actor | None,
    subject: tuple[str, int | None, str],
    facts: dict[str, Any],
    *,
    on_behalf_of: str = "",
    result: str = "ok",
) -> AuditEntry:
    """An entry with its digest, not saved."""
    sentence_of(action)
    if not transaction.get_connection().in_atomic_block:
        raise NotAuditable(f"{action} 须在事务中记录")
    _check_plain(facts)
    context = structlog.contextvars.get_contextvars()
    entry = AuditEntry(
        action=action,
        person_id=actor.person_id if actor else None,
        person_name=actor.name[:40] if actor else "系统",
        appointment_id=actor.appointment_id if actor else None,
        post_text=actor.post_text[:200] if actor else "",
        organ_id=actor.organ_id if actor else None,
        on_behalf_of=on_behalf_of[:120],
        subject_kind=subject[0],
        subject_id=subject[1],
        subject_text=subject[2][:200],
        facts=facts,
        result=result,
        source_ip=str(context.get("ip") or "")[:45],
        request_id=str(context.get("request_id") or "")[:40],
        at=now(),
    )
    entry.digest = entry_digest(vars(entry))
    return entry


def _check_plain(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotAuditable(f"事实的名称须是文字：{key!r}")
            _check_plain(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_plain(inner)
    elif value is not None and not isinstance(value, str | int):
        raise NotAuditable(f"事实只能是文字、整数、是否：{value!r}")
