"""Where the approval of a meeting (or the signing of a proposed item) stands, and what of it is the actor's."""

from dataclasses import dataclass
from typing import Any

from apps.core.actors import Actor
from apps.meetings.models import AgendaProposal, Meeting
from apps.meetings.policies import approval_tasks
from apps.meetings.procedures import CATEGORY, FILING
from apps.workflow.definition import Duty
from apps.workflow.models import Run, Task
from apps.workflow.policies import serves_step
from apps.workflow.selectors import absent_of, opinion_columns, passage_of, steps_of


def approval_task(actor: Actor, row: Meeting | AgendaProposal) -> Task | None:
    """The open step the actor may decide: as holder, delegate or secretary."""
    return approval_tasks(actor, row).select_related("person").order_by("pk").first()


def running_approval(row: Meeting | AgendaProposal) -> Run | None:
    """The run of an approval that is not over."""
    return Run.objects.filter(matter_id=row.matter_id or 0, status=Run.Status.RUNNING).first()


def filing_task(row: Meeting | AgendaProposal) -> Task | None:
    """The asker's own open step: before it is sent up, and when it came back."""
    rows = Task.objects.filter(matter_id=row.matter_id or 0, state=Task.State.OPEN, step_code=FILING)
    return rows.first()


def recorded_leader(actor: Actor, task: Task | None) -> str:
    """The name of the leader for whom the actor, a secretary, may only record; "" for holders and delegates."""
    if task is None or task.person_id == actor.person_id:
        return ""
    duty = Duty(task.duty)
    serves = serves_step(actor.person_id, task.appointment_id, duty=duty, category=CATEGORY)
    return task.person.name if serves else ""


@dataclass(frozen=True, kw_only=True)
class Approval:
    """The steps of a running approval and the words said."""

    steps: list[Any]
    columns: list[Any]
    absent: tuple[str, ...]
    recorded_for: str


def approval_of(actor: Actor, row: Meeting | AgendaProposal) -> Approval | None:
    """What the page shows of it; None before the first request."""
    if row.matter is None:
        return None
    run = running_approval(row)
    passage = passage_of(run) if run is not None else None
    return Approval(
        steps=list(steps_of(passage)) if passage is not None else [],
        columns=[column for column in opinion_columns(row.matter) if column.opinions],
        absent=tuple(absent_of(passage)) if passage is not None and filing_task(row) is None else (),
        recorded_for=recorded_leader(actor, approval_task(actor, row)),
    )
