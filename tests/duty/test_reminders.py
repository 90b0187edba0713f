"""The shared sweep tells people on duty by the clock, at night too, each occasion once."""

from collections import Counter
from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.reminding import reminders_sweep
from apps.duty import services
from apps.notifications.models import Notice
from tests.duty.test_events import fire
from tests.factories.world import World
from tests.helpers.duty import MONDAY, published, taken, watch_at

pytestmark = pytest.mark.django_db


def test_the_limits_of_an_event_at_night_climb_to_the_head_each_once(world: World) -> None:
    night = MONDAY + timedelta(hours=16)  # 01:00
    with clock.at(MONDAY):
        taken(world)
    with clock.at(night):
        services.event_open(actor=world.actor("duty_officer"), draft=fire(occurred_at=night))
    for minute in range(0, 90, 5):
        with clock.at(night + timedelta(minutes=minute)):
            reminders_sweep()
            reminders_sweep()
    heard = Counter(
        (one.person.name, one.title.split("：")[0])
        for one in Notice.objects.select_related("person")
        if "报" in one.title.split("：")[0]
    )
    for what in ("电话报告", "书面初报"):
        for said in ("还有10分钟到时", "到时未报", "已超时"):
            assert heard["梁小满", what + said] == 1
        assert heard["高文澜", what + "还有10分钟到时"] == 0 or "高文澜" in _on_watch(world)
        assert heard["高文澜", what + "到时未报"] == 1
        assert heard["沈亦舟", what + "已超时"] == 1


def _on_watch(world: World) -> set[str]:
    from apps.duty.selectors.watches import watch_on

    watch = watch_on(world.organs["office"].pk)
    return {shift.appointment.person.name for shift in watch.shifts.all()} if watch else set()


def test_a_reported_event_reminds_nobody(world: World) -> None:
    with clock.at(MONDAY):
        taken(world)
        event = services.event_open(
            actor=world.actor("duty_officer"), draft=fire(), report=services.ReportDraft(text="初报。")
        )
        services.event_phone_note(
            actor=world.actor("duty_officer"), event_id=event.pk, source="市长", text="已报告。"
        )
    with clock.at(MONDAY + timedelta(hours=2)):
        reminders_sweep()
    assert not Notice.objects.filter(key__startswith="duty.phone:").exists()
    assert not Notice.objects.filter(key__startswith="duty.written:").exists()


def test_shifts_are_told_the_working_day_before_and_an_hour_before(world: World) -> None:
    with clock.at(MONDAY):
        roster = published(world)
    watch = watch_at(roster, 8)  # a Sunday; the working day before is Friday the 6th
    for moment in (
        watch.starts_at - timedelta(days=2) + timedelta(hours=7, minutes=30),
        watch.starts_at - timedelta(hours=1),
    ):
        with clock.at(moment):
            reminders_sweep()
    people = {shift.appointment.person_id for shift in watch.shifts.all()}
    told = Counter(
        Notice.objects.filter(key__startswith=f"duty.start:{watch.pk}:").values_list("person_id", flat=True)
    )
    assert told == dict.fromkeys(people, 2)


def test_a_handover_that_does_not_come_is_told_to_the_office_director_once(world: World) -> None:
    with clock.at(MONDAY):
        watch = taken(world)
    for minutes in (0, 14, 15, 30, 60):
        with clock.at(watch.ends_at + timedelta(minutes=minutes)):
            reminders_sweep()
    notice = Notice.objects.get(key__startswith=f"duty.end:{watch.pk}:")
    assert notice.person_id == world.person("director").pk
