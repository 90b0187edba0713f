"""Idempotency keys: every form carries one; the verb behind it is done once."""

import secrets

from django.db import connection, transaction

from apps.core.clock import now


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
