"""Common free time of the people a meeting wants, with a room that is free then: fixed queries whatever their number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.accounts.models import Appointment
from apps.accounts.selectors import posts_shown
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now, today
from apps.core.diary import busy_between
from apps.core.errors import ValidationFailed
from apps.core.working_calendar import city_calendar
from apps.meetings.enums import LIVE_BOOKINGS
from apps.meetings.finding import in_the_way, missing, office_spans, windows
from apps.meetings.models import Booking, MeetingRoom
from apps.meetings.openings import LONGEST, SHORTEST, Hours, Slot, mistake_of
from apps.meetings.policies import free_time_open_to, rooms_open_to
from apps.meetings.selectors.calendar import meeting_uid
from apps.meetings.selectors.rooms import hours_of

MOST_PEOPLE = 60
MOST_DAYS = 20
SHOWN = 24
ROOMS_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who is wanted (posts), for how long, in how many working days. `seats`: how many come in all, units' people included.

    Optional ones may be missing. `meeting_id`: the meeting that is being moved, which is in nobody's way. A room is looked for
    unless `needs_room` is False; `room_id` is the one preferred.
    """

    required: Sequence[int]
    optional: Sequence[int] = ()
    length: timedelta
    days: int = 5
    seats: int = 1
    needs_room: bool = True
    room_id: int | None = None
    meeting_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class FreeTime:
    """A window with the meeting proposed in it: its hours, the room, others that are free too, and who would be missing."""

    window: Slot
    slot: Slot
    room: MeetingRoom | None
    rooms: list[MeetingRoom]
    missing: list[str]


@dataclass(frozen=True, kw_only=True)
class FreeTimes:
    """What was found. `unknown`: who could not be looked up; `blocking`: without whom there would be so many windows."""

    times: list[FreeTime]
    first_day: date
    last_day: date
    people: int
    length_minutes: int
    needs_room: bool
    seats: int
    unknown: list[str]
    blocking: list[tuple[str, int]]
    is_cut: bool


def free_times(actor: Actor, wish: Wish) -> FreeTimes:
    """The next windows in which everybody required is free. Raises `ValidationFailed` for a wish that cannot be looked up."""
    required, optional, unknown = _people(actor, wish)
    days = _days(wish.days)
    spans = office_spans(days, wish.length, CITY_ZONE)
    busy = _busy([*required, *optional], spans, wish)
    taken = [slot for key in required for slot in busy.get(key, ())]
    found = windows(spans, taken, wish.length, after=now())
    rooms = _Rooms(actor, wish, spans) if wish.needs_room else None
    absent = {key: busy.get(key, []) for key in optional}
    names = {**required, **optional}
    times = []
    for window in found[:SHOWN]:
        slot, free = _proposed(window.starts, rooms, absent)
        times.append(
            FreeTime(
                window=window.slot,
                slot=slot,
                room=free[0] if free else None,
                rooms=free[1:ROOMS_NAMED],
                missing=[names[key] for key in missing(slot, absent)],
            )
        )
    blocking = in_the_way(spans, busy, list(required), wish.length, after=now()) if not found else {}
    return FreeTimes(
        times=times,
        first_day=days[0],
        last_day=days[-1],
        people=len(required),
        length_minutes=int(wish.length.total_seconds() // 60),
        needs_room=wish.needs_room,
        seats=wish.seats,
        unknown=unknown,
        blocking=[(names[key], count) for key, count in blocking.items()],
        is_cut=len(found) > SHOWN,
    )


def _people(actor: Actor, wish: Wish) -> tuple[dict[int, str], dict[int, str], list[str]]:
    """Names by person of who is required and who is optional, and names of those the actor may not ask about. Two queries."""
    asked = list(dict.fromkeys([*wish.required, *wish.optional]))
    if not wish.required:
        raise ValidationFailed("请先选择主持人或参会人员，再查找共同空闲时间。")
    if len(asked) > MOST_PEOPLE:
        raise ValidationFailed(f"一次最多为 {MOST_PEOPLE} 人查找共同空闲时间，请先选必须到会的人员。")
    if not SHORTEST <= wish.length <= LONGEST:
        raise ValidationFailed("会议时长须为 15 分钟至 14 小时。")
    if not 1 <= wish.days <= MOST_DAYS:
        raise ValidationFailed(f"查找范围须为 1 至 {MOST_DAYS} 个工作日。")
    posts = {post.pk: post for post in posts_shown().filter(pk__in=asked)}
    known = set(free_time_open_to(actor).filter(pk__in=asked).values_list("pk", flat=True))
    required = _names([posts[pk] for pk in wish.required if pk in known])
    optional = _names([posts[pk] for pk in wish.optional if pk in known])
    if not required:
        raise ValidationFailed("所选人员都不在您可以查询的范围，请电话联系。可查询本机关及下级机关的人员。")
    unknown = [post.person.name for pk, post in posts.items() if pk not in known]
    return required, {key: name for key, name in optional.items() if key not in required}, unknown


def _names(posts: Sequence[Appointment]) -> dict[int, str]:
    return {post.person_id: post.person.name for post in posts}


def _days(count: int) -> list[date]:
    """The next working days, today among them."""
    calendar, day = city_calendar(), today()
    found: list[date] = []
    while len(found) < count:
        if calendar.is_workday(day):
            found.append(day)
        day += timedelta(days=1)
    return found


def _busy(people: Sequence[int], spans: Sequence[Slot], wish: Wish) -> dict[int, list[Slot]]:
    found: defaultdict[int, list[Slot]] = defaultdict(list)
    moved = meeting_uid(wish.meeting_id) if wish.meeting_id else ""
    for one in busy_between(people, spans[0].starts_at, spans[-1].ends_at):
        if not moved or one.uid != moved:
            found[one.person_id].append(Slot(one.starts_at, one.ends_at))
    return dict(found)


class _Rooms:
    """Rooms with enough seats, the preferred one first, then the smallest; with what they are taken for. Two queries."""

    def __init__(self, actor: Actor, wish: Wish, spans: Sequence[Slot]) -> None:
        rows = rooms_open_to(actor).filter(seat_count__gte=wish.seats)
        self.rooms = sorted(
            rows, key=lambda room: (room.pk != wish.room_id, room.seat_count, room.rank_order)
        )
        self.preferred = wish.room_id
        self.hours: dict[int, Hours] = {room.pk: hours_of(room) for room in self.rooms}
        self.taken: defaultdict[int, list[Slot]] = defaultdict(list)
        booked = Booking.objects.filter(
            room__in=self.rooms,
            state__in=LIVE_BOOKINGS,
            starts_at__lt=spans[-1].ends_at + timedelta(days=1),
            ends_at__gt=spans[0].starts_at - timedelta(days=1),
        ).select_related("meeting")
        for row in booked:
            meeting = getattr(row, "meeting", None)
            if meeting is None or meeting.pk != wish.meeting_id:
                self.taken[row.room_id].append(Slot(row.starts_at, row.ends_at))

    def free(self, slot: Slot) -> list[MeetingRoom]:
        """Those that can be had then, their buffers kept."""
        return [room for room in self.rooms if self._is_free(room, slot)]

    def rank(self, free: Sequence[MeetingRoom]) -> int:
        """0: what was wished for can be had; 1: another room; 2: none."""
        if not free:
            return 2
        return int(self.preferred is not None and free[0].pk != self.preferred)

    def _is_free(self, room: MeetingRoom, slot: Slot) -> bool:
        hours = self.hours[room.pk]
        if mistake_of(slot, hours, CITY_ZONE):
            return False
        held = slot.held(hours.buffer)
        return not any(held.meets(one.held(hours.buffer)) for one in self.taken[room.pk])


def _proposed(
    starts: Sequence[Slot], rooms: _Rooms | None, absent: dict[int, list[Slot]]
) -> tuple[Slot, list[MeetingRoom]]:
    """Of the starts the one with a room (the preferred one if it can be had), then with the fewest missing, then the first."""
    choices = []
    for place, slot in enumerate(starts):
        free = rooms.free(slot) if rooms else []
        choices.append((rooms.rank(free) if rooms else 0, len(missing(slot, absent)), place, slot, free))
    _, _, _, slot, free = min(choices, key=lambda one: one[:3])
    return slot, free
