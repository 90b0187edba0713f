"""Lists of the back office, each with what its columns show, in one query per table."""

from django.db.models import Prefetch, Q, QuerySet

from apps.accounts.models import Appointment, Delegation, InternalUnit, Organ, Person, SecretaryDuty
from apps.core.clock import today


def organs_listed() -> QuerySet[Organ]:
    """All organs in rank order."""
    return Organ.objects.select_related("superior").order_by("rank_order", "id")


def units_listed() -> QuerySet[InternalUnit]:
    """All internal units by organ in rank order."""
    return InternalUnit.objects.select_related("organ", "parent").order_by(
        "organ__rank_order", "organ_id", "rank_order", "id"
    )


def people_listed() -> QuerySet[Person]:
    """All people; `running_posts` and groups at hand."""
    posts = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today()))
    return Person.objects.prefetch_related(
        Prefetch(
            "appointments",
            posts.select_related("organ").order_by("rank_order", "id"),
            to_attr="running_posts",
        ),
        "groups",
    ).order_by("-is_active", "id")


def appointments_listed() -> QuerySet[Appointment]:
    """All posts by organ in rank order, with names and roles."""
    return (
        Appointment.objects.select_related("person", "organ", "unit")
        .prefetch_related("roles")
        .order_by("organ__rank_order", "organ_id", "rank_order", "id")
    )


def duties_listed() -> QuerySet[SecretaryDuty]:
    """All secretary duties with names."""
    return SecretaryDuty.objects.select_related("secretary__person", "leader__person").order_by("id")


def delegations_listed() -> QuerySet[Delegation]:
    """All delegations with names, the latest first."""
    return Delegation.objects.select_related("delegator__person", "delegate__person").order_by("-starts_at")
