"""What a service sends to PostgreSQL, sent again by bare psycopg on a twin of its database.

The twin is copied before the first verb and gets every captured transaction, so both databases walk in step: the same
rows, the same keys, the same indexes. A replayed statement that touches another number of rows fails the measurement.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

from tests.benchmarks._copies import address, copies

ASYNC_COMMIT = "SET synchronous_commit = off"
TWIN = "bench_twin"


@dataclass(frozen=True)
class Statement:
    """One statement as the service sent it, and the number of rows it touched."""

    sql: str
    params: Any
    row_count: int


@dataclass(frozen=True)
class Verb:
    """One call of a service: its seconds until it returned, work after commit included, and its statements."""

    seconds: float
    statements: tuple[Statement, ...]


def performed(work: Callable[[], object]) -> Verb:
    """Do `work` and keep what it sent. Raises when it sends anything outside its one transaction."""
    sent: list[Statement] = []

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's order
        if many or not connection.in_atomic_block:
            raise RuntimeError(f"cannot be replayed: {sql}")
        result = execute(sql, params, many, context)
        sent.append(Statement(sql, params, context["cursor"].rowcount))
        return result

    with connection.execute_wrapper(keep):
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
    return Verb(seconds, tuple(sent))


class Twin:
    """The copied database and one psycopg connection to it."""

    def __init__(self, held: "psycopg.Connection[Any]") -> None:
        self._held = held

    def replay(self, verb: Verb) -> float:
        """Seconds of the verb's statements in one transaction, rows fetched."""
        counts = []
        started = time.perf_counter()
        with self._held.transaction(), self._held.cursor() as cursor:
            for statement in verb.statements:
                cursor.execute(statement.sql, statement.params)
                counts.append(cursor.rowcount)
                if cursor.description:
                    cursor.fetchall()
        seconds = time.perf_counter() - started
        if counts != [statement.row_count for statement in verb.statements]:
            raise RuntimeError("the twin no longer walks in step with the database")
        return seconds


@contextmanager
def twin() -> Iterator[Twin]:
    """Copy the database as it stands; both sides commit without waiting for the disk. The copy goes at the end."""
    with (
        copies(TWIN),
        psycopg.connect(**address(TWIN), autocommit=True, cursor_factory=psycopg.ClientCursor) as held,
    ):
        held.execute(ASYNC_COMMIT)
        with connection.cursor() as cursor:
            cursor.execute(ASYNC_COMMIT)
        yield Twin(held)
