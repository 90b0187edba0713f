"""Locks that are not rows: one process at a time for a named job."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def single_flight(name: str) -> Iterator[bool]:
    """Yield True to the one holder of `name` in the whole installation, False to others; held for the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [7201, _number(name)])
        yield bool(cursor.fetchone()[0])


@contextmanager
def single_session(name: str) -> Iterator[bool]:
    """As `single_flight`, held by the session: for a long job that must not keep a transaction open, or commits as it goes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock_keys(name))
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock_keys(name))


def advisory_lock(name: str) -> None:
    """Wait for the transaction-long lock called `name`. Must be called inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [7202, _number(name)])


def lock_keys(name: str) -> list[int]:
    """The two numbers of the lock that `single_flight(name)` takes, for those who hold it by a session of their own."""
    return [7201, _number(name)]


def _number(name: str) -> int:
    return zlib.crc32(name.encode()) - 2**31
