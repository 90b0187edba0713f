"""What one dated row or one app cannot tell keeps no other from being told, and does not go unnoticed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from apps.briefings.models import Commission
from apps.core import clock, health, reminding
from apps.core.deadlines import Countdown
from apps.core.models import Reminder
from apps.core.reminding import Due, RemindersFailed, ReminderSource, reminders_sweep
from tests.factories.world import World

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=clock.CITY_ZONE)


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "_sources", {})


@pytest.fixture
def rows(world: World) -> list[Commission]:
    """Seven, the first due a minute ago, the others after one another."""
    moments = [MONDAY - timedelta(seconds=60 - number) for number in range(7)]
    return Commission.objects.bulk_create(
        Commission(organ=world.organs["office"], topic="x", due_at=at, next_reminder_at=at, issued_at=MONDAY)
        for at in moments
    )


def heard_by(name: str, *refused: Commission, by_database: bool = False) -> list[int]:
    """A source that tells all rows but `refused`; where what was told is listed."""
    heard: list[int] = []

    def tell(dues: Sequence[Due]) -> None:
        if {due.row.pk for due in dues} & {row.pk for row in refused}:
            if by_database:
                connection.cursor().execute("SELECT 1/0")
            raise ValueError("cannot be told")
        heard.extend(due.row.pk for due in dues)

    reminding.register(
        ReminderSource(
            name=name,
            running=Commission.objects.all,
            schedule_of=lambda _row: Countdown(minutes=(0,)),
            tell=tell,
        )
    )
    return heard


def swept(after: timedelta = timedelta()) -> None:
    with clock.at(MONDAY + after):
        reminders_sweep()


@pytest.mark.parametrize("by_database", [False, True])
def test_a_row_that_cannot_be_told_keeps_no_other_waiting(
    rows: list[Commission], *, by_database: bool
) -> None:
    """It stays due, so that it is told once its cause is mended; each of the others is told once."""
    heard = heard_by("a", rows[0], rows[4], by_database=by_database)
    for _ in range(2):
        with pytest.raises(RemindersFailed):
            swept()
    others = [row.pk for row in rows if row not in (rows[0], rows[4])]
    assert sorted(heard) == others
    assert Reminder.objects.count() == len(others)
    mended = heard_by("a")
    swept()
    assert mended == [rows[0].pk, rows[4].pk]


def test_a_batch_of_rows_that_fail_does_not_hide_those_behind_them(
    rows: list[Commission], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "BATCH", 2)
    heard = heard_by("a", *rows[:4])
    with pytest.raises(RemindersFailed):
        swept()
    assert heard == [row.pk for row in rows[4:]]


def test_an_app_that_fails_does_not_silence_the_next(rows: list[Commission]) -> None:
    """The task counts as failed and names it."""

    def fails() -> None:
        raise DatabaseError("no such column")

    reminding.register(
        ReminderSource(name="broken", running=fails, schedule_of=fails, tell=fails)  # type: ignore[arg-type]  # never gets far
    )
    heard = heard_by("sound")
    with pytest.raises(RemindersFailed, match=r"^broken$"):
        swept()
    assert heard == [row.pk for row in rows]


def test_an_occasion_that_comes_again_fails_nobody(rows: list[Commission]) -> None:
    """A changed calendar may move a day that was told already."""
    heard = heard_by("a")
    swept()
    Commission.objects.filter(pk=rows[0].pk).update(next_reminder_at=rows[0].due_at)
    swept()
    assert heard.count(rows[1].pk) == 1
    assert Reminder.objects.count() == len(rows)


def test_readiness_says_when_reminders_are_long_late(rows: list[Commission]) -> None:
    """Not before half an hour, nor in hours in which nobody is reminded."""
    heard_by("supervision.item", rows[0])

    def verdict(moment: datetime) -> health.Check:
        with clock.at(moment):
            return next(check for check in health.readiness() if check.name == "reminders")

    assert verdict(MONDAY + timedelta(minutes=20)).ok
    late = verdict(MONDAY + timedelta(minutes=40))
    assert not late.ok
    assert "supervision.item" in late.text
    assert verdict(MONDAY.replace(hour=22)).ok
    assert verdict((MONDAY + timedelta(days=1)).replace(hour=8, minute=10)).ok
    with pytest.raises(RemindersFailed):
        swept(timedelta(minutes=40))
    assert not verdict(MONDAY + timedelta(minutes=41)).ok
