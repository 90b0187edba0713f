"""Reads of posts and of who acts in them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Q, QuerySet, When

from apps.accounts.models import Appointment, InternalUnit, Organ, Person, Role, SecretaryDuty
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.once import once
from apps.core.prepared import Prepared, slot


def valid_on(day: date, prefix: str = "") -> Q:
    """Condition for appointments that run on `day`; `prefix` reaches them from another model (`appointments__`)."""
    return Q(**{f"{prefix}started_on__lte": day}) & (
        Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gte": day})
    )


def is_running(post: Appointment, on: date | None = None) -> bool:
    """Whether the post runs on the day."""
    day = on or today()
    return post.started_on <= day and (post.ended_on is None or post.ended_on >= day)


def appointments_of(person_id: int, *, on: date | None = None) -> QuerySet[Appointment]:
    """The person's running appointments, main posts first."""
    return _appointments(person_id, on or today())


def _appointments(person_id: int, day: date) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(valid_on(day), person_id=person_id)
        .select_related("organ", "unit", "person")
        .prefetch_related("roles")
        .order_by(_main_first(), "rank_order", "id")
    )


_POSTS = Prepared(lambda: _appointments(slot("person"), slot("today")), "roles")


def _main_first() -> Case:
    return Case(When(kind=Appointment.Kind.REGULAR, then=0), default=1)


def open_posts_of(person_id: int) -> QuerySet[Appointment]:
    """Posts of the person that run or will run."""
    return Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=today()), person_id=person_id
    )


def appointments_open_on(person_id: int, day: date) -> QuerySet[Appointment]:
    """Posts that run on the day or begin later, rows locked."""
    return (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person", "organ")
        .filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), person_id=person_id)
        .order_by("pk")
    )


def regular_post_between(person_id: int, start: date, end: date | None) -> Appointment | None:
    """A regular post of the person that overlaps the days, if any."""
    query = Appointment.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gte=start), person_id=person_id, kind=Appointment.Kind.REGULAR
    )
    if end is not None:
        query = query.filter(started_on__lte=end)
    return query.select_related("organ").first()


def running_posts_in(*, organ_id: int | None = None, unit_id: int | None = None) -> list[str]:
    """Names of people in office in an organ or unit, in rank order."""
    query = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today()))
    if unit_id is not None:
        query = query.filter(unit_id=unit_id)
    if organ_id is not None:
        query = query.filter(organ_id=organ_id)
    return list(query.order_by("rank_order", "id").values_list("person__name", flat=True))


def actor_for(person: Person, appointment_id: int | None = None) -> Actor:
    """The person as actor in the given running post, else in the main one; without any post an actor with no organ."""
    posts = _POSTS.rows(person=person.pk, today=today())
    chosen = next((post for post in posts if post.pk == appointment_id), posts[0] if posts else None)
    return _actor(person, chosen, other_post_count=max(len(posts) - 1, 0))


@once
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


def unit_heads_of(posts: Iterable[Appointment]) -> dict[int, list[int]]:
    """Post → persons who head its unit now, without the holder; one statement for all posts."""
    wanted = list(posts)
    units = {post.unit_id for post in wanted if post.unit_id}
    heads: defaultdict[int | None, list[int]] = defaultdict(list)
    running = Appointment.objects.filter(
        valid_on(today()), unit_id__in=units, roles__role=Role.UNIT_HEAD, person__is_active=True
    )
    for unit_id, person_id in running.order_by("rank_order", "id").values_list("unit_id", "person_id"):
        heads[unit_id].append(person_id)
    return {post.pk: [head for head in heads[post.unit_id] if head != post.person_id] for post in wanted}


def serves(secretary_id: int, leader_id: int) -> bool:
    """Whether the holder of one post is secretary to the holder of the other; both posts run."""
    return _duties_of(secretary_id).filter(leader_id=leader_id).exists()


def serves_person(secretary_id: int, person_id: int) -> bool:
    """Whether the holder of a post is secretary to the person in any post; both posts run."""
    return _duties_of(secretary_id).filter(leader__person_id=person_id).exists()


def _duties_of(secretary_id: int) -> QuerySet[SecretaryDuty]:
    """Of a running post, to running posts: a duty outlives the day its post ended."""
    running = valid_on(today(), "secretary__") & valid_on(today(), "leader__")
    return SecretaryDuty.objects.filter(running, secretary_id=secretary_id)
