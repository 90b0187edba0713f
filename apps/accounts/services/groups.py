"""Verbs on kept groups of organs such as 各县区, and on what a person picked lately."""

from collections.abc import Iterable

from django.db import transaction

from apps.accounts.models import Appointment, Organ, RecentChoice, RecipientGroup
from apps.accounts.policies import require_group_keeper
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound, ValidationFailed
from apps.core.subjects import Subject

RECENT_LIMIT = 30


@transaction.atomic
def group_create(
    *,
    actor: Actor | None,
    name: str,
    member_ids: Iterable[int],
    organ_id: int | None = None,
    rank_order: int = 1000,
) -> RecipientGroup:
    """Keep a group for one organ, or for all without `organ_id`. Refuses an empty group and abolished members."""
    require_group_keeper(actor, organ_id)
    members = _members(member_ids)
    group = RecipientGroup.objects.create(organ_id=organ_id, name=_name(name), rank_order=rank_order)
    group.members.set(members)
    _record("accounts.group_create", actor, group)
    return group


@transaction.atomic
def group_update(
    *, actor: Actor | None, group_id: int, name: str, member_ids: Iterable[int], rank_order: int = 1000
) -> RecipientGroup:
    """Change a kept group; documents already addressed keep their recipients."""
    group = _locked(group_id)
    require_group_keeper(actor, group.organ_id)
    group.name, group.rank_order = _name(name), rank_order
    group.save(update_fields=["name", "rank_order"])
    group.members.set(_members(member_ids))
    _record("accounts.group_update", actor, group)
    return group


@transaction.atomic
def group_remove(*, actor: Actor | None, group_id: int) -> None:
    """Keep a group no longer."""
    group = _locked(group_id)
    require_group_keeper(actor, group.organ_id)
    _record("accounts.group_remove", actor, group)
    group.delete()


@transaction.atomic
def choices_remember(
    *, actor: Actor, organ_ids: Iterable[int] = (), appointment_ids: Iterable[int] = ()
) -> None:
    """Note what the person has just picked; unknown ids are passed over, only the latest thirty of a kind are kept."""
    organs = list(Organ.objects.filter(pk__in=list(organ_ids)[:RECENT_LIMIT]).values_list("pk", flat=True))
    posts = list(
        Appointment.objects.filter(pk__in=list(appointment_ids)[:RECENT_LIMIT]).values_list("pk", flat=True)
    )
    for field, ids in (("organ", organs), ("appointment", posts)):
        RecentChoice.objects.bulk_create(
            [RecentChoice(person_id=actor.person_id, used_at=now(), **{f"{field}_id": pk}) for pk in ids],
            update_conflicts=True,
            unique_fields=["person", field],
            update_fields=["used_at"],
        )
        mine = RecentChoice.objects.filter(person_id=actor.person_id, **{f"{field}__isnull": False})
        kept = mine.order_by("-used_at", "-pk").values_list("pk", flat=True)[:RECENT_LIMIT]
        mine.exclude(pk__in=list(kept)).delete()


def _locked(group_id: int) -> RecipientGroup:
    group = RecipientGroup.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise NotFound("没有找到这个发送范围组。")
    return group


def _members(member_ids: Iterable[int]) -> list[Organ]:
    members = list(Organ.objects.filter(pk__in=list(member_ids)))
    if not members:
        raise ValidationFailed("请至少选择一个成员机关。", field="members")
    gone = [organ.short_name for organ in members if organ.abolished_on is not None]
    if gone:
        raise ValidationFailed(f"{'、'.join(gone)}已撤销，不能加入。", field="members")
    return members


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > 40:
        raise ValidationFailed("请填写名称，不超过 40 字。", field="name")
    return name


def _record(action: str, actor: Actor | None, group: RecipientGroup) -> None:
    record(
        action,
        actor=actor,
        subject=Subject("accounts.group", group.pk),
        subject_text=group.name,
        facts={"members": list(group.members.order_by("pk").values_list("pk", flat=True))},
    )
