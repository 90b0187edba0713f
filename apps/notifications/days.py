"""Notices grouped by the day they came (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from apps.core.clock import local, today
from apps.notifications.models import Notice

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """The notices of one day under its heading."""

    heading: str
    notices: list[Notice]


def by_day(notices: Iterable[Notice]) -> list[Day]:
    """Groups in the order given."""
    groups = groupby(notices, key=lambda notice: local(notice.created_at).date())
    return [Day(heading(day), list(rows)) for day, rows in groups]


def heading(day: date) -> str:
    """今天, 昨天, else 3月5日 星期四, with the year when it is another one."""
    present = today()
    if day == present:
        return "今天"
    if day == present - timedelta(days=1):
        return "昨天"
    year = f"{day.year}年" if day.year != present.year else ""
    return f"{year}{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"
