"""Verbs on organs and internal units: names, place in the tree, end."""

from datetime import date

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from apps.accounts.events import OrganAbolished, UnitAbolished
from apps.accounts.models import InternalUnit, Organ
from apps.accounts.objections import objections_to
from apps.accounts.pinyin import spelling
from apps.accounts.policies import require_permission
from apps.accounts.selectors import is_below, organ_locked, organs_below, running_posts_in, unit_locked
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject

TREE_LOCK = "accounts.organ_tree"


@transaction.atomic
def organ_create(
    *,
    actor: Actor | None,
    full_name: str,
    short_name: str,
    level: str,
    kind: str,
    organ_code: str = "",
    superior_id: int | None = None,
    guiding_organ_id: int | None = None,
    rank_order: int = 1000,
) -> Organ:
    """A new organ below its superior. Refuses a full name in use and an abolished superior."""
    require_permission(actor, "accounts.add_organ", "新增机关")
    advisory_lock(TREE_LOCK)
    organ = Organ(
        superior=_living(superior_id, "上级机关"),
        guiding_organ=_living(guiding_organ_id, "业务指导机关"),
        level=Organ.Level(level),
        kind=Organ.Kind(kind),
        rank_order=rank_order,
        path="/",
    )
    _name(organ, full_name, short_name, organ_code)
    organ.save(force_insert=True)
    organ.path = f"{organ.superior.path if organ.superior else '/'}{organ.pk}/"
    organ.save(update_fields=["path"])
    record(
        "accounts.organ_create",
        actor=actor,
        subject=Subject("accounts.organ", organ.pk),
        subject_text=organ.full_name,
    )
    return organ


@transaction.atomic
def organ_update(
    *,
    actor: Actor | None,
    organ_id: int,
    full_name: str,
    short_name: str,
    level: str,
    kind: str,
    organ_code: str = "",
    superior_id: int | None = None,
    guiding_organ_id: int | None = None,
    rank_order: int = 1000,
) -> Organ:
    """Correct an organ or move it with all below it. Refuses a place below itself."""
    require_permission(actor, "accounts.change_organ", "修改机关")
    advisory_lock(TREE_LOCK)
    organ = organ_locked(organ_id)
    _check_alive(organ)
    superior = _living(superior_id, "上级机关")
    if superior is not None and (superior.pk == organ.pk or is_below(superior, organ)):
        raise ValidationFailed("上级机关不能是本机关或其下级机关。", field="superior")
    organ.superior, organ.guiding_organ = superior, _living(guiding_organ_id, "业务指导机关")
    organ.level, organ.kind, organ.rank_order = Organ.Level(level), Organ.Kind(kind), rank_order
    _name(organ, full_name, short_name, organ_code)
    old, organ.path = organ.path, f"{superior.path if superior else '/'}{organ.pk}/"
    if old != organ.path:
        Organ.objects.filter(path__startswith=old).exclude(pk=organ.pk).update(
            path=Concat(Value(organ.path), Substr("path", len(old) + 1))
        )
    organ.save()
    record(
        "accounts.organ_update",
        actor=actor,
        subject=Subject("accounts.organ", organ.pk),
        subject_text=organ.full_name,
        facts={"moved": old != organ.path},
    )
    return organ


@transaction.atomic
def organ_abolish(*, actor: Actor | None, organ_id: int, abolished_on: date | None = None) -> Organ:
    """End an organ; its units end with it. Refuses while organs below it, open work of any app or people in office remain."""
    require_permission(actor, "accounts.change_organ", "撤销机关")
    advisory_lock(TREE_LOCK)
    organ = organ_locked(organ_id)
    _check_alive(organ)
    below = organs_below(organ).filter(abolished_on__isnull=True).first()
    if below is not None:
        raise InvalidState(f"{organ.short_name}还有下级机关（{below.short_name}等），请先撤销或划转。")
    # open work before the people in office: without them nobody could finish it
    if left := objections_to(organ.pk):
        raise InvalidState(f"{organ.short_name}还有{'、'.join(left)}，请先办结、退回、作废或交接后再撤销。")
    _check_empty(organ.short_name, running_posts_in(organ_id=organ.pk))
    organ.abolished_on = abolished_on or today()
    organ.save(update_fields=["abolished_on"])
    organ.units.filter(abolished_on__isnull=True).update(abolished_on=organ.abolished_on)
    record(
        "accounts.organ_abolish",
        actor=actor,
        subject=Subject("accounts.organ", organ.pk),
        subject_text=organ.full_name,
    )
    publish(OrganAbolished(organ_id=organ.pk))
    return organ


@transaction.atomic
def unit_create(
    *,
    actor: Actor | None,
    organ_id: int,
    name: str,
    parent_id: int | None = None,
    is_general_office: bool = False,
    rank_order: int = 1000,
) -> InternalUnit:
    """A new internal unit. Refuses a name in use in the organ and a parent of another organ."""
    require_permission(actor, "accounts.add_internalunit", "新增内设机构")
    organ = organ_locked(organ_id)
    _check_alive(organ)
    unit = InternalUnit.objects.create(
        organ=organ,
        parent=_parent(organ, parent_id),
        name=_unit_name(organ, name),
        is_general_office=is_general_office,
        rank_order=rank_order,
    )
    record(
        "accounts.unit_create", actor=actor, subject=Subject("accounts.unit", unit.pk), subject_text=str(unit)
    )
    return unit


@transaction.atomic
def unit_update(
    *,
    actor: Actor | None,
    unit_id: int,
    name: str,
    parent_id: int | None = None,
    is_general_office: bool = False,
    rank_order: int = 1000,
) -> InternalUnit:
    """Correct an internal unit or move it inside its organ. Refuses a place below itself."""
    require_permission(actor, "accounts.change_internalunit", "修改内设机构")
    unit = unit_locked(unit_id)
    if unit.abolished_on is not None:
        raise InvalidState(f"{unit.name}已撤销，不能修改。")
    parent = _parent(unit.organ, parent_id)
    above = parent
    while above is not None:
        if above.pk == unit.pk:
            raise ValidationFailed("上级科室不能是本科室或其下级。", field="parent")
        above = above.parent
    unit.name = _unit_name(unit.organ, name, unit_id=unit.pk)
    unit.parent, unit.is_general_office, unit.rank_order = parent, is_general_office, rank_order
    unit.save()
    record(
        "accounts.unit_update", actor=actor, subject=Subject("accounts.unit", unit.pk), subject_text=str(unit)
    )
    return unit


@transaction.atomic
def unit_abolish(*, actor: Actor | None, unit_id: int, abolished_on: date | None = None) -> InternalUnit:
    """End an internal unit. Refuses while units below it or people in office remain."""
    require_permission(actor, "accounts.change_internalunit", "撤销内设机构")
    unit = unit_locked(unit_id)
    if unit.abolished_on is not None:
        raise InvalidState(f"{unit.name}已撤销。")
    below = unit.children.filter(abolished_on__isnull=True).first()
    if below is not None:
        raise InvalidState(f"{unit.name}还有下级科室（{below.name}等），请先撤销或划转。")
    _check_empty(unit.name, running_posts_in(unit_id=unit.pk))
    unit.abolished_on = abolished_on or today()
    unit.save(update_fields=["abolished_on"])
    record(
        "accounts.unit_abolish",
        actor=actor,
        subject=Subject("accounts.unit", unit.pk),
        subject_text=str(unit),
    )
    publish(UnitAbolished(unit_id=unit.pk))
    return unit


def _living(organ_id: int | None, what: str) -> Organ | None:
    if organ_id is None:
        return None
    organ = organ_locked(organ_id)
    if organ.abolished_on is not None:
        raise ValidationFailed(f"{what}{organ.short_name}已撤销，请另选。")
    return organ


def _check_alive(organ: Organ) -> None:
    if organ.abolished_on is not None:
        raise InvalidState(f"{organ.short_name}已撤销，不能修改。")


def _check_empty(name: str, holders: list[str]) -> None:
    if holders:
        shown = "、".join(holders[:3])
        raise InvalidState(f"{name}还有 {len(holders)} 人在任（{shown}等），请先免职或调动。")


def _name(organ: Organ, full_name: str, short_name: str, organ_code: str) -> None:
    full, short = full_name.strip(), short_name.strip()
    if not full or len(full) > 100 or not short or len(short) > 40:
        raise ValidationFailed("请填写全称（不超过 100 字）和规范化简称（不超过 40 字）。", field="full_name")
    if Organ.objects.filter(full_name=full).exclude(pk=organ.pk).exists():
        raise ValidationFailed(f"已有名为“{full}”的机关。", field="full_name")
    organ.full_name, organ.short_name, organ.organ_code = full, short, organ_code.strip()
    spellings = [spelling(full), spelling(short)]
    organ.pinyin = " ".join(dict.fromkeys(text for text, _ in spellings))[:400]
    organ.initials = " ".join(dict.fromkeys(text for _, text in spellings))[:100]


def _parent(organ: Organ, parent_id: int | None) -> InternalUnit | None:
    if parent_id is None:
        return None
    parent = unit_locked(parent_id)
    if parent.organ_id != organ.pk or parent.abolished_on is not None:
        raise ValidationFailed("上级科室须是本机关的现有科室。", field="parent")
    return parent


def _unit_name(organ: Organ, name: str, unit_id: int | None = None) -> str:
    wanted = name.strip()
    if not wanted or len(wanted) > 60:
        raise ValidationFailed("请填写名称，不超过 60 字。", field="name")
    others = InternalUnit.objects.filter(organ=organ, name=wanted)
    if (others if unit_id is None else others.exclude(pk=unit_id)).exists():
        raise ValidationFailed(f"{organ.short_name}已有或曾有名为“{wanted}”的内设机构。", field="name")
    return wanted
