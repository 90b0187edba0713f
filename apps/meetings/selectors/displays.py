"""What the screen at a room's door shows: the day's stretches, without a name unless who booked lets it be named."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now
from apps.core.errors import NotFound
from apps.meetings.enums import LIVE_BOOKINGS, BookingState, MeetingState
from apps.meetings.models import Booking, DoorDisplay, MeetingRoom
from apps.meetings.openings import Slot, gaps
from apps.meetings.policies import keeps_room
from apps.meetings.selectors.calendar import digest_of
from apps.meetings.selectors.rooms import hours_of


@dataclass(frozen=True, kw_only=True)
class DoorLine:
    """A stretch of the day: taken, asked for and not granted yet, or free to be booked.

    `title` is empty where nobody may read what it is.
    """

    slot: Slot
    is_taken: bool
    is_pending: bool = False
    title: str = ""
    organ: str = ""


@dataclass(frozen=True, kw_only=True)
class DoorBoard:
    """The day of a room as of `at`. `opens_at` and `closes_at` are None on a day it is closed."""

    room: MeetingRoom
    at: datetime
    lines: list[DoorLine]
    opens_at: datetime | None
    closes_at: datetime | None

    @property
    def current(self) -> DoorLine | None:
        """Who has the room now."""
        return next((one for one in self._taken if one.slot.starts_at <= self.at < one.slot.ends_at), None)

    @property
    def following(self) -> DoorLine | None:
        """The next use today."""
        return next((one for one in self._taken if one.slot.starts_at > self.at), None)

    @property
    def coming(self) -> list[DoorLine]:
        """What is not over."""
        return [one for one in self.lines if one.slot.ends_at > self.at]

    @property
    def is_open(self) -> bool:
        """Whether the room is open at this moment."""
        return bool(self.opens_at and self.closes_at and self.opens_at <= self.at < self.closes_at)

    @property
    def _taken(self) -> list[DoorLine]:
        return [one for one in self.lines if one.is_taken]


def display_of(secret: str) -> DoorDisplay:
    """The screen behind a secret. Raises `NotFound` for an unknown or withdrawn one, and for a room out of use."""
    rows = DoorDisplay.objects.select_related("room__organ")
    found = rows.filter(digest=digest_of(secret), room__is_active=True).first()
    if found is None:
        raise NotFound("这个门牌屏地址无效或已停用，请联系会议室管理人重新设置。")
    return found


def display_kept(actor: Actor, room: MeetingRoom | None) -> tuple[bool, DoorDisplay | None]:
    """Whether the person may set the room's screen up, and the one there is."""
    if room is None or not keeps_room(actor, room):
        return False, None
    return True, DoorDisplay.objects.filter(room=room).first()


def door_board(room: MeetingRoom) -> DoorBoard:
    """The rest of today and what has been. One query; a meeting that ended early gives the room back."""
    moment = now()
    begin = datetime.combine(local(moment).date(), time(), tzinfo=CITY_ZONE)
    rows = Booking.objects.filter(
        room=room, state__in=LIVE_BOOKINGS, starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1)
    )
    used = [
        line for row in rows.select_related("organ", "meeting").order_by("starts_at") for line in _lines(row)
    ]
    hours, day = hours_of(room), begin.date()
    free = [
        DoorLine(slot=slot, is_taken=False)
        for slot in gaps(day, [one.slot for one in used], hours, CITY_ZONE)
    ]
    is_open = hours.is_open_on(day)
    return DoorBoard(
        room=room,
        at=moment,
        lines=sorted([*used, *free], key=lambda one: one.slot),
        opens_at=datetime.combine(day, hours.opens, tzinfo=CITY_ZONE) if is_open else None,
        closes_at=datetime.combine(day, hours.closes, tzinfo=CITY_ZONE) if is_open else None,
    )


def _lines(booking: Booking) -> list[DoorLine]:
    """One line, or none when the meeting was over before it should have begun."""
    meeting = getattr(booking, "meeting", None)
    ends_at, name = booking.ends_at, booking.purpose
    if meeting is not None:
        name = meeting.name
        if meeting.state == MeetingState.ENDED and meeting.ended_at is not None:
            ends_at = min(ends_at, meeting.ended_at)
    if ends_at <= booking.starts_at:
        return []
    slot = Slot(booking.starts_at, ends_at)
    if booking.state == BookingState.ASKED:
        return [DoorLine(slot=slot, is_taken=False, is_pending=True)]
    if not booking.is_named_at_door:
        return [DoorLine(slot=slot, is_taken=True)]
    return [DoorLine(slot=slot, is_taken=True, title=name, organ=booking.organ.short_name)]
