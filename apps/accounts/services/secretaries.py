"""A leader's secretary: assigned by an administrator, given a list by the leader, ended by either."""

from collections.abc import Iterable

from django.db import transaction

from apps.accounts.models import SecretaryDuty
from apps.accounts.policies import require_permission
from apps.accounts.scopes import scope_names
from apps.accounts.selectors import appointment_locked, is_running
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject


@transaction.atomic
def secretary_assign(*, actor: Actor | None, secretary_id: int, leader_id: int) -> SecretaryDuty:
    """Let one post record the words of a leader's post (代录). Both run, in one organ, held by two people."""
    require_permission(actor, "accounts.add_secretaryduty", "指定秘书")
    first, second = sorted((secretary_id, leader_id))
    posts = {post.pk: post for post in (appointment_locked(first), appointment_locked(second))}
    secretary, leader = posts[secretary_id], posts[leader_id]
    if secretary.person_id == leader.person_id:
        raise ValidationFailed("秘书与领导不能是同一人。", field="leader")
    if secretary.organ_id != leader.organ_id:
        raise ValidationFailed("秘书与领导须在同一机关。", field="leader")
    if not (is_running(secretary) and is_running(leader)):
        raise InvalidState("任职已经结束，不能指定。")
    duty, _ = SecretaryDuty.objects.get_or_create(secretary=secretary, leader=leader)
    record(
        "accounts.secretary_assign",
        actor=actor,
        subject=Subject("accounts.person", secretary.person_id),
        subject_text=f"{secretary.person.name}服务{leader.person.name}",
    )
    return duty


@transaction.atomic
def secretary_release(*, actor: Actor | None, duty_id: int) -> None:
    """End a secretary's duty: by the leader at any time, or by an administrator; nothing happens when it has ended already."""
    duty = (
        SecretaryDuty.objects.select_for_update(of=("self",))
        .select_related("secretary__person", "leader__person")
        .filter(pk=duty_id)
        .first()
    )
    if duty is None:
        return
    if actor is None or actor.person_id != duty.leader.person_id:
        require_permission(actor, "accounts.delete_secretaryduty", "解除秘书服务关系")
    record(
        "accounts.secretary_release",
        actor=actor,
        subject=Subject("accounts.person", duty.secretary.person_id),
        subject_text=f"{duty.secretary.person.name}服务{duty.leader.person.name}",
    )
    duty.delete()


@transaction.atomic
def secretary_list(
    *, actor: Actor, duty_id: int, categories: Iterable[str], duties: Iterable[str]
) -> SecretaryDuty:
    """The leader lists what the secretary handles: categories of processes and kinds of steps, at least one of each.

    Refuses everybody but the leader. In force at once; what was recorded before stays recorded.
    """
    duty = (
        SecretaryDuty.objects.select_for_update(of=("self",))
        .select_related("secretary__person", "leader__person")
        .filter(pk=duty_id, leader__person_id=actor.person_id)
        .first()
    )
    if duty is None:
        raise NotFound("没有找到该秘书服务关系，或它已被解除。")
    chosen, kinds = (
        sorted(set(categories)),
        [kind for kind in SecretaryDuty.Duty.values if kind in set(duties)],
    )
    if not chosen or set(chosen) - set(scope_names()):
        raise ValidationFailed("请至少选择一类事项；全部不交办的，请解除服务关系。", field="categories")
    if not kinds:
        raise ValidationFailed("请至少选择一类环节；全部不交办的，请解除服务关系。", field="duties")
    duty.categories, duty.duties, duty.listed_at = chosen, kinds, now()
    duty.save(update_fields=["categories", "duties", "listed_at"])
    record(
        "accounts.secretary_list",
        actor=actor,
        subject=Subject("accounts.person", duty.secretary.person_id),
        subject_text=f"{duty.secretary.person.name}服务{duty.leader.person.name}",
        facts={"categories": chosen, "duties": kinds},
    )
    return duty
