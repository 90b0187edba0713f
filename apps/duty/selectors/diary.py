"""Own duties, for the calendar."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from apps.core.actors import Actor
from apps.core.clock import local
from apps.core.diary import Busy, Entry
from apps.duty.enums import RosterState
from apps.duty.models import DutyShift


def duty_entries(actor: Actor, start: datetime, end: datetime) -> list[Entry]:
    """The person's watches of published rosters that touch the stretch: they take time, so a meeting in them clashes."""
    rows = DutyShift.objects.filter(
        appointment__person_id=actor.person_id,
        watch__roster__state=RosterState.PUBLISHED,
        watch__starts_at__lt=end,
        watch__ends_at__gt=start,
    )
    return [
        Entry(
            source="duty",
            title=f"值班：{row.post.name}",
            starts_at=row.watch.starts_at,
            ends_at=row.watch.ends_at,
            url=f"{reverse('duty:roster')}?month={local(row.watch.starts_at):%Y-%m}",
            kind="值班",
            uid=f"duty-{row.pk}",
        )
        for row in rows.select_related("watch", "post").order_by("watch__starts_at", "pk")
    ]


def duty_busy(person_ids: Sequence[int], start: datetime, end: datetime) -> list[Busy]:
    """When these people are on watch by published rosters: one query."""
    rows = DutyShift.objects.filter(
        appointment__person_id__in=person_ids,
        watch__roster__state=RosterState.PUBLISHED,
        watch__starts_at__lt=end,
        watch__ends_at__gt=start,
    )
    return [
        Busy(
            person_id=row.appointment.person_id,
            starts_at=row.watch.starts_at,
            ends_at=row.watch.ends_at,
            uid=f"duty-{row.pk}",
        )
        for row in rows.select_related("watch", "appointment")
    ]
