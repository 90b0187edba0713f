"""Verbs that serve larger ones: what belongs together succeeds or fails together."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


def joins_verb(function: Callable[P, R]) -> Callable[P, R]:
    """`transaction.atomic` for a service that others call: inside their transaction it sets no savepoint of its own.

    A refusal then ends the whole verb: whoever caught it could not send another statement before rolling back. Called alone
    it has its own transaction, and inside that of a test case its own savepoint.
    """

    @wraps(function)
    def joined(*given: P.args, **named: P.kwargs) -> R:
        blocks = transaction.get_connection().atomic_blocks
        is_part = bool(blocks) and not blocks[-1]._from_testcase  # noqa: SLF001  # as Django itself asks for `durable`
        with transaction.atomic(savepoint=not is_part):
            return function(*given, **named)

    return joined
