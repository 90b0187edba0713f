"""Watches now and next, and their people."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch, QuerySet

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.duty.enums import RosterState, WatchState
from apps.duty.models import DutyShift, DutyWatch

NEXT_SHOWN = 2
EARLY = timedelta(minutes=30)  # one may come, and hand over, so much before the hour


@dataclass(frozen=True)
class Room:
    """The duty room: the watch whose log is open, the one the clock says, the next ones, and how the last was left."""

    on: DutyWatch | None
    due: DutyWatch | None
    to_take: DutyWatch | None
    following: list[DutyWatch]
    last: DutyWatch | None


def _watches() -> QuerySet[DutyWatch]:
    people = DutyShift.objects.select_related("post", "appointment__person", "appointment__unit")
    return DutyWatch.objects.prefetch_related(Prefetch("shifts", people))


def watch_on(organ_id: int | None) -> DutyWatch | None:
    """The watch whose log is open."""
    if organ_id is None:
        return None
    return _watches().filter(organ_id=organ_id, state=WatchState.ON).first()


def _published(organ_id: int) -> QuerySet[DutyWatch]:
    return _watches().filter(organ_id=organ_id, roster__state=RosterState.PUBLISHED)


def watch_due(organ_id: int) -> DutyWatch | None:
    """The published watch whose hours are now."""
    moment = now()
    return _published(organ_id).filter(starts_at__lte=moment, ends_at__gt=moment).first()


def watch_to_take(organ_id: int) -> DutyWatch | None:
    """The published watch that may be taken over now: nobody has had it, and it begins within the half hour or has begun."""
    moment = now()
    waiting = _published(organ_id).filter(state=WatchState.PLANNED, ends_at__gt=moment)
    return waiting.filter(starts_at__lte=moment + EARLY).order_by("starts_at").first()


def room_of(organ_id: int) -> Room:
    """How duty stands in the organ now."""
    coming = _published(organ_id).filter(starts_at__gt=now(), state=WatchState.PLANNED)
    return Room(
        on=watch_on(organ_id),
        due=watch_due(organ_id),
        to_take=watch_to_take(organ_id),
        following=list(coming[:NEXT_SHOWN]),
        last=_watches().filter(organ_id=organ_id, state=WatchState.CLOSED).order_by("-starts_at").first(),
    )


def watch_of(organ_id: int, watch_id: int, *, lock: bool = False) -> DutyWatch:
    """A watch of the organ. Raises `NotFound`."""
    rows = DutyWatch.objects.select_for_update(of=("self",)) if lock else DutyWatch.objects.all()
    found = rows.select_related("roster").filter(pk=watch_id, organ_id=organ_id).first()
    if found is None:
        raise NotFound
    return found


def own_shifts(actor: Actor, *, most: int = 6) -> list[DutyShift]:
    """The person's coming duties on published rosters."""
    return list(
        DutyShift.objects.filter(
            appointment__person_id=actor.person_id,
            watch__roster__state=RosterState.PUBLISHED,
            watch__ends_at__gt=now(),
        )
        .select_related("watch", "post")
        .order_by("watch__starts_at")[:most]
    )
