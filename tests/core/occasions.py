"""Events and listeners of the tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from apps.core import events
from apps.core.events import Event


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    """Something with a number."""

    number: int


@dataclass(frozen=True, kw_only=True)
class OtherHappened(Event):
    """Something nobody listens to."""

    number: int


@contextmanager
def listening(*listeners: Callable[[Happened], object]) -> Iterator[None]:
    """Within the block `listeners` (and no others) hear `Happened`."""
    before = events._listeners.pop(Happened.kind, {})
    for number, listener in enumerate(listeners):
        events._listeners[Happened.kind][f"tests.{number}"] = listener  # type: ignore[assignment]  # answers are dropped
    try:
        yield
    finally:
        events._listeners[Happened.kind] = before
