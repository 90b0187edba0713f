"""What core drops by night, and what it keeps."""

from datetime import timedelta

import pytest

from apps.core import clock, tidying
from apps.core.models import Handled, OutboxEvent, Reminder, Submission
from apps.core.tidying import records_tidy
from config.beat import SCHEDULE
from config.broker import SLOW_TASKS

pytestmark = pytest.mark.django_db
Status = OutboxEvent.Status


def event(status: Status, days: int) -> OutboxEvent:
    """One that stands so since `days` ago, handled once."""
    at = clock.now() - timedelta(days=days)
    made = OutboxEvent.objects.create(
        kind="x.Y", payload={}, status=status, created_at=at, next_attempt_at=at, done_at=at
    )
    Handled.objects.create(event=made, listener="x", handled_at=at)
    return made


def test_delivered_events_go_after_a_month_and_parked_ones_stay() -> None:
    """With the rows of who handled them."""
    event(Status.DONE, 31)
    kept = [event(Status.DONE, 29), event(Status.PARKED, 90), event(Status.QUEUED, 90)]
    assert records_tidy() == 1
    assert list(OutboxEvent.objects.order_by("pk")) == kept
    assert Handled.objects.count() == len(kept)


def test_keys_of_forms_and_old_reminders_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches, until none is left."""
    monkeypatch.setattr(tidying, "BATCH", 2)
    now = clock.now()
    for number in range(5):
        for days in (29, 31):
            at = now - timedelta(days=days)
            Submission.objects.create(person_id=1, key=f"{days}-{number}", verb="x", created_at=at)
        for days in (390, 401):
            at = now - timedelta(days=days)
            Reminder.objects.create(source="x", object_id=number, kind="before", occurrence=f"{days}", at=at)
    assert records_tidy() == 10
    assert set(Submission.objects.values_list("key", flat=True)) == {f"29-{number}" for number in range(5)}
    assert set(Reminder.objects.values_list("occurrence", flat=True)) == {"390"}
    assert records_tidy() == 0


def test_it_happens_every_night_where_nobody_waits() -> None:
    entry = SCHEDULE["records-tidy"]
    assert entry["task"] in SLOW_TASKS
