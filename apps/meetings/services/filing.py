"""What a meeting's approval and the signing of a proposed item share: the asker's own step, and the card in 待办."""

from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.core.subjects import Subject
from apps.meetings.models import AgendaProposal, Meeting
from apps.meetings.procedures import CATEGORY
from apps.meetings.selectors.approval import approval_task, filing_task, running_approval
from apps.workflow.models import Task
from apps.workflow.services import matter_open, matter_update, run_start, run_terminate


@transaction.atomic
def filing_taken(
    *, actor: Actor, row: Meeting | AgendaProposal, subject: Subject, procedure: str, title: str
) -> Task:
    """The actor's own first step. What a colleague had begun is ended, and begun anew by the actor."""
    if row.matter is None:
        row.matter = matter_open(
            actor=actor,
            subject=subject,
            category=CATEGORY,
            title=title,
            origin_name=row.unit.name if row.unit else row.organ.short_name,
            organ_id=row.organ_id,
        )
    run, task = running_approval(row), filing_task(row)
    if run is not None and task is not None and task.person_id == actor.person_id:
        return task
    if run is not None:
        run_terminate(actor=actor, run_id=run.pk, reason=f"由{actor.name}重新提交")
    run_start(actor=actor, matter=row.matter, procedure_code=procedure, facts={})
    begun = filing_task(row)
    if begun is None:
        raise InvalidState("流程没有为申请人建立待办，请联系管理员检查审批流程。")
    return begun


@transaction.atomic
def held_task(*, actor: Actor, row: Meeting | AgendaProposal) -> Task:
    """The step the actor decides. Raises `InvalidState` when there is none any more."""
    task = approval_task(actor, row)
    if task is None:
        raise InvalidState("没有待您审批的事项，可能已由他人办理，请刷新页面查看。")
    return task


@transaction.atomic
def filing_stopped(*, actor: Actor, row: Meeting | AgendaProposal, reason: str) -> None:
    """Nobody is asked any more."""
    run = running_approval(row)
    if run is not None:
        run_terminate(actor=actor, run_id=run.pk, reason=reason)


@transaction.atomic
def card_kept(*, row: Meeting | AgendaProposal, title: str, state: str) -> None:
    """The matter's card says what the thing is called and where its approval stands."""
    if row.matter is not None:
        matter_update(matter=row.matter, title=title, state_text=state, closed=running_approval(row) is None)
