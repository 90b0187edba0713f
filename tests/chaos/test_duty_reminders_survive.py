"""Duty's reminders by two sweepers that are killed again and again: by the clock, at night too, every occasion exactly once."""

from collections import Counter
from datetime import timedelta
from itertools import takewhile
from typing import Any

import pytest

from apps.core import clock
from apps.core.deadlines import occasions
from apps.core.models import CalendarDay, Reminder
from apps.core.working_calendar import city_calendar
from apps.duty import services
from apps.duty.models import DutyRoster, DutyWatch, EmergencyEvent, SpotCheck
from apps.duty.reminders import SOURCES
from apps.duty.selectors.spots import SPOT
from apps.notifications.models import Notice
from tests.chaos.chance import Chance
from tests.chaos.harness import Stage
from tests.chaos.story import Story
from tests.duty.test_events import fire
from tests.factories.world import World
from tests.helpers.duty import MONDAY, taken

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True), pytest.mark.long]


def dated(source: str) -> list[Any]:
    """Rows of a source that run all through the story: nobody takes over, hands over or reports."""
    if source == "duty.following":
        return list(DutyRoster.objects.all())
    if source in {"duty.phone", "duty.written"}:
        return list(EmergencyEvent.objects.all())
    if source == SPOT:
        return list(SpotCheck.objects.all())
    wanted = ["on"] if source == "duty.end" else ["planned"]
    return list(DutyWatch.objects.filter(state__in=wanted))


def expected(minutes: int, step: int) -> set[tuple[str, int, str, str]]:
    """Every occasion by the pure schedules."""
    last = MONDAY + timedelta(minutes=(minutes - 1) // step * step)
    calendar = city_calendar()
    found = set()
    for source in SOURCES:
        for row in dated(source.name):
            every = occasions(source.schedule_of(row), getattr(row, source.due_field), calendar)
            come = [one for one in takewhile(lambda one: one.at <= last, every) if one.at > MONDAY]
            found |= {(source.name, row.pk, str(one.kind), one.code) for one in come}
    return found


@pytest.mark.parametrize(("days", "kills", "step"), [(2, 4, 10), (28, 60, 15)])
def test_every_reminder_of_duty_is_told_exactly_once(
    world: World, stage: Stage, days: int, kills: int, step: int
) -> None:
    """Reminder rows, inbox notices and the pure schedules agree, whoever was killed when."""
    CalendarDay.objects.update(is_provisional=False)
    with clock.at(MONDAY):
        taken(world)
        officer_on = world.actor("duty_officer")
        services.event_open(actor=officer_on, draft=fire())
        services.spot_check_make(
            actor=officer_on, draft=services.SpotDraft(organ_id=officer_on.organ_id or 0)
        )
    Notice.objects.all().delete()
    seed = 20261102 + kills
    minutes = days * 24 * 60
    died = Story(stage, MONDAY, minutes, step).live_through(Chance(seed), kills)
    rows = Reminder.objects.filter(source__startswith="duty.")
    got = Counter((one.source, one.object_id, one.kind, one.occurrence) for one in rows)
    storm = f"seed {seed}: {died} of {kills} killed in work, {len(got)} occasions, {Notice.objects.count()} notices"
    print(storm)  # noqa: T201  # what the storm was like
    assert set(got) == expected(minutes, step)
    assert {source for source, *_ in got} >= {"duty.start", "duty.untaken", "duty.end", "duty.phone", SPOT}
    assert set(got.values()) == {1}
    keys = Counter(Notice.objects.values_list("person_id", "key"))
    assert set(keys.values()) == {1}
    told = rows.filter(is_told=True, source__in=["duty.phone", "duty.written"])
    officer = world.person("duty_officer")
    for one in told:
        key = f"{one.source}:{one.object_id}:{one.kind}:{one.occurrence}"
        assert Notice.objects.filter(person=officer, key=key).count() == 1
