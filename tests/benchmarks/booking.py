"""预订: two hundred clerks at one slot, two hundred at overlapping ones; and how far the verb is above its bare SQL."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection

from apps.core import clock
from apps.core.actors import Actor
from apps.core.errors import Conflict
from apps.meetings.models import Booking, MeetingRoom
from apps.meetings.openings import Slot
from apps.meetings.services.bookings import BookingDraft, booking_make
from apps.meetings.services.rooms import room_keep
from config.stack.bench import BenchResult
from tests.benchmarks._replay import ASYNC_COMMIT, Twin, performed, twin
from tests.factories.world import World

REPEATS = 5
THREADS = 200
VERBS = 20
WARM_UP = 3
SPARE_CONNECTIONS = 20
MOMENT = datetime(2026, 11, 2, 8, 0, tzinfo=clock.CITY_ZONE)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
OVERLAPS = """
SELECT count(*) FROM meetings_booking AS one JOIN meetings_booking AS other ON one.room_id = other.room_id AND one.id < other.id
WHERE one.period && other.period AND one.state IN ('asked', 'booked', 'confirmed') AND other.state IN ('asked', 'booked', 'confirmed')
"""


def run(repeats: int = REPEATS, threads: int = THREADS, verbs: int = VERBS) -> BenchResult:
    """Compare verb by verb, then race: each round has a room of its own."""
    world = World.build()
    clerk = world.actor("clerk")
    room = _room(world, "比较")
    with clock.at(MOMENT):
        slots = [Slot(one, one + HOUR) for one in _days(WARM_UP + repeats * verbs)]
        with twin() as other:
            _compared(clerk, room, slots[:WARM_UP], other)
            over_sql = [
                _compared(clerk, room, slots[WARM_UP + verbs * at : WARM_UP + verbs * (at + 1)], other)
                for at in range(repeats)
            ]
    connections = _connections()
    winners: list[float] = []
    overlaps: list[float] = []
    for round_ in range(repeats):
        day = MOMENT + timedelta(days=1)
        same = [Slot(day + HOUR, day + 2 * HOUR)] * threads
        winners.append(float(_raced(clerk, _room(world, f"同{round_}"), same, connections)))
        shifted = [
            Slot(day + HOUR + QUARTER * (at % 12), day + 2 * HOUR + QUARTER * (at % 12))
            for at in range(threads)
        ]
        _raced(clerk, _room(world, f"叠{round_}"), shifted, connections)
        overlaps.append(float(_overlaps()))
    notes = {
        "winners": f"每轮{threads}个线程（数据库连接{connections}条）同时预订同一会议室的同一时段：订到的个数",
        "overlaps": f"每轮{threads}个线程同时预订同一会议室的交错时段：库中占用相交的预订对数",
        "over_sql": f"每轮预订{verbs}次：服务用时 ÷ 同样的语句由 psycopg 在数据库副本上逐事务重放，两侧 synchronous_commit=off",
    }
    return BenchResult({"winners": winners, "overlaps": overlaps, "over_sql": over_sql}, notes)


def _days(count: int) -> list[datetime]:
    """An hour of each of so many working days, four to the day."""
    found: list[datetime] = []
    day = MOMENT + timedelta(days=1)
    while len(found) < count:
        if day.weekday() < 5:
            found += [day + HOUR * (1 + 2 * number) for number in range(4)]
        day += timedelta(days=1)
    return found[:count]


def _room(world: World, name: str) -> MeetingRoom:
    facts = {
        "opens_on_holidays": True,
        "organ": world.organs["office"],
        "name": name,
        "seat_count": 20,
        "buffer_minutes": 15,
    }
    return room_keep(actor=None, row=MeetingRoom(), facts=facts)


def _compared(clerk: Actor, room: MeetingRoom, slots: Sequence[Slot], other: Twin) -> float:
    with connection.cursor() as cursor:
        cursor.execute(ASYNC_COMMIT)
    seconds = replayed = 0.0
    for slot in slots:
        verb = performed(lambda slot=slot: _book(clerk, room, slot))  # type: ignore[misc]  # bound now
        seconds += verb.seconds
        replayed += other.replay(verb)
    return seconds / replayed


def _book(clerk: Actor, room: MeetingRoom, slot: Slot) -> None:
    booking_make(actor=clerk, draft=BookingDraft(room_id=room.pk, slot=slot, purpose="例会"))


def _raced(clerk: Actor, room: MeetingRoom, slots: Sequence[Slot], connections: int) -> int:
    """All at once. Returns how many got it; anything but a polite refusal fails the measurement."""
    barrier, places = threading.Barrier(len(slots)), threading.Semaphore(connections)

    def take(slot: Slot) -> bool:
        barrier.wait(timeout=60)
        with places, clock.at(MOMENT):
            try:
                _book(clerk, room, slot)
            except Conflict:
                return False
            finally:
                connection.close()
        return True

    with ThreadPoolExecutor(len(slots)) as pool:
        return sum(pool.map(take, slots))


def _overlaps() -> int:
    if not Booking.objects.exists():
        raise RuntimeError("nothing was booked")
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


def _connections() -> int:
    """How many threads may talk to the server at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        return int(cursor.fetchone()[0]) - SPARE_CONNECTIONS
