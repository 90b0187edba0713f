"""Reads of the address book and of the picker: the tree, its people, search, recent choices and kept groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Absence, Appointment, InternalUnit, Organ, RecentChoice, RecipientGroup
from apps.accounts.selectors.posts import valid_on
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.diary import Busy
from apps.core.errors import NotFound

TREE_LIMIT = 500
RECENT_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class TreeNode:
    """An organ of the unfolded tree, `depth` steps below the top."""

    organ: Organ
    depth: int
    is_open: bool
    is_chosen: bool
    has_children: bool


@dataclass(kw_only=True)
class UnitPeople:
    """The people of one internal unit (None: the leaders of the organ), in rank order."""

    unit: InternalUnit | None
    posts: list[Appointment] = field(default_factory=list)


def organ_shown(organ_id: int) -> Organ:
    """A living organ. Raises `NotFound`."""
    organ = Organ.objects.filter(pk=organ_id, abolished_on__isnull=True).select_related("superior").first()
    if organ is None:
        raise NotFound("没有找到这个机关。")
    return organ


def organs_under(parent_id: int | None) -> QuerySet[Organ]:
    """Living organs right below one (or the top ones) in rank order, each knowing `has_children`."""
    below = Organ.objects.filter(superior=OuterRef("pk"), abolished_on__isnull=True)
    return (
        Organ.objects.filter(superior_id=parent_id, abolished_on__isnull=True)
        .annotate(has_children=Exists(below))
        .order_by("rank_order", "id")
    )


@dataclass(frozen=True, kw_only=True)
class TreeLevel:
    """What lies right below an item of the picker's tree, each in rank order."""

    posts: list[Appointment]
    units: list[InternalUnit]
    organs: list[Organ]


def tree_level(actor: Actor, *, organ_id: int | None, unit_id: int | None, with_people: bool) -> TreeLevel:
    """Below an internal unit, an organ, or at the top (where the own organ comes first when people are picked)."""
    if unit_id is not None:
        children = InternalUnit.objects.filter(parent_id=unit_id, abolished_on__isnull=True)
        units = list(children.order_by("rank_order", "id")) if with_people else []
        return TreeLevel(posts=_people_in(unit_id=unit_id) if with_people else [], units=units, organs=[])
    organs = list(organs_under(organ_id))
    if organ_id is None:
        own = organs_by_id([actor.organ_id]) if with_people and actor.organ_id else []
        return TreeLevel(posts=[], units=[], organs=[*own, *organs])
    if not with_people:
        return TreeLevel(posts=[], units=[], organs=organs)
    units = list(units_of(organ_id).filter(parent__isnull=True))
    return TreeLevel(posts=_people_in(organ_id=organ_id, unit_id=None), units=units, organs=organs)


def organs_by_id(ids: Iterable[int]) -> list[Organ]:
    """Living organs with these ids in rank order."""
    return list(
        Organ.objects.filter(pk__in=list(ids), abolished_on__isnull=True).order_by("rank_order", "id")
    )


def _people_in(**place: int | None) -> list[Appointment]:
    return list(posts_shown().filter(**place).order_by("rank_order", "id"))


def units_of(organ_id: int) -> QuerySet[InternalUnit]:
    """Living internal units of an organ in rank order."""
    return InternalUnit.objects.filter(organ_id=organ_id, abolished_on__isnull=True).order_by(
        "rank_order", "id"
    )


def organ_tree(chosen: Organ | None) -> list[TreeNode]:
    """The tree unfolded down to the chosen organ and its children, in rank order: one query."""
    opened = [int(part) for part in chosen.path.strip("/").split("/")] if chosen else []
    below = Organ.objects.filter(superior=OuterRef("pk"), abolished_on__isnull=True)
    rows = (
        Organ.objects.filter(Q(superior__isnull=True) | Q(superior_id__in=opened), abolished_on__isnull=True)
        .annotate(has_children=Exists(below))
        .order_by("rank_order", "id")
    )
    children: dict[int | None, list[Organ]] = {}
    for organ in rows[:TREE_LIMIT]:
        children.setdefault(organ.superior_id, []).append(organ)
    nodes: list[TreeNode] = []

    def walk(parent_id: int | None, depth: int) -> None:
        for organ in children.get(parent_id, []):
            nodes.append(
                TreeNode(
                    organ=organ,
                    depth=depth,
                    is_open=organ.pk in opened,
                    is_chosen=chosen is not None and organ.pk == chosen.pk,
                    has_children=bool(getattr(organ, "has_children", False)),
                )
            )
            walk(organ.pk, depth + 1)

    walk(None, 0)
    return nodes


def posts_shown() -> QuerySet[Appointment]:
    """Running posts of active people in living organs: what the address book knows."""
    return Appointment.objects.filter(
        valid_on(today()), person__is_active=True, organ__abolished_on__isnull=True
    ).select_related("person", "organ", "unit")


def people_of(organ: Organ, unit_id: int | None = None) -> list[UnitPeople]:
    """The people of an organ by unit, leaders first, in rank order: one query."""
    query = posts_shown().filter(organ=organ)
    if unit_id is not None:
        query = query.filter(unit_id=unit_id)
    groups: dict[int | None, UnitPeople] = {}
    posts = sorted(
        query,
        key=lambda post: (
            (post.unit is not None, post.unit.rank_order if post.unit else 0, post.unit_id or 0),
            (post.rank_order, post.pk),
        ),
    )
    for post in posts:
        groups.setdefault(post.unit_id, UnitPeople(unit=post.unit)).posts.append(post)
    return list(groups.values())


def people_found(actor: Actor, text: str) -> QuerySet[Appointment]:
    """Posts whose name, pinyin, initials, post, unit, organ or number contain every word of `text`, in rank order.

    Mobile numbers are searched only where the reader would see them in full, so that search cannot spell them out.
    """
    query = posts_shown()
    for word in text.split()[:5]:
        query = query.filter(_word(actor, word))
    return query.order_by("organ__rank_order", "rank_order", "id")


def organs_found(text: str) -> QuerySet[Organ]:
    """Living organs whose names, pinyin, initials or 代字 contain every word of `text`, in rank order."""
    query = Organ.objects.filter(abolished_on__isnull=True)
    for word in text.split()[:5]:
        low = word.lower()
        condition = (
            Q(full_name__icontains=word) | Q(short_name__icontains=word) | Q(organ_code__startswith=word)
        )
        if low.isascii():
            condition |= Q(pinyin__contains=low) | Q(initials__contains=low)
        query = query.filter(condition)
    return query.order_by("rank_order", "id")


def _word(actor: Actor, word: str) -> Q:
    condition = (
        Q(person__name__contains=word)
        | Q(post_title__contains=word)
        | Q(unit__name__contains=word)
        | Q(organ__short_name__contains=word)
        | Q(organ__full_name__contains=word)
    )
    low = word.lower()
    if low.isascii():
        condition |= Q(person__pinyin__contains=low) | Q(person__initials__contains=low)
    if low.isdigit():
        condition |= Q(person__phone__contains=low)
        if settings.DIRECTORY_MOBILE == "all":
            condition |= Q(person__mobile__contains=low)
        elif settings.DIRECTORY_MOBILE == "organ" and actor.organ_id is not None:
            condition |= Q(person__mobile__contains=low) & Q(organ_id=actor.organ_id)
    return condition


def people_active(person_ids: Iterable[int]) -> dict[int, str]:
    """Id → name of those among `person_ids` who hold a running post now, in the given order."""
    wanted = list(dict.fromkeys(person_ids))
    names = dict(posts_shown().filter(person_id__in=wanted).values_list("person_id", "person__name"))
    return {person_id: names[person_id] for person_id in wanted if person_id in names}


def people_of_posts(post_ids: Iterable[int]) -> list[int]:
    """Persons who hold these running posts now, in the given order, each once."""
    wanted = list(post_ids)
    holders_of = dict(posts_shown().filter(pk__in=wanted).values_list("pk", "person_id"))
    return list(dict.fromkeys(holders_of[post_id] for post_id in wanted if post_id in holders_of))


def posts_of_unit(unit_id: int) -> QuerySet[Appointment]:
    """Running posts of an internal unit with their roles, in rank order."""
    return posts_shown().filter(unit_id=unit_id).prefetch_related("roles").order_by("rank_order", "id")


def unit_named(unit_id: int) -> str:
    """Organ and unit in short, such as 市政府办公室综合科. Raises `NotFound`."""
    unit = InternalUnit.objects.select_related("organ").filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("没有找到该内设机构。")
    return f"{unit.organ.short_name}{unit.name}"


def posts_shown_of(person_id: int) -> list[Appointment]:
    """All running posts of a person for the card, main post first. Raises `NotFound` for leavers and people without one."""
    posts = sorted(
        posts_shown().filter(person_id=person_id),
        key=lambda post: (post.kind != Appointment.Kind.REGULAR, post.rank_order, post.pk),
    )
    if not posts:
        raise NotFound("没有找到这名人员，可能已经离开。")
    return posts


def colleagues(actor: Actor) -> QuerySet[Appointment]:
    """Running posts of other people in the actor's organ: whom one may ask to stand in."""
    return (
        posts_shown()
        .filter(organ_id=actor.organ_id or 0)
        .exclude(person_id=actor.person_id)
        .order_by("unit__rank_order", "rank_order", "id")
    )


def absences_now(person_ids: Iterable[int]) -> dict[int, Absence]:
    """Who of these people is away at this moment: one query."""
    moment = now()
    rows = Absence.objects.filter(
        person_id__in=list(person_ids), starts_at__lte=moment, ends_at__gt=moment, cancelled_at__isnull=True
    )
    return {absence.person_id: absence for absence in rows}


def absences_busy(person_ids: Sequence[int], start: datetime, end: datetime) -> list[Busy]:
    """When these people are away: one query."""
    rows = Absence.objects.filter(
        person_id__in=person_ids, starts_at__lt=end, ends_at__gt=start, cancelled_at__isnull=True
    )
    return [
        Busy(person_id=row.person_id, starts_at=row.starts_at, ends_at=row.ends_at, uid=f"absence-{row.pk}")
        for row in rows
    ]


def groups_for(actor: Actor) -> QuerySet[RecipientGroup]:
    """Kept groups of the actor's organ and of everybody, members with them, in rank order."""
    return (
        RecipientGroup.objects.filter(Q(organ__isnull=True) | Q(organ_id=actor.organ_id))
        .prefetch_related("members")
        .order_by("rank_order", "id")
    )


def recent_organs(actor: Actor) -> list[Organ]:
    """Living organs this person picked lately, the latest first."""
    choices = RecentChoice.objects.filter(
        person_id=actor.person_id, organ__isnull=False, organ__abolished_on__isnull=True
    ).select_related("organ")
    return [choice.organ for choice in choices.order_by("-used_at", "-pk")[:RECENT_SHOWN] if choice.organ]


def recent_posts(actor: Actor) -> list[Appointment]:
    """Running posts this person picked lately, the latest first."""
    choices = (
        RecentChoice.objects.filter(
            valid_on(today(), "appointment__"),
            person_id=actor.person_id,
            appointment__person__is_active=True,
        )
        .select_related("appointment__person", "appointment__organ", "appointment__unit")
        .order_by("-used_at", "-pk")
    )
    return [choice.appointment for choice in choices[:RECENT_SHOWN] if choice.appointment]


def top_organ_of(actor: Actor) -> int:
    """Where the address book opens: the own organ, else the first of the tree. Raises `NotFound` in an empty city."""
    if actor.organ_id is not None:
        return actor.organ_id
    first = organs_under(None).values_list("pk", flat=True).first()
    if first is None:
        raise NotFound("还没有建立机关，请联系系统管理员。")
    return first


def posts_listed(
    actor: Actor, *, organ_id: int | None, unit_id: int | None, role: str, text: str
) -> QuerySet[Appointment]:
    """Running posts narrowed by place, role and words; all conditions hold."""
    query = people_found(actor, text)
    if organ_id is not None:
        query = query.filter(organ_id=organ_id)
    if unit_id is not None:
        query = query.filter(unit_id=unit_id)
    if role:
        query = query.filter(roles__role=role)
    return query
