"""Reads of the three administrators, of emergencies and of lock-outs."""

from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from apps.accounts.administration import Administrator, permissions_of
from apps.accounts.models import AppointmentRole, BreakGlass, Person, Role
from apps.accounts.selectors.posts import valid_on
from apps.core.clock import now, today


def groups_of(person_id: int) -> list[str]:
    """Names of the administrators' groups the person is in."""
    return list(Group.objects.filter(user__pk=person_id).values_list("name", flat=True))


def powers_of(person_id: int) -> frozenset[str]:
    """All permissions of the person now: those of the group, and of all three while an emergency is open."""
    groups = groups_of(person_id)
    if groups and emergency_open_of(person_id) is not None:
        return permissions_of(Administrator.values)
    return permissions_of(groups)


def is_administrator(person_id: int) -> bool:
    """Whether the person is one of the three administrators."""
    return Person.objects.filter(groups__name__in=Administrator.values, pk=person_id).exists()


def administrators_active() -> QuerySet[Person]:
    """All three, as far as they are in office."""
    return Person.objects.filter(groups__name__in=Administrator.values, is_active=True)


def heads_answerable() -> list[int]:
    """People who answer for an organ: principal heads and office directors in office."""
    posts = AppointmentRole.objects.filter(
        valid_on(today(), "appointment__"), role__in=[Role.PRINCIPAL_HEAD, Role.OFFICE_DIRECTOR]
    )
    return list(posts.values_list("appointment__person_id", flat=True).distinct())


def emergency_open_of(person_id: int) -> BreakGlass | None:
    """The emergency by which the person holds all powers now."""
    return BreakGlass.objects.filter(
        asked_by_id=person_id, closes_at__gt=now(), ended_at__isnull=True
    ).first()


def emergencies_listed() -> QuerySet[BreakGlass]:
    """All, the latest first, with their people."""
    return BreakGlass.objects.select_related("asked_by", "approved_by", "ended_by")


def attempt_of(attempt_id: int) -> AccessAttempt | None:
    """A counted wrong password."""
    found: AccessAttempt | None = AccessAttempt.objects.filter(pk=attempt_id).first()
    return found
