"""应急授权: all three administrators' powers for one of them, given by another, for minutes; told to all and recorded.

Nobody is a superuser. Content stays closed: no administrator's power opens any.
"""

from datetime import timedelta

from django.db import transaction

from apps.accounts.events import BreakGlassAsked, BreakGlassEnded, BreakGlassOpened
from apps.accounts.models import BreakGlass
from apps.accounts.policies import require_permission
from apps.accounts.selectors import emergencies_listed
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject

ANSWER_WITHIN = timedelta(minutes=30)
LONGEST = 60
LOCK = "accounts.break_glass"


@transaction.atomic
def break_glass_ask(*, actor: Actor, reason: str, minutes: int) -> BreakGlass:
    """Ask another administrator for all powers. Refuses without a reason, for over an hour, and beside another one that runs."""
    require_permission(actor, "accounts.add_breakglass", "申请应急授权")
    advisory_lock(LOCK)
    if not reason.strip():
        raise ValidationFailed("请写明事由。", field="reason")
    if not 1 <= minutes <= LONGEST:
        raise ValidationFailed(f"时长应在 1—{LONGEST} 分钟之间。", field="minutes")
    for other in emergencies_listed().filter(ended_at__isnull=True)[:5]:
        if _is_waiting(other) or _is_open(other):
            raise InvalidState(f"{other.asked_by.name}的应急授权还没有结束，同一时间只能有一项。")
    emergency = BreakGlass.objects.create(
        asked_by_id=actor.person_id, reason=reason.strip()[:200], minutes=minutes, asked_at=now()
    )
    _record("accounts.break_glass_ask", actor, emergency)
    publish(BreakGlassAsked(emergency_id=emergency.pk))
    return emergency


@transaction.atomic
def break_glass_approve(*, actor: Actor, emergency_id: int) -> BreakGlass:
    """Give what another administrator asked for; it ends by itself. Refuses the own request and one older than half an hour."""
    require_permission(actor, "accounts.change_breakglass", "批准应急授权")
    emergency = _held(emergency_id)
    if emergency.asked_by_id == actor.person_id:
        raise InvalidState("应急授权须由另一名管理员批准，请联系其他两员中的任何一人。")
    if not _is_waiting(emergency):
        raise InvalidState("这项申请已处理，或超过 30 分钟无人批准已失效。确有需要的请重新申请。")
    emergency.approved_by_id, emergency.opened_at = actor.person_id, now()
    emergency.closes_at = emergency.opened_at + timedelta(minutes=emergency.minutes)
    emergency.save(update_fields=["approved_by", "opened_at", "closes_at"])
    _record("accounts.break_glass_open", actor, emergency)
    publish(BreakGlassOpened(emergency_id=emergency.pk))
    return emergency


@transaction.atomic
def break_glass_end(*, actor: Actor, emergency_id: int) -> BreakGlass:
    """End it at once, or refuse what was asked. Any of the three may."""
    require_permission(actor, "accounts.change_breakglass", "结束应急授权")
    emergency = _held(emergency_id)
    if not (_is_waiting(emergency) or _is_open(emergency)):
        raise InvalidState("这项应急授权已经结束。")
    emergency.ended_by_id, emergency.ended_at = actor.person_id, now()
    emergency.save(update_fields=["ended_by", "ended_at"])
    _record("accounts.break_glass_end", actor, emergency)
    publish(BreakGlassEnded(emergency_id=emergency.pk))
    return emergency


def _held(emergency_id: int) -> BreakGlass:
    emergency = emergencies_listed().select_for_update(of=("self",)).filter(pk=emergency_id).first()
    if emergency is None:
        raise NotFound("没有找到这项应急授权。")
    return emergency


def _is_waiting(emergency: BreakGlass) -> bool:
    return (
        emergency.opened_at is None
        and emergency.ended_at is None
        and now() - emergency.asked_at <= ANSWER_WITHIN
    )


def _is_open(emergency: BreakGlass) -> bool:
    return emergency.closes_at is not None and emergency.ended_at is None and emergency.closes_at > now()


def _record(action: str, actor: Actor, emergency: BreakGlass) -> None:
    facts: dict[str, object] = {
        "emergency": emergency.pk,
        "reason": emergency.reason,
        "minutes": emergency.minutes,
    }
    if emergency.closes_at is not None:
        facts["until"] = f"{local(emergency.closes_at):%F %H:%M}"
    record(
        action,
        actor=actor,
        subject=Subject("accounts.person", emergency.asked_by_id),
        subject_text=emergency.asked_by.name,
        facts=facts,
    )
