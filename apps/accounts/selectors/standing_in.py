"""Who stands in for whom, and who is away."""

from datetime import datetime

from django.db.models import Q, QuerySet

from apps.accounts.models import Absence, Delegation
from apps.accounts.selectors.posts import valid_on
from apps.core.clock import local, now


def _in_force(moment: datetime) -> Q:
    """Delegations whose time is now, between posts that both run, held by active people."""
    day = local(moment).date()
    return (
        Q(starts_at__lte=moment, ends_at__gt=moment, revoked_at__isnull=True)
        & valid_on(day, "delegator__")
        & valid_on(day, "delegate__")
        & Q(delegator__person__is_active=True, delegate__person__is_active=True)
    )


def delegates_of(appointment_ids: list[int], *, at: datetime | None = None) -> QuerySet[Delegation]:
    """Delegations in force given by these appointments."""
    moment = at or now()
    return Delegation.objects.filter(_in_force(moment), delegator_id__in=appointment_ids).select_related(
        "delegate__person", "delegator__person"
    )


def delegators_of(person_id: int, *, at: datetime | None = None) -> QuerySet[Delegation]:
    """Delegations in force taken by this person's appointments."""
    moment = at or now()
    return Delegation.objects.filter(_in_force(moment), delegate__person_id=person_id).select_related(
        "delegate__person", "delegator__person"
    )


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
