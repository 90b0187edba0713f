"""Half-days as moments. Pure.

A stretch of half-days begins with the working half and ends with it (domain.md §6.5: 上午/下午/晚上).
"""

from datetime import date, datetime, time, timedelta

from apps.affairs.enums import Half
from apps.core.clock import CITY_ZONE, local

BEGINS = {Half.MORNING: time(8), Half.AFTERNOON: time(13), Half.EVENING: time(18)}
ENDS = {Half.MORNING: time(12), Half.AFTERNOON: time(18), Half.EVENING: time(23, 59)}
HALF_DAY = 0.5


def begin_of(day: date, half: Half) -> datetime:
    """When a stretch that begins with this half begins."""
    return datetime.combine(day, BEGINS[half], tzinfo=CITY_ZONE)


def end_of(day: date, half: Half) -> datetime:
    """When a stretch that ends with this half ends."""
    return datetime.combine(day, ENDS[half], tzinfo=CITY_ZONE)


def days_between(starts_at: datetime, ends_at: datetime) -> float:
    """Length in days, rounded up to half a day: a morning is 0.5, a day from morning to afternoon 1."""
    first, last = local(starts_at), local(ends_at)
    days = float((last.date() - first.date()).days + 1)
    if first.time() >= BEGINS[Half.AFTERNOON]:
        days -= HALF_DAY
    if last.time() <= ENDS[Half.MORNING]:
        days -= HALF_DAY
    return max(days, HALF_DAY)


def span_words(starts_at: datetime, ends_at: datetime) -> str:
    """`11月28日上午—29日下午`; one half alone is `11月28日上午`."""
    first, last = local(starts_at), local(ends_at - timedelta(minutes=1))
    begin, end = _half(first), _half(last)
    start = f"{first.month}月{first.day}日"
    if first.date() == last.date():
        return f"{start}{begin.label}" if begin == end else f"{start}{begin.label}至{end.label}"
    month = f"{last.month}月" if last.month != first.month else ""
    return f"{start}{begin.label}—{month}{last.day}日{end.label}"


def _half(moment: datetime) -> Half:
    clock = moment.time()
    if clock < BEGINS[Half.AFTERNOON]:
        return Half.MORNING
    return Half.AFTERNOON if clock < BEGINS[Half.EVENING] else Half.EVENING
