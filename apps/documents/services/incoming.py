"""收文办理 after registration: propose, instruct, assign, handle, complete; return, withdraw, urge.

Each verb: gate and lock, ability, version, the rule, the workflow's move, the document's state after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.submissions import claim
from apps.documents.models import HandlingUnit, IncomingDocument
from apps.documents.policies.incoming import (
    Ability,
    abilities_with,
    open_task_of,
    require,
)
from apps.documents.rules import IncomingPaper, incoming_findings_of
from apps.documents.selectors.dealings import is_lead_task
from apps.documents.selectors.incoming import (
    handling_candidates,
    incoming_for,
    incoming_title,
    leader_candidates,
)
from apps.documents.services.receiving import (
    deadline_checked,
    incoming_hold,
    incoming_move,
    live_run_id,
)
from apps.documents.services.steps import blocks_refuse
from apps.workflow.models import Opinion, Run
from apps.workflow.services import (
    run_urge,
    task_complete,
    task_return,
    task_withdraw,
    tasks_due_set,
)

PART_LIMIT = 200


@transaction.atomic
def incoming_propose(
    *,
    actor: Actor,
    incoming_id: int,
    expected_version: int,
    text: str,
    leader_ids: Sequence[int] = (),
    recorded_for_leader: bool = False,
    key: str = "",
) -> IncomingDocument:
    """拟办: say how to handle it and which leaders are to instruct; without leaders it goes straight to be assigned."""
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.PROPOSE,
        expected_version=expected_version,
        verb="documents.incoming_propose",
        key=key,
    )
    if held.is_repeat:
        return held.document
    allowed = {post.pk for post in leader_candidates(held.document.organ_id)}
    if not set(leader_ids) <= allowed:
        raise ValidationFailed(
            "所选领导已不在岗或不属于本机关，请重新选择。", fields={"leaders": "请重新选择批示领导。"}
        )
    leaders = list(dict.fromkeys(leader_ids))
    result = task_complete(
        actor=actor,
        task_id=held.task.pk,
        action=Opinion.Action.NOTE,
        text=text,
        chosen={"instruction": leaders} if leaders else None,
        facts={"needs_instruction": bool(leaders)},
        recorded_for_leader=recorded_for_leader,
    )
    return incoming_move(actor=actor, document=held.document, result=result)


@transaction.atomic
def incoming_instruct(
    *,
    actor: Actor,
    incoming_id: int,
    text: str = "",
    strokes: dict[str, Any] | None = None,
    is_circled: bool = False,
    recorded_for_leader: bool = False,
    key: str = "",
) -> IncomingDocument:
    """批示 with words or pen, or 圈阅 in one tap (which counts as consent). A secretary records with trace (代录)."""
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.INSTRUCT,
        expected_version=None,  # several leaders instruct at once; each writes into an own line
        verb="documents.incoming_instruct",
        key=key,
    )
    if held.is_repeat:
        return held.document
    result = task_complete(
        actor=actor,
        task_id=held.task.pk,
        action=Opinion.Action.CIRCLE_READ if is_circled else Opinion.Action.INSTRUCT,
        text=text,
        strokes=strokes,
        recorded_for_leader=recorded_for_leader,
    )
    return incoming_move(actor=actor, document=held.document, result=result)


@dataclass(frozen=True)
class HandlingChoice:
    """A unit that is to handle; exactly one leads. `assignment` is its part of the work, `deadline_at` its own time."""

    unit_id: int
    is_lead: bool = False
    assignment: str = ""
    deadline_at: datetime | None = None


@transaction.atomic
def incoming_assign(
    *,
    actor: Actor,
    incoming_id: int,
    expected_version: int,
    units: Sequence[HandlingChoice],
    deadline_at: datetime | None = None,
    text: str = "",
    key: str = "",
) -> IncomingDocument:
    """交办 to a lead and assisting units by a deadline; without units the document ends here, which `text` must explain.

    Each unit may have its own part and an earlier time of its own. Refuses several units without one lead (条例 art. 24, D32), an
    urgent document without a deadline (D33), a part that may last longer than the whole.
    """
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.ASSIGN,
        expected_version=expected_version,
        verb="documents.incoming_assign",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    if not units and not text.strip():
        raise ValidationFailed(
            "请选择承办科室；无需承办的，请在“交办意见”中写明办理结果。", fields={"units": "请选择承办科室。"}
        )
    choices = _one_lead(units)
    if units:
        until = deadline_at or document.deadline_at
        if until != document.deadline_at or until is None:
            until = deadline_checked(urgency=document.urgency, deadline_at=until)
        document.deadline_at = until
        _parts_check(choices, until)
    else:
        document.result = text.strip()[:1000]
    posts = _handlers_keep(document, choices)
    result = task_complete(
        actor=actor,
        task_id=held.task.pk,
        action=Opinion.Action.SUBMIT,
        text=text,
        chosen={"handle": posts} if posts else None,
        facts={"needs_handling": bool(posts)},
    )
    if result.current_step == "handle":
        _deadlines_set(document, result.run)
    return incoming_move(actor=actor, document=document, result=result)


def _parts_check(choices: Sequence[HandlingChoice], until: datetime | None) -> None:
    for choice in choices:
        if len(choice.assignment) > PART_LIMIT:
            raise ValidationFailed(
                f"分办事项不能超过{PART_LIMIT}字，现有{len(choice.assignment)}字，请精简。",
                fields={f"assignment-{choice.unit_id}": "过长。"},
            )
        if choice.deadline_at is None:
            continue
        field = f"deadline-{choice.unit_id}"
        if choice.deadline_at <= now():
            raise ValidationFailed("分办时限须晚于现在，请重新填写。", fields={field: "时限须晚于现在。"})
        if until is not None and choice.deadline_at > until:
            raise ValidationFailed("分办时限不能晚于整件的办理时限。", fields={field: "晚于办理时限。"})


def _deadlines_set(document: IncomingDocument, run: Run) -> None:
    """The whole's deadline for everybody, then the units' own; a person who handles for two units has the earlier one."""
    if document.deadline_at is not None:
        tasks_due_set(run=run, step_code="handle", due_at=document.deadline_at)
    own = [row for row in document.handling_units.all() if row.deadline_at is not None and row.post_id]
    for row in sorted(own, key=lambda row: row.deadline_at or now(), reverse=True):
        if row.deadline_at is not None and row.post_id is not None:
            tasks_due_set(run=run, step_code="handle", due_at=row.deadline_at, appointment_ids=[row.post_id])


def _one_lead(units: Sequence[HandlingChoice]) -> list[HandlingChoice]:
    """The units with exactly one lead; a single unit leads by itself."""
    chosen = list({choice.unit_id: choice for choice in units}.values())
    if len(chosen) == 1:
        return [replace(chosen[0], is_lead=True)]
    paper = IncomingPaper(unit_count=len(chosen), lead_count=sum(choice.is_lead for choice in chosen))
    blocks_refuse(found=incoming_findings_of(paper))
    return chosen


def _handlers_keep(document: IncomingDocument, units: list[HandlingChoice]) -> list[int]:
    """Write the handling units; the posts that get the to-do, the lead's first."""
    known = {unit.pk: (unit, post) for unit, post in handling_candidates(document.organ_id)}
    document.handling_units.all().delete()
    posts: list[int] = []
    for choice in sorted(units, key=lambda choice: not choice.is_lead):
        if choice.unit_id not in known:
            raise ValidationFailed(
                "所选科室不存在、已撤销或不属于本机关，请重新选择。", fields={"units": "请重新选择科室。"}
            )
        unit, post = known[choice.unit_id]
        if post is None:
            raise ValidationFailed(f"{unit.name}没有在岗人员，请改选承办科室。", fields={"units": "请改选。"})
        HandlingUnit.objects.create(
            document=document,
            unit=unit,
            is_lead=choice.is_lead,
            post=post,
            assignment=" ".join(choice.assignment.split()),
            deadline_at=choice.deadline_at,
        )
        posts.append(post.pk)
    return posts


@transaction.atomic
def incoming_handle(*, actor: Actor, incoming_id: int, text: str, key: str = "") -> IncomingDocument:
    """承办: report how it was handled. The lead unit's words become the document's result; all units must report."""
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.HANDLE,
        expected_version=None,  # units report side by side
        verb="documents.incoming_handle",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    result = task_complete(actor=actor, task_id=held.task.pk, action=Opinion.Action.NOTE, text=text)
    if is_lead_task(document, held.task):
        document.result = text.strip()[:1000]
    return incoming_move(actor=actor, document=document, result=result)


@transaction.atomic
def incoming_complete(
    *, actor: Actor, incoming_id: int, expected_version: int, text: str = "", key: str = ""
) -> IncomingDocument:
    """办结 after all units have reported, or after circulation of a document for information."""
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.COMPLETE,
        expected_version=expected_version,
        verb="documents.incoming_complete",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    result = task_complete(actor=actor, task_id=held.task.pk, action=Opinion.Action.SUBMIT, text=text)
    if not document.result:
        document.result = text.strip()[:1000]
    return incoming_move(actor=actor, document=document, result=result)


@transaction.atomic
def incoming_return(
    *, actor: Actor, incoming_id: int, to: str = "previous", text: str, key: str = ""
) -> IncomingDocument:
    """退回 inside the organ: to the previous or a passed step, with the reason."""
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.RETURN,
        expected_version=None,
        verb="documents.incoming_return",
        key=key,
    )
    if held.is_repeat:
        return held.document
    if not text.strip():
        raise ValidationFailed("请写明退回原因。", fields={"text": "请写明退回原因。"})
    result = task_return(actor=actor, task_id=held.task.pk, to=to, text=text)
    return incoming_move(actor=actor, document=held.document, result=result)


@transaction.atomic
def incoming_withdraw(*, actor: Actor, incoming_id: int, key: str = "") -> IncomingDocument:
    """Take the last own act back until the next handler has acted; otherwise the true reason is told."""
    held = incoming_hold(
        actor=actor,
        incoming_id=incoming_id,
        ability=Ability.WITHDRAW,
        expected_version=None,
        verb="documents.incoming_withdraw",
        key=key,
    )
    if held.is_repeat:
        return held.document
    result = task_withdraw(actor=actor, run_id=live_run_id(document=held.document))
    return incoming_move(actor=actor, document=held.document, result=result)


@transaction.atomic
def incoming_urge(*, actor: Actor, incoming_id: int, text: str = "") -> int:
    """催办: remind those who have not acted; how many were reminded."""
    document = incoming_for(actor, incoming_id)
    require(Ability.URGE, abilities_with(actor, document, open_task_of(actor, document)))
    return run_urge(actor=actor, run_id=live_run_id(document=document), text=text, is_granted=True)


@dataclass(frozen=True)
class UrgeResult:
    """How many documents and people a batch reached, and a sentence for each that could not be urged."""

    documents: int
    people: int
    refusals: tuple[str, ...]


@transaction.atomic
def incoming_urge_batch(
    *, actor: Actor, incoming_ids: Sequence[int], text: str = "", key: str = ""
) -> UrgeResult:
    """催办 of several documents; what cannot be urged now is named, the rest goes on. Refuses an empty choice."""
    wanted = sorted(set(incoming_ids))
    if not wanted:
        raise ValidationFailed("请先选择要催办的文件。")
    if not claim(person_id=actor.person_id, key=key, verb="documents.urge_batch"):
        return UrgeResult(len(wanted), 0, ())
    people, done, refusals = 0, 0, []
    for incoming_id in wanted:
        try:
            with transaction.atomic():
                people += incoming_urge(actor=actor, incoming_id=incoming_id, text=text)
            done += 1
        except (Forbidden, InvalidState) as refused:
            refusals.append(f"《{incoming_title(incoming_id)}》：{refused.message}")
    return UrgeResult(done, people, tuple(refusals))
