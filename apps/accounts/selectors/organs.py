"""Reads of the organ tree."""

from django.db.models import QuerySet

from apps.accounts.models import Organ


def organs_below(organ: Organ) -> QuerySet[Organ]:
    """All organs under `organ`, itself excluded, in rank order."""
    return Organ.objects.filter(path__startswith=organ.path).exclude(pk=organ.pk)


def is_below(candidate: Organ, organ: Organ) -> bool:
    """Whether `candidate` is a (direct or indirect) subordinate of `organ`."""
    return candidate.pk != organ.pk and candidate.path.startswith(organ.path)
