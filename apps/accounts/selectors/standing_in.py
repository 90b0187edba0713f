"""Who stands in for whom, and who is away."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from apps.accounts.models import Absence, Delegation, SecretaryDuty
from apps.accounts.selectors.posts import valid_on
from apps.core.clock import local, now, today
from apps.core.prepared import Prepared, among, slot


def _in_force(moment: datetime, day: date) -> Q:
    """Delegations whose time is now, between posts that both run, held by active people."""
    return (
        Q(starts_at__lte=moment, ends_at__gt=moment, revoked_at__isnull=True)
        & valid_on(day, "delegator__")
        & valid_on(day, "delegate__")
        & Q(delegator__person__is_active=True, delegate__person__is_active=True)
    )


def delegates_of(appointment_ids: list[int], *, at: datetime | None = None) -> list[Delegation]:
    """Delegations in force given by these appointments."""
    moment = at or now()
    return _GIVEN.rows(posts=appointment_ids, now=moment, today=local(moment).date())


_GIVEN = Prepared(
    lambda: Delegation.objects.filter(
        _in_force(slot("now"), slot("today")), among("delegator_id", "posts")
    ).select_related("delegate__person", "delegator__person")
)


_TAKEN = Prepared(
    lambda: Delegation.objects.filter(
        _in_force(slot("now"), slot("today")), delegate__person_id=slot("person")
    ).select_related("delegate__person", "delegator__person")
)
_SERVED = Prepared(
    lambda: SecretaryDuty.objects.filter(
        valid_on(slot("today"), "secretary__"),
        valid_on(slot("today"), "leader__"),
        secretary__person_id=slot("person"),
    )
)


def delegations_held(person_id: int) -> list[Delegation]:
    """Delegations in force under which the person may act now."""
    return _TAKEN.rows(person=person_id, now=now(), today=today())


def duties_served(person_id: int) -> list[SecretaryDuty]:
    """The leaders whose secretary the person is now."""
    return _SERVED.rows(person=person_id, today=today())


def delegations_between(person_ids: set[int], start: datetime, end: datetime) -> QuerySet[Delegation]:
    """Delegations given or taken by these people that overlap the period."""
    return Delegation.objects.filter(
        Q(delegator__person_id__in=person_ids) | Q(delegate__person_id__in=person_ids),
        revoked_at__isnull=True,
        starts_at__lt=end,
        ends_at__gt=start,
    ).select_related("delegator__person", "delegate__person")


def absence_of(person_id: int, *, at: datetime | None = None) -> Absence | None:
    """The absence that covers the moment, if any."""
    moment = at or now()
    return (
        Absence.objects.filter(
            person_id=person_id, starts_at__lte=moment, ends_at__gt=moment, cancelled_at__isnull=True
        )
        .order_by("ends_at")
        .first()
    )
