"""What the form of each step shows besides the opinion: signers, numbers, the laid-out file, the seal, recipients, filing."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from apps.accounts.models import Organ
from apps.core.clock import today
from apps.documents.enums import DocumentFormat, RetentionPeriod
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.policies.outgoing import STEP_ABILITIES, Ability
from apps.documents.selectors.filing import filing_year, next_item_number, retention_suggested
from apps.documents.selectors.numbering import reserved_for_document, series_for_document, tenure_of
from apps.documents.selectors.outgoing import Content, is_changed_since_signing, signer_candidates
from apps.documents.selectors.seals import open_seal_use, seal_lack, seal_to_set, sealing_organ_id
from apps.documents.selectors.sheets import standard_mark
from apps.documents.selectors.winding_up import is_abolished
from apps.workflow.models import Task


@dataclass(frozen=True)
class MainAct:
    """The one primary button: verb in the address, words on the button, what the confirmation says will happen."""

    act: str
    label: str
    warning: str = ""


MAIN_ACTS: dict[Status, MainAct] = {
    Status.DEPT_REVIEW: MainAct("advance", "同意"),
    Status.COSIGN: MainAct("advance", "同意会签"),
    Status.OFFICE_REVIEW: MainAct("advance", "审核通过"),
    Status.SIGNING: MainAct(
        "advance", "签发", "签发后正文、要素和附件即行锁定，转文书复核；再作修改须重新送签。"
    ),
    Status.RECHECK: MainAct("advance", "复核通过", "复核通过后正文不能再修改，转编号。"),
    Status.NUMBERING: MainAct("number", "编号", "将取用所选序列的下一个发文字号，字号不重复使用。"),
    Status.TYPESET: MainAct("typeset", "生成正式文件", "按 GB/T 9704-2012 生成正式文件，印发日期为今天。"),
    Status.JOINT_SEAL: MainAct(
        "seal", "加盖本机关印章", "用印后文件的任何内容都不能再改动，请确认已核对无误。"
    ),
    Status.SEAL_USE: MainAct("seal", "加盖印章", "用印后文件的任何内容都不能再改动，请确认已核对无误。"),
    Status.DISTRIBUTE: MainAct("distribute", "分发", "文件将立即送达全部主送、抄送机关。"),
    Status.FILING: MainAct("file", "归档", "归档后文件只读，件号不再变更。"),
}
CONFIRM_SEAL = MainAct("seal_request", "确认用印单")
KEEP_NUMBER = MainAct("number", "确认字号")


def main_act(document: OutgoingDocument, can: frozenset[Ability], facts: dict[str, Any]) -> MainAct | None:
    """The primary act of whoever holds the step now."""
    status = Status(document.status)
    if status not in STEP_ABILITIES or STEP_ABILITIES[status] not in can:
        return None
    if status is Status.RECHECK and facts.get("is_changed"):
        return None
    if STEP_ABILITIES[status] is Ability.SEAL and facts.get("seal_use") is None:
        return CONFIRM_SEAL
    if STEP_ABILITIES[status] is Ability.SEAL and document.layout == DocumentFormat.ORDER:
        return replace(MAIN_ACTS[status], label="加盖签名章")
    if status is Status.NUMBERING and document.document_number:
        return KEEP_NUMBER
    return MAIN_ACTS[status]


def step_facts(
    document: OutgoingDocument, can: frozenset[Ability], content: Content, task: Task | None
) -> dict[str, Any]:
    """What the holder's form shows; nothing for everybody else."""
    status = Status(document.status)
    if status not in STEP_ABILITIES or STEP_ABILITIES[status] not in can:
        return {}
    if STEP_ABILITIES[status] is Ability.SEAL:
        return _seal_facts(document, sealing_organ_id(document, task))
    return FACTS[status](document, content) if status in FACTS else {}


def _number_facts(document: OutgoingDocument, _content: Content) -> dict[str, Any]:
    return {
        "series": series_for_document(document),
        "fresh_number": _fresh_number(document),
        "reserved": list(reserved_for_document(document)[:50]),
        "own_number": document.numbers.filter(status="used").first(),
    }


def _fresh_number(document: OutgoingDocument) -> str:
    """The first number of a series that this document will open."""
    organ, tenure = document.issuing_organ, tenure_of(document)
    if tenure is None:
        return f"{organ.organ_code}〔{today().year}〕1号（本年首个）"
    return f"{standard_mark(organ, document.layout)}第1号（{tenure.person.name}任期首个）"


def _seal_facts(document: OutgoingDocument, organ_id: int) -> dict[str, Any]:
    seal = seal_to_set(document, organ_id)
    image = f"data:image/svg+xml;base64,{b64encode(seal.image_svg.encode()).decode()}" if seal else ""
    lack = "" if seal else seal_lack(document, Organ.objects.get(pk=organ_id))
    return {
        "seal": seal,
        "seal_image": image,
        "seal_lack": lack,
        "seal_use": open_seal_use(document, seal),
    }


def _recipient_facts(_document: OutgoingDocument, content: Content) -> dict[str, Any]:
    organs = [entry for entry in content.recipients if entry.organ is not None]
    gone = [entry for entry in organs if entry.organ and is_abolished(entry.organ)]
    outside = [entry for entry in content.recipients if entry.organ is None]
    return {"send_count": len(organs) - len(gone), "gone": gone, "outside": outside}


def _filing_facts(document: OutgoingDocument, _content: Content) -> dict[str, Any]:
    year, suggested = filing_year(document), retention_suggested(document)
    return {
        "filing_years": range(year, today().year + 1),
        "retention_suggested": suggested,
        "retentions": [
            (value, label, next_item_number(document.organ_id, year, value))
            for value, label in RetentionPeriod.choices
        ],
    }


FACTS: dict[Status, Callable[[OutgoingDocument, Content], dict[str, Any]]] = {
    Status.OFFICE_REVIEW: lambda document, _content: {"signers": signer_candidates(document)},
    Status.RECHECK: lambda document, content: {"is_changed": is_changed_since_signing(document, content)},
    Status.NUMBERING: _number_facts,
    Status.DISTRIBUTE: _recipient_facts,
    Status.FILING: _filing_facts,
}
