"""Idempotency keys of systems: the same key gives the same answer, and another request under it is refused."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction

from apps.core.clock import now
from apps.core.errors import Conflict, ValidationFailed
from apps.integration.models import PartnerAnswer, PartnerSystem
from apps.integration.selectors.systems import system_locked

KEPT = timedelta(days=1)
KEY_LIMIT = 64


@transaction.atomic
def answer_once(
    *, system: PartnerSystem, key: str, request: Any, perform: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """What `perform` gives, and whether it was performed now. Under a `key` used within a day, what was given then.

    Calls of one system that bring a key wait for each other. Raises `Conflict` when the key stands for another request.
    """
    if not key:
        return perform(), True
    if len(key) > KEY_LIMIT or not key.isprintable():
        raise ValidationFailed(f"Idempotency-Key 须为 {KEY_LIMIT} 个以内的可见字符。")
    system_locked(system.pk)
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    kept = PartnerAnswer.objects.filter(system=system, key=key).first()
    if kept is not None and kept.created_at > now() - KEPT:
        if kept.request_digest != digest:
            raise Conflict("这个 Idempotency-Key 已用于另一个请求，请换一个。")
        answer: dict[str, Any] = kept.answer
        return answer, False
    answer = perform()
    PartnerAnswer.objects.update_or_create(
        system=system,
        key=key,
        defaults={"request_digest": digest, "answer": answer, "created_at": now()},
    )
    return answer, True


@transaction.atomic
def answers_forget() -> int:
    """Drop what is kept no longer. Returns how many."""
    return PartnerAnswer.objects.filter(created_at__lte=now() - KEPT).delete()[0]
