"""The sweep that reminds of dates: every app with dated rows registers a source; each occasion is told exactly once.

A row carries `next_reminder_at`; due rows are claimed in batches with `skip_locked`, so several workers share the work. The
`Reminder` rows, the notices and the row's next moment are one transaction: a worker killed half-way has done nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile, takewhile
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.core.clock import local, now
from apps.core.deadlines import Occasion, Plan, Schedule, is_waking, next_occasion, occasions
from apps.core.models import Dated, Reminder
from apps.core.working_calendar import WorkCalendar, city_calendar, due_after

BATCH = 500


@dataclass(frozen=True)
class Due:
    """A row whose occasion has come. Occasions missed meanwhile are recorded, only the latest is told."""

    row: Any
    occasion: Occasion

    def key(self, source: str) -> str:
        """Under which the notice of this occasion is sent."""
        return f"{source}:{self.row.pk}:{self.occasion.kind}:{self.occasion.code}"


@dataclass(frozen=True, kw_only=True)
class ReminderSource:
    """Dated rows of one app: which still run, on which schedule, and how their people are told.

    A row with two dates has two sources, the second with other names for date and next moment. `by_clock`: told at any hour, for
    what cannot wait for the morning.
    """

    name: str
    running: Callable[[], QuerySet[Any]]
    schedule_of: Callable[[Any], Plan]
    tell: Callable[[Sequence[Due]], None]
    due_field: str = "due_at"
    next_field: str = "next_reminder_at"
    by_clock: bool = False


_sources: dict[str, ReminderSource] = {}


def register(source: ReminderSource) -> None:
    """Make a source known; called from the owning app's `ready()`."""
    _sources[source.name] = source


def date_give(row: Dated, *, start: datetime, workdays: int, schedule: Schedule) -> None:
    """Give an unsaved row the date `workdays` working days after `start`, 18:00, marked 暂按 where the year is not arranged."""
    calendar = city_calendar()
    row.due_at = due_after(start, workdays)
    row.is_due_named = False
    row.is_due_provisional = calendar.is_provisional(local(start).date(), local(row.due_at).date())
    row.next_reminder_at = next_moment(row.due_at, schedule, calendar=calendar)


def date_name(row: Dated, *, due_at: datetime, schedule: Schedule) -> None:
    """Give an unsaved row a named date: a promise that does not follow the calendar."""
    row.due_at, row.is_due_named, row.is_due_provisional = due_at, True, False
    row.next_reminder_at = next_moment(due_at, schedule, calendar=city_calendar())


def next_moment(
    due_at: datetime, plan: Plan, *, calendar: WorkCalendar, after: datetime | None = None
) -> datetime | None:
    """When to remind next after `after` (now)."""
    found = next_occasion(plan, due_at, calendar, after=after or now())
    return found.at if found else None


def reminders_sweep() -> int:
    """Remind of everything whose moment has come; at night and on rest days only by the clock. Safe to run twice. Returns how many."""
    waking = is_waking(now(), city_calendar())
    return sum(_drained(source) for source in _sources.values() if waking or source.by_clock)


def _drained(source: ReminderSource) -> int:
    total = 0
    while count := batch_remind(source):
        total += count
    return total


@transaction.atomic
def batch_remind(source: ReminderSource, *, size: int = BATCH) -> int:
    """One batch of a source in one transaction. Returns how many rows were looked at; 0 when nothing is due."""
    moment, calendar = now(), city_calendar()
    rows = list(
        source.running()
        .filter(**{f"{source.next_field}__lte": moment, f"{source.due_field}__isnull": False})
        .select_for_update(of=("self",), skip_locked=True)
        .order_by(source.next_field, "pk")[:size]
    )
    if not rows:
        return 0
    due = [(row, _passed(source, row, moment, calendar)) for row in rows]
    Reminder.objects.bulk_create(
        Reminder(
            source=source.name,
            object_id=row.pk,
            kind=occasion.kind,
            occurrence=occasion.code,
            is_told=occasion is passed[-1],
            at=moment,
        )
        for row, passed in due
        for occasion in passed
    )
    following: defaultdict[datetime | None, list[int]] = defaultdict(list)
    for row in rows:
        date, schedule = getattr(row, source.due_field), source.schedule_of(row)
        following[next_moment(date, schedule, calendar=calendar, after=moment)].append(row.pk)
    for at, numbers in following.items():
        source.running().filter(pk__in=numbers).update(**{source.next_field: at})
    source.tell([Due(row, passed[-1]) for row, passed in due if passed])
    return len(rows)


def _passed(source: ReminderSource, row: Any, moment: datetime, calendar: WorkCalendar) -> list[Occasion]:
    """Occasions from the row's stored moment until now, in order."""
    since = getattr(row, source.next_field)
    every = occasions(source.schedule_of(row), getattr(row, source.due_field), calendar)
    return list(takewhile(lambda one: one.at <= moment, dropwhile(lambda one: one.at < since, every)))
