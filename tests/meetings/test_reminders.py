"""People are reminded of slips, of tomorrow, of the next half hour, of materials and minutes; once each."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from apps.core import clock
from apps.core.models import CalendarDay
from apps.core.reminding import reminders_sweep
from apps.meetings.models import Meeting
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.issuing import meeting_cancel, meeting_end
from apps.meetings.services.ticking import meetings_tick
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, answered, notified, running, slot

pytestmark = pytest.mark.django_db


def swept(day: int, hour: int = 10) -> None:
    """The sweep at an hour of November 2026, twice."""
    with clock.at(datetime(2026, 11, day, hour, 0, tzinfo=clock.CITY_ZONE)):
        reminders_sweep()
        reminders_sweep()


def heard(world: World, words: str) -> list[str]:
    """Who has a notice with these words; twice when told twice."""
    names = {person.pk: key for key, person in world.people.items()}
    return sorted(
        names[pk] for pk in Notice.objects.filter(title__contains=words).values_list("person_id", flat=True)
    )


@pytest.fixture(autouse=True)
def _published(db: None) -> None:
    """The year's arrangement is known."""
    CalendarDay.objects.update(is_provisional=False)


def test_who_owes_a_slip_is_reminded_on_its_day_and_who_answered_is_not(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        answered(world, meeting)
    swept(3)
    assert "bureau_clerk" not in heard(world, "会议回执")
    assert heard(world, "会议回执").count("finance_clerk") == 1
    assert heard(world, "会议回执").count("deputy") == 1


def test_the_day_before_and_the_half_hour_before_are_told_once_to_those_who_come(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        answered(world, meeting)
    swept(3)
    assert heard(world, "明日开会") == ["bureau_head", "deputy", "head", "section_chief"]
    with clock.at(meeting.starts_at - timedelta(minutes=31)):
        assert meetings_tick() == 0
    with clock.at(meeting.starts_at - timedelta(minutes=29)):
        assert meetings_tick() == 1
        assert meetings_tick() == 0
    assert heard(world, "14:00 开会") == ["bureau_head", "deputy", "head", "section_chief"]


def test_a_cancelled_meeting_reminds_nobody(world: World, drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        meeting_cancel(actor=world.actor("director"), meeting_id=meeting.pk, words="改期")
        drain()
    before = Notice.objects.count()
    swept(3)
    with clock.at(meeting.starts_at - timedelta(minutes=10)):
        meetings_tick()
    assert Notice.objects.count() == before


def test_late_materials_are_asked_of_the_reporting_desk(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world, materials_due_at=slot(3, 12).starts_at)
        item = ItemDraft(title="数据目录", organ_id=world.organs["data"].pk)
        agenda_add(actor=world.actor("section_chief"), meeting_id=meeting.pk, draft=item)
    swept(3)
    assert heard(world, "会议材料") == ["bureau_chief", "bureau_clerk", "section_chief"]
    swept(4)
    assert heard(world, "会议材料").count("bureau_clerk") == 2


def test_minutes_that_are_late_are_asked_of_the_organiser(world: World) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
    with clock.at(meeting.ends_at):
        meeting_end(actor=world.actor("section_chief"), meeting_id=meeting.pk)
    due = Meeting.objects.get().minutes_due_at
    assert due is not None
    assert clock.local(due).date().isoformat() == "2026-11-11"
    for day in (10, 11, 12):
        swept(day)
    assert heard(world, "会议纪要") == ["section_chief"] * 3
