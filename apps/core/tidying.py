"""What core keeps no longer than it is of use: delivered events, used form keys, reminders of another year."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.core.clock import now
from apps.core.models import Handled, OutboxEvent, Reminder, Submission

EVENTS_KEPT = timedelta(days=30)
SUBMISSIONS_KEPT = timedelta(days=30)
REMINDERS_KEPT = timedelta(days=400)
BATCH = 1000
MOST_BATCHES = 500  # of a kind in one night


def records_tidy() -> int:
    """Drop delivered events with who handled them, form keys and reminders past their use. Returns how many rows.

    Parked events stay. Rows go in batches, a transaction each, oldest first: an interrupted night is made up for by the next.
    """
    moment = now()
    delivered = OutboxEvent.objects.filter(
        status=OutboxEvent.Status.DONE, done_at__lt=moment - EVENTS_KEPT
    ).order_by("pk")
    used = Submission.objects.filter(created_at__lt=moment - SUBMISSIONS_KEPT).order_by("created_at")
    spent = Reminder.objects.filter(at__lt=moment - REMINDERS_KEPT).order_by("pk")
    return sum(_dropped(rows) for rows in (delivered, used, spent))


def _dropped(rows: QuerySet[Any]) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        count = _batch_drop(rows)
        total += count
        if count < BATCH:
            break
    return total


@transaction.atomic
def _batch_drop(rows: QuerySet[Any]) -> int:
    """The first rows that no other sweep is dropping, by number: events have no index by age, which every verb would pay for."""
    numbers = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    if rows.model is OutboxEvent:
        Handled.objects.filter(event__in=numbers).delete()
    rows.model._default_manager.filter(pk__in=numbers).delete()  # noqa: SLF001  # Django's public model API
    return len(numbers)
