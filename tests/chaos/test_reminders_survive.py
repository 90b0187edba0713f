"""A month of reminders by two sweepers that are killed again and again: every occasion is told exactly once."""

import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from apps.core import clock
from apps.core.deadlines import OccasionKind, occasions
from apps.core.models import CalendarDay, Reminder
from apps.core.working_calendar import city_calendar
from apps.notifications.models import Notice
from apps.supervision.dating import schedule_of
from apps.supervision.enums import State
from apps.supervision.models import SupervisionItem
from tests.chaos.chance import Chance
from tests.chaos.harness import ROOT, Stage, kill
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
HOURS = 24 * 28
PATIENCE = 240.0


def sweeper(made: Stage, step: int) -> "subprocess.Popen[bytes]":
    """One process that lives through the month from where it was left."""
    command = [sys.executable, "-m", "tests.chaos.sweeper", MONDAY.isoformat(), str(HOURS), str(step)]
    with made.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=made.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    made.workers.append(process)
    return process


def hour(made: Stage) -> int:
    """How far the story has come."""
    reached = Path(made.flags / "hour")
    return int(reached.read_text()) if reached.exists() else 0


def lived_through(made: Stage, chance: Chance, kills: int, step: int) -> int:
    """Two sweepers through the month; `kills` times one of them dies at an hour that chance names. How many died in work."""
    living = [sweeper(made, step), sweeper(made, step)]
    died = 0
    for at in sorted(int(chance.part() * HOURS * 0.9) for _ in range(kills)):
        wait_for(made, living, at)
        victim = chance.choice([0, 1])
        died += living[victim].poll() is None
        kill(living[victim])
        living[victim] = sweeper(made, step)
    for process in living:
        assert process.wait(PATIENCE) == 0, made.log.read_text(errors="replace")[-2000:]
    return died


def wait_for(made: Stage, living: list["subprocess.Popen[bytes]"], at: int) -> None:
    """Until the story reaches the hour, or there is nobody left to bring it there."""
    end = time.monotonic() + PATIENCE
    while hour(made) < at and any(process.poll() is None for process in living):
        assert time.monotonic() < end, made.log.read_text(errors="replace")[-2000:]
        time.sleep(0.01)


def expected(items: list[SupervisionItem]) -> set[tuple[int, str, str]]:
    """Every occasion of the month by the pure schedule."""
    last = MONDAY + timedelta(hours=HOURS - 1)
    calendar = city_calendar()
    found = set()
    for item in items:
        assert item.due_at is not None
        every = occasions(schedule_of(item), item.due_at, calendar)
        come = [one for one in takewhile(lambda one: one.at <= last, every) if one.at > MONDAY]
        found |= {(item.pk, str(one.kind), one.code) for one in come}
    return found


@pytest.mark.parametrize(("kills", "step"), [(3, 6), pytest.param(40, 1, marks=pytest.mark.long)])
def test_every_occasion_of_a_month_is_told_exactly_once(
    world: World, stage: Stage, kills: int, step: int
) -> None:
    """Reminder rows, inbox notices and the pure schedule agree, whoever was killed when."""
    CalendarDay.objects.update(is_provisional=False)
    with clock.at(MONDAY):
        items = [
            brought(world, State.IN_PROGRESS, title=f"事项{number}", workdays=3 + number, assisting_ids=[])
            for number in range(8)
        ]
    Notice.objects.all().delete()
    seed = 20261102 + kills
    died = lived_through(stage, Chance(seed), kills, step)
    got = Counter(
        (one.object_id, one.kind, one.occurrence)
        for one in Reminder.objects.filter(source="supervision.item")
    )
    storm = f"seed {seed}: {died} of {kills} killed in work, {len(got)} occasions, {Notice.objects.count()} notices"
    print(storm)  # noqa: T201  # what the storm was like
    assert set(got) == expected(items)
    assert set(got.values()) == {1}
    keys = Counter(Notice.objects.values_list("person_id", "key"))
    assert set(keys.values()) == {1}
    handler = world.person("bureau_clerk")
    told = Reminder.objects.filter(source="supervision.item", is_told=True)
    assert Notice.objects.filter(person=handler, key__startswith="supervision.item:").count() == told.count()
    overdue = told.filter(kind=OccasionKind.OVERDUE).count()
    assert 0 < overdue < told.count()
