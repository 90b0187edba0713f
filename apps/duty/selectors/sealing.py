"""A seal on everything a carried load rests on: five rows are read, however many years lie behind. Same seal, same load."""

from datetime import datetime, time
from typing import Any

from django.db.models import BigIntegerField, Count, F, Func, Q, QuerySet, Sum

from apps.accounts.models import Absence
from apps.core.clock import CITY_ZONE
from apps.core.models import CalendarDay
from apps.duty.models import DutyMember, DutyRoster, DutyShift
from apps.duty.selectors.rules import rules_of

Seal = tuple[object, ...]
RULE = 1  # counts up when the rule of `balance` or `ledgers` changes: what was worked out by the old one is forgotten
SHIFT = (
    "pk",
    "post_id",
    "appointment__person_id",
    "watch__starts_at",
    "watch__ends_at",
    "watch__roster__month",
)
MEMBER = ("pk", "post_id", "since", "appointment__person_id", "appointment__started_on")
ABSENCE = ("pk", "person_id", "kind", "starts_at", "ends_at", "cancelled_at")


def carried_seal(roster: DutyRoster) -> Seal:
    """Differs as soon as a duty before the month, who may serve, an absence, a day of the calendar or a weight differs."""
    shifts = DutyShift.objects.filter(watch__organ_id=roster.organ_id, watch__roster__month__lt=roster.month)
    members = DutyMember.objects.filter(post__organ_id=roster.organ_id)
    people = Q(person_id__in=members.values("appointment__person_id"))
    people |= Q(person_id__in=shifts.values("appointment__person_id"))
    first = datetime.combine(roster.month, time.min, tzinfo=CITY_ZONE)
    return (
        RULE,
        tuple(sorted(rules_of(roster.organ_id).weights.items())),
        _digest(shifts, *SHIFT),
        _digest(members, *MEMBER),
        _digest(Absence.with_protected.filter(people, starts_at__lt=first), *ABSENCE),
        _digest(CalendarDay.objects.filter(date__lt=roster.month), "date", "kind", "name"),
    )


class _RowDigest(Func):
    """64 bits of a row's values; an absent one differs from every present one."""

    function = "HASHTEXTEXTENDED"
    template = "%(function)s(ROW(%(expressions)s)::text, 0)"
    output_field = BigIntegerField()


def _digest(rows: QuerySet[Any], *fields: str) -> tuple[int, str]:
    """How many rows, and the sum of their digests, counted where they lie."""
    found = rows.order_by().aggregate(count=Count("pk"), sum=Sum(_RowDigest(*map(F, fields))))
    return found["count"], str(found["sum"])
