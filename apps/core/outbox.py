"""Delivery of events after commit. The one place below `tasks.py` that knows Celery, and only by task name.

Broker lost = late, never lost: a beat job sweeps what was not announced or what a crash left in flight.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial

import structlog
from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from apps.core import valkey
from apps.core.clock import now
from apps.core.models import Handled, OutboxEvent

log = structlog.get_logger(__name__)

DELIVER_TASK = "apps.core.tasks.outbox_deliver"
MAX_ATTEMPTS = 8
LOST_AFTER = timedelta(minutes=2)
BATCH = 200
_gathered: ContextVar[list[int] | None] = ContextVar("gathered_events", default=None)


@contextmanager
def gathered() -> Iterator[list[int]]:
    """Within the block events are not announced but listed, oldest first, for a caller that delivers them itself.

    Whoever tells a story of past weeks must deliver at the hour of the story: a worker would do it now.
    """
    events: list[int] = []
    token = _gathered.set(events)
    try:
        yield events
    finally:
        _gathered.reset(token)


def announce_later(event_id: int) -> None:
    """Announce the event when the transaction has committed, unless the caller gathers events to deliver them itself."""
    events = _gathered.get()
    if events is None:
        transaction.on_commit(partial(announce, event_id))
    else:
        events.append(event_id)


def announce(event_id: int) -> None:
    """Ask a worker to deliver now; when the broker is away the sweep will do it, and the verb does not wait."""
    if not valkey.attempt("outbox", lambda client: client.ping()):
        return
    try:
        current_app.send_task(DELIVER_TASK, args=[event_id], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("outbox.broker_away", event_id=event_id, error=str(error))


def deliver(event_id: int) -> bool:
    """Run every listener that has not handled the event. True when none is left; False when claimed or failed."""
    row = _claimed(event_id)
    if row is None:
        return False
    errors = [message for name in _names(row) if (message := _run(row, name))]
    if not errors:
        _done(row)
        return True
    if row.attempt_count >= MAX_ATTEMPTS:
        row.status, row.last_error = OutboxEvent.Status.PARKED, "\n".join(errors)
        log.error("outbox.parked", event_id=row.pk, kind=row.kind)
    else:
        row.status, row.last_error = OutboxEvent.Status.QUEUED, "\n".join(errors)
        row.next_attempt_at = now() + timedelta(seconds=2**row.attempt_count)
    row.save(update_fields=["status", "last_error", "next_attempt_at"])
    return False


def _claimed(event_id: int) -> OutboxEvent | None:
    """The event, in flight for this process from now on; nothing when another one has it. One statement, as it is taken."""
    claim = """UPDATE core_outboxevent SET status = %s, claimed_at = %s, attempt_count = attempt_count + 1
        WHERE id = %s AND status = %s RETURNING *"""
    status = OutboxEvent.Status
    taken = OutboxEvent.objects.raw(claim, [status.INFLIGHT, now(), event_id, status.QUEUED])
    return next(iter(taken), None)


def _done(row: OutboxEvent) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxevent SET status = %s, done_at = %s, last_error = '' WHERE id = %s",
            [OutboxEvent.Status.DONE, now(), row.pk],
        )


def _names(row: OutboxEvent) -> list[str]:
    """The listeners that have not handled the event; at the first attempt nobody has."""
    from apps.core.events import listeners_of  # noqa: PLC0415  # events imports this module

    names = list(listeners_of(row.kind))
    if row.attempt_count <= 1 or not names:
        return names
    done = set(Handled.objects.filter(event=row).values_list("listener", flat=True))
    return [name for name in names if name not in done]


def _run(row: OutboxEvent, name: str) -> str:
    """Run one listener together with its `Handled` row; the error's text, or empty."""
    from apps.core.events import event_from, listeners_of  # noqa: PLC0415  # events imports this module

    try:
        with transaction.atomic():
            if _is_first(row, name):
                listeners_of(row.kind)[name](event_from(row))
    except Exception as error:  # any failure of a listener is recorded and retried, never lost
        log.exception("outbox.listener_failed", event_id=row.pk, listener=name)
        return f"{name}: {error!r}"
    return ""


def _is_first(row: OutboxEvent, name: str) -> bool:
    """Take the listener's place for this event; False when it is taken. One statement, where Django would send four."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_handled (event_id, listener, handled_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [row.pk, name, now()],
        )
        return bool(cursor.rowcount == 1)


def sweep() -> int:
    """Deliver what is due: never announced, failed and waiting, or left in flight by a crash. Returns how many."""
    moment = now()
    lost = OutboxEvent.objects.filter(status=OutboxEvent.Status.INFLIGHT, claimed_at__lt=moment - LOST_AFTER)
    lost.filter(attempt_count__gte=MAX_ATTEMPTS).update(
        status=OutboxEvent.Status.PARKED, last_error="投递进程反复中断"
    )
    lost.update(status=OutboxEvent.Status.QUEUED)
    due = (
        OutboxEvent.objects.filter(status=OutboxEvent.Status.QUEUED, next_attempt_at__lte=moment)
        .order_by("next_attempt_at", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    return sum(deliver(pk) for pk in list(due))


def requeue(event_id: int) -> bool:
    """An administrator sends a parked event again."""
    return bool(
        OutboxEvent.objects.filter(pk=event_id, status=OutboxEvent.Status.PARKED).update(
            status=OutboxEvent.Status.QUEUED, attempt_count=0, next_attempt_at=now()
        )
    )
