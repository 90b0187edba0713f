"""登记: enter documents from outside the system, give the 收文编号 and start the flow."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import Organ
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.locks import advisory_lock
from apps.core.submissions import claim, made, made_before
from apps.documents.enums import DocumentType
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument, IncomingRegister
from apps.documents.policies.incoming import Ability, desk_require, open_task_of
from apps.documents.procedures import INCOMING_CATEGORY, INCOMING_CODE
from apps.documents.selectors.addressees import addressee_findings
from apps.documents.selectors.duplicates import duplicate_words, duplicates_of, keys_of
from apps.documents.selectors.incoming import proposer_candidates, subject_of
from apps.documents.services.receiving import (
    deadline_checked,
    incoming_hold,
    incoming_move,
    review_checked,
    review_words,
)
from apps.files.marks import mark_in_name, mark_in_text
from apps.workflow.models import Opinion, Task, Urgency
from apps.workflow.services import matter_open, run_start, task_complete

REASON_LIMIT = 200
MARKED_FIELDS = {
    "title": "标题",
    "source_name": "来文单位",
    "source_number": "来文字号",
    "addressees": "主送、抄送",
}
NOT_HERE = "本系统为非涉密系统，标有密级的来文不得录入，请按机要渠道办理。"


@dataclass(frozen=True, kw_only=True)
class PaperDocument:
    """What the clerk enters of a document that came on paper or from outside the system."""

    source_name: str
    title: str
    document_type: str
    source_number: str = ""
    urgency: str = ""
    addressees: str = ""
    duplicate_reason: str = ""


@transaction.atomic
def incoming_record(*, actor: Actor, paper: PaperDocument, key: str = "") -> IncomingDocument:
    """Enter a document from outside the system as received and signed for by the actor. Its scan is attached before registration.

    Refuses a mark of secrecy (D25), and without a reason one that seems to be here; two clerks at once are told apart.
    """
    organ_id = desk_require(actor)
    if not claim(person_id=actor.person_id, key=key, verb="documents.incoming_record"):
        return made_before(IncomingDocument.objects, person_id=actor.person_id, key=key)
    _paper_check(paper)
    advisory_lock(f"documents.incoming:{organ_id}")
    reason = duplicate_refuse(
        organ_id=organ_id,
        number=paper.source_number,
        title=paper.title,
        source_name=paper.source_name,
        reason=paper.duplicate_reason,
    )
    moment = now()
    document = IncomingDocument.objects.create(
        organ_id=organ_id,
        source_name=" ".join(paper.source_name.split()),
        title=" ".join(paper.title.split()),
        source_number="".join(paper.source_number.split()),
        addressees_text=" ".join(paper.addressees.split()),
        document_type=paper.document_type,
        urgency=paper.urgency,
        status=Status.SIGNED_FOR,
        received_at=moment,
        signed_for_at=moment,
        signed_for_by_id=actor.person_id,
        duplicate_reason=reason,
        **keys_of(paper.source_number, paper.title),
    )
    made(person_id=actor.person_id, key=key, row_id=document.pk)
    _audit(actor, document, "documents.incoming_record")
    return document


def _paper_check(paper: PaperDocument) -> None:
    wrong: dict[str, str] = {}
    for name, label, limit in (("source_name", "来文单位", 100), ("title", "标题", 300)):
        value = getattr(paper, name).strip()
        if not value:
            wrong[name] = f"请填写{label}。"
        elif len(value) > limit:
            wrong[name] = f"{label}有{len(value)}个字，最多{limit}个字。"
    for name, label in MARKED_FIELDS.items():
        value = getattr(paper, name)
        if mark := mark_in_text(value) or mark_in_name(value.strip()):
            wrong[name] = f"{label}中有密级标志“{mark}”。{NOT_HERE}"
    if len(paper.addressees) > 500:
        wrong["addressees"] = "主送、抄送最多500个字，可只录与本机关有关的部分。"
    if len(paper.source_number) > 40:
        wrong["source_number"] = "来文字号最多40个字。"
    if paper.document_type not in DocumentType.values:
        wrong["document_type"] = "请选择文种。"
    if paper.urgency not in Urgency.values:
        wrong["urgency"] = "紧急程度只能是特急、加急或一般。"
    if wrong:
        raise ValidationFailed(next(iter(wrong.values())), fields=wrong)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """How a document is registered: for action (批办) or for information (阅知), until when, who proposes."""

    is_for_action: bool
    deadline_at: datetime | None = None
    proposer_id: int | None = None
    text: str = ""
    review_failings: tuple[str, ...] = ()
    duplicate_reason: str = ""


@transaction.atomic
def incoming_register(
    *, actor: Actor, incoming_id: int, expected_version: int, registration: Registration, key: str = ""
) -> IncomingDocument:
    """登记 and 初审: give the 收文编号 of the organ's register and start the flow; sent back to registration it keeps its number.

    Refuses an urgent document for action without a deadline (D33); without words of explanation one addressed to others (D31) and
    findings of 初审; a second copy without a reason.
    """
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.REGISTER,
        expected_version=expected_version,
        verb="documents.incoming_register",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    _review_keep(document, registration)
    _meant_for_us(document, registration)
    _duplicate_keep(document, registration)
    document.is_for_action = registration.is_for_action
    document.deadline_at = registration.deadline_at
    chosen = None
    if registration.is_for_action:
        deadline_checked(urgency=document.urgency, deadline_at=registration.deadline_at)
        chosen = {"proposal": [_proposer(document, registration.proposer_id)]}
    if not document.register_number:
        document.register_number = _register_number(document.organ)
        document.registered_at = now()
    task = held.own_task or _flow_start(actor, document)
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=Opinion.Action.SUBMIT,
        text=review_words(failings=document.review_failings, text=registration.text),
        chosen=chosen,
        facts={"is_for_action": registration.is_for_action},
    )
    _audit(actor, document, "documents.incoming_register")
    return incoming_move(actor=actor, document=document, result=result)


def _review_keep(document: IncomingDocument, registration: Registration) -> None:
    document.review_failings = review_checked(failings=registration.review_failings)
    if document.review_failings and not registration.text.strip():
        message = "初审发现问题仍要登记的，请在“登记说明”中写明处理意见；应退回来文单位的，请点“退文”。"
        raise ValidationFailed(message, fields={"text": "请写明处理意见。"})


def _meant_for_us(document: IncomingDocument, registration: Registration) -> None:
    """D31: what is addressed to others is registered only with the reason in words. A number once given stands."""
    found = addressee_findings(document)
    if found and not document.register_number and not registration.text.strip():
        message = f"{found[0].message}确应由本机关办理的，请在“登记说明”中写明理由后登记。"
        raise ValidationFailed(message, fields={"text": "请写明理由。"}, rules=[found[0].rule])


def _duplicate_keep(document: IncomingDocument, registration: Registration) -> None:
    """Ask once: a reason given at entry stands."""
    if document.duplicate_reason or document.register_number:
        return
    advisory_lock(f"documents.incoming:{document.organ_id}")
    document.duplicate_reason = duplicate_refuse(
        organ_id=document.organ_id,
        number=document.source_number,
        title=document.title,
        source_name=document.source_name,
        reason=registration.duplicate_reason,
        besides=document.pk,
    )


def duplicate_refuse(
    *, organ_id: int, number: str, title: str, source_name: str, reason: str, besides: int = 0
) -> str:
    """The reason to keep: empty when the document is new. Raises `ValidationFailed` naming what is here when none is given."""
    found = duplicates_of(
        organ_id=organ_id, number=number, title=title, source_name=source_name, besides=besides
    )
    reason = " ".join(reason.split())
    if len(reason) > REASON_LIMIT:
        raise ValidationFailed(
            f"理由不能超过{REASON_LIMIT}字，请精简。", fields={"duplicate_reason": "理由过长。"}
        )
    if found and not reason:
        raise ValidationFailed(
            duplicate_words(found),
            fields={"duplicate_reason": "请写明仍要登记的理由。"},
            duplicates=[row.pk for row in found],
        )
    return reason if found else ""


def _proposer(document: IncomingDocument, wanted: int | None) -> int:
    candidates = [post.pk for post in proposer_candidates(document.organ_id)]
    if not candidates:
        raise InvalidState("本机关没有可以拟办的人员，请联系管理员设置办公室主任或文书。")
    if wanted is not None and wanted not in candidates:
        raise ValidationFailed(
            "所选拟办人已不在岗或无权拟办，请重新选择。", fields={"proposer": "请重新选择。"}
        )
    return wanted or candidates[0]


def _register_number(organ: Organ) -> str:
    """The next number of the organ's register of the year, under the register's row lock."""
    year = today().year
    IncomingRegister.objects.get_or_create(organ=organ, year=year)
    register = IncomingRegister.objects.select_for_update(of=("self",)).get(organ=organ, year=year)
    serial = register.next_serial
    register.next_serial = serial + 1
    register.save(update_fields=["next_serial"])
    return f"收〔{year}〕{serial}号"


def _flow_start(actor: Actor, document: IncomingDocument) -> Task:
    document.matter = matter_open(
        actor=actor,
        subject=subject_of(document),
        category=INCOMING_CATEGORY,
        title=document.title,
        urgency=document.urgency,
        origin_name=document.source_name,
        reference_number=document.source_number,
        organ_id=document.organ_id,
        dated_at=document.received_at,
    )
    document.save(update_fields=["matter"])
    # what usually follows, so that the strip shows the whole way before anybody has decided
    usual = {"needs_instruction": True, "needs_handling": True}
    run_start(actor=actor, matter=document.matter, procedure_code=INCOMING_CODE, facts=usual)
    task = open_task_of(actor, document)
    if task is None:
        raise InvalidState("流程没有为登记人建立待办，请联系管理员检查收文流程。")
    return task


def _audit(actor: Actor, document: IncomingDocument, action: str) -> None:
    record(
        action,
        actor=actor,
        subject=subject_of(document),
        subject_text=document.register_number or document.source_number or document.title[:200],
        facts={"for_action": bool(document.is_for_action), "version": document.version},
    )
