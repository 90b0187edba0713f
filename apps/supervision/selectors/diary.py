"""Dates of supervised matters, for the calendar of who does them."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Role
from apps.core.actors import Actor
from apps.core.diary import Entry
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import DESK

MOST = 200
DATES = (("due_at", "督办时限"), ("report_due_at", "督办反馈"), ("milestone_due_at", "督办节点"))


def date_entries(actor: Actor, start: datetime, end: datetime) -> list[Entry]:
    """Open items the person handles, heads the unit of, or answers for at the leading organ's desk: due, to report, milestone.

    An item with a unit is in the unit's calendars, one with a handler in the handler's, so nobody's is filled with others' dates.
    """
    within = Q(pk__in=[])
    for field, _ in DATES:
        within |= Q(**{f"{field}__gte": start, f"{field}__lt": end})
    rows = SupervisionItem.objects.filter(_done_by(actor), within, state__in=[str(one) for one in RUNNING])
    return [
        Entry(
            source="supervision",
            title=item.title,
            starts_at=when,
            ends_at=when,
            url=reverse("supervision:item", args=[item.pk]),
            kind=kind,
            is_busy=False,
            uid=f"supervision-{item.pk}-{field}",
        )
        for item in rows.order_by("due_at", "pk")[:MOST]
        for field, kind in DATES
        if (when := getattr(item, field)) is not None and start <= when < end
    ]


def _done_by(actor: Actor) -> Q:
    mine = Q(handler__person_id=actor.person_id)
    if actor.unit_id is not None and Role.UNIT_HEAD in actor.roles:
        mine |= Q(lead_unit_id=actor.unit_id)
    if actor.organ_id is not None and actor.roles & (DESK | {Role.PRINCIPAL_HEAD}):
        mine |= Q(lead_organ_id=actor.organ_id, lead_unit=None, handler=None)
    return mine
