"""Rooms and their bookings: who has what when, and what is free."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now, today
from apps.core.errors import NotFound
from apps.core.working_calendar import city_calendar
from apps.meetings.enums import LIVE_BOOKINGS, BookingState, MeetingState
from apps.meetings.models import Booking, Meeting, MeetingRoom
from apps.meetings.openings import STEP, Hours, Slot, free_slots, mistake_of, nearest
from apps.meetings.policies import keeps_room, may_change_booking, rooms_open_to, visible_to

DAYS_SHOWN = 7
LOOK_AHEAD = 3


def room_for(actor: Actor, room_id: int, *, lock: bool = False) -> MeetingRoom:
    """A room the actor may book, its row locked if asked. Raises `NotFound`."""
    rows = rooms_open_to(actor).select_related("manager")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=room_id).first()
    if found is None:
        raise NotFound
    return found


def booking_for(actor: Actor, booking_id: int, *, lock: bool = False) -> Booking:
    """A booking of a room the actor may look at. Raises `NotFound`."""
    rows = Booking.objects.select_related("room__manager", "booked_by", "meeting")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=booking_id).first()
    if found is None or not rooms_open_to(actor).filter(pk=found.room_id).exists():
        raise NotFound
    return found


def meeting_holding(booking: Booking) -> Meeting | None:
    """The meeting the room is kept for, until that is over or called off."""
    meeting: Meeting | None = getattr(booking, "meeting", None)
    is_over = meeting is None or meeting.state in {MeetingState.ENDED, MeetingState.CANCELLED}
    return None if is_over else meeting


def meeting_shown(actor: Actor, booking: Booking) -> Meeting | None:
    """The meeting the room is kept for, when the actor may see it."""
    meeting = meeting_holding(booking)
    return visible_to(actor).filter(pk=meeting.pk).first() if meeting else None


def hours_of(room: MeetingRoom) -> Hours:
    """When the room is open, by the year's arrangement: 调休 weekends like weekdays, holidays not unless its keeper says so."""
    calendar = city_calendar()
    resting = frozenset() if room.opens_on_holidays else calendar.resting
    return replace(room.hours, working=calendar.working, resting=resting)


def overlapping(room: MeetingRoom, slots: Sequence[Slot], *, but: int | None = None) -> list[Booking]:
    """Live bookings that meet any of the stretches, the room's buffer included."""
    condition = Q(pk__in=[])
    for slot in slots:
        held = slot.held(room.buffer_minutes)
        condition |= Q(period__overlap=(held.starts_at, held.ends_at))
    rows = Booking.objects.filter(condition, room=room, state__in=LIVE_BOOKINGS)
    return list((rows.exclude(pk=but) if but else rows).order_by("starts_at"))


def alternatives(actor: Actor, room: MeetingRoom, wanted: Slot) -> list[str]:
    """What is free instead, in words: the same room nearby, else other rooms at that time."""
    day, length = local(wanted.starts_at).date(), wanted.ends_at - wanted.starts_at
    slots = [
        slot for offset in range(LOOK_AHEAD) for slot in _free_on(room, day + timedelta(days=offset), length)
    ]
    words = [f"{room.name} {slot_words(slot)}" for slot in nearest(slots, wanted, 2)]
    others = rooms_open_to(actor).exclude(pk=room.pk).filter(seat_count__gte=room.seat_count // 2)
    words += [f"{other.name} {slot_words(wanted)}" for other in others if _is_free(other, wanted)][:2]
    return words


def _free_on(room: MeetingRoom, day: date, length: timedelta) -> Iterator[Slot]:
    taken = [Slot(row.starts_at, row.ends_at) for row in _on(day, 1).filter(room=room)]
    return free_slots(day, length, taken, hours_of(room), CITY_ZONE, after=now())


def _is_free(room: MeetingRoom, wanted: Slot) -> bool:
    return any(
        slot == wanted
        for slot in _free_on(room, local(wanted.starts_at).date(), wanted.ends_at - wanted.starts_at)
    )


def slot_words(slot: Slot) -> str:
    """Such as 11月25日 14:00—16:00."""
    begin, end = local(slot.starts_at), local(slot.ends_at)
    return f"{begin.month}月{begin.day}日 {begin:%H:%M}—{end:%H:%M}"


def _on(day: date, days: int) -> QuerySet[Booking]:
    begin = datetime.combine(day, time(), tzinfo=CITY_ZONE)
    rows = Booking.objects.filter(
        state__in=LIVE_BOOKINGS, starts_at__gte=begin, starts_at__lt=begin + timedelta(days=days)
    )
    return rows.order_by("starts_at", "id")


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """A booking over `span` half hours, or one free half hour (`booking` None) that begins at `at`."""

    at: str
    span: int
    booking: Booking | None = None
    may_change: bool = False
    is_open: bool = True


@dataclass(frozen=True, kw_only=True)
class GridRow:
    """A room on a day, or one room's day of the week."""

    room: MeetingRoom
    day: date
    cells: list[GridCell]
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Rows of rooms (day) or days (week) over the hours of the day."""

    day: date
    days: list[date]
    rows: list[GridRow]
    hours: list[int]
    is_week: bool

    @property
    def before(self) -> date:
        """The day or week before."""
        return self.day - timedelta(days=DAYS_SHOWN if self.is_week else 1)

    @property
    def after(self) -> date:
        """The day or week after."""
        return self.day + timedelta(days=DAYS_SHOWN if self.is_week else 1)


FIRST_HOUR, LAST_HOUR = 8, 20


def grid_of(actor: Actor, day: date | None, room_id: int | None) -> Grid:
    """All rooms on a day; with a room, that room's week. Three queries whatever is booked."""
    day = day or today()
    rooms = list(rooms_open_to(actor).select_related("manager", "organ"))
    chosen = next((room for room in rooms if room.pk == room_id), None)
    first = day - timedelta(days=day.weekday()) if chosen else day
    days = [first + timedelta(days=number) for number in range(DAYS_SHOWN if chosen else 1)]
    shown = [chosen] if chosen else rooms
    bookings = list(
        _on(first, len(days))
        .filter(room__in=shown)
        .select_related("booked_by__person", "organ", "room__manager")
    )
    hours = {room.pk: hours_of(room) for room in shown}
    rows = [
        GridRow(
            room=room,
            day=one,
            cells=list(
                _cells(actor, hours[room.pk], one, [row for row in bookings if row.room_id == room.pk])
            ),
            is_open=hours[room.pk].is_open_on(one),
        )
        for room in shown
        for one in days
    ]
    shown_hours = list(range(FIRST_HOUR, LAST_HOUR))
    return Grid(day=first, days=days, rows=rows, hours=shown_hours, is_week=chosen is not None)


def _cells(actor: Actor, hours: Hours, day: date, bookings: list[Booking]) -> Iterator[GridCell]:
    """The day from the first half hour to the last; what lies outside is not drawn."""
    halves = (LAST_HOUR - FIRST_HOUR) * 2
    waiting = [row for row in bookings if local(row.starts_at).date() == day]
    at = 0
    while at < halves:
        begin = time(FIRST_HOUR + at // 2, at % 2 * 30)
        booking = next(
            (row for row in waiting if _half(row.starts_at, up=False) <= at < _half(row.ends_at, up=True)),
            None,
        )
        if booking is None:
            moment = datetime.combine(day, begin, tzinfo=CITY_ZONE)
            is_open = not mistake_of(Slot(moment, moment + STEP), hours, CITY_ZONE) and moment > now()
            yield GridCell(at=f"{begin:%H:%M}", span=1, is_open=is_open)
            at += 1
            continue
        span = max(min(_half(booking.ends_at, up=True), halves) - at, 1)
        yield GridCell(
            at=f"{begin:%H:%M}", span=span, booking=booking, may_change=may_change_booking(actor, booking)
        )
        at += span


def _half(moment: datetime, *, up: bool) -> int:
    """Half hours since the first hour of the grid, rounded."""
    there = local(moment)
    minutes = (there.hour - FIRST_HOUR) * 60 + there.minute
    return -(-minutes // 30) if up else minutes // 30


@dataclass(frozen=True, kw_only=True)
class BookingLine:
    """A booking in a list, with what the reader may do; one that is held moves and goes with its meeting."""

    booking: Booking
    may_change: bool
    may_confirm: bool
    may_decide: bool
    may_name: bool
    is_held: bool


def booking_lines(actor: Actor) -> list[BookingLine]:
    """Own bookings to come, and those that wait for the actor who keeps the room."""
    rows = Booking.objects.select_related("room__manager", "booked_by__person", "organ", "meeting").filter(
        ends_at__gte=now(), state__in=LIVE_BOOKINGS
    )
    mine = Q(booked_by__person_id=actor.person_id)
    asked = Q(state=BookingState.ASKED, room__in=rooms_open_to(actor))
    found = rows.filter(mine | asked).order_by("starts_at", "id")[:200]
    return [
        booking_line(actor, row)
        for row in found
        if row.booked_by.person_id == actor.person_id or keeps_room(actor, row.room)
    ]


def booking_line(actor: Actor, booking: Booking) -> BookingLine:
    """One booking with what may be done to it."""
    may_name = booking.is_live and booking.ends_at > now() and may_change_booking(actor, booking)
    is_ahead = may_name and booking.starts_at > now()
    is_held = meeting_holding(booking) is not None
    return BookingLine(
        booking=booking,
        may_change=is_ahead and not is_held,
        may_confirm=is_ahead and booking.state == BookingState.BOOKED,
        may_decide=booking.state == BookingState.ASKED and keeps_room(actor, booking.room),
        may_name=may_name,
        is_held=is_held,
    )


BOOKING_KIND = "meetings.booking"


def booking_known(booking_id: int) -> Booking | None:
    """A booking by number, for listeners."""
    rows = Booking.objects.select_related("room__manager", "booked_by", "organ")
    return rows.filter(pk=booking_id).first()


def booking_title(booking_id: int) -> str:
    """What it is for."""
    return Booking.objects.filter(pk=booking_id).values_list("purpose", flat=True).first() or "会议室预订"


def can_view_booking(actor: Actor, booking_id: int) -> bool:
    """Whether the actor may look at it."""
    return Booking.objects.filter(pk=booking_id, room__in=rooms_open_to(actor)).exists()
