"""Rooms and bookings: nobody gets a room twice, and a refusal says what is free."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.models import CalendarDay
from apps.core.working_calendar import calendar_changed
from apps.meetings.enums import BookingState
from apps.meetings.models import Booking
from apps.meetings.openings import Hours, Slot, free_slots
from apps.meetings.selectors.rooms import grid_of
from apps.meetings.services.approving import meeting_withdraw
from apps.meetings.services.bookings import (
    booking_cancel,
    booking_change,
    booking_confirm,
    booking_decide,
    bookings_release,
)
from apps.meetings.services.calls import meeting_amend
from apps.meetings.services.issuing import meeting_cancel
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.meetings import HOUR, MONDAY, booked, draft, requested, room, slot

pytestmark = pytest.mark.django_db


def test_an_overlapping_booking_is_refused_with_what_is_free(world: World) -> None:
    with clock.at(MONDAY):
        first, other = room(world), room(world, name="第二会议室")
        booked(world, first)
        with pytest.raises(Conflict, match="已有预订") as refused:
            booked(world, first, slot(3, 15))
    free = refused.value.data["free"]
    assert any("第一会议室" in words for words in free)
    assert any(other.name in words for words in free)
    assert Booking.objects.count() == 1


def test_the_buffer_lies_between_two_uses(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world)
        booked(world, where, slot(3, 9, 1))
        with pytest.raises(Conflict, match="留 15 分钟"):
            booked(world, where, slot(3, 10, 1))
        later = slot(3, 10, 1)
        booked(world, where, Slot(later.starts_at + timedelta(minutes=15), later.ends_at))
    assert Booking.objects.count() == 2


def test_the_database_refuses_an_overlap_that_came_past_the_service(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world)
        [made] = booked(world, where)
    made.pk = None
    made.period = DateTimeTZRange(made.starts_at + HOUR, made.ends_at + HOUR)
    with pytest.raises(IntegrityError, match="booking_no_overlap"), transaction.atomic():
        made.save(force_insert=True)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (slot(3, 22, 4), "跨零点"),
        (slot(7, 9, 1), "周六"),
        (slot(3, 6, 1), "开放时间"),
        (slot(3, 19, 2), "开放时间"),
        (slot(1, 9, 1), "已经过去"),
        (slot(3, 10, -1), "结束时间"),
    ],
)
def test_hours_a_room_is_not_open_are_refused_in_words(world: World, when: Slot, words: str) -> None:
    with clock.at(MONDAY):
        where = room(world)
        with pytest.raises(ValidationFailed, match=words):
            booked(world, where, when)


def test_a_repetition_is_booked_whole_or_not_at_all(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world)
        booked(world, where, slot(10))
        with pytest.raises(Conflict, match="11月10日"):
            booked(world, where, slot(3), weeks=4)
        assert Booking.objects.count() == 1
        made = booked(world, where, slot(4), weeks=4)
        assert [f"{clock.local(one.starts_at):%d %H}" for one in made] == ["04 14", "11 14", "18 14", "25 14"]
        booking_cancel(actor=world.actor("drafter"), booking_id=made[1].pk, with_series=True)
    states = [Booking.objects.get(pk=one.pk).state for one in made]
    assert states == ["confirmed", "cancelled", "cancelled", "cancelled"]


def test_a_room_that_must_be_granted_waits_for_its_keeper(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world, needs_approval=True, manager=world.post("clerk"))
        [made] = booked(world, where)
        assert made.state == BookingState.ASKED
        with pytest.raises(Forbidden):
            booking_decide(actor=world.actor("drafter"), booking_id=made.pk, is_granted=True)
        with pytest.raises(ValidationFailed, match="理由"):
            booking_decide(actor=world.actor("clerk"), booking_id=made.pk, is_granted=False)
        booking_decide(actor=world.actor("clerk"), booking_id=made.pk, is_granted=False, words="设备检修")
        assert booked(world, where)[0].state == BookingState.ASKED


def test_what_is_not_confirmed_is_released_and_told(world: World, drain: object) -> None:
    with clock.at(MONDAY):
        where = room(world, confirm_minutes=60)
        [made] = booked(world, where)
        assert made.state == BookingState.BOOKED
        [kept] = booked(world, where, slot(4))
        booking_confirm(actor=world.actor("drafter"), booking_id=kept.pk)
    with clock.at(made.starts_at - timedelta(minutes=61)):
        assert bookings_release() == 0
    with clock.at(made.starts_at - timedelta(minutes=59)):
        assert bookings_release() == 1
        assert bookings_release() == 0
        drain()  # type: ignore[operator]  # a fixture that is called
    assert Notice.objects.filter(person=world.person("drafter"), title__contains="超时释放").count() == 1
    with clock.at(kept.starts_at):
        assert bookings_release() == 0


def test_a_booking_moves_or_stays_as_it_was(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world)
        [made] = booked(world, where)
        booked(world, where, slot(4))
        with pytest.raises(Conflict):
            booking_change(actor=world.actor("drafter"), booking_id=made.pk, slot=slot(4, 15))
        assert Booking.objects.get(pk=made.pk).starts_at == slot().starts_at
        booking_change(actor=world.actor("drafter"), booking_id=made.pk, slot=slot(3, 15))
        with pytest.raises(Forbidden):
            booking_cancel(actor=world.actor("section_chief"), booking_id=made.pk)
        with pytest.raises(NotFound):
            booking_cancel(actor=world.actor("bureau_clerk"), booking_id=made.pk)
    with clock.at(slot(3, 15).starts_at), pytest.raises(InvalidState, match="已经开始"):
        booking_cancel(actor=world.actor("drafter"), booking_id=made.pk)


def test_who_booked_hears_what_the_keeper_did(world: World, drain: Callable[[], int]) -> None:
    with clock.at(MONDAY):
        where = room(world, manager=world.post("clerk"))
        [made] = booked(world, where)
        booking_change(actor=world.actor("clerk"), booking_id=made.pk, slot=slot(3, 16))
        drain()
        booking_cancel(actor=world.actor("clerk"), booking_id=made.pk)
        drain()
    told = Notice.objects.filter(person=world.person("drafter")).order_by("id")
    assert [(one.title, one.text[:6]) for one in told] == [
        ("会议室预订改时间：第一会议室", "11月3日 "),
        ("会议室预订已取消：第一会议室", "11月3日 "),
    ]


def test_who_booked_hears_of_every_move_also_back_to_an_earlier_time(
    world: World, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        where = room(world, manager=world.post("clerk"))
        [made] = booked(world, where)
    for minute, hour in enumerate((16, 15, 16), start=1):
        with clock.at(MONDAY + timedelta(minutes=minute)):
            booking_change(actor=world.actor("clerk"), booking_id=made.pk, slot=slot(3, hour))
            drain()
    told = Notice.objects.filter(person=world.person("drafter")).order_by("id")
    assert [re.findall(r"\d\d:\d\d", one.text)[0] for one in told] == ["16:00", "15:00", "16:00"]


def test_a_meetings_room_moves_and_goes_with_the_meeting_alone(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world, manager=world.post("clerk"))
        meeting = requested(world, room_id=where.pk, outside_place="")
        assert meeting.booking is not None
        held = meeting.booking.pk
        for key in ("section_chief", "clerk"):
            with pytest.raises(InvalidState, match="请在会议页面"):
                booking_change(actor=world.actor(key), booking_id=held, slot=slot(5))
            with pytest.raises(InvalidState, match="请在会议页面"):
                booking_cancel(actor=world.actor(key), booking_id=held)
        meeting_withdraw(actor=world.actor("section_chief"), meeting_id=meeting.pk)
        meeting.refresh_from_db()
        changed = meeting_amend(
            actor=world.actor("section_chief"),
            meeting_id=meeting.pk,
            expected_version=meeting.version,
            draft=draft(world, room_id=where.pk, outside_place="", slot=slot(5)),
        )
        assert Booking.objects.get(pk=held).starts_at == slot(5).starts_at
        meeting_cancel(actor=world.actor("section_chief"), meeting_id=changed.pk, words="不开了")
    assert Booking.objects.get(pk=held).state == BookingState.CANCELLED


def test_free_hours_leave_room_for_the_buffer() -> None:
    hours = Hours(
        opens=time(8),
        closes=time(12),
        weekdays=frozenset({1}),
        buffer=15,
    )
    taken = [slot(3, 9, 1)]
    found = list(free_slots(slot().starts_at.date(), HOUR, taken, hours, clock.CITY_ZONE, after=MONDAY))
    assert [f"{clock.local(one.starts_at):%H:%M}" for one in found] == ["10:30", "11:00"]


def test_a_working_saturday_is_open_and_a_holiday_only_where_its_keeper_says_so(world: World) -> None:
    CalendarDay.objects.create(date=date(2026, 11, 7), kind=CalendarDay.Kind.ADJUSTED_WORKDAY)
    CalendarDay.objects.create(date=date(2026, 11, 5), kind=CalendarDay.Kind.ADJUSTED_REST)
    calendar_changed()
    with clock.at(MONDAY):
        where, always = room(world), room(world, name="值班会商室", opens_on_holidays=True)
        assert booked(world, where, slot(7, 9, 1))
        with pytest.raises(ValidationFailed, match="节假日"):
            booked(world, where, slot(5, 9, 1))
        assert booked(world, always, slot(5, 9, 1))
        assert booked(world, always, slot(7, 9, 1))
        with pytest.raises(ValidationFailed, match="周日"):
            booked(world, always, slot(8, 9, 1))
        open_on = {
            (row.room.name, row.day.day): row.is_open
            for day in (5, 7)
            for row in grid_of(world.actor("drafter"), date(2026, 11, day), None).rows
        }
    assert open_on == {
        ("第一会议室", 5): False,
        ("第一会议室", 7): True,
        ("值班会商室", 5): True,
        ("值班会商室", 7): True,
    }
