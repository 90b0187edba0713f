"""Verbs of delegation (domain.md §9.5): a period, a scope, two names; never passed on, never in a circle."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.events import DelegationCreated, DelegationRevoked
from apps.accounts.models import Appointment, Delegation, Role
from apps.accounts.policies import require_own_or_served
from apps.accounts.scopes import scope_names
from apps.accounts.selectors import appointment_locked, delegations_between, is_running, person_locked
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject

LONGEST = timedelta(days=366)
HEADS = {Role.PRINCIPAL_HEAD, Role.UNIT_HEAD, Role.OFFICE_DIRECTOR}


@transaction.atomic
def delegation_create(
    *,
    actor: Actor | None,
    delegator_id: int,
    delegate_id: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    scope: Iterable[str] = (),
) -> Delegation:
    """Let another post act for this one from … to …; `scope` holds process categories, none means all.

    Refuses other people's posts (a leader's secretary excepted), another organ, a period without end, over a year or past, a
    delegate who is away by delegation himself, passing on what one has taken, and two delegations of the same matter at once.
    """
    delegator, delegate = _both_locked(delegator_id, delegate_id)
    require_own_or_served(actor, delegator, "授权")
    starts_at = max(starts_at, now())
    _check_parties(delegator, delegate, kind)
    _check_period(delegator, delegate, starts_at, ends_at)
    chosen = _checked_scope(scope)
    _check_no_chain(delegator, delegate, starts_at, ends_at, chosen)
    delegation = Delegation.objects.create(
        delegator=delegator,
        delegate=delegate,
        kind=Delegation.Kind(kind),
        scope=chosen,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=_reason(reason),
        created_at=now(),
    )
    record(
        "accounts.delegation_create",
        actor=actor,
        subject=Subject("accounts.delegation", delegation.pk),
        subject_text=f"{delegator.person.name}授权{delegate.person.name}{delegation.get_kind_display()}",
        facts={
            "kind": str(kind),
            "scope": chosen,
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
        },
        on_behalf_of="" if actor is None or actor.person_id == delegator.person_id else delegator.person.name,
    )
    publish(DelegationCreated(delegation_id=delegation.pk))
    return delegation


@transaction.atomic
def delegation_revoke(*, actor: Actor | None, delegation_id: int) -> Delegation:
    """End a delegation now, before or within its period. The delegator, the secretary or the delegate may."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("delegator__person", "delegate__person")
        .filter(pk=delegation_id)
        .first()
    )
    if delegation is None:
        raise NotFound("没有找到这项授权。")
    if actor is not None and delegation.delegate.person_id != actor.person_id:
        require_own_or_served(actor, delegation.delegator, "撤销授权")
    if delegation.revoked_at is not None or delegation.ends_at <= now():
        raise InvalidState("这项授权已经结束，无须撤销。")
    delegation.revoked_at = now()
    delegation.save(update_fields=["revoked_at"])
    record(
        "accounts.delegation_revoke",
        actor=actor,
        subject=Subject("accounts.delegation", delegation.pk),
        subject_text=f"{delegation.delegator.person.name}授权{delegation.delegate.person.name}",
    )
    publish(DelegationRevoked(delegation_id=delegation.pk))
    return delegation


def delegations_cut(*, appointment: Appointment, ended_on: date) -> None:
    """Part of closing a post: delegations given or taken by it end with it; those not begun are revoked."""
    end = datetime.combine(ended_on + timedelta(days=1), time.min, tzinfo=CITY_ZONE)
    running = Delegation.objects.filter(revoked_at__isnull=True, ends_at__gt=end)
    for field in ("delegator", "delegate"):
        mine = running.filter(**{field: appointment})
        mine.filter(starts_at__lt=end).update(ends_at=end)
        mine.filter(starts_at__gte=end).update(revoked_at=now())


def _both_locked(delegator_id: int, delegate_id: int) -> tuple[Appointment, Appointment]:
    """Both posts, their people locked in one order so that two delegations cannot make a circle between them."""
    posts = {pk: appointment_locked(pk) for pk in sorted({delegator_id, delegate_id})}
    for person_id in sorted({post.person_id for post in posts.values()}):
        person_locked(person_id)
    return posts[delegator_id], posts[delegate_id]


def _check_parties(delegator: Appointment, delegate: Appointment, kind: str) -> None:
    if kind not in Delegation.Kind.values:
        raise ValidationFailed("请选择授权方式。", field="kind")
    if delegator.person_id == delegate.person_id:
        raise ValidationFailed("不能授权给本人。", field="delegate")
    if delegator.organ_id != delegate.organ_id:
        raise ValidationFailed("只能授权给本机关人员。", field="delegate")
    if not delegate.person.is_active:
        raise ValidationFailed(f"{delegate.person.name}的账号已停用，请另选受托人。", field="delegate")
    if kind == Delegation.Kind.ACTING and not HEADS & set(delegator.roles.values_list("role", flat=True)):
        raise ValidationFailed("只有主要负责人、部门负责人可以委托他人主持工作。", field="kind")


def _check_period(
    delegator: Appointment, delegate: Appointment, starts_at: datetime, ends_at: datetime
) -> None:
    if ends_at <= starts_at:
        raise ValidationFailed("结束时间须晚于开始时间，且晚于现在。", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise ValidationFailed("一次授权不超过一年，请缩短期限。", field="ends_at")
    for post in (delegator, delegate):
        if not is_running(post, local(starts_at).date()):
            raise InvalidState(f"{post.person.name}的任职“{post.post_title}”届时不在任，不能授权。")


def _check_no_chain(
    delegator: Appointment, delegate: Appointment, starts_at: datetime, ends_at: datetime, scope: list[str]
) -> None:
    for other in delegations_between({delegator.person_id, delegate.person_id}, starts_at, ends_at):
        if other.delegator.person_id == delegate.person_id:
            raise InvalidState(
                f"{delegate.person.name}在此期间已将自己的事务委托给{other.delegate.person.name}，请另选受托人。"
            )
        if other.delegate.person_id == delegator.person_id:
            raise InvalidState(
                f"您在此期间受{other.delegator.person.name}委托，受托事务不得转委托；"
                f"请先由{other.delegator.person.name}撤销或另行委托。"
            )
        if other.delegator_id == delegator.pk and _overlap(scope, other.scope):
            raise InvalidState(
                f"该时段已委托{other.delegate.person.name}，请先撤销原授权，或选择不同的时段、范围。"
            )


def _overlap(one: list[str], other: list[str]) -> bool:
    return not one or not other or bool(set(one) & set(other))


def _checked_scope(scope: Iterable[str]) -> list[str]:
    chosen = sorted(set(scope))
    if unknown := set(chosen) - set(scope_names()):
        raise ValidationFailed(f"没有这样的授权范围：{'、'.join(sorted(unknown))}。", field="scope")
    return chosen


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > 200:
        raise ValidationFailed("请填写事由，不超过 200 字。", field="reason")
    return reason
