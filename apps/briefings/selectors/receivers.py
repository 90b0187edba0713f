"""To which offices a unit reports, who works there, and who reviews at home."""

from apps.accounts.models import Organ, Role
from apps.accounts.selectors import holders
from apps.briefings.models import InfoItem
from apps.core.actors import Actor

OFFICE = Organ.Kind.OFFICE


def receivers_of(organ: Organ) -> list[Organ]:
    """The offices it reports to, the nearest first: its superior's, and of a government or office the next one's too.

    An office receives from its own sections. Level-skipping is not offered; offices without a desk are left out.
    """
    above = [organ.superior_id]
    if organ.kind == OFFICE and organ.superior is not None:
        above.append(organ.superior.superior_id)
    elif organ.kind == Organ.Kind.GOVERNMENT:
        above = [organ.pk, organ.superior_id]
    known = [pk for pk in above if pk is not None]
    found = Organ.objects.filter(superior_id__in=known, kind=OFFICE, abolished_on__isnull=True)
    rows = sorted(found, key=lambda one: (known.index(one.superior_id or 0), one.rank_order, one.pk))
    return [one for one in rows if desk_of(one.pk)]


def desk_of(organ_id: int) -> set[int]:
    """People who are told of what arrives: the info officers, the office director where there are none."""
    for role in (Role.INFO_OFFICER, Role.OFFICE_DIRECTOR):
        if found := {post.person_id for post in holders(organ_id=organ_id, role=role)}:
            return found
    return set()


def review_facts(item: InfoItem) -> dict[str, bool]:
    """Which heads review it: the section's, then the organ's; for one's own office the section's alone. Nobody reviews the own one."""
    unit_heads = (
        holders(organ_id=item.organ_id, role=Role.UNIT_HEAD, unit_id=item.unit_id) if item.unit_id else []
    )
    heads = {post.person_id for post in holders(organ_id=item.organ_id, role=Role.PRINCIPAL_HEAD)}
    by_unit = bool(unit_heads) and item.person_id not in {post.person_id for post in unit_heads}
    at_home = item.receiver_id == item.organ_id
    by_head = bool(heads) and item.person_id not in heads and not (at_home and bool(unit_heads))
    return {"needs_unit_head": by_unit, "needs_head": by_head}


def receivers_for(actor: Actor) -> list[Organ]:
    """The offices the actor's organ reports to."""
    own = Organ.objects.select_related("superior").filter(pk=actor.organ_id or 0).first()
    return receivers_of(own) if own is not None else []
