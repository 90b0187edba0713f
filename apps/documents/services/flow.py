"""The way of an outgoing document: submission, review, countersigning, signing, recheck, return, withdrawal.

Each verb: gate and lock, ability, version, rules, the workflow's move, and what must be true together. The signature pins
the digest of text, fields and attachments; whatever comes after recheck refuses another digest (D27).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction

from apps.accounts.models import Role
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.enums import RoutingDirection
from apps.documents.events import DocumentSigned
from apps.documents.models import OutgoingDocument, SealedFile
from apps.documents.policies.outgoing import (
    Ability,
    abilities_with,
    bears_joint_seal,
    open_task_of,
    require,
)
from apps.documents.procedures import OUTGOING_CATEGORY, OUTGOING_CODE
from apps.documents.selectors.joint import cosigning_posts
from apps.documents.selectors.outgoing import (
    content_of,
    document_for,
    is_principal,
    needs_principal_head,
    signer_candidates,
    subject_of,
)
from apps.documents.services.drafting import DraftChanges, changes_keep
from apps.documents.services.numbering import number_release
from apps.documents.services.steps import (
    document_hold,
    document_touch,
    findings_required,
    reasons_keep,
    revision_keep,
    step_keep,
)
from apps.files.selectors import subject_hold
from apps.workflow.models import Opinion, Task
from apps.workflow.policies import appointment_runs
from apps.workflow.services import (
    StepResult,
    matter_open,
    run_start,
    run_terminate,
    run_urge,
    task_complete,
    task_return,
    task_withdraw,
)

ACTIONS = {
    Status.DEPT_REVIEW: Opinion.Action.APPROVE,
    Status.COSIGN: Opinion.Action.APPROVE,
    Status.OFFICE_REVIEW: Opinion.Action.APPROVE,
    Status.SIGNING: Opinion.Action.SIGN,
    Status.RECHECK: Opinion.Action.APPROVE,
}
Strokes = dict[str, Any] | None
NO_REASONS: Mapping[str, str] = MappingProxyType({})


@transaction.atomic
def outgoing_submit(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    changes: DraftChanges | None = None,
    text: str = "",
    reasons: Mapping[str, str] = NO_REASONS,
    key: str = "",
) -> OutgoingDocument:
    """Send the draft on its way (again), with what the page holds unsaved. Keeps a revision.

    Refuses what a rule blocks and whoever acts in another post than the draft was written in: its organ and unit steer the way.
    Each warning wants a reason, by its key in `reasons` or for all of them in `text`.
    """
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.SUBMIT,
        expected_version=expected_version,
        verb="documents.submit",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    _drafting_post_required(actor, document)
    if changes is not None:
        changes_keep(document=document, changes=changes)
    content = content_of(document)
    found = findings_required(document=document, content=content)
    reasons_keep(actor=actor, document=document, found=found, reasons=reasons, fallback=text)
    task = held.own_task or _flow_start(actor, document)
    revision_keep(actor=actor, document=document, content=content, reason="提交")
    chosen = {"cosign": cosigning_posts(document)}
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=Opinion.Action.SUBMIT,
        text=text,
        chosen={step: posts for step, posts in chosen.items() if posts},
        facts=_facts(actor, document, has_cosign=bool(chosen["cosign"])),
    )
    return step_keep(document=document, result=result)


def _drafting_post_required(actor: Actor, document: OutgoingDocument) -> None:
    """Raise `Forbidden` unless the drafter acts in the post in which the draft was written, or in the one that followed it there."""
    post = document.drafter_appointment
    is_same_place = (actor.organ_id, actor.unit_id) == (post.organ_id, post.unit_id)
    if actor.appointment_id == post.pk or (is_same_place and not appointment_runs(post)):
        return
    name = f"{post.organ.short_name}{post.post_title}"
    if not appointment_runs(post):
        raise Forbidden(
            f"您拟稿时的任职“{name}”已结束，不能再提交该文件，请通过“工作交接”交给接任者。",
            rule="post_ended",
        )
    raise Forbidden(f"该文件是以“{name}”的身份拟的，请先切换到该任职再提交。", rule="drafting_post")


def _flow_start(actor: Actor, document: OutgoingDocument) -> Task:
    """The matter's card and its run; the drafter's first to-do is what is completed by submitting."""
    unit = document.drafting_unit
    document.matter = matter_open(
        actor=actor,
        subject=subject_of(document),
        category=OUTGOING_CATEGORY,
        title=document.title,
        urgency=document.urgency,
        origin_name=unit.name if unit else document.organ.short_name,
        organ_id=document.organ_id,
        dated_at=document.created_at,
    )
    document.submitted_at = now()
    document.save(update_fields=["matter", "submitted_at"])
    run_start(actor=actor, matter=document.matter, procedure_code=OUTGOING_CODE, facts={})
    task = open_task_of(actor, document)
    if task is None:
        raise InvalidState("流程没有为拟稿人建立待办，请联系管理员检查发文流程。")
    return task


def _facts(actor: Actor, document: OutgoingDocument, *, has_cosign: bool) -> dict[str, bool]:
    """What steers the procedure. A unit's head (or a leader without unit) needs no check by a unit's head."""
    own_head = actor.unit_id is None or Role.UNIT_HEAD in actor.roles
    return {
        "needs_dept_review": not own_head,
        "has_cosign": has_cosign,
        "needs_principal_head": needs_principal_head(document),
        "is_sealed": document.is_sealed,
    }


@transaction.atomic
def outgoing_advance(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    text: str = "",
    strokes: Strokes = None,
    signer_id: int | None = None,
    recorded_for_leader: bool = False,
    reasons: Mapping[str, str] = NO_REASONS,
    key: str = "",
) -> OutgoingDocument:
    """Agree at the step that is open for the actor: check, countersign, review (naming the signer), sign, recheck.

    Refuses what a rule blocks; a warning nobody has given a reason for wants one by its key in `reasons`.
    """
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.HANDLE,
        expected_version=expected_version,
        verb="documents.advance",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    task, status = held.task, Status(document.status)
    if status is Status.SIGNING:
        subject_hold(subject_of(document))  # no attachment comes or goes while the digest is taken
        _signature_set(actor, document, task, is_recording=recorded_for_leader)
    content = content_of(document)
    principal = _signs_as_principal(actor, document, task) if status is Status.SIGNING else None
    found = findings_required(document=document, content=content, signer_is_principal=principal)
    reasons_keep(actor=actor, document=document, found=found, reasons=reasons)
    if status is Status.SIGNING:
        document.signed_hash = content.digest
    if status is not Status.COSIGN:
        revision_keep(actor=actor, document=document, content=content, reason=status.label)
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=ACTIONS[status],
        text=text,
        strokes=strokes,
        chosen=_chosen(document, status, signer_id),
        facts=_step_facts(document, status),
        recorded_for_leader=recorded_for_leader,
    )
    if status is Status.SIGNING:
        _signature_keep(actor, document, result)
    return step_keep(document=document, result=result)


def _signs_as_principal(actor: Actor, document: OutgoingDocument, task: Task) -> bool:
    """Whether the post that signs is the issuing organ's principal head's; the roles of the post one acts in are known."""
    if task.appointment.organ_id != document.issuing_organ_id:
        return False
    if actor.appointment_id == task.appointment_id and Role.PRINCIPAL_HEAD in actor.roles:
        return True
    return is_principal(task.appointment)


def _signature_set(actor: Actor, document: OutgoingDocument, task: Task, *, is_recording: bool) -> None:
    """Who signs and when, before the digest is taken: the name belongs on 上行文, the date to the document.

    A delegate signs in the own name, who records the leader's words (代录) in the leader's; workflow proves either standing.
    """
    acting = task.person_id != actor.person_id and not is_recording
    document.signer_id = actor.appointment_id if acting else task.appointment_id
    document.signed_at = now()
    document.document_date = today()
    name = actor.name if acting else task.person.name
    if document.routing_direction == RoutingDirection.UPWARD and name not in document.signatories:
        document.signatories = [name]
    document.signed_hash = ""


def _signature_keep(actor: Actor, document: OutgoingDocument, result: StepResult) -> None:
    record(
        "documents.sign",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.title[:200],
        facts={"content_hash": document.signed_hash, "version": document.version},
        on_behalf_of=result.on_behalf_of,
    )
    publish(DocumentSigned(document_id=document.pk))


def _chosen(document: OutgoingDocument, status: Status, signer_id: int | None) -> dict[str, list[int]] | None:
    """Whom this handler chooses for a later step."""
    if status is Status.DEPT_REVIEW:
        posts = cosigning_posts(document)
        return {"cosign": posts} if posts else None
    if status is not Status.OFFICE_REVIEW:
        return None
    candidates = signer_candidates(document)
    if not candidates:
        raise InvalidState(
            f"{document.issuing_organ.full_name}没有可以签发的负责人，请联系管理员补充任职后再提交。"
        )
    chosen = {post.pk: post for post in candidates}.get(signer_id or candidates[0].pk)
    if chosen is None:
        raise ValidationFailed(
            "所选签发人不能签发该文件：命令、重要公文和上行文须由发文机关主要负责人签发。",
            fields={"signer": "请改选签发人。"},
        )
    return {"signing": [chosen.pk]}


def _step_facts(document: OutgoingDocument, status: Status) -> dict[str, bool] | None:
    """Facts a reviewer may have changed by editing."""
    if status not in {Status.DEPT_REVIEW, Status.OFFICE_REVIEW, Status.SIGNING}:
        return None
    facts = {"needs_principal_head": needs_principal_head(document), "is_sealed": document.is_sealed}
    if status is Status.DEPT_REVIEW:
        facts["has_cosign"] = bool(cosigning_posts(document))
    return facts


@transaction.atomic
def outgoing_return(
    *, actor: Actor, document_id: int, expected_version: int, to: str, text: str, key: str = ""
) -> OutgoingDocument:
    """Send back to the previous step, a passed one or the drafter, with the reason. Recheck sends a changed text to its signer."""
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.RETURN,
        expected_version=expected_version,
        verb="documents.return",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    if not text.strip():
        raise ValidationFailed("请写明退回原因。", fields={"text": "请写明退回原因。"})
    revision_keep(actor=actor, document=document, content=content_of(document), reason="退回")
    result = task_return(actor=actor, task_id=held.task.pk, to=to, text=text)
    return step_keep(document=document, result=result)


@transaction.atomic
def outgoing_withdraw(*, actor: Actor, document_id: int, key: str = "") -> OutgoingDocument:
    """Take the last own act back until the next handler has acted. What bears a seal is not withdrawn."""
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.WITHDRAW,
        expected_version=None,
        verb="documents.withdraw",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    if SealedFile.objects.filter(document=document).exists():
        raise InvalidState("文件已经用印，不能撤回。已分发的，请在“分发情况”中对未签收单位逐个撤回。")
    if bears_joint_seal(document):
        raise InvalidState("文件已加盖联署机关的印章，不能撤回。如需改动，请由当前办理人退回“排版”环节。")
    result = task_withdraw(actor=actor, run_id=_live_run(document))
    return step_keep(document=document, result=result)


def _live_run(document: OutgoingDocument) -> int:
    run = document.matter.runs.filter(status="running").first() if document.matter else None
    if run is None:
        raise InvalidState("文件不在流转中，请刷新页面查看。")
    return run.pk


@transaction.atomic
def outgoing_urge(*, actor: Actor, document_id: int, text: str = "") -> int:
    """Remind those who have not acted; how many were reminded."""
    document = document_for(actor, document_id)
    require(Ability.URGE, abilities_with(actor, document, open_task_of(actor, document)))
    return run_urge(actor=actor, run_id=_live_run(document), text=text)


@transaction.atomic
def outgoing_cancel(
    *, actor: Actor, document_id: int, expected_version: int, reason: str
) -> OutgoingDocument:
    """作废 a document that came back to its drafter; the flow ends, its number (if any) becomes void with the reason."""
    document = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.CANCEL,
        expected_version=expected_version,
        verb="documents.cancel",
        key="",
    ).document
    if not reason.strip():
        raise ValidationFailed("请写明作废原因。", fields={"text": "请写明作废原因。"})
    run_terminate(actor=actor, run_id=_live_run(document), reason=reason)
    number_release(actor=actor, document=document, reason=f"公文作废：{reason}"[:200])
    document.status = Status.CANCELLED
    document_touch(document=document)
    record("documents.cancel", actor=actor, subject=subject_of(document), subject_text=document.title[:200])
    return document
