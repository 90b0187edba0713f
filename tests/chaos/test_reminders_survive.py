"""A month of reminders by two sweepers that are killed again and again: every occasion is told exactly once."""

from collections import Counter
from datetime import timedelta
from itertools import takewhile

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
from tests.chaos.harness import Stage
from tests.chaos.story import Story
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True), pytest.mark.long]
HOURS = 24 * 28


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


@pytest.mark.parametrize(("kills", "step"), [(3, 6), (40, 1)])
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
    died = Story(stage, MONDAY, HOURS * 60, step * 60).live_through(Chance(seed), kills)
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
