"""To-dos given by a system outside the house: begun, finished and taken back in that system's name, by no person.

The app that keeps the subject says which system may do it; the procedure's first step is the post's that is to act.
"""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import Appointment
from apps.core.errors import InvalidState
from apps.workflow.engine import Complete, Terminate, start
from apps.workflow.models import Matter, Run, Task
from apps.workflow.selectors.passages import Passage, passage_locked
from apps.workflow.services.deadlines import tasks_due_set
from apps.workflow.services.moves import Act, Seating, StepResult, moved_keep, run_move
from apps.workflow.services.runs import passage_new


@transaction.atomic
def run_give(
    *,
    giver: str,
    matter: Matter,
    procedure_code: str,
    appointment: Appointment,
    due_at: datetime | None = None,
) -> Run:
    """Put the matter on the list of the person in `appointment`, in the name of `giver`. Raises as `run_start` does."""
    passage = passage_new(matter=matter, procedure_code=procedure_code, post=appointment, facts={}, chosen={})
    definition = passage.definition
    act = _act(giver, passage, definition.start, verb="推送", audit="workflow.start")
    moved_keep(passage=passage, after=start(definition, seats=Seating(passage)), act=act)
    if due_at is not None:
        tasks_due_set(run=passage.run, step_code=definition.start, due_at=due_at)
    return passage.run


@transaction.atomic
def given_finish(*, giver: str, run_id: int) -> StepResult:
    """It was done where it came from: the to-do leaves the list for 已办. Raises `InvalidState` when nothing is open."""
    passage = passage_locked(run_id=run_id)
    task = next((row for row in passage.rows.values() if row.state == Task.State.OPEN), None)
    if task is None:
        raise InvalidState("该待办已经不在办理中。")
    step = passage.step_of(task)
    act = _act(giver, passage, step.code, verb="办结", audit="workflow.complete")
    return run_move(passage=passage, command=Complete(task.key, step.main_action), act=act)


@transaction.atomic
def given_end(*, giver: str, run_id: int, reason: str) -> StepResult:
    """It is asked for no more: the to-do is taken off the list. Raises `InvalidState` when the run is over."""
    passage = passage_locked(run_id=run_id)
    act = _act(
        giver, passage, passage.state.here.step, verb="撤回", audit="workflow.terminate", note=reason.strip()
    )
    return run_move(passage=passage, command=Terminate(), act=act)


def _act(giver: str, passage: Passage, code: str, *, verb: str, audit: str, note: str = "") -> Act:
    return Act(
        actor=None,
        verb=verb,
        audit=audit,
        step=passage.definition.step(code),
        shown_name=giver[:40],
        post_text="外部系统",
        note=note[:2000],
        facts={"giver": giver},
    )
