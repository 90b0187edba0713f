"""Events are told after commit, to each listener once, late rather than never."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.core import clock, outbox, valkey
from apps.core.events import NoTransaction, publish
from apps.core.models import Handled, Heartbeat, OutboxEvent
from apps.core.realtime import tell
from tests.core.occasions import Happened, OtherHappened, listening

Status = OutboxEvent.Status
Drain = Callable[[], int]


def told(number: int = 1) -> OutboxEvent:
    """Publish one event in its own transaction."""
    with transaction.atomic():
        return publish(Happened(number=number))


def mark(name: str) -> None:
    """A listener's effect that a rolled-back transaction takes with it."""
    Heartbeat.objects.create(process=name, seen_at=clock.now())


def marks() -> list[str]:
    """Effects that stayed."""
    return sorted(Heartbeat.objects.values_list("process", flat=True))


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused() -> None:
    """A fact that was not committed with its event could be told though it never happened."""
    with pytest.raises(NoTransaction):
        publish(Happened(number=1))
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_verb_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a row nor a task."""
    announced: list[int] = []
    monkeypatch.setattr(outbox, "announce", announced.append)
    with transaction.atomic():
        publish(Happened(number=1))
        transaction.set_rollback(True)
    assert announced == []
    assert not OutboxEvent.objects.exists()
    row = told()
    assert announced == [row.pk]


@pytest.mark.django_db
def test_each_listener_hears_an_event_once_however_often_it_is_delivered(drain: Drain) -> None:
    """`Handled` rows hold."""
    heard: list[tuple[str, int]] = []
    with listening(lambda e: heard.append(("a", e.number)), lambda e: heard.append(("b", e.number))):
        row = told(7)
        drain()
        OutboxEvent.objects.filter(pk=row.pk).update(status=Status.QUEUED)
        drain()
    assert heard == [("a", 7), ("b", 7)]
    row.refresh_from_db()
    assert (row.status, row.handled.count()) == (Status.DONE, 2)


@pytest.mark.django_db
def test_a_failing_listener_takes_its_effect_back_and_keeps_nobody_else_waiting(drain: Drain) -> None:
    """It alone is tried again, after 2, 4, 8 … seconds."""

    def fails(_event: Happened) -> None:
        mark("half done")
        raise ValueError("no")

    with listening(fails, lambda _e: mark("other")):
        row = told()
        moment = clock.now()
        with clock.at(moment):
            assert outbox.deliver(row.pk) is False
        assert marks() == ["other"]
        row.refresh_from_db()
        assert (row.status, row.attempt_count) == (Status.QUEUED, 1)
        assert row.next_attempt_at - moment == timedelta(seconds=2)
        assert "ValueError('no')" in row.last_error
        with clock.at(moment + timedelta(seconds=1)):
            assert drain() == 0
    with (
        listening(lambda _e: mark("mended"), lambda _e: mark("other again")),
        clock.at(moment + timedelta(seconds=3)),
    ):
        drain()
    assert marks() == ["mended", "other"]
    row.refresh_from_db()
    assert (row.status, row.last_error) == (Status.DONE, "")


@pytest.mark.django_db
def test_an_event_that_keeps_failing_is_parked_and_can_be_sent_again(drain: Drain) -> None:
    """After eight tries; an administrator sends it again."""

    def fails(_event: Happened) -> None:
        raise ValueError("no")

    with listening(fails):
        row = told()
        for _ in range(outbox.MAX_ATTEMPTS):
            row.refresh_from_db()
            with clock.at(row.next_attempt_at):
                outbox.sweep()
        row.refresh_from_db()
        assert (row.status, row.attempt_count) == (Status.PARKED, outbox.MAX_ATTEMPTS)
        with clock.at(clock.now() + timedelta(days=9)):
            assert drain() == 0
    assert outbox.requeue(row.pk) is True
    assert outbox.requeue(row.pk) is False
    with listening(lambda _e: mark("heard")):
        drain()
    assert marks() == ["heard"]


@pytest.mark.django_db
def test_what_a_crash_left_in_flight_is_delivered_later(drain: Drain) -> None:
    """Not while the claim is fresh; after two minutes."""
    with listening(lambda _e: mark("heard")):
        row = told()
        OutboxEvent.objects.filter(pk=row.pk).update(
            status=Status.INFLIGHT, claimed_at=clock.now(), attempt_count=1
        )
        assert outbox.deliver(row.pk) is False
        with clock.at(clock.now() + timedelta(seconds=90)):
            assert drain() == 0
        with clock.at(clock.now() + timedelta(minutes=3)):
            assert drain() == 1
    assert marks() == ["heard"]


@pytest.mark.django_db
def test_an_event_that_kills_its_worker_again_and_again_is_parked(drain: Drain) -> None:
    """It must not kill workers for ever."""
    with listening(lambda _e: mark("heard")):
        row = told()
        OutboxEvent.objects.filter(pk=row.pk).update(
            status=Status.INFLIGHT, claimed_at=clock.now(), attempt_count=outbox.MAX_ATTEMPTS
        )
        with clock.at(clock.now() + timedelta(minutes=3)):
            drain()
    row.refresh_from_db()
    assert row.status == Status.PARKED
    assert "中断" in row.last_error
    assert marks() == []


@pytest.mark.django_db
def test_an_event_of_a_forgotten_kind_is_put_aside_quietly(drain: Drain) -> None:
    """Old rows outlive code."""
    row = told()
    OutboxEvent.objects.filter(pk=row.pk).update(kind="gone.Gone")
    drain()
    row.refresh_from_db()
    assert row.status == Status.DONE
    assert not Handled.objects.filter(event=row).exists()


@pytest.mark.django_db
def test_events_published_by_a_listener_are_delivered_too(drain: Drain) -> None:
    """In their own turn."""

    def chain(event: Happened) -> None:
        mark(f"heard {event.number}")
        if event.number < 3:
            publish(Happened(number=event.number + 1))

    with listening(chain):
        told(1)
        drain()
    assert marks() == ["heard 1", "heard 2", "heard 3"]


@pytest.fixture
def no_valkey(settings: Any) -> Iterator[None]:
    """Everything points at a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    settings.CELERY_BROKER_URL = url
    valkey.forget()
    yield
    valkey.forget()


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_verb_succeeds_at_once_and_the_event_comes_late(
    no_valkey: None, drain: Drain
) -> None:
    """Broker lost = late, never lost; ten events and ten frames make nobody wait."""
    with listening(lambda _e: mark("heard")):
        start = time.monotonic()
        with transaction.atomic():
            row = publish(Happened(number=1))
            for number in range(9):
                publish(OtherHappened(number=number))
                tell(["person.1"], kind="inbox")
        assert time.monotonic() - start < 5
        row.refresh_from_db()
        assert row.status == Status.QUEUED
        drain()
    assert marks() == ["heard"]
