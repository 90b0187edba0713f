"""Dates of running items follow the working calendar when a year's arrangement is published or changed."""

from datetime import datetime

from django.db import transaction

from apps.audit.services import record
from apps.core.clock import CITY_ZONE, local
from apps.core.working_calendar import calendar_changed
from apps.supervision.course import logged
from apps.supervision.dating import DATE_FIELDS, date_set
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem


@transaction.atomic
def dates_recompute(*, year: int) -> int:
    """Count again every counted date whose term touches the year. Returns how many moved; doing it again moves none.

    A named date is a promise and stays; a moved one stands in the item's course, whose people are told.
    """
    calendar_changed()
    begin, end = (datetime(at, 1, 1, tzinfo=CITY_ZONE) for at in (year, year + 1))
    rows = SupervisionItem.objects.select_for_update(of=("self",)).select_related("item_class")
    touched = rows.filter(state__in=RUNNING, is_due_named=False, due_at__gte=begin, assigned_at__lt=end)
    changed, moved = [], []
    for item in touched.order_by("pk"):
        if item.assigned_at is None:
            continue
        before = (item.due_at, item.is_due_provisional)
        date_set(item, due_at=None, start=item.assigned_at)
        if (item.due_at, item.is_due_provisional) != before:
            changed.append(item)
        if item.due_at != before[0]:
            moved.append((item, before[0]))
    SupervisionItem.objects.bulk_update(changed, list(DATE_FIELDS), batch_size=500)
    for item, old in moved:
        logged(
            item,
            "calendar",
            "时限调整",
            actor=None,
            note=f"{_day(old)} → {_day(item.due_at)}，工作日历有变动",
        )
    if changed:
        record(
            "supervision.dates", actor=None, facts={"year": year, "moved": len(moved), "marked": len(changed)}
        )
    return len(moved)


def _day(moment: datetime | None) -> str:
    return f"{local(moment):%Y-%m-%d}" if moment else "—"
