"""One calendar of everything that concerns a person, whichever app it comes from."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.diary import Entry, entries_between
from apps.duty.models import DutyShift
from apps.supervision.enums import State
from apps.supervision.models import SupervisionItem
from tests.factories.world import World
from tests.helpers.duty import published
from tests.helpers.meetings import MONDAY, requested, slot
from tests.helpers.supervision import brought

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)


def of_source(world: World, key: str, source: str, start: datetime = MONDAY) -> list[Entry]:
    """The person's entries of one app in a month."""
    return [one for one in entries_between(world.actor(key), start, start + MONTH) if one.source == source]


def test_own_watches_of_a_published_roster_stand_in_the_calendar_and_take_time(world: World) -> None:
    published(world)
    shift = DutyShift.objects.select_related("watch", "appointment__person").order_by("watch__starts_at")[0]
    key = next(key for key, person in world.people.items() if person.pk == shift.appointment.person_id)
    start = shift.watch.starts_at
    found = of_source(world, key, "duty", start)
    assert found[0].starts_at == start
    assert found[0].is_busy
    assert not of_source(world, "stranger", "duty", start)
    shift.watch.roster.state = "draft"
    shift.watch.roster.save(update_fields=["state"])
    assert not of_source(world, key, "duty", start)


def test_dates_of_supervised_matters_stand_with_who_does_them(world: World) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
        due = clock.now() + timedelta(days=9)
        SupervisionItem.objects.filter(pk=item.pk).update(
            due_at=due, handler=world.post("bureau_clerk"), lead_unit=None, milestone_due_at=None
        )
        found = of_source(world, "bureau_clerk", "supervision", due - timedelta(hours=1))
        assert [(one.title, one.starts_at, one.is_busy) for one in found] == [(item.title, due, False)]
        assert not of_source(world, "stranger", "supervision")
        SupervisionItem.objects.filter(pk=item.pk).update(state=State.COMPLETED)
        assert not of_source(world, "bureau_clerk", "supervision", due - timedelta(hours=1))


def test_the_calendar_costs_the_same_with_one_and_with_many_dates(world: World) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
        due = clock.now() + timedelta(days=9)
        SupervisionItem.objects.filter(pk=item.pk).update(due_at=due, handler=world.post("bureau_clerk"))
        with CaptureQueriesContext(
            connection,
        ) as once:
            of_source(world, "bureau_clerk", "supervision")
        for number in range(5):
            item.pk, item.number = None, f"N{number}"
            item.due_at, item.handler = due, world.post("bureau_clerk")
            item.save()
        with CaptureQueriesContext(connection) as many:
            of_source(world, "bureau_clerk", "supervision")
    assert len(once) == len(many)


def test_the_desk_says_until_when_what_began_the_day_before(
    world: World, client_as: Callable[[str], Client]
) -> None:
    with clock.at(MONDAY):
        requested(world, slot=slot(4, 22, 4))
    evening = MONDAY + timedelta(days=2, hours=11)
    for moment, shown in ((evening, "22:00"), (evening + timedelta(hours=5), "至02:00")):
        with clock.at(moment):
            desk = client_as("section_chief").get("/").content.decode()
        panel = desk[desk.index("今日日程") :]
        assert f'<span class="num">{shown}</span>' in panel
