"""What the pages of an outgoing document show, gathered with a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Appointment
from apps.core.actors import Actor
from apps.documents.enums import OutgoingStatus, RetentionPeriod
from apps.documents.models import NumberSeries, OutgoingDocument
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of
from apps.documents.selectors.filing import filing_year, retention_suggested
from apps.documents.selectors.outgoing import (
    content_of,
    document_findings,
    issuing_organs,
    revisions_of,
    signer_candidates,
)
from apps.workflow.selectors import flow as flow_selectors
from apps.workflow.selectors import inbox, opinions
from apps.workflow.selectors.passages import passage_of

# The word on the main button of each step, and what the confirmation says will happen.
MAIN_ACTS: dict[str, tuple[str, str, str]] = {
    OutgoingStatus.DEPT_REVIEW: ("advance", "同意", ""),
    OutgoingStatus.COSIGN: ("advance", "同意会签", ""),
    OutgoingStatus.OFFICE_REVIEW: ("advance", "审核通过", ""),
    OutgoingStatus.SIGNING: (
        "advance",
        "签发",
        "签发后正文与附件即行锁定，转文书复核编号；再作修改须重新送签。",
    ),
    OutgoingStatus.RECHECK: ("advance", "复核通过", ""),
    OutgoingStatus.NUMBERING: ("number", "编号", "将按序取用下一个发文字号，编号后不能重复使用。"),
    OutgoingStatus.TYPESET: ("typeset", "生成正式文件", "按 GB/T 9704-2012 生成正式版面，供用印使用。"),
    OutgoingStatus.SEAL_USE: ("seal", "用印", "用印后文件内容不能再作任何修改。"),
    OutgoingStatus.DISTRIBUTE: ("distribute", "分发", "文件将立即送达全部主送、抄送机关。"),
    OutgoingStatus.FILING: ("file", "办结归档", "归档后文件只读。"),
}


@dataclass(frozen=True)
class MainAct:
    """The one primary button of the page."""

    act: str
    label: str
    warning: str


def picked_posts(posts: list[Appointment]) -> list[dict[str, Any]]:
    """Appointments as the picker island takes them."""
    return [
        {
            "key": f"appointment:{post.pk}",
            "kind": "appointment",
            "id": post.pk,
            "name": post.person.name,
            "detail": f"{post.organ.short_name} {post.post_title}",
            "has_children": False,
        }
        for post in posts
    ]


def edit_facts(actor: Actor, document: OutgoingDocument) -> dict[str, Any]:
    """What the editor page shows besides the document."""
    content = content_of(document)
    cosigners = list(
        document.cosign_appointments.select_related("person", "organ").order_by("rank_order", "id")
    )
    return {
        "content": content,
        "main_chosen": _picked_organs(content.main),
        "cc_chosen": _picked_organs(content.cc),
        "cosign_chosen": picked_posts(cosigners),
        "issuers": issuing_organs(document.organ),
        "findings": document_findings(document),
        "abilities": abilities_with(actor, document, open_task_of(actor, document)),
    }


def _picked_organs(entries: Any) -> list[dict[str, Any]]:
    return [
        {
            "key": f"organ:{entry.organ_id}",
            "kind": "organ",
            "id": entry.organ_id,
            "name": entry.name,
            "detail": entry.organ.full_name,
            "has_children": False,
        }
        for entry in entries
        if entry.organ is not None
    ]


def detail_facts(actor: Actor, document: OutgoingDocument) -> dict[str, Any]:
    """What the document page shows besides the document."""
    task = open_task_of(actor, document)
    can = abilities_with(actor, document, task)
    facts: dict[str, Any] = {
        "content": content_of(document),
        "abilities": can,
        "can": {ability.value: True for ability in can},
        "revisions": list(revisions_of(document)),
        "task": task,
        "main_act": _main_act(document, can),
    }
    if document.matter is not None:
        facts |= _flow_facts(actor, document, task)
    if Ability.HANDLE in can and document.status == OutgoingStatus.OFFICE_REVIEW:
        facts["signers"] = signer_candidates(document)
    if Ability.NUMBER in can:
        facts["series"] = list(
            NumberSeries.objects.filter(organ_id=document.issuing_organ_id).order_by("-year", "prefix")[:12]
        )
    if Ability.FILE in can:
        facts["filing"] = {
            "year": filing_year(document),
            "suggested": retention_suggested(document),
            "periods": RetentionPeriod.choices,
        }
    return facts


def _main_act(document: OutgoingDocument, can: frozenset[Ability]) -> MainAct | None:
    steps = {Ability.HANDLE, Ability.NUMBER, Ability.TYPESET, Ability.SEAL, Ability.DISTRIBUTE, Ability.FILE}
    if document.status in MAIN_ACTS and can & steps:
        return MainAct(*MAIN_ACTS[OutgoingStatus(document.status)])
    return None


def _flow_facts(actor: Actor, document: OutgoingDocument, task: Any) -> dict[str, Any]:
    matter = document.matter
    assert matter is not None  # noqa: S101  # asked by the caller
    run = flow_selectors.live_run(matter)
    if run is None:
        return {}
    passage = passage_of(run)
    return {
        "matter": matter,
        "run": run,
        "steps": flow_selectors.steps_of(passage),
        "withdrawal": flow_selectors.withdrawal_of(actor, passage),
        "form": flow_selectors.task_form(actor, task) if task is not None else None,
        "columns": opinions.opinion_columns(matter),
        "latest": opinions.latest_instruction(matter),
        "log": list(opinions.log_of(matter)),
        "reading": opinions.reading_tree(matter),
        "phrases": list(inbox.phrases_of(actor)),
        "is_following": inbox.is_following(actor, matter),
        "absent": flow_selectors.absent_of(passage),
    }
