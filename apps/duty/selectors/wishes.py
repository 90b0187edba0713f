"""Wishes and pairs, for the pages and for the solver."""

from datetime import date, timedelta

from apps.accounts.models import Absence, Appointment
from apps.accounts.selectors import protections_between, valid_on
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import NotFound
from apps.duty.models import DutyPair, DutyWish
from apps.duty.policies import makes_roster

MOST_SHOWN = 300
FURTHEST = timedelta(days=800)


def wish_for(actor: Actor, wish_id: int) -> DutyWish:
    """The person's own wish, or any of the organ for whoever makes the roster. Raises `NotFound`."""
    rows = DutyWish.objects.select_for_update(of=("self",)).select_related("appointment")
    found = rows.filter(pk=wish_id, organ_id=actor.organ_id or 0).first()
    if found is None or not (makes_roster(actor) or found.appointment.person_id == actor.person_id):
        raise NotFound
    return found


def wishes_shown(actor: Actor) -> list[DutyWish]:
    """What holds from today on: one's own, all of the organ for whoever makes the roster."""
    rows = DutyWish.objects.filter(organ_id=actor.organ_id or 0, withdrawn_at=None, ends_on__gte=today())
    if not makes_roster(actor):
        rows = rows.filter(appointment__person_id=actor.person_id)
    return list(rows.select_related("appointment__person", "post")[:MOST_SHOWN])


def wishes_in(organ_id: int, first: date, last: date) -> list[DutyWish]:
    """What holds in a stretch of days."""
    rows = DutyWish.objects.filter(
        organ_id=organ_id, withdrawn_at=None, starts_on__lte=last, ends_on__gte=first
    )
    return list(rows.select_related("appointment", "post"))


def day_only_shown(organ_id: int) -> list[Absence]:
    """Who of the organ serves no night now or later, for whoever makes the roster; show `shown_kind`, never `kind`."""
    people = Appointment.objects.filter(valid_on(today()), organ_id=organ_id).values_list(
        "person_id", flat=True
    )
    found = protections_between(people, now(), now() + FURTHEST).select_related("person")
    return list(found[:MOST_SHOWN])


def pairs_of(organ_id: int) -> list[DutyPair]:
    """Pairs of the organ."""
    return list(DutyPair.objects.filter(organ_id=organ_id).select_related("one__person", "other__person"))
