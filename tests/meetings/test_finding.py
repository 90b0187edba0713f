"""Common free time: the laws of its arithmetic, whose it may be, which room goes with it, and what one learns of others."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Appointment
from apps.accounts.services import absence_record
from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.meetings.finding import in_the_way, merged, missing, office_spans, windows, without
from apps.meetings.models import Attendee, Meeting
from apps.meetings.openings import Slot
from apps.meetings.selectors.finding import FreeTimes, Wish, free_times
from tests.factories.world import World
from tests.helpers.duty import published
from tests.helpers.meetings import MONDAY, booked, notified, requested, room, slot

pytestmark = pytest.mark.long

As = Callable[[str], Client]
DAWN = datetime(2026, 11, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

moments = st.integers(0, 600).map(lambda minute: DAWN + minute * MINUTE)
slots = st.builds(lambda begin, length: Slot(begin, begin + length * MINUTE), moments, st.integers(0, 90))
several = st.lists(slots, max_size=7)
spans = st.builds(lambda begin, length: Slot(begin, begin + length * MINUTE), moments, st.integers(1, 400))
lengths = st.integers(10, 120).map(lambda minutes: minutes * MINUTE)


def minutes_of(found: list[Slot]) -> set[datetime]:
    """Every minute the stretches hold."""
    return {
        one.starts_at + number * MINUTE
        for one in found
        for number in range(int((one.ends_at - one.starts_at) / MINUTE))
    }


@given(several)
def test_merged_keeps_every_moment_once_and_apart(found: list[Slot]) -> None:
    one = merged(found)
    assert minutes_of(one) == minutes_of(found)
    assert all(first.ends_at < second.starts_at for first, second in pairwise(one))
    assert merged(one) == one
    assert merged(found[::-1]) == one


@given(spans, several)
def test_what_is_left_and_what_is_taken_make_up_the_span(span: Slot, busy: list[Slot]) -> None:
    left = without(span, busy)
    assert minutes_of(left) == minutes_of([span]) - minutes_of(busy)
    assert without(span, [*busy, *left]) == []
    assert all(first.ends_at < second.starts_at for first, second in pairwise(left))


@given(st.lists(spans, max_size=3), several, lengths, moments)
def test_windows_are_free_long_enough_and_none_is_left_out(
    within: list[Slot], busy: list[Slot], length: timedelta, after: datetime
) -> None:
    found = windows(within, busy, length, after=after)
    for window in found:
        assert window.slot.starts_at >= after
        assert window.starts[0].starts_at == window.slot.starts_at
        for start in window.starts:
            assert start.ends_at - start.starts_at == length
            assert start.starts_at.minute % 15 == 0
            assert not any(start.meets(one) for one in merged(busy))
            assert any(span.starts_at <= start.starts_at and start.ends_at <= span.ends_at for span in within)
    for span in within:
        at = DAWN
        while at + length <= span.ends_at:  # every quarter from which the meeting would fit lies in a window
            wanted = Slot(at, at + length)
            if at >= max(span.starts_at, after) and not any(wanted.meets(one) for one in merged(busy)):
                assert any(one.slot.starts_at <= at and wanted.ends_at <= one.slot.ends_at for one in found)
            at += timedelta(minutes=15)


@given(st.lists(spans, min_size=1, max_size=2), st.lists(several, min_size=1, max_size=3), lengths)
def test_who_is_named_as_in_the_way_is(
    within: list[Slot], diaries: list[list[Slot]], length: timedelta
) -> None:
    busy = dict(enumerate(diaries))
    named = in_the_way(within, busy, list(busy), length, after=DAWN)
    for key in busy:
        others = [one for other, taken in busy.items() if other != key for one in taken]
        assert named.get(key, 0) == len(windows(within, others, length, after=DAWN))
    wanted = within[0]
    assert missing(wanted, busy) == [
        key for key, taken in busy.items() if any(wanted.meets(one) for one in taken)
    ]


def test_a_long_meeting_is_looked_for_across_noon() -> None:
    days = [date(2026, 11, 3), date(2026, 11, 4)]
    assert len(office_spans(days, timedelta(hours=2), UTC)) == 4
    whole = office_spans(days, timedelta(hours=6), UTC)
    assert [(one.starts_at.hour, one.ends_at.hour) for one in whole] == [(8, 18), (8, 18)]


def looked(world: World, *keys: str, key: str = "section_chief", **more: Any) -> FreeTimes:
    """For an hour within three working days."""
    facts: dict[str, Any] = {"length": timedelta(hours=1), "days": 3, "needs_room": False}
    wish = Wish(required=[world.post(one).pk for one in keys], **(facts | more))
    return free_times(world.actor(key), wish)


def words(found: FreeTimes) -> list[str]:
    """The windows, such as 03 08:30—12:00."""
    return [
        f"{clock.local(one.window.starts_at):%d %H:%M}—{clock.local(one.window.ends_at):%H:%M}"
        for one in found.times
    ]


@pytest.mark.django_db
def test_meetings_watches_and_absences_take_time(world: World) -> None:
    with clock.at(MONDAY):
        free = looked(world, "head", "deputy")
        assert words(free) == [
            "02 09:00—12:00", "02 13:30—18:00", "03 08:30—12:00", "03 13:30—18:00", "04 08:30—12:00", "04 13:30—18:00"
        ]  # fmt: skip
        notified(world)  # the 4th, 14 to 16, with both
        absence_record(
            actor=world.actor("deputy"), person_id=world.person("deputy").pk, kind="trip", starts_at=MONDAY + timedelta(days=1),
            ends_at=MONDAY + timedelta(days=1, hours=4),
        )  # fmt: skip
        found = looked(world, "head", "deputy")
        assert words(found) == [
            "02 09:00—12:00", "02 13:30—18:00", "03 13:30—18:00", "04 08:30—12:00", "04 16:00—18:00"
        ]  # fmt: skip
        assert "03 08:30—12:00" in words(looked(world, "head"))
        Meeting.objects.update(state="cancelled")
        assert "04 13:30—18:00" in words(looked(world, "head", "deputy"))


@pytest.mark.django_db
def test_a_watch_of_a_published_roster_takes_time(world: World) -> None:
    roster = published(world)
    watch = roster.watches.order_by("starts_at").first()
    assert watch is not None
    shift = watch.shifts.select_related("appointment").first()
    assert shift is not None
    with clock.at(watch.starts_at - timedelta(hours=2)):
        found = free_times(
            world.actor("director"),
            Wish(required=[shift.appointment.pk], length=timedelta(hours=1), days=10, needs_room=False),
        )
    assert not any(one.window.meets(Slot(watch.starts_at, watch.ends_at)) for one in found.times)


@pytest.mark.django_db
def test_who_got_leave_is_free_and_who_stands_in_is_not(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        row = Attendee.objects.get(meeting=meeting, person=world.person("deputy"))
        Attendee.objects.filter(pk=row.pk).update(state="leave_approved")
        assert "04 13:30—18:00" in words(looked(world, "deputy"))
        Attendee.objects.filter(pk=row.pk).update(
            state="substituted", substitute=world.person("clerk"), substitute_name="甲"
        )
        assert "04 13:30—18:00" in words(looked(world, "deputy"))
        assert "04 16:00—18:00" in words(looked(world, "clerk"))


@pytest.mark.django_db
def test_a_room_with_enough_seats_goes_with_it_and_the_wished_one_if_it_can_be_had(world: World) -> None:
    with clock.at(MONDAY):
        small, large = room(world, name="小会议室", seat_count=4), room(world, name="大会议室", seat_count=40)
        booked(world, small, slot(3, 8, 4.5))
        wishes: dict[str, Any] = {"needs_room": True, "days": 2}
        first = looked(world, "head", seats=3, **wishes)
        assert first.times[0].room == small
        assert first.times[0].rooms == [large]
        third = first.times[2]
        assert words(first)[2] == "03 08:30—12:00"
        assert third.room == large
        assert looked(world, "head", seats=9, **wishes).times[0].room == large
        assert looked(world, "head", seats=3, room_id=large.pk, **wishes).times[0].room == large
        assert looked(world, "head", seats=300, **wishes).times[0].room is None
        booked(world, large, slot(3, 8, 2))  # with the buffer until 10:15
        late = looked(world, "head", seats=9, **wishes).times[2]
        assert f"{clock.local(late.slot.starts_at):%H:%M}" == "10:30"


@pytest.mark.django_db
def test_a_meeting_that_is_moved_is_in_nobodys_way(world: World) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        assert "04 13:30—18:00" not in words(looked(world, "head"))
        assert "04 13:30—18:00" in words(looked(world, "head", meeting_id=meeting.pk))


@pytest.mark.django_db
def test_optional_people_are_named_when_missing_and_blockers_when_nothing_is_left(world: World) -> None:
    with clock.at(MONDAY):
        absence_record(
            actor=world.actor("deputy"),
            person_id=world.person("deputy").pk,
            kind="leave",
            starts_at=MONDAY,
            ends_at=MONDAY + timedelta(days=9),
        )
        deputy = world.post("deputy")
        found = looked(world, "head", optional=[deputy.pk])
        assert found.times[0].missing == [deputy.person.name]
        none = looked(world, "head", "deputy")
        assert none.times == []
        assert none.blocking == [(deputy.person.name, 6)]


@pytest.mark.django_db
def test_only_ones_own_government_may_be_asked_about(world: World) -> None:
    with clock.at(MONDAY):
        found = looked(world, "head", "bureau_head")
        assert (found.people, found.unknown) == (2, [])  # the city's office calls for the city
        narrow = looked(world, "bureau_head", "head", key="bureau_clerk")
        assert (narrow.people, narrow.unknown) == (1, [world.person("head").name])
        with pytest.raises(ValidationFailed, match="不在您可以查询的范围"):
            looked(world, "head", key="bureau_clerk")


@pytest.mark.django_db
def test_the_form_gives_windows_without_reasons_and_refuses_nonsense(world: World, client_as: As) -> None:
    address = reverse("meetings:free_times")
    with clock.at(MONDAY):
        notified(world, name="干部调整酝酿会")
        where = room(world)
        chief = client_as("section_chief")
        form = {"host": str(world.post("head").pk), "people": str(world.post("deputy").pk), "find_days": "3"}
        page = chief.post(address, form)
        assert page.status_code == 200
        text = page.content.decode()
        assert "11月4日" in text
        assert where.name in text
        assert "干部调整酝酿会" not in text
        assert "#m-day" in text
        for bad in (
            {}, form | {"find_minutes": "5"}, form | {"find_minutes": "x"}, form | {"find_days": "900"},
            {"people": [str(pk) for pk in range(1, 70)]},
        ):  # fmt: skip
            assert chief.post(address, bad, headers={"HX-Request": "true"}).status_code == 422, bad
        meeting = Meeting.objects.get()
        assert chief.post(address, form | {"meeting": str(meeting.pk)}).status_code == 200
        assert client_as("bureau_clerk").post(address, form | {"meeting": str(meeting.pk)}).status_code == 403
        assert chief.post(address, form | {"meeting": "99999"}).status_code == 404
        for key in ("new", "edit"):
            shown = chief.get(reverse(f"meetings:{key}", args=[meeting.pk] if key == "edit" else []))
            assert "查找共同空闲时间" in shown.content.decode()


@pytest.mark.django_db
def test_it_costs_the_same_for_two_and_for_many(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world)
        costs = []
        posts = list(Appointment.objects.filter(organ=world.organs["office"]).values_list("pk", flat=True))
        for hour, count in ((8, 2), (11, len(posts))):
            booked(world, where, slot(3, hour, 1))
            wish = Wish(required=posts[:count], length=timedelta(hours=1), days=5, seats=count)
            with CaptureQueriesContext(connection) as queries:
                free_times(world.actor("section_chief"), wish)
            with CaptureQueriesContext(connection) as queries:
                free_times(world.actor("section_chief"), wish)
            costs.append(len(queries))
            notified(world, name=f"会议{count}", slot=slot(5, hour))
        assert costs[0] == costs[1]
