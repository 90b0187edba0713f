"""Idempotency keys: every form carries one; the verb behind it is done once."""

import secrets
from typing import TypeVar

from django.db import connection, models, transaction

from apps.core.clock import now
from apps.core.errors import Conflict
from apps.core.models import Submission

M = TypeVar("M", bound=models.Model)


def new_key() -> str:
    """A fresh key for a form."""
    return secrets.token_urlsafe(18)


def claim(*, person_id: int, key: str, verb: str) -> bool:
    """True the first time, False when this person already used `key`; part of the verb's transaction.

    Waits for a first use that is still running: when that one rolls back, this one claims.
    An empty key (calls from commands and tasks) always claims.
    """
    if not key:
        return True
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("claim a key inside the verb's transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_submission (person_id, key, verb, created_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (person_id, key) DO NOTHING",
            [person_id, key[:64], verb[:64], now()],
        )
        return bool(cursor.rowcount == 1)


def made(*, person_id: int, key: str, row_id: int) -> None:
    """Note what the verb behind a claimed `key` made; part of the verb's transaction."""
    if key:
        Submission.objects.filter(person_id=person_id, key=key[:64]).update(made_id=row_id)


def made_before(rows: "models.Manager[M] | models.QuerySet[M]", *, person_id: int, key: str) -> M:
    """Of `rows` the one that the first use of `key` made, whatever was made since. Raises `Conflict` when it is gone."""
    ids = Submission.objects.filter(person_id=person_id, key=key[:64]).values_list("made_id", flat=True)
    found = rows.filter(pk=next(iter(ids), None)).first()
    if found is None:
        raise Conflict("这份表单已经提交过，所生成的内容后来被删除了，请重新填写。")
    return found
