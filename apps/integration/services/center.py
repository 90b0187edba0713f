"""What a person keeps in front in 应用中心; nobody else's business, so it is not audited."""

from django.db import transaction

from apps.accounts.selectors import person_locked
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.integration.models import FavouriteSystem
from apps.integration.selectors.center import system_for


@transaction.atomic
def favourite_set(*, actor: Actor, system_id: int, is_kept: bool) -> None:
    """Keep a system in front, last of those kept, or no more; twice is once. Raises `NotFound` for one not to be seen."""
    system = system_for(actor, system_id)
    places = _places(actor)
    if is_kept and system.pk not in places:
        places.append(system.pk)
    elif not is_kept and system.pk in places:
        places.remove(system.pk)
    _keep(actor, places)


@transaction.atomic
def favourite_move(*, actor: Actor, system_id: int, step: int) -> None:
    """Move a kept system `step` places (-1 forward, 1 back) among those the person sees. Raises `NotFound` for one not kept."""
    system = system_for(actor, system_id)
    places = _places(actor)
    if system.pk not in places:
        raise NotFound
    at = places.index(system.pk)
    to = min(max(at + step, 0), len(places) - 1)
    places.insert(to, places.pop(at))
    _keep(actor, places)


def _places(actor: Actor) -> list[int]:
    """Kept systems in order, the person's row held: two windows do not interleave."""
    person_locked(actor.person_id)
    return list(FavouriteSystem.objects.filter(person_id=actor.person_id).values_list("system_id", flat=True))


def _keep(actor: Actor, places: list[int]) -> None:
    FavouriteSystem.objects.filter(person_id=actor.person_id).exclude(system_id__in=places).delete()
    FavouriteSystem.objects.bulk_create(
        [
            FavouriteSystem(person_id=actor.person_id, system_id=system_id, place=place)
            for place, system_id in enumerate(places, start=1)
        ],
        update_conflicts=True,
        unique_fields=["person", "system"],
        update_fields=["place"],
    )
