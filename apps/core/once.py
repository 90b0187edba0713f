"""What one page asks again and again is asked once: answers are kept while a page is read, never while anything is changed.

`ReadingMiddleware` opens the memory for requests that only read; services, tasks and tests ask afresh each time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept_while_reading", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Within it a function marked `once` answers the same question only once."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Keep the answers of `function` while a page is read. Its arguments are hashable; nobody changes its answers."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _kept.get()
        if kept is None:
            return function(*args, **kwargs)
        question = (function, args, tuple(sorted(kwargs.items())))
        if question not in kept:
            kept[question] = function(*args, **kwargs)
        answer: T = kept[question]
        return answer

    return asked
