"""转发 to organs below: asked of the issuer, granted or refused there; each widening of the scope is written down (条例 art. 27)."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import Organ
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim, made, made_before
from apps.documents.enums import DispatchKind, ForwardingState
from apps.documents.events import ForwardingAsked, ForwardingDecided
from apps.documents.models import Forwarding, IncomingDocument, OutgoingDocument
from apps.documents.policies.exchange import manages_dispatches
from apps.documents.policies.incoming import Ability, abilities_with, open_task_of, require
from apps.documents.selectors.duplicates import keys_of
from apps.documents.selectors.forwarding import forwarding_locked, organs_below, organs_having
from apps.documents.selectors.incoming import incoming_for, receiving_organ, subject_of
from apps.documents.selectors.outgoing import document_for
from apps.documents.selectors.winding_up import is_abolished
from apps.documents.services.parcels import abolished_refuse, copies_send
from apps.files.selectors import files_of
from apps.files.services import file_copy

LIMIT = 200
PURPOSES = ("formal_text", "main_text", "attachment")


@transaction.atomic
def forwarding_ask(
    *,
    actor: Actor,
    incoming_id: int,
    organ_ids: Sequence[int],
    reason: str,
    leave: str = "",
    key: str = "",
) -> Forwarding:
    """Ask the issuer to let the document go to organs below; what came from outside goes at once, with whose leave was given.

    Refuses organs that are not below this one, that have it already, or that are abolished.
    """
    document = incoming_for(actor, incoming_id, lock=True)
    require(Ability.FORWARD, abilities_with(actor, document, open_task_of(actor, document)))
    if not claim(person_id=actor.person_id, key=key, verb="documents.forward"):
        return made_before(document.forwardings, person_id=actor.person_id, key=key)
    if document.forwardings.filter(state=ForwardingState.ASKED).exists():
        raise InvalidState("已有转发申请等待发文机关同意，请等待答复，或先收回原申请。")
    organs = _organs(document, organ_ids)
    is_outside = document.dispatch_id is None
    forwarding = Forwarding.objects.create(
        document=document,
        reason=_words(reason, "请写明转发理由。", "reason"),
        leave=_words(leave, "系统外来文须写明发文机关何人何时同意转发。", "leave") if is_outside else "",
        asked_by_id=actor.person_id,
        asked_at=now(),
    )
    made(person_id=actor.person_id, key=key, row_id=forwarding.pk)
    forwarding.organs.set(organs)
    _audit(actor, document, "documents.forward_ask", {"organs": [organ.pk for organ in organs]})
    if is_outside:
        _decided(actor, forwarding, ForwardingState.GRANTED, "")
        _outside_copies(actor, forwarding, organs)
        _widened(actor, document, organs)
    else:
        publish(ForwardingAsked(forwarding_id=forwarding.pk))
    return forwarding


@transaction.atomic
def forwarding_decide(
    *, actor: Actor, document_id: int, forwarding_id: int, is_granted: bool, answer: str = "", key: str = ""
) -> Forwarding:
    """The issuer's desk lets the copies go, or says why not. Refuses other people and what is decided already.

    Organs that got the document meanwhile or were abolished are left out, which the answer says; granting it to none is refused.
    """
    document = document_for(actor, document_id, lock=True)
    if not manages_dispatches(actor, document):
        raise Forbidden("只有发文机关的文书可以决定是否同意转发。", rule="sender_clerk")
    forwarding = _of(forwarding_id, document)
    if not claim(person_id=actor.person_id, key=key, verb="documents.forward_decide"):
        return forwarding
    _open_required(forwarding)
    if is_granted:
        organs, left_out = _still_wanted(forwarding, document)
        answer = "；".join(part for part in (*left_out, answer.strip()) if part)
    else:
        answer = _words(answer, "不同意转发的，请写明理由。", "answer")
    _decided(actor, forwarding, ForwardingState.GRANTED if is_granted else ForwardingState.REFUSED, answer)
    if is_granted:
        _exchange_copies(actor, forwarding, document, organs)
        _widened(actor, forwarding.document, organs)
    publish(ForwardingDecided(forwarding_id=forwarding.pk))
    return forwarding


@transaction.atomic
def forwarding_withdraw(*, actor: Actor, incoming_id: int, forwarding_id: int) -> Forwarding:
    """Take an open application back."""
    document = incoming_for(actor, incoming_id)
    require(Ability.FORWARD, abilities_with(actor, document, open_task_of(actor, document)))
    forwarding = forwarding_locked(forwarding_id)
    if forwarding is None or forwarding.document_id != document.pk:
        raise NotFound("没有找到该转发申请。")
    _open_required(forwarding)
    forwarding.state = ForwardingState.WITHDRAWN
    forwarding.save(update_fields=["state"])
    _audit(actor, document, "documents.forward_withdraw", {"forwarding": forwarding.pk})
    return forwarding


def _organs(document: IncomingDocument, organ_ids: Sequence[int]) -> list[Organ]:
    wanted = set(organ_ids)
    organs = [organ for organ in organs_below(document.organ) if organ.pk in wanted]
    if not wanted:
        raise ValidationFailed("请选择转发的下级单位。", fields={"organs": "请选择单位。"})
    if len(organs) != len(wanted):
        raise ValidationFailed("只能转发给本机关的下级单位，请重新选择。", fields={"organs": "请重新选择。"})
    abolished_refuse(organs=organs)
    if document.dispatch is not None:
        having = organs_having(document.dispatch.document_id)
        if names := "、".join(organ.short_name for organ in organs if organ.pk in having):
            raise ValidationFailed(
                f"{names}已收到该文件，无需转发。", fields={"organs": "请去掉已收到的单位。"}
            )
    return organs


def _still_wanted(forwarding: Forwarding, document: OutgoingDocument) -> tuple[list[Organ], list[str]]:
    """The organs that still lack the document, and in words those left out; the document is held, so that none gets it twice."""
    organs = list(forwarding.organs.order_by("rank_order", "pk"))
    having = organs_having(document.pk)
    gone = [organ for organ in organs if is_abolished(organ)]
    served = [organ for organ in organs if organ.pk in having and organ not in gone]
    wanted = [organ for organ in organs if organ not in gone and organ not in served]
    if not wanted:
        raise InvalidState("所列单位都已收到该文件或已撤销，无需转发，请选择不同意并说明情况。")
    named = ((served, "已收到该文件，不再发送"), (gone, "已撤销，没有发送"))
    left_out = ["、".join(organ.short_name for organ in some) + words for some, words in named if some]
    return wanted, left_out


def _of(forwarding_id: int, document: OutgoingDocument) -> Forwarding:
    forwarding = forwarding_locked(forwarding_id)
    dispatch = forwarding.document.dispatch if forwarding else None
    if forwarding is None or dispatch is None or dispatch.document_id != document.pk:
        raise NotFound("没有找到该转发申请。")
    return forwarding


def _open_required(forwarding: Forwarding) -> None:
    if forwarding.state != ForwardingState.ASKED:
        raise InvalidState(f"该转发申请{forwarding.get_state_display()}，无需再办理。")


def _decided(actor: Actor, forwarding: Forwarding, state: ForwardingState, answer: str) -> None:
    forwarding.state, forwarding.answer = state, answer.strip()[:LIMIT]
    forwarding.decided_by_id, forwarding.decided_at = actor.person_id, now()
    forwarding.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    action = "documents.forward_grant" if state is ForwardingState.GRANTED else "documents.forward_refuse"
    _audit(actor, forwarding.document, action, {"forwarding": forwarding.pk})


def _exchange_copies(
    actor: Actor, forwarding: Forwarding, document: OutgoingDocument, organs: list[Organ]
) -> None:
    note = f"经{forwarding.document.organ.short_name}转发：{forwarding.reason}"[:LIMIT]
    wanted = [(organ, DispatchKind.FORWARDED) for organ in organs]
    ids = copies_send(actor=actor, document=document, wanted=wanted, note=note)
    IncomingDocument.objects.filter(dispatch_id__in=ids).update(forwarding=forwarding)


def _outside_copies(actor: Actor, forwarding: Forwarding, organs: list[Organ]) -> None:
    """Of a document that has no sender in the system: scan and attachments go along."""
    source = forwarding.document
    ids = []
    for organ in organs:
        copy = IncomingDocument.objects.create(
            organ=receiving_organ(organ),
            source_name=source.source_name,
            title=source.title,
            source_number=source.source_number,
            document_type=source.document_type,
            urgency=source.urgency,
            received_at=now(),
            forwarding=forwarding,
            **keys_of(source.source_number, source.title),
        )
        for purpose in PURPOSES:
            for file in files_of(subject_of(source), purpose):
                file_copy(actor=actor, file=file, subject=subject_of(copy), purpose=purpose)
        ids.append(copy.pk)
    publish(ForwardingDecided(forwarding_id=forwarding.pk, incoming_ids=ids))


def _widened(actor: Actor, document: IncomingDocument, organs: list[Organ]) -> None:
    _audit(actor, document, "documents.widen_scope", {"organs": [organ.pk for organ in organs]})


def _words(text: str, missing: str, field: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValidationFailed(missing, fields={field: missing})
    if len(text) > LIMIT:
        raise ValidationFailed(f"不能超过{LIMIT}字，现有{len(text)}字，请精简。", fields={field: "过长。"})
    return text


def _audit(actor: Actor, document: IncomingDocument, action: str, facts: dict[str, object]) -> None:
    record(
        action,
        actor=actor,
        subject=subject_of(document),
        subject_text=document.register_number or document.source_number or document.title[:200],
        facts=facts,
    )
