"""Hand-overs of posts and the list of what is handed over."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from apps.accounts.models import Appointment, PostHandover, Role
from apps.accounts.selectors.posts import valid_on
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import NotFound
from apps.core.handing_over import HandoverItem, sources


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of thing on the list."""

    kind: str
    label: str
    items: tuple[HandoverItem, ...]


def handovers_seen_by(actor: Actor) -> QuerySet[PostHandover]:
    """Those the actor gives, takes or has started."""
    mine = (
        Q(giver__person_id=actor.person_id)
        | Q(taker__person_id=actor.person_id)
        | Q(started_by_id=actor.person_id)
    )
    return _with_people().filter(mine).order_by("-started_at", "-id")


def handover_for(actor: Actor, handover_id: int, *, lock: bool = False) -> PostHandover:
    """The hand-over. Raises `NotFound` for everybody whom it does not concern."""
    rows = handovers_seen_by(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=handover_id).first()
    if found is None:
        raise NotFound
    return found


def gives(actor: Actor, handover: PostHandover) -> bool:
    """Whether the actor is the giver, or as the organ's head or office director started it for one whose account is frozen."""
    giver = handover.giver
    if giver.person_id == actor.person_id:
        return True
    return (
        not giver.person.is_active
        and handover.started_by_id == actor.person_id
        and handover.taker.person_id != actor.person_id
        and actor.organ_id == giver.organ_id
        and bool(actor.roles & {Role.PRINCIPAL_HEAD, Role.OFFICE_DIRECTOR})
    )


def handover_known(handover_id: int) -> PostHandover | None:
    """For listeners."""
    return _with_people().filter(pk=handover_id).first()


def _with_people() -> QuerySet[PostHandover]:
    return PostHandover.objects.select_related(
        "giver__person", "giver__organ", "giver__unit", "taker__person", "taker__organ", "taker__unit", "started_by",
        "new_organ", "new_unit",
    )  # fmt: skip


def sections_of(giver_id: int, taker_id: int) -> list[Section]:
    """Everything at hand in the post, kind by kind, as it is now."""
    listed = [
        Section(kind=source.kind, label=source.label, items=tuple(source.listed(giver_id, taker_id)))
        for source in sources()
    ]
    return [section for section in listed if section.items]


def digest_of(sections: Sequence[Section]) -> str:
    """What exactly was on the list that somebody confirmed."""
    words = ";".join(
        f"{section.kind}:{','.join(str(item.id) for item in section.items)}" for section in sections
    )
    return hashlib.sha256(words.encode()).hexdigest()


def givers_for(actor: Actor, *, keeps_appointments: bool) -> QuerySet[Appointment]:
    """Posts whose hand-over the actor may start: the own ones; the unit's as its head, the organ's as its head or office director."""
    running = (
        Appointment.objects.filter(valid_on(today()))
        .select_related("person", "organ", "unit")
        .order_by("organ__rank_order", "organ_id", "rank_order", "id")
    )
    if keeps_appointments:
        return running
    wanted = Q(person_id=actor.person_id)
    if actor.organ_id and actor.roles & {Role.PRINCIPAL_HEAD, Role.OFFICE_DIRECTOR}:
        wanted |= Q(organ_id=actor.organ_id)
    elif actor.unit_id and Role.UNIT_HEAD in actor.roles:
        wanted |= Q(unit_id=actor.unit_id)
    return running.filter(wanted)


def takers_for(giver: Appointment) -> QuerySet[Appointment]:
    """Posts of others in the same organ that may receive."""
    return (
        Appointment.objects.filter(valid_on(today()), organ_id=giver.organ_id, person__is_active=True)
        .exclude(person_id=giver.person_id)
        .select_related("person", "organ", "unit")
        .order_by("unit__rank_order", "rank_order", "id")
    )
