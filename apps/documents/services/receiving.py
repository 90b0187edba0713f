"""What every step of an incoming document shares: the gate before it, the document's move after it, deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim
from apps.documents.enums import IncomingStatus as Status
from apps.documents.enums import ReviewPoint
from apps.documents.events import IncomingCompleted
from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import Ability, abilities_with, open_task_of, require
from apps.documents.rules import IncomingPaper, incoming_findings_of
from apps.documents.selectors.incoming import incoming_for, subject_of
from apps.documents.services.steps import blocks_refuse
from apps.workflow.models import Task
from apps.workflow.policies import reach_of
from apps.workflow.services import StepResult

REGISTER_STEP = "register"


@dataclass(frozen=True, kw_only=True)
class HeldIncoming:
    """A document held for one verb. `is_repeat`: this very submission was carried out before, so nothing is left to do."""

    document: IncomingDocument
    own_task: Task | None
    is_repeat: bool = False

    @property
    def task(self) -> Task:
        """The actor's open to-do; abilities of steps are granted with one only."""
        if self.own_task is None:
            raise InvalidState("该文件的待办已被他人办理，请刷新页面查看。")
        return self.own_task


def incoming_hold(
    *, actor: Actor, incoming_id: int, ability: Ability, expected_version: int | None, verb: str, key: str
) -> HeldIncoming:
    """Lock the document for `verb`. Refuses who may not, and a version other than the one the asker has seen."""
    reach = reach_of(actor.person_id)
    document = incoming_for(actor, incoming_id, lock=True, reach=reach)
    if not claim(person_id=actor.person_id, key=key, verb=verb):
        return HeldIncoming(document=document, own_task=None, is_repeat=True)
    task = open_task_of(actor, document, reach)
    require(ability, abilities_with(actor, document, task))
    if expected_version is not None and expected_version != document.version:
        raise Conflict(
            "文件已由他人办理或修改，您看到的不是最新状态，刚才的操作没有生效。请刷新页面后再办理。",
            version=document.version,
            status=document.get_status_display(),
        )
    return HeldIncoming(document=document, own_task=task)


def incoming_move(*, actor: Actor, document: IncomingDocument, result: StepResult) -> IncomingDocument:
    """Bring the document to the step its run has reached; the end stamps 办结 and is told."""
    if result.current_step is None:
        document.status, document.completed_at = Status.COMPLETED, now()
        record(
            "documents.complete_incoming",
            actor=actor,
            subject=subject_of(document),
            subject_text=document.register_number,
            facts={"version": document.version + 1},
        )
        publish(IncomingCompleted(incoming_id=document.pk))
    else:
        at_register = result.current_step == REGISTER_STEP
        document.status = Status.SIGNED_FOR if at_register else Status(result.current_step)
        document.completed_at = None
    document.version += 1
    document.save()
    return document


def deadline_checked(*, urgency: str, deadline_at: datetime | None) -> datetime | None:
    """The deadline if it lies ahead. Refuses an urgent document without one (条例 art. 24, D33)."""
    paper = IncomingPaper(is_urgent=bool(urgency), has_deadline=deadline_at is not None)
    blocks_refuse(found=incoming_findings_of(paper))
    if deadline_at is not None and deadline_at <= now():
        raise ValidationFailed("办理时限须晚于现在，请重新填写。", fields={"deadline_at": "时限须晚于现在。"})
    return deadline_at


def review_checked(*, failings: Sequence[str]) -> list[str]:
    """What 初审 found, each once in the order of 条例 art. 24. Refuses what is not a review point."""
    if unknown := set(failings) - set(ReviewPoint.values):
        raise ValidationFailed(f"初审事项“{next(iter(unknown))[:20]}”不存在，请刷新页面后重新选择。")
    return [point.value for point in ReviewPoint if point in failings]


def review_words(*, failings: Sequence[str], text: str) -> str:
    """The findings of 初审 and what the reviewer adds, as one sentence."""
    found = "；".join(ReviewPoint(point).label for point in failings)
    return "：".join(part for part in (found, text.strip()) if part)


def live_run_id(*, document: IncomingDocument) -> int:
    """The running flow of the document. Raises `InvalidState`."""
    run = document.matter.runs.filter(status="running").first() if document.matter else None
    if run is None:
        raise InvalidState("文件不在办理中，请刷新页面查看。")
    return run.pk
