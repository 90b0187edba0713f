"""应用中心: the systems a person's organ uses, the person's own choice first."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.integration.models import FavouriteSystem, PartnerSystem


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One system as the page shows it; `place` from 1 for those kept in front, 0 for others."""

    system: PartnerSystem
    place: int
    is_last: bool = False

    @property
    def letter(self) -> str:
        """What stands for an icon."""
        return self.system.name[:1]


@dataclass(frozen=True, kw_only=True)
class Center:
    """The page: what is kept in front, in the person's order, and all others in the order of their organs."""

    kept: list[Tile]
    others: list[Tile]

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self.kept) + len(self.others)


def systems_for(actor: Actor) -> QuerySet[PartnerSystem]:
    """Open systems with a page of their own that the organ of the present post uses; the owning organ is among the users."""
    if actor.organ_id is None:
        return PartnerSystem.objects.none()
    through = PartnerSystem.organs.through.objects.filter(organ_id=actor.organ_id)
    uses = Q(is_for_all=True) | Q(organ_id=actor.organ_id) | Q(pk__in=through.values("partnersystem_id"))
    return PartnerSystem.objects.filter(uses, is_enabled=True).exclude(home_url="").select_related("organ")


def center_of(actor: Actor, text: str = "") -> Center:
    """What the person sees; with `text` only what has every word of it in name, description or organ. Two queries."""
    rows = systems_for(actor)
    for word in text.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(description__icontains=word) | Q(organ__short_name__icontains=word)
        )
    places = dict(FavouriteSystem.objects.filter(person_id=actor.person_id).values_list("system_id", "place"))
    found = list(rows)
    kept = sorted((row for row in found if row.pk in places), key=lambda row: places[row.pk])
    return Center(
        kept=[Tile(system=row, place=at, is_last=at == len(kept)) for at, row in enumerate(kept, start=1)],
        others=[Tile(system=row, place=0) for row in found if row.pk not in places],
    )


def system_for(actor: Actor, system_id: int) -> PartnerSystem:
    """A system the person may open. Raises `NotFound`."""
    found = systems_for(actor).filter(pk=system_id).first()
    if found is None:
        raise NotFound
    return found
