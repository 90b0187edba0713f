"""Exchange between organs: distribute, sign for, return, recall, urge, send to further organs.

A copy's fate is the `Dispatch` row; whoever signs, returns or recalls locks it first, then the receiving organ's document, so a
recall and a signature that meet are told apart. The receiving organ gets its own copy of the sealed file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from apps.accounts.models import Organ
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim
from apps.documents.enums import DispatchKind, DispatchState
from apps.documents.enums import IncomingStatus as Status
from apps.documents.events import (
    DispatchRecalled,
    DispatchReturned,
    DispatchSigned,
    DispatchUrged,
)
from apps.documents.models import Dispatch, IncomingDocument, OutgoingDocument, ReceiverTerms
from apps.documents.policies.exchange import DISTRIBUTED, manages_dispatches
from apps.documents.policies.incoming import Ability as IncomingAbility
from apps.documents.policies.incoming import abilities_with, desks_manned, open_task_of
from apps.documents.policies.incoming import require as incoming_require
from apps.documents.policies.outgoing import Ability
from apps.documents.selectors.incoming import incoming_for
from apps.documents.selectors.incoming import subject_of as incoming_subject
from apps.documents.selectors.outgoing import document_for, subject_of
from apps.documents.selectors.terms import Terms, terms_of
from apps.documents.services.parcels import abolished_refuse, copies_send
from apps.documents.services.receiving import review_checked, review_words
from apps.documents.services.steps import document_hold, step_keep
from apps.workflow.models import Opinion
from apps.workflow.selectors import moment_words
from apps.workflow.services import run_terminate, task_complete

URGE_PAUSE = timedelta(minutes=10)
REASON_LIMIT = 200


@transaction.atomic
def document_distribute(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    leave_out: Sequence[int] = (),
    terms: Terms | None = None,
    text: str = "",
    key: str = "",
) -> OutgoingDocument:
    """Send the sealed document to every recipient organ and move on to filing.

    Refuses while a recipient has been abolished, naming it; `leave_out` (organ ids) leaves such organs out, which `text` must
    explain. Names outside the system get nothing here: they are told on paper. `terms`: what receivers may do, else everything.
    """
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.DISTRIBUTE,
        expected_version=expected_version,
        verb="documents.distribute",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    wanted = _recipients(document, frozenset(leave_out), text)
    copies_send(actor=actor, document=document, wanted=wanted)
    _terms_keep(actor, document, terms or Terms())
    result = task_complete(actor=actor, task_id=held.task.pk, action=Opinion.Action.SUBMIT, text=text)
    return step_keep(document=document, result=result)


def _recipients(document: OutgoingDocument, leave_out: frozenset[int], text: str) -> list[tuple[Organ, str]]:
    """Organs to send to with the kind of copy, in printed order."""
    entries = [entry for entry in document.recipients.select_related("organ") if entry.organ is not None]
    if leave_out and not text.strip():
        raise ValidationFailed("有收文机关不再分发，请在“说明”中写明原因。", fields={"text": "请写明原因。"})
    wanted = [
        (entry.organ, str(entry.kind)) for entry in entries if entry.organ and entry.organ_id not in leave_out
    ]
    abolished_refuse(organs=[organ for organ, _ in wanted])
    if entries and not wanted:
        raise ValidationFailed("至少应分发给一个收文机关。", fields={"leave_out": "请保留收文机关。"})
    return wanted


@transaction.atomic
def dispatch_add(
    *, actor: Actor, document_id: int, organ_ids: Sequence[int], reason: str, key: str = ""
) -> list[int]:
    """增发: send a distributed document to further organs. Widening the scope wants a reason and is written down (条例 art. 27)."""
    document = _distributed_for(actor, document_id)
    if not claim(person_id=actor.person_id, key=key, verb="documents.dispatch_add"):
        return []
    reason = _reason(reason, "请写明增发原因。")
    organs = list(Organ.objects.filter(pk__in=list(organ_ids)).order_by("rank_order", "pk"))
    if not organs:
        raise ValidationFailed("请选择增发的机关。", fields={"organs": "请选择机关。"})
    abolished_refuse(organs=organs)
    live = Dispatch.objects.filter(
        document=document, organ__in=organs, state__in=[DispatchState.SENT, DispatchState.SIGNED]
    ).select_related("organ")
    if has_it := "、".join(row.organ.short_name for row in live):
        raise ValidationFailed(
            f"{has_it}已在分发范围内，无需增发。", fields={"organs": "请去掉已分发的机关。"}
        )
    ids = copies_send(
        actor=actor, document=document, wanted=[(organ, DispatchKind.ADDED) for organ in organs], note=reason
    )
    record(
        "documents.widen_scope",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number or document.title[:200],
        facts={"organs": [organ.pk for organ in organs], "dispatches": ids},
    )
    return ids


@transaction.atomic
def terms_set(*, actor: Actor, document_id: int, terms: Terms, key: str = "") -> Terms:
    """Say anew what receivers may do with a distributed document's papers, filed or not; what they have printed stays theirs.

    Refuses people who do not manage its exchange. Every change is written down.
    """
    document = _distributed_for(actor, document_id)
    if not claim(person_id=actor.person_id, key=key, verb="documents.receiver_terms"):
        return terms_of(document)
    _terms_keep(actor, document, terms)
    return terms


def _terms_keep(actor: Actor, document: OutgoingDocument, terms: Terms) -> None:
    """Nothing is kept nor written down when they are what they were."""
    if terms == terms_of(document):
        return
    facts = {"may_print": terms.may_print, "may_download": terms.may_download}
    ReceiverTerms.objects.update_or_create(
        document=document, defaults={**facts, "set_by_id": actor.person_id, "set_at": now()}
    )
    record(
        "documents.receiver_terms",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number or document.title[:200],
        facts=facts,
    )


@dataclass(frozen=True)
class SignResult:
    """What a (batch) signature did: documents signed for, and a sentence for each that could not be."""

    signed: tuple[int, ...]
    refusals: tuple[str, ...]


@transaction.atomic
def dispatch_sign(*, actor: Actor, incoming_ids: Sequence[int], key: str = "") -> SignResult:
    """签收 one document or a batch, each with its time and signer; what cannot be signed for is passed over and named.

    Raises `InvalidState` when none could be, `NotFound` when one of them is not to be seen, `Forbidden` for other people.
    """
    wanted = list(dict.fromkeys(incoming_ids))
    if not wanted:
        raise ValidationFailed("请先选择要签收的文件。")
    documents = [_locked(actor, incoming_id) for incoming_id in sorted(wanted)]
    if not claim(person_id=actor.person_id, key=key, verb="documents.dispatch_sign"):
        return SignResult(tuple(document.pk for document in documents), ())
    signed: list[int] = []
    refusals: list[str] = []
    for document in documents:
        refusal = _sign_refusal(document)
        if refusal:
            refusals.append(refusal)
            continue
        incoming_require(IncomingAbility.SIGN, abilities_with(actor, document, None))
        _sign(actor, document)
        signed.append(document.pk)
    if not signed:
        raise InvalidState("".join(refusals[:3]))
    return SignResult(tuple(signed), tuple(refusals))


def _locked(actor: Actor, incoming_id: int) -> IncomingDocument:
    """The document with its dispatch, both locked: the dispatch first, as everywhere in exchange."""
    dispatch_id = incoming_for(actor, incoming_id).dispatch_id
    if dispatch_id is not None:
        Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch_id)
    return incoming_for(actor, incoming_id, lock=True)


def _sign_refusal(document: IncomingDocument) -> str:
    if document.status == Status.RECEIVED:
        return ""
    name = f"《{document.title}》"
    if document.status == Status.RECALLED:
        return f"{name}已被发文机关撤回，不能签收。"
    if document.status == Status.RETURNED:
        return f"{name}已退文，不能签收。"
    if document.signed_for_by is not None and document.signed_for_at is not None:
        at = moment_words(document.signed_for_at)
        return f"{name}已由{document.signed_for_by.name}于{at}签收，无需重复签收。"
    return f"{name}不在待签收状态。"


def _sign(actor: Actor, document: IncomingDocument) -> None:
    moment = now()
    document.status = Status.SIGNED_FOR
    document.signed_for_at, document.signed_for_by_id = moment, actor.person_id
    document.version += 1
    document.save(update_fields=["status", "signed_for_at", "signed_for_by", "version"])
    if document.dispatch is not None:
        document.dispatch.state = DispatchState.SIGNED
        document.dispatch.signed_at, document.dispatch.signed_by_id = moment, actor.person_id
        document.dispatch.save(update_fields=["state", "signed_at", "signed_by"])
        publish(DispatchSigned(dispatch_id=document.dispatch.pk))
    _audit(actor, document, "documents.sign_receipt")


@transaction.atomic
def dispatch_return(
    *, actor: Actor, incoming_id: int, reason: str, failings: Sequence[str] = (), key: str = ""
) -> IncomingDocument:
    """退文 to the sender with the reason, before the document is handled (条例 art. 24); a proposal under way ends with it.

    `failings` are what 初审 found (`ReviewPoint`); they begin the reason. A paper document is marked; the paper goes back by post.
    """
    document = _locked(actor, incoming_id)
    if not claim(person_id=actor.person_id, key=key, verb="documents.dispatch_return"):
        return document
    incoming_require(
        IncomingAbility.SEND_BACK, abilities_with(actor, document, open_task_of(actor, document))
    )
    failings = review_checked(failings=failings)
    reason = _reason(review_words(failings=failings, text=reason), "请写明退文原因。")
    if document.matter is not None:
        for run in document.matter.runs.filter(status="running"):
            run_terminate(actor=actor, run_id=run.pk, reason=f"退文：{reason}")
    document.status, document.return_reason = Status.RETURNED, reason
    document.review_failings = failings
    document.version += 1
    document.save(update_fields=["status", "return_reason", "review_failings", "version"])
    if document.dispatch is not None:
        _dispatch_end(document.dispatch, DispatchState.RETURNED, reason)
        publish(DispatchReturned(dispatch_id=document.dispatch.pk))
    _audit(actor, document, "documents.send_back")
    return document


@transaction.atomic
def dispatch_recall(*, actor: Actor, dispatch_id: int, reason: str, key: str = "") -> Dispatch:
    """撤回 one unit's copy until the unit has signed for it; afterwards the true reason is told."""
    found = Dispatch.objects.filter(pk=dispatch_id).first()
    if found is None:
        raise NotFound("没有找到该分发记录，或您无权查看。")
    document = _distributed_for(actor, found.document_id)
    if not claim(person_id=actor.person_id, key=key, verb="documents.dispatch_recall"):
        return found
    dispatch = (
        Dispatch.objects.select_for_update(of=("self",))
        .select_related("organ", "signed_by")
        .get(pk=dispatch_id)
    )
    _recall_refuse(dispatch)
    reason = _reason(reason, "请写明撤回原因。")
    incoming = IncomingDocument.objects.select_for_update(of=("self",)).get(dispatch=dispatch)
    incoming.status, incoming.return_reason = Status.RECALLED, reason
    incoming.version += 1
    incoming.save(update_fields=["status", "return_reason", "version"])
    _dispatch_end(dispatch, DispatchState.RECALLED, reason)
    publish(DispatchRecalled(dispatch_id=dispatch.pk))
    record(
        "documents.recall",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number,
        facts={"dispatch": dispatch.pk, "organ": dispatch.organ_id},
    )
    return dispatch


def _recall_refuse(dispatch: Dispatch) -> None:
    name = dispatch.organ.short_name
    if dispatch.state == DispatchState.SIGNED and dispatch.signed_at and dispatch.signed_by:
        raise InvalidState(
            f"{name}已由{dispatch.signed_by.name}于{moment_words(dispatch.signed_at)}签收，不能撤回。"
            "如需停止执行，请另行发文说明。"
        )
    if dispatch.state == DispatchState.RETURNED:
        raise InvalidState(f"{name}已退文，无需撤回。")
    if dispatch.state == DispatchState.RECALLED:
        raise InvalidState(f"{name}的文件已经撤回，无需重复撤回。")


@dataclass(frozen=True)
class DesksUrged:
    """How many units were reminded, and the names of those where nobody is who could sign."""

    count: int
    unmanned: tuple[str, ...]


@transaction.atomic
def dispatch_urge(*, actor: Actor, document_id: int, dispatch_ids: Sequence[int] | None = None) -> DesksUrged:
    """催收: remind the units (all, or those named) that have not signed for, each at most once in ten minutes.

    Refuses when nobody is at any of their desks, naming them.
    """
    document = _distributed_for(actor, document_id)
    rows = Dispatch.objects.select_for_update(of=("self",)).filter(
        document=document, state=DispatchState.SENT
    )
    if dispatch_ids is not None:
        rows = rows.filter(pk__in=list(dispatch_ids))
    waiting = list(rows.select_related("organ", "incoming_document").order_by("pk"))
    if not waiting:
        raise InvalidState("收文机关均已签收，无需催收。")
    moment = now()
    due = [row for row in waiting if row.urged_at is None or row.urged_at <= moment - URGE_PAUSE]
    if not due:
        raise InvalidState("十分钟内已催收过，请稍后再催，或直接电话联系收文机关。")
    manned = desks_manned({row.incoming_document.organ_id for row in due})
    unmanned = tuple(row.organ.short_name for row in due if row.incoming_document.organ_id not in manned)
    due = [row for row in due if row.incoming_document.organ_id in manned]
    if not due:
        raise InvalidState(f"{'、'.join(unmanned)}已无人签收，没有催收，请电话联系，或撤回后改发承接机关。")
    ids = [row.pk for row in due]
    Dispatch.objects.filter(pk__in=ids).update(urged_at=moment, urge_count=F("urge_count") + 1)
    for row in due:
        publish(DispatchUrged(dispatch_id=row.pk, count=row.urge_count + 1))
    record(
        "documents.urge_receipt",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number,
        facts={"dispatches": ids},
    )
    return DesksUrged(len(due), unmanned)


def _distributed_for(actor: Actor, document_id: int) -> OutgoingDocument:
    """A distributed document whose exchange is the actor's to manage, locked."""
    document = document_for(actor, document_id, lock=True)
    if not manages_dispatches(actor, document):
        raise Forbidden(
            "只有发文机关的文书可以催收、撤回、增发和设定接收单位权限，请联系本机关文书办理。",
            rule="sender_clerk",
        )
    if document.status not in DISTRIBUTED:
        raise InvalidState("文件还没有分发，请在“分发”环节办理后再操作。")
    return document


def _dispatch_end(dispatch: Dispatch, state: DispatchState, reason: str) -> None:
    dispatch.state, dispatch.ended_at, dispatch.reason = state, now(), reason
    dispatch.save(update_fields=["state", "ended_at", "reason"])


def _reason(text: str, message: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValidationFailed(message, fields={"reason": message})
    if len(text) > REASON_LIMIT:
        raise ValidationFailed(
            f"原因不能超过{REASON_LIMIT}字，现有{len(text)}字，请精简。", fields={"reason": "原因过长。"}
        )
    return text


def _audit(actor: Actor, document: IncomingDocument, action: str) -> None:
    record(
        action,
        actor=actor,
        subject=incoming_subject(document),
        subject_text=document.source_number or document.title[:200],
        facts={"dispatch": document.dispatch_id, "version": document.version},
    )
