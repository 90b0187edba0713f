"""Events: frozen facts with ids, told after commit to listeners that each run once.

An event class lives in its app's `events.py`, carries ids and small facts (JSON scalars and lists of them), never content.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeVar

from django.db import transaction

from apps.core import outbox
from apps.core.clock import now
from apps.core.models import OutboxEvent

Listener = Callable[[Any], None]
_kinds: dict[str, type["Event"]] = {}
_listeners: dict[str, dict[str, Listener]] = defaultdict(dict)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; `kind` is `<app>.<ClassName>`, fixed once published."""

    kind: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.kind = f"{cls.__module__.split('.')[1]}.{cls.__name__}"
        _kinds[cls.kind] = cls


E = TypeVar("E", bound=Event)


class NoTransaction(RuntimeError):
    """A programming error: events may only be published inside a transaction."""


def publish(event: Event) -> OutboxEvent:
    """Write `event` into the outbox of this transaction; it is delivered after commit. Refuses outside a transaction."""
    return publish_all([event])[0]


def publish_all(events: Sequence[Event]) -> list[OutboxEvent]:
    """Publish several events of one verb with one statement, in order."""
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction(", ".join(event.kind for event in events))
    moment = now()
    rows = OutboxEvent.objects.bulk_create(
        OutboxEvent(kind=event.kind, payload=asdict(event), next_attempt_at=moment, created_at=moment)
        for event in events
    )
    for row in rows:
        outbox.announce_later(row.pk)
    return rows


def listens_to(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a listener: it runs in its own transaction, once per event, after the verb's commit."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        _listeners[event_type.kind][f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return register


def listeners_of(kind: str) -> dict[str, Listener]:
    """Name → function of all listeners to a kind."""
    return dict(_listeners.get(kind, {}))


def event_from(row: OutboxEvent) -> Event:
    """The event a row stands for. Raises KeyError for a kind no code knows any more."""
    return _kinds[row.kind](**row.payload)
