"""Reads of the three administrators and of lock-outs."""

from axes.models import AccessAttempt
from django.contrib.auth.models import Group
from django.db.models import Q

from apps.accounts.administration import Administrator
from apps.accounts.models import Person


def groups_of(person_id: int) -> list[str]:
    """Names of the administrators' groups the person is in."""
    return list(Group.objects.filter(user__pk=person_id).values_list("name", flat=True))


def is_administrator(person_id: int) -> bool:
    """Whether the person is one of the three administrators (or a break-glass superuser)."""
    return Person.objects.filter(
        Q(groups__name__in=Administrator.values) | Q(is_superuser=True), pk=person_id
    ).exists()


def attempt_of(attempt_id: int) -> AccessAttempt | None:
    """A counted wrong password."""
    found: AccessAttempt | None = AccessAttempt.objects.filter(pk=attempt_id).first()
    return found
