"""传阅 inside the organ, to people and whole units; widening beyond it is the issuer's affair (条例 art. 27)."""

from collections.abc import Sequence

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.submissions import claim
from apps.documents.policies import outgoing as outgoing_policy
from apps.documents.policies.incoming import (
    Ability,
    abilities_with,
    keeps_register,
    may_circulate,
    open_task_of,
    require,
)
from apps.documents.selectors.incoming import incoming_for, posts_in_units, posts_of_organ
from apps.documents.selectors.outgoing import document_for
from apps.workflow.models import Matter, Reading
from apps.workflow.services import reading_cancel, reading_send, readings_urge


@transaction.atomic
def incoming_circulate(
    *,
    actor: Actor,
    incoming_id: int,
    appointment_ids: Sequence[int] = (),
    unit_ids: Sequence[int] = (),
    key: str = "",
) -> list[Reading]:
    """Send a registered document to people and units of the organ to read; who has it already is passed over."""
    document = incoming_for(actor, incoming_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="documents.incoming_circulate"):
        return []
    granted = abilities_with(actor, document, open_task_of(actor, document))
    if not may_circulate(actor, document, granted):
        require(Ability.CIRCULATE, granted)
    return _send(actor, document.matter, document.organ_id, appointment_ids, unit_ids)


@transaction.atomic
def incoming_readings_cancel(*, actor: Actor, incoming_id: int, reading_ids: Sequence[int]) -> int:
    """取消传阅 of people who have not read: the desk whatever was sent, others what they sent themselves. Returns how many."""
    document = incoming_for(actor, incoming_id, lock=True)
    if document.matter is None or not reading_ids:
        raise ValidationFailed("请选择要取消传阅的人员。", fields={"reading": "请选择人员。"})
    is_desk = keeps_register(actor, document.organ_id)
    return reading_cancel(actor=actor, reading_ids=reading_ids, granted=document.matter if is_desk else None)


@transaction.atomic
def incoming_readings_urge(
    *, actor: Actor, incoming_id: int, reading_ids: Sequence[int] | None = None, key: str = ""
) -> int:
    """催阅 of all who have not read, or of those named. Returns how many were reminded."""
    document = incoming_for(actor, incoming_id, lock=True)
    if document.matter is None:
        raise InvalidState("文件还没有登记，没有传阅人员。")
    return readings_urge(
        actor=actor,
        matter=document.matter,
        key=key,
        is_granted=keeps_register(actor, document.organ_id),
        reading_ids=reading_ids,
    )


@transaction.atomic
def outgoing_circulate(
    *,
    actor: Actor,
    document_id: int,
    appointment_ids: Sequence[int] = (),
    unit_ids: Sequence[int] = (),
    key: str = "",
) -> list[Reading]:
    """Send an outgoing document under way or issued to people and units of the drafting organ to read."""
    document = document_for(actor, document_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="documents.outgoing_circulate"):
        return []
    task = outgoing_policy.open_task_of(actor, document)
    outgoing_policy.require(
        outgoing_policy.Ability.CIRCULATE, outgoing_policy.abilities_with(actor, document, task)
    )
    return _send(actor, document.matter, document.organ_id, appointment_ids, unit_ids)


def _send(
    actor: Actor,
    matter: Matter | None,
    organ_id: int,
    appointment_ids: Sequence[int],
    unit_ids: Sequence[int],
) -> list[Reading]:
    if matter is None:
        raise InvalidState("文件还没有登记或提交，不能送传阅。")
    wanted = dict.fromkeys([*appointment_ids, *posts_in_units(organ_id, tuple(unit_ids))])
    if not wanted:
        raise ValidationFailed("请选择传阅的人员或科室。", fields={"readers": "请选择传阅对象。"})
    inside = posts_of_organ(organ_id)
    if not set(wanted) <= inside:
        raise ValidationFailed(
            "只能送本机关在岗人员传阅；扩大发送范围须经发文机关同意。", fields={"readers": "请重新选择。"}
        )
    fresh = reading_send(actor=actor, matter=matter, appointments=list(wanted))
    if not fresh:
        raise InvalidState("所选人员都已在传阅范围内，无需重复送阅。")
    return fresh
