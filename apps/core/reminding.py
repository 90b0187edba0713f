"""The sweep that reminds of dates: every app with dated rows registers a source; each occasion is told exactly once.

A row carries `next_reminder_at`; due rows are claimed in batches with `skip_locked`, so several workers share the work. The
`Reminder` rows, the notices and the row's next moment are one transaction: a worker killed half-way has done nothing. A row that
cannot be told keeps nobody else waiting: it is passed over, tried again by the next sweep, and the sweep fails at its end.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import dropwhile, takewhile
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from apps.core.clock import local, now
from apps.core.deadlines import Occasion, Plan, Schedule, is_waking, next_occasion, occasions
from apps.core.models import Dated, Reminder
from apps.core.working_calendar import WorkCalendar, city_calendar, due_after

log = structlog.get_logger(__name__)

BATCH = 500
LATE_AFTER = timedelta(minutes=30)
NAMED = 20  # rows that could not be told, by number in the log


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


class RemindersFailed(RuntimeError):
    """Some rows could not be told, or some source could not be read; all others were told."""


def reminders_sweep() -> int:
    """Remind of everything whose moment has come; at night and on rest days only by the clock. Safe to run twice.

    Returns how many rows were told. Raises `RemindersFailed` at the end, when what could be told has been.
    """
    waking = is_waking(now(), city_calendar())
    total, failed = 0, []
    for source in _sources.values():
        if not (waking or source.by_clock):
            continue
        try:
            total += _drained(source)
        except Exception:  # whatever one source meets, the others are told
            log.exception("reminders.failed", source=source.name)
            failed.append(source.name)
    if failed:
        raise RemindersFailed(", ".join(failed))
    return total


def late_sources() -> list[str]:
    """Sources with a row still untold half an hour after its moment, hours in which nobody is reminded left out."""
    moment, calendar = now(), city_calendar()
    waking = is_waking(moment, calendar) and is_waking(moment - LATE_AFTER, calendar)
    return [
        source.name
        for source in _sources.values()
        if (waking or source.by_clock) and _due(source, moment - LATE_AFTER).exists()
    ]


def _drained(source: ReminderSource) -> int:
    total, failed = 0, dict[int, Exception]()
    while count := batch_remind(source, size=BATCH, failed=failed):
        total += count
    if failed:
        numbers = sorted(failed)[:NAMED]
        raise RemindersFailed(f"{len(failed)} rows, such as {numbers}") from failed[numbers[0]]
    return total


def _due(source: ReminderSource, moment: datetime) -> QuerySet[Any]:
    wanted = {f"{source.next_field}__lte": moment, f"{source.due_field}__isnull": False}
    return source.running().filter(**wanted)


@transaction.atomic
def batch_remind(
    source: ReminderSource, *, size: int = BATCH, failed: dict[int, Exception] | None = None
) -> int:
    """One batch of a source in one transaction. Returns how many rows were looked at; 0 when nothing is due.

    Rows in `failed` are passed over; those that fail now are added to it. Without it the first failure is raised.
    """
    rows = list(
        _due(source, now())
        .exclude(pk__in=failed or ())
        .select_for_update(of=("self",), skip_locked=True)
        .order_by(source.next_field, "pk")[:size]
    )
    if not rows:
        return 0
    if failed is None:
        _remind(source, rows)
    else:
        _remind_each(source, rows, failed)
    return len(rows)


def _remind_each(source: ReminderSource, rows: list[Any], failed: dict[int, Exception]) -> None:
    """Remind of the rows together; when that fails, of each half by itself, down to the rows that are to blame."""
    try:
        with transaction.atomic():
            _remind(source, rows)
    except Exception as error:  # noqa: BLE001  # a row that cannot be told is named, and keeps nobody else waiting
        if len(rows) == 1:
            failed[rows[0].pk] = error
            return
        middle = len(rows) // 2
        _remind_each(source, rows[:middle], failed)
        _remind_each(source, rows[middle:], failed)


def _remind(source: ReminderSource, rows: list[Any]) -> None:
    """Note the occasions of the rows, give each its next moment, and tell. An occasion that has its row already keeps it."""
    moment, calendar = now(), city_calendar()
    due = [(row, _passed(source, row, moment, calendar)) for row in rows]
    Reminder.objects.bulk_create(
        (
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
        ),
        ignore_conflicts=True,  # a changed calendar may bring an occasion a second time; its notice's key tells it once
    )
    following: defaultdict[datetime | None, list[int]] = defaultdict(list)
    for row in rows:
        date, schedule = getattr(row, source.due_field), source.schedule_of(row)
        following[next_moment(date, schedule, calendar=calendar, after=moment)].append(row.pk)
    for at, numbers in following.items():
        source.running().filter(pk__in=numbers).update(**{source.next_field: at})
    source.tell([Due(row, passed[-1]) for row, passed in due if passed])


def _passed(source: ReminderSource, row: Any, moment: datetime, calendar: WorkCalendar) -> list[Occasion]:
    """Occasions from the row's stored moment until now, in order."""
    since = getattr(row, source.next_field)
    every = occasions(source.schedule_of(row), getattr(row, source.due_field), calendar)
    return list(takewhile(lambda one: one.at <= moment, dropwhile(lambda one: one.at < since, every)))
