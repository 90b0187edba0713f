"""Reads of people and organs. Order is rank order everywhere."""

from datetime import date, datetime

from django.db.models import Q, QuerySet

from apps.accounts.models import Absence, Appointment, Delegation, InternalUnit, Organ, Person
from apps.core.actors import Actor
from apps.core.clock import now, today


def valid_on(day: date, prefix: str = "") -> Q:
    """Condition for appointments that run on `day`; `prefix` reaches them from another model (`appointments__`)."""
    return Q(**{f"{prefix}started_on__lte": day}) & (
        Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gte": day})
    )


def appointments_of(person_id: int, *, on: date | None = None) -> QuerySet[Appointment]:
    """The person's running appointments, main posts first."""
    return (
        Appointment.objects.filter(valid_on(on or today()), person_id=person_id)
        .select_related("organ", "unit", "person")
        .prefetch_related("roles")
        .order_by("kind", "rank_order", "id")
    )


def actor_for(person: Person, appointment_id: int | None = None) -> Actor:
    """The person as actor in the given running post, else in the main one; without any post an actor with no organ."""
    posts = sorted(
        appointments_of(person.pk),
        key=lambda post: (post.kind != Appointment.Kind.REGULAR, post.rank_order, post.pk),
    )
    chosen = next((post for post in posts if post.pk == appointment_id), posts[0] if posts else None)
    return _actor(person, chosen, other_post_count=max(len(posts) - 1, 0))


def actor_of_appointment(appointment: Appointment) -> Actor:
    """The holder acting in this post."""
    return _actor(appointment.person, appointment, other_post_count=0)


def _actor(person: Person, post: Appointment | None, *, other_post_count: int) -> Actor:
    if post is None:
        return Actor(person_id=person.pk, name=person.name, login_name=person.login_name)
    return Actor(
        person_id=person.pk,
        name=person.name,
        login_name=person.login_name,
        appointment_id=post.pk,
        organ_id=post.organ_id,
        organ_name=post.organ.full_name,
        unit_id=post.unit_id,
        unit_name=post.unit.name if post.unit else "",
        post_title=post.post_title,
        phone=person.phone,
        roles=frozenset(held.role for held in post.roles.all()),
        other_post_count=other_post_count,
    )


def holders(
    *, organ_id: int, role: str, unit_id: int | None = None, on: date | None = None
) -> QuerySet[Appointment]:
    """Running appointments in an organ (and unit) with `role`, of active people, in rank order."""
    query = Appointment.objects.filter(
        valid_on(on or today()), organ_id=organ_id, roles__role=role, person__is_active=True
    )
    if unit_id is not None:
        query = query.filter(unit_id=unit_id)
    return (
        query.select_related("person", "organ", "unit").prefetch_related("roles").order_by("rank_order", "id")
    )


def leaders_in_charge(
    *, unit: InternalUnit | None = None, organ: Organ | None = None
) -> QuerySet[Appointment]:
    """Running appointments of the leaders in charge of a unit or organ, in rank order."""
    query = Appointment.objects.filter(valid_on(today()), person__is_active=True)
    query = query.filter(in_charge_units=unit) if unit else query.filter(in_charge_organs=organ)
    return query.select_related("person", "organ", "unit").order_by("rank_order", "id")


def organs_below(organ: Organ) -> QuerySet[Organ]:
    """All organs under `organ`, itself excluded, in rank order."""
    return Organ.objects.filter(path__startswith=organ.path).exclude(pk=organ.pk)


def is_below(candidate: Organ, organ: Organ) -> bool:
    """Whether `candidate` is a (direct or indirect) subordinate of `organ`."""
    return candidate.pk != organ.pk and candidate.path.startswith(organ.path)


def delegates_of(appointment_ids: list[int], *, at: datetime | None = None) -> QuerySet[Delegation]:
    """Delegations in force given by these appointments."""
    moment = at or now()
    return Delegation.objects.filter(
        delegator_id__in=appointment_ids, starts_at__lte=moment, ends_at__gt=moment, revoked_at__isnull=True
    ).select_related("delegate__person", "delegator__person")


def delegators_of(person_id: int, *, at: datetime | None = None) -> QuerySet[Delegation]:
    """Delegations in force taken by this person's appointments."""
    moment = at or now()
    return Delegation.objects.filter(
        delegate__person_id=person_id, starts_at__lte=moment, ends_at__gt=moment, revoked_at__isnull=True
    ).select_related("delegate__person", "delegator__person")


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
