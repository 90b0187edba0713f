"""Rows that a module's tests share: written once, kept below each test's own transaction, taken back at the end of the module."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """What is written inside stays for whoever works inside; `blocker` is pytest-django's guard of the database.

    Only for modules whose tests run in transactions that are taken back: each of them is a savepoint in this one.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
