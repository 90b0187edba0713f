"""The screen at a room's door: who sets it up, what it shows to anybody, and when it is dead."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, NotFound
from apps.core.pacing import is_too_often
from apps.meetings.models import Booking, DoorDisplay, Meeting, MeetingRoom
from apps.meetings.openings import SHORTEST, Hours, Slot, free_slots, gaps
from apps.meetings.selectors.displays import door_board
from apps.meetings.services.bookings import booking_cancel, booking_name_show
from apps.meetings.services.calls import meeting_begin
from apps.meetings.services.displays import display_drop, display_make
from apps.meetings.services.issuing import meeting_end
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, booked, notified, room, slot

pytestmark = pytest.mark.long

As = Callable[[str], Client]
TUESDAY = datetime(2026, 11, 3, 10, 0, tzinfo=clock.CITY_ZONE)


@pytest.fixture(autouse=True)
def fresh_counts() -> Iterator[None]:
    """How often an address was asked for is kept in the cache."""
    cache.clear()
    yield
    cache.clear()


def kept(world: World) -> MeetingRoom:
    """A room whose manager is the clerk of the office."""
    return room(world, manager=world.post("clerk"), place="1号楼205")


def shown(secret: str, **headers: str) -> str:
    """What the door says, without signing in."""
    answer = Client().get(reverse("meetings:display", args=[secret]), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_the_keeper_makes_renews_and_withdraws_the_address(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        where = kept(world)
        act = reverse("meetings:display_act", args=[where.pk])
        page = f"{reverse('meetings:rooms')}?room={where.pk}"
        assert Client().post(act).status_code == 302
        for key, status in (("bureau_clerk", 404), ("stranger", 404), ("sysadmin", 404), ("drafter", 403)):
            assert client_as(key).post(act).status_code == status, key
            assert "门牌屏</h2>" not in client_as(key).get(page).content.decode()
        assert not DoorDisplay.objects.exists()
        clerk = client_as("clerk")
        assert clerk.post(act).status_code == 303
        first = clerk.get(page).context["display_url"]
        assert clerk.get(page).context["display_url"] == ""
        assert Client().get(first).status_code == 200
        assert "最近刷新 11月2日" in clerk.get(page).content.decode()
        assert clerk.post(act, {"do": "make"}).status_code == 303
        second = clerk.get(page).context["display_url"]
        assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
        assert client_as("director").post(act, {"do": "drop"}).status_code == 303
        assert client_as("director").post(act, {"do": "drop"}).status_code == 303
        gone = Client().get(second, headers={"HX-Request": "true"})
        assert gone.status_code == 404
        assert where.name not in gone.content.decode()
    acts = AuditEntry.objects.filter(action="meetings.display").order_by("pk")
    assert [row.facts["act"] for row in acts] == ["make", "make", "drop"]
    assert first.rsplit("/", 2)[1] not in str([row.facts for row in acts])


@pytest.mark.django_db
def test_a_name_stands_at_the_door_only_when_who_booked_says_so(world: World) -> None:
    with clock.at(MONDAY):
        where = kept(world)
        secret = display_make(actor=world.actor("clerk"), room_id=where.pk)
        [row] = booked(world, where, slot(3, 9))
    with clock.at(TUESDAY):
        page = shown(secret)
        assert "会议使用中" in page
        assert "学习会" not in page
        assert row.booked_text not in page
        assert world.person("drafter").name not in page
        with pytest.raises(Forbidden):
            booking_name_show(actor=world.actor("section_chief"), booking_id=row.pk, is_shown=True)
        with pytest.raises(NotFound):
            booking_name_show(actor=world.actor("bureau_clerk"), booking_id=row.pk, is_shown=True)
        booking_name_show(actor=world.actor("drafter"), booking_id=row.pk, is_shown=True)
        named = shown(secret, **{"HX-Request": "true"})
        assert "学习会" in named
        assert "<html" not in named
        assert world.person("drafter").name not in named
        booking_name_show(actor=world.actor("clerk"), booking_id=row.pk, is_shown=False)
        assert "学习会" not in shown(secret)


@pytest.mark.django_db
def test_the_day_shows_what_runs_what_comes_and_what_is_free(world: World) -> None:
    with clock.at(MONDAY):
        where = kept(world)
        booked(world, where, slot(3, 9, 1))
        [later] = booked(world, where, slot(3, 14), is_named_at_door=True)
        booked(world, where, slot(4, 9))
    with clock.at(TUESDAY - timedelta(minutes=30)):
        board = door_board(where)
        assert board.current is not None
        assert board.following is not None
        assert (board.current.title, board.following.title) == ("", "学习会")
    with clock.at(TUESDAY):
        board = door_board(where)
        assert board.current is None
        assert board.is_open
        words = [(f"{clock.local(one.slot.starts_at):%H:%M}", one.is_taken) for one in board.coming]
        assert words == [("10:15", False), ("14:00", True), ("16:15", False)]
        booking_cancel(actor=world.actor("drafter"), booking_id=later.pk)
        assert [one.is_taken for one in door_board(where).coming] == [False]
    with clock.at(TUESDAY + timedelta(hours=12)):
        assert not door_board(where).is_open
    with clock.at(TUESDAY + timedelta(days=4)):
        assert (door_board(where).opens_at, door_board(where).lines) == (None, [])


@pytest.mark.django_db
def test_what_is_only_asked_for_does_not_take_the_room_yet(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world, manager=world.post("clerk"), needs_approval=True)
        [row] = booked(world, where, slot(3, 9), is_named_at_door=True)
        secret = display_make(actor=world.actor("clerk"), room_id=where.pk)
    with clock.at(TUESDAY):
        assert door_board(where).current is None
        page = shown(secret)
        assert "预订待批准" in page
        assert row.purpose not in page


@pytest.mark.django_db
def test_a_meeting_that_ends_early_gives_the_room_back_at_the_door(world: World) -> None:
    with clock.at(MONDAY):
        where = kept(world)
        meeting = notified(world, room_id=where.pk, outside_place="", is_named_at_door=True)
    chief = world.actor("section_chief")
    with clock.at(meeting.starts_at):
        meeting_begin(actor=chief, meeting_id=meeting.pk)
        current = door_board(where).current
        assert current is not None
        assert current.title == meeting.name
        Meeting.objects.filter(pk=meeting.pk).update(name="更名后的推进会")
        renamed = door_board(where).current
        assert renamed is not None
        assert renamed.title == "更名后的推进会"
    with clock.at(meeting.starts_at + timedelta(minutes=40)):
        meeting_end(actor=chief, meeting_id=meeting.pk)
        assert door_board(where).current is None


@pytest.mark.django_db
def test_a_screen_costs_the_same_whatever_is_booked_and_waits_when_it_asks_too_often(world: World) -> None:
    with clock.at(MONDAY):
        where = kept(world)
        secret = display_make(actor=world.actor("clerk"), room_id=where.pk)
        costs = []
        for hour in (8, 10, 12):
            booked(world, where, slot(3, hour, 1))
            with clock.at(TUESDAY), CaptureQueriesContext(connection) as found:
                shown(secret)
            with clock.at(TUESDAY), CaptureQueriesContext(connection) as found:
                shown(secret)
            costs.append(len(found))
        assert len(set(costs)) == 1
        address = reverse("meetings:display", args=[secret])
        statuses = [Client().get(address).status_code for _ in range(31)]
        assert statuses[-1] == 429
        other = display_make(actor=world.actor("clerk"), room_id=where.pk)
        assert "第一会议室" in shown(other)
        guesses = [
            Client().get(reverse("meetings:display", args=[f"guess{number}"])).status_code
            for number in range(22)
        ]
        assert (guesses[0], guesses[-1]) == (404, 429)
        assert "第一会议室" in shown(other)  # behind the same address as the guesses


@pytest.mark.django_db
def test_a_room_out_of_use_has_no_screen(world: World) -> None:
    with clock.at(MONDAY):
        where = kept(world)
        secret = display_make(actor=world.actor("clerk"), room_id=where.pk)
        MeetingRoom.objects.filter(pk=where.pk).update(is_active=False)
        assert Client().get(reverse("meetings:display", args=[secret])).status_code == 404
        with pytest.raises(NotFound):
            display_drop(actor=world.actor("clerk"), room_id=where.pk)


@pytest.mark.django_db
def test_the_name_is_carried_to_another_room_and_changed_by_its_form(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        where, other = kept(world), room(world, name="第二会议室")
        form = {
            "room": str(where.pk),
            "day": "2026-11-03",
            "from": "09:00",
            "until": "10:00",
            "purpose": "例会",
        }
        drafter = client_as("drafter")
        assert drafter.post(reverse("meetings:book"), form | {"named_at_door": "1"}).status_code == 303
        row = Booking.objects.get()
        assert row.is_named_at_door
        address = reverse("meetings:booking", args=[row.pk])
        assert "改为不显示" in drafter.get(address).content.decode()
        assert "改为不显示" not in client_as("section_chief").get(address).content.decode()
        assert drafter.post(reverse("meetings:booking_act", args=[row.pk, "unname"])).status_code == 303
        meeting = notified(world, room_id=where.pk, outside_place="", is_named_at_door=True)
        change = {
            "name": meeting.name, "kind": "special", "day": "2026-11-05", "from": "14:00", "until": "16:00",
            "room": str(other.pk), "organs": str(world.organs["data"].pk), "expected_version": str(meeting.version),
        }  # fmt: skip
        chief = client_as("section_chief")
        assert chief.post(reverse("meetings:edit", args=[meeting.pk]), change).status_code == 303
    moved = Meeting.objects.select_related("booking").get(pk=meeting.pk).booking
    row.refresh_from_db()
    assert moved is not None
    assert (moved.room_id, moved.is_named_at_door, row.is_named_at_door) == (other.pk, True, False)


DAY = date(2026, 11, 3)
MIDNIGHT = datetime.combine(DAY, time(), tzinfo=UTC)
quarters = st.integers(0, 95)


@given(
    st.lists(st.tuples(quarters, st.integers(1, 12)), max_size=6),
    st.integers(0, 60),
    st.tuples(st.integers(0, 40), st.integers(60, 92)),
)
def test_gaps_are_what_may_be_booked_and_all_of_it(
    taken: list[tuple[int, int]], buffer: int, edges: tuple[int, int]
) -> None:
    quarter = timedelta(minutes=15)
    slots = [
        Slot(MIDNIGHT + begin * quarter, MIDNIGHT + (begin + length) * quarter) for begin, length in taken
    ]
    opens, closes = ((MIDNIGHT + edge * quarter).time() for edge in edges)
    hours = Hours(opens=opens, closes=closes, weekdays=frozenset(range(7)), buffer=buffer)
    found = gaps(DAY, slots, hours, UTC)
    held = [slot.held(buffer) for slot in slots]
    for gap in found:
        assert gap.ends_at - gap.starts_at >= SHORTEST
        assert not any(gap.held(buffer).meets(one) for one in held)
        assert opens <= gap.starts_at.time() < gap.ends_at.time() <= closes
    for one in free_slots(DAY, SHORTEST, slots, hours, UTC, after=MIDNIGHT - quarter):
        assert any(gap.starts_at <= one.starts_at and one.ends_at <= gap.ends_at for gap in found)


def test_a_count_that_cannot_be_kept_stops_nobody() -> None:

    with clock.at(MONDAY), patch("apps.core.pacing.cache.incr", side_effect=ValueError):
        assert [is_too_often("tests", most=1, seconds=60) for _ in range(2)] == [False, False]
    with clock.at(MONDAY):
        assert is_too_often("tests", most=1, seconds=60)
