"""The one clock. Tests and the demo city move it; nothing else in the house asks the system for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

CITY_ZONE = ZoneInfo("Asia/Shanghai")
_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moved.get() or timezone.now()  # noqa: TID251  # the one place that asks Django


def today() -> date:
    """The calendar date in the city."""
    return local(now()).date()


def day_text(day: date) -> str:
    """A day as documents write it: 2026年1月5日, without leading zeros (GB/T 9704—2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def local(moment: datetime) -> datetime:
    """`moment` in the city's time zone."""
    return moment.astimezone(CITY_ZONE)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block, `now()` is `moment` (aware). For the demo city and tests."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware moments only")
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
