"""Open items of a unit that is abolished or merged: what its successor would take on."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import InternalUnit, Organ
from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.supervision.lifecycle import OPEN
from apps.supervision.models import SupervisionItem

IS_OPEN = Q(state__in=[str(state) for state in OPEN])


@dataclass(frozen=True, kw_only=True)
class Place:
    """An organ with all its units, or one of its internal units."""

    organ: Organ
    unit: InternalUnit | None = None

    @property
    def code(self) -> str:
        """As the form sends it."""
        return f"{self.organ.pk}:{self.unit.pk if self.unit else ''}"

    @property
    def name(self) -> str:
        """In words."""
        return f"{self.organ.short_name} {self.unit.name}" if self.unit else self.organ.short_name

    @property
    def is_gone(self) -> bool:
        """Whether it is abolished."""
        return (self.unit or self.organ).abolished_on is not None


@dataclass(frozen=True, kw_only=True)
class PlaceLine:
    """A place that leads open items."""

    place: Place
    count: int


def place_read(words: str) -> Place:
    """The place a form names. Raises `ValidationFailed`."""
    organ_id, _, unit_id = words.partition(":")
    if not (organ_id.isdecimal() and len(organ_id) <= 15) or (unit_id and not unit_id.isdecimal()):
        raise ValidationFailed("请选择被撤销或合并的单位。")
    return place_of(int(organ_id), int(unit_id[:15]) if unit_id else None)


def place_of(organ_id: int, unit_id: int | None) -> Place:
    """An organ, or its unit. Raises `ValidationFailed` when there is none such."""
    organ = Organ.objects.filter(pk=organ_id).first()
    if organ is None:
        raise ValidationFailed("请选择单位。")
    if unit_id is None:
        return Place(organ=organ)
    unit = InternalUnit.objects.filter(pk=unit_id, organ=organ).first()
    if unit is None:
        raise ValidationFailed(f"所选科室不属于“{organ.short_name}”，请重新选择。")
    return Place(organ=organ, unit=unit)


def places_leading(actor: Actor) -> list[PlaceLine]:
    """Places with open items of the actor's organ, abolished ones first, in rank order."""
    rows = SupervisionItem.objects.filter(IS_OPEN & Q(organ_id=actor.organ_id))
    found = list(rows.order_by().values_list("lead_organ", "lead_unit").annotate(count=Count("pk")))
    organs = Organ.objects.in_bulk({organ for organ, _, _ in found})
    units = InternalUnit.objects.in_bulk({unit for _, unit, _ in found if unit is not None})
    wholes: dict[int, int] = {}
    for organ, _, count in found:
        wholes[organ] = wholes.get(organ, 0) + count
    lines = [PlaceLine(place=Place(organ=organs[pk]), count=count) for pk, count in wholes.items()]
    lines += [
        PlaceLine(place=Place(organ=organs[organ], unit=units[unit]), count=count)
        for organ, unit, count in found
        if unit is not None
    ]
    return sorted(lines, key=_rank)


def _rank(line: PlaceLine) -> tuple[bool, int, int, int]:
    place = line.place
    unit = place.unit.rank_order + 1 if place.unit else 0
    return (not place.is_gone, place.organ.rank_order, place.organ.pk, unit)


def items_led(actor: Actor, place: Place) -> QuerySet[SupervisionItem]:
    """Open items of the actor's organ that the place leads."""
    rows = SupervisionItem.objects.filter(IS_OPEN & Q(organ_id=actor.organ_id), lead_organ=place.organ)
    return (rows.filter(lead_unit=place.unit) if place.unit else rows).order_by("due_at", "id")


def items_helped(actor: Actor, place: Place) -> QuerySet[SupervisionItem]:
    """Open items of the actor's organ that the organ helps with; units help with none of their own."""
    if place.unit is not None:
        return SupervisionItem.objects.none()
    rows = SupervisionItem.objects.filter(IS_OPEN & Q(organ_id=actor.organ_id), assisting__organ=place.organ)
    return rows.order_by("due_at", "id")


def seal_of(items: Iterable[SupervisionItem]) -> str:
    """What was listed, as it stood: another item or another version gives another seal."""
    words = ",".join(sorted(f"{item.pk}.{item.version}" for item in items))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def items_orphaned(*, organ_id: int | None = None, unit_id: int | None = None) -> list[SupervisionItem]:
    """Open items led by an organ or a unit that is no more, the most urgent first."""
    place = Q(lead_unit_id=unit_id) if unit_id is not None else Q(lead_organ_id=organ_id)
    rows = SupervisionItem.objects.filter(IS_OPEN & place).select_related("lead_organ", "lead_unit")
    return list(rows.order_by("due_at", "id"))


def orphan_place(item: SupervisionItem) -> str:
    """The code of the item's lead when that is no more, else empty."""
    if item.lead_organ.abolished_on is not None:
        return Place(organ=item.lead_organ).code
    if item.lead_unit is not None and item.lead_unit.abolished_on is not None:
        return Place(organ=item.lead_organ, unit=item.lead_unit).code
    return ""
