"""When several people are free at once. Pure: stretches of time in, windows out; moments are aware.

Who is required must be free all through; who is optional is only counted. Touching stretches do not meet.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from apps.meetings.openings import STEP, Slot

# hours in which meetings are looked for: morning and afternoon; a meeting longer than either is looked for in the whole day
HALVES = ((time(8, 30), time(12)), (time(13, 30), time(18)))
QUARTER = timedelta(minutes=15)
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  # only a count of quarters, by the clock on the wall


@dataclass(frozen=True, kw_only=True)
class Window:
    """A longest stretch in which everybody required is free; `starts` are meetings that fit, in order of time."""

    slot: Slot
    starts: tuple[Slot, ...]


def merged(slots: Iterable[Slot]) -> list[Slot]:
    """The same moments as disjoint stretches in order of time; touching ones become one, empty ones none."""
    found: list[Slot] = []
    for slot in sorted(one for one in slots if one.starts_at < one.ends_at):
        if found and slot.starts_at <= found[-1].ends_at:
            found[-1] = Slot(found[-1].starts_at, max(found[-1].ends_at, slot.ends_at))
        else:
            found.append(slot)
    return found


def without(span: Slot, busy: Iterable[Slot]) -> list[Slot]:
    """What is left of a span when the busy moments are taken out, in order of time."""
    found, at = [], span.starts_at
    for slot in merged(busy):
        if slot.starts_at >= span.ends_at:
            break
        if slot.starts_at > at:
            found.append(Slot(at, slot.starts_at))
        at = max(at, slot.ends_at)
    return [*found, Slot(at, span.ends_at)] if at < span.ends_at else found


def office_spans(days: Iterable[date], length: timedelta, zone: tzinfo) -> list[Slot]:
    """Mornings and afternoons of the days; for a longer meeting whole days, the noon break included."""
    halves = [_on(day, begin, end, zone) for day in days for begin, end in HALVES]
    if all(one.ends_at - one.starts_at < length for one in halves):
        return [
            Slot(one.starts_at, other.ends_at) for one, other in zip(halves[::2], halves[1::2], strict=True)
        ]
    return halves


def _on(day: date, begin: time, end: time, zone: tzinfo) -> Slot:
    return Slot(datetime.combine(day, begin, tzinfo=zone), datetime.combine(day, end, tzinfo=zone))


def windows(
    spans: Iterable[Slot], busy: Iterable[Slot], length: timedelta, *, after: datetime
) -> list[Window]:
    """The windows of at least `length` in the spans, later than `after`; starts fall on quarters of an hour, then every half hour."""
    taken = merged(busy)
    found = []
    for span in spans:
        begins = max(span.starts_at, after)
        for free in without(Slot(begins, span.ends_at), taken) if begins < span.ends_at else []:
            starts = tuple(_starts(free, length))
            if starts:
                found.append(Window(slot=Slot(starts[0].starts_at, free.ends_at), starts=starts))
    return found


def _starts(free: Slot, length: timedelta) -> Iterable[Slot]:
    at = _quarter(free.starts_at)
    while at + length <= free.ends_at:
        yield Slot(at, at + length)
        at += STEP


def _quarter(moment: datetime) -> datetime:
    """The moment, or the next full quarter of an hour by the clock on the wall."""
    over = (moment.replace(tzinfo=None) - _EPOCH) % QUARTER
    return moment + (QUARTER - over) if over else moment


def missing(slot: Slot, busy: Mapping[int, Sequence[Slot]]) -> list[int]:
    """Whose busy stretches meet the slot, in the order given."""
    return [key for key, taken in busy.items() if any(slot.meets(one) for one in taken)]


def in_the_way(
    spans: Sequence[Slot],
    busy: Mapping[int, Sequence[Slot]],
    required: Collection[int],
    length: timedelta,
    *,
    after: datetime,
) -> dict[int, int]:
    """Where no window is left: for each required person how many there would be without that one; none are not named."""
    found = {}
    for one in required:
        others = [slot for key in required if key != one for slot in busy.get(key, ())]
        count = len(windows(spans, others, length, after=after))
        if count:
            found[one] = count
    return found
