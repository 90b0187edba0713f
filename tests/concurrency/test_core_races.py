"""Double clicks, twice-delivered events and jobs that must run alone, on real PostgreSQL."""

from threading import Event as Signal

import pytest
from django.db import connection, transaction

from apps.core import clock, outbox, submissions
from apps.core.events import publish
from apps.core.locks import advisory_lock, single_flight, single_session
from apps.core.models import Heartbeat, OutboxEvent
from tests.concurrency.racing import race
from tests.core.occasions import Happened, listening

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_double_click_claims_its_key_once() -> None:
    """Eight requests with one key: one does the verb."""

    def click() -> bool:
        with transaction.atomic():
            return submissions.claim(person_id=1, key="the key", verb="sign")

    assert sorted(race(*[click] * 8)) == [False] * 7 + [True]


def test_when_the_first_click_fails_the_second_does_the_verb() -> None:
    """The claim waits for the first transaction and takes over when it rolls back."""
    claimed, go_on = Signal(), Signal()

    def first() -> str:
        with transaction.atomic():
            submissions.claim(person_id=1, key="the key", verb="sign")
            claimed.set()
            go_on.wait(10)
            transaction.set_rollback(True)
        return "failed"

    def second() -> str:
        claimed.wait(10)
        go_on.set()
        with transaction.atomic():
            return "did it" if submissions.claim(person_id=1, key="the key", verb="sign") else "told"

    assert race(first, second) == ["failed", "did it"]


def test_an_event_delivered_by_many_workers_at_once_is_handled_once() -> None:
    """Claim by compare-and-set."""
    with listening(
        lambda _e: Heartbeat.objects.create(process=clock.now().isoformat()[-20:], seen_at=clock.now())
    ):
        with transaction.atomic():
            row = publish(Happened(number=1))
        results = race(*[lambda: outbox.deliver(row.pk)] * 6)
    assert sorted(results) == [False] * 5 + [True]
    assert Heartbeat.objects.count() == 1


def test_a_slow_delivery_taken_for_lost_is_still_handled_once() -> None:
    """The sweep takes over while the first worker is still inside: the `Handled` row makes it wait and skip."""
    inside, go_on = Signal(), Signal()
    heard: list[int] = []

    def slow(_event: Happened) -> None:
        heard.append(1)
        if len(heard) == 1:
            inside.set()
            go_on.wait(10)

    with listening(slow):
        with transaction.atomic():
            row = publish(Happened(number=1))

        def sweeper() -> bool:
            inside.wait(10)
            OutboxEvent.objects.filter(pk=row.pk).update(status=OutboxEvent.Status.QUEUED)
            go_on.set()
            return outbox.deliver(row.pk)

        race(lambda: outbox.deliver(row.pk), sweeper)
    assert heard == [1]
    row.refresh_from_db()
    assert row.status == OutboxEvent.Status.DONE


def test_a_job_that_must_run_alone_runs_alone() -> None:
    """Others are turned away at once; another job is not."""
    inside, done = Signal(), Signal()

    def holder() -> bool:
        with single_flight("tidy") as mine:
            inside.set()
            done.wait(10)
            return mine

    def others() -> list[bool]:
        inside.wait(10)
        with single_flight("tidy") as again, single_flight("other") as other:
            found = [again, other]
        done.set()
        return found

    assert race(holder, others) == [True, [False, True]]
    with single_flight("tidy") as free:
        assert free


def test_a_session_alone_shuts_others_out_without_a_transaction() -> None:
    """What it did stays when it fails; the lock does not."""
    inside, done = Signal(), Signal()

    def holder() -> bool:
        with single_session("tidy") as mine:
            assert not connection.in_atomic_block
            inside.set()
            done.wait(10)
            return mine

    def other() -> bool:
        inside.wait(10)
        with single_session("tidy") as again:
            done.set()
            return again

    assert race(holder, other) == [True, False]
    with pytest.raises(ZeroDivisionError), single_session("tidy"):
        1 / 0  # noqa: B018
    with single_flight("tidy") as free:
        assert free


def test_an_advisory_lock_makes_the_second_wait_for_the_first_ones_commit() -> None:
    """Read, think, write without a row to lock."""
    Heartbeat.objects.create(process="0", seen_at=clock.now())

    def count_up() -> None:
        with transaction.atomic():
            advisory_lock("counter")
            number = Heartbeat.objects.count()
            Heartbeat.objects.create(process=str(number), seen_at=clock.now())

    assert race(*[count_up] * 6) == [None] * 6
    assert Heartbeat.objects.count() == 7
