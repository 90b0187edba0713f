"""When a room is open, what is free, and which days a repetition falls on. Pure: no Django, moments are aware."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

STEP = timedelta(minutes=30)
MOST_WEEKS = 26
SATURDAY = 5
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=14)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Opening hours of a room: from, until, on which weekdays (0 is Monday), with `buffer` minutes between two uses.

    `working`: weekend days on which offices work (调休), open like a weekday; `resting`: days off, closed.
    """

    opens: time
    closes: time
    weekdays: frozenset[int]
    buffer: int = 0
    working: frozenset[date] = frozenset()
    resting: frozenset[date] = frozenset()

    def is_open_on(self, day: date) -> bool:
        """Whether the room may be had on the day at all."""
        if day in self.working:
            return any(weekday < SATURDAY for weekday in self.weekdays)
        return day.weekday() in self.weekdays and day not in self.resting

    @property
    def words(self) -> str:
        """As told to people."""
        names = "、".join(f"周{'一二三四五六日'[day]}" for day in sorted(self.weekdays))
        return f"{names} {self.opens:%H:%M}—{self.closes:%H:%M}"


@dataclass(frozen=True, order=True)
class Slot:
    """A stretch of time, without buffers."""

    starts_at: datetime
    ends_at: datetime

    def held(self, minutes: int) -> "Slot":
        """As the room is kept for it: `minutes` longer, so that there are as many between any two."""
        return Slot(self.starts_at, self.ends_at + timedelta(minutes=minutes))

    def meets(self, other: "Slot") -> bool:
        """Whether the two share a moment; touching ends do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def mistake_of(slot: Slot, hours: Hours, zone: tzinfo) -> str:
    """Why the room cannot be had then, in words; empty when it can. Whether it is free is another question."""
    begin, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    day = f"{begin.month}月{begin.day}日（周{'一二三四五六日'[begin.weekday()]}）"
    mistakes = (
        (end <= begin, "结束时间须晚于开始时间。"),
        (end.date() != begin.date(), "会议室不能跨零点预订，请按天分别预订。"),
        (end - begin < SHORTEST, "预订时间不能少于 15 分钟。"),
        (end - begin > LONGEST, "一次预订不能超过 14 小时。"),
        (
            begin.date() in hours.resting and begin.weekday() in hours.weekdays,
            f"{day}是节假日或调休休息日，该会议室不开放，请换一天；确需使用的，请系统管理员将该会议室设为节假日开放。",
        ),
        (not hours.is_open_on(begin.date()), f"{day}该会议室不开放，开放时间为{hours.words}。"),
        (
            begin.time() < hours.opens or end.time() > hours.closes,
            f"不在会议室开放时间内，开放时间为{hours.words}。",
        ),
    )
    return next((words for is_wrong, words in mistakes if is_wrong), "")


def free_slots(
    day: date, length: timedelta, taken: Sequence[Slot], hours: Hours, zone: tzinfo, *, after: datetime
) -> Iterator[Slot]:
    """Free stretches of `length` on a day, every half hour, later than `after`; `taken` come without buffers."""
    if not hours.is_open_on(day):
        return
    at = datetime.combine(day, hours.opens, tzinfo=zone)
    closes = datetime.combine(day, hours.closes, tzinfo=zone)
    kept = [slot.held(hours.buffer) for slot in taken]
    while at + length <= closes:
        slot = Slot(at, at + length)
        if at > after and not any(slot.held(hours.buffer).meets(other) for other in kept):
            yield slot
        at += STEP


def gaps(day: date, taken: Sequence[Slot], hours: Hours, zone: tzinfo) -> list[Slot]:
    """What may still be booked on a day, buffers left out: the longest stretches, none shorter than a booking may be."""
    if not hours.is_open_on(day):
        return []
    buffer, found = timedelta(minutes=hours.buffer), []
    at = datetime.combine(day, hours.opens, tzinfo=zone)
    closes = datetime.combine(day, hours.closes, tzinfo=zone)
    for slot in sorted(taken):
        until = min(slot.starts_at - buffer, closes)
        if until - at >= SHORTEST:
            found.append(Slot(at, until))
        at = max(at, slot.ends_at + buffer)
    return [*found, Slot(at, closes)] if closes - at >= SHORTEST else found


def nearest(slots: Sequence[Slot], wanted: Slot, count: int = 3) -> list[Slot]:
    """The `count` free stretches nearest to the wanted one, in order of time."""
    return sorted(sorted(slots, key=lambda slot: abs(slot.starts_at - wanted.starts_at))[:count])


def weekly(slot: Slot, weeks: int, zone: tzinfo) -> list[Slot]:
    """The same hours on `weeks` weeks running, by the clock on the wall."""
    begin, end = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    return [Slot(begin + timedelta(weeks=number), end + timedelta(weeks=number)) for number in range(weeks)]
