"""Carrying out one engine command: rows, log, audit, events and frames, all in the verb's transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.accounts.selectors import delegates_of
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.events import Event, publish_all
from apps.core.realtime import person_topic, tell
from apps.core.reminding import date_give
from apps.core.subjects import Subject
from apps.workflow.assignees import Situation, handlers_of
from apps.workflow.definition import Step
from apps.workflow.engine import Cause, Command, Item, ItemState, Refused, State, Status, apply
from apps.workflow.events import RunFinished, TaskClosed, TaskOpened
from apps.workflow.lights import TASK_SCHEDULE
from apps.workflow.models import Matter, Run, StepLog, Task
from apps.workflow.selectors.absences import absence_words
from apps.workflow.selectors.passages import Passage, refusal, state_json

END_WORDS = {Status.COMPLETED: "已办结", Status.TERMINATED: "已终止"}
NAMES_SHOWN = 10
CHANGEABLE = (
    "state", "outcome", "closed_by_key", "done_at", "acted_by", "arrived_at", "due_from", "due_at", "is_due_provisional",
    "next_reminder_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class StepResult:
    """What an act did. `current_step` None when the run is over; `absent` are sentences about handlers who are away."""

    run: Run
    completed_step: str
    current_step: str | None
    current_name: str
    step_finished: bool
    run_finished: bool
    on_behalf_of: str = ""
    handlers: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who does what, in the words the log keeps; `actor` None is a system outside the house."""

    actor: Actor | None
    verb: str
    audit: str
    step: Step
    shown_name: str
    post_text: str
    note: str = ""
    on_behalf_of: str = ""
    done_key: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class Seating:
    """Finds the holders of a step for the engine and remembers them as rows' people."""

    def __init__(self, passage: Passage) -> None:
        run = passage.run
        self._situation = Situation(run.matter.organ_id, run.initiator_appointment, run.chosen)
        self._posts = passage.posts

    def __call__(self, step: Step, kept: tuple[int, ...]) -> tuple[int, ...]:
        """The holders' appointment ids. Raises when nobody is found."""
        found = handlers_of(step, self._situation, kept)
        self._posts |= {post.pk: post for post in found}
        return tuple(post.pk for post in found)


def run_move(*, passage: Passage, command: Command, act: Act) -> StepResult:
    """Apply `command` to the locked passage and keep everything that follows from it. Raises the refusal in words."""
    seats = Seating(passage)
    try:
        after = apply(passage.definition, passage.state, command, facts=passage.run.facts, seats=seats)
    except Refused as refused:
        raise refusal(passage, refused) from refused
    return moved_keep(passage=passage, after=after, act=act)


def moved_keep(*, passage: Passage, after: State, act: Act) -> StepResult:
    """Write the difference between the passage and `after`, log it, audit it, tell it."""
    moment = now()
    opened, closed = _rows_keep(passage, after, act, moment)
    _run_keep(passage, after, moment)
    step = passage.definition.step(after.here.step)
    is_over = after.status is not Status.RUNNING
    has_moved = len(after.visits) != len(passage.state.visits) or after.trail != passage.state.trail
    names = tuple(passage.posts[row.appointment_id].person.name for row in opened)
    StepLog.objects.create(
        matter=passage.run.matter,
        run=passage.run,
        verb=act.verb,
        step_name=act.step.name,
        person_name=act.shown_name,
        post_text=act.post_text,
        to_text=END_WORDS[after.status] if is_over else _to_words(step, names),
        note=act.note,
        at=moment,
    )
    _audit(passage, act, after)
    absent = _tell(passage, after, opened, closed)
    return StepResult(
        run=passage.run,
        completed_step=act.step.code,
        current_step=None if is_over else step.code,
        current_name="" if is_over else step.name,
        step_finished=has_moved or is_over,
        run_finished=after.status is Status.COMPLETED,
        on_behalf_of=act.on_behalf_of,
        handlers=names,
        absent=absent,
    )


def _rows_keep(passage: Passage, after: State, act: Act, moment: datetime) -> tuple[list[Task], list[Task]]:
    """Write new and changed task rows; those that became open, those that left somebody's list."""
    fresh: list[Task] = []
    changed: list[Task] = []
    opened: list[Task] = []
    closed: list[Task] = []
    for item in after.items:
        row = passage.rows.get(item.key)
        was = row.state if row else ""
        if row is None:
            row = _new_row(passage, after, item, act, moment)
            fresh.append(row)
        elif was != item.state or row.closed_by_key != item.closed_by:
            changed.append(row)
        else:
            continue
        _change(row, item, passage.definition.step(row.step_code), act, moment)
        if item.state is ItemState.OPEN:
            opened.append(row)
        elif was == ItemState.OPEN:
            closed.append(row)
    if len(changed) == 1:  # the usual act; one plain statement is worded in a tenth of the time
        changed[0].save(update_fields=CHANGEABLE)
    elif changed:
        Task.objects.bulk_update(changed, CHANGEABLE)
    Task.objects.bulk_create(fresh)
    return opened, closed


def _new_row(passage: Passage, after: State, item: Item, act: Act, moment: datetime) -> Task:
    visit = after.visits[item.visit]
    step = passage.definition.step(visit.step)
    before = _before(passage, step, visit.number, item)
    return Task(
        run=passage.run,
        matter=passage.run.matter,
        key=item.key,
        duty=step.duty,
        step_code=step.code,
        step_name=step.name,
        visit=visit.number,
        rank_order=item.order,
        person_id=passage.posts[item.holder].person_id,
        appointment_id=item.holder,
        previous_name=act.shown_name[:40],
        arrived_at=moment,
        due_from=(before.due_from or before.arrived_at) if before else None,
        due_at=before.due_at if before else None,
        is_due_provisional=before is not None and before.is_due_provisional,
        is_due_named=before is not None and before.is_due_named,
        next_reminder_at=before.next_reminder_at if before else None,
    )


def _before(passage: Passage, step: Step, visit: int, item: Item) -> Task | None:
    """The row whose place a new one takes in a visit that went on: its deadline stays."""
    same = [
        row
        for row in passage.rows.values()
        if (row.step_code, row.visit, row.rank_order) == (step.code, visit, item.order)
    ]
    return same[-1] if same else None


def _change(row: Task, item: Item, step: Step, act: Act, moment: datetime) -> None:
    """Bring a row to its item: times follow the state, a deadline starts when the row opens for the first time."""
    was = row.state if row.pk else ""
    row.state, row.outcome, row.closed_by_key = item.state, item.outcome, item.closed_by
    if item.state is ItemState.OPEN:
        row.done_at, row.acted_by_id = None, None
        if was in {"", Task.State.WAITING}:
            row.arrived_at = moment
        if row.due_at is None and step.due_workdays is not None:
            row.due_from = moment
            date_give(row, start=moment, workdays=step.due_workdays, schedule=TASK_SCHEDULE)
    elif item.state is ItemState.DONE:
        row.done_at, row.acted_by_id = moment, act.actor.person_id if act.actor else None
    elif was in {Task.State.OPEN, Task.State.WAITING} and item.state is not ItemState.WAITING:
        row.done_at = moment


def _run_keep(passage: Passage, after: State, moment: datetime) -> None:
    run, matter = passage.run, passage.run.matter
    run.state, run.status = state_json(after), after.status
    run.lock_version += 1
    is_over = after.status is not Status.RUNNING
    run.finished_at = moment if is_over else None
    run.save(update_fields=["state", "status", "facts", "chosen", "finished_at", "lock_version"])
    name = END_WORDS.get(after.status) or passage.definition.step(after.here.step).name
    if matter.state_text != name or is_over:
        matter.state_text = name
        matter.closed_at = moment if is_over else None
        Matter.objects.filter(pk=matter.pk).update(state_text=name, closed_at=matter.closed_at)


def _to_words(step: Step, names: tuple[str, ...]) -> str:
    if not names:
        return ""
    shown = "、".join(names[:NAMES_SHOWN]) + (f"等{len(names)}人" if len(names) > NAMES_SHOWN else "")
    return f"{step.name}：{shown}"


def _audit(passage: Passage, act: Act, after: State) -> None:
    matter = passage.run.matter
    record(
        act.audit,
        actor=act.actor,
        subject=Subject(matter.subject_kind, matter.subject_id),
        subject_text=matter.reference_number or f"事项{matter.pk}",
        facts={
            "run": passage.run.pk,
            "step": act.step.code,
            "to": "" if after.status is not Status.RUNNING else after.here.step,
            **act.facts,
        },
        on_behalf_of=act.on_behalf_of,
    )


def _tell(passage: Passage, after: State, opened: list[Task], closed: list[Task]) -> tuple[str, ...]:
    """Events and live frames; sentences about those who are away."""
    matter_id = passage.run.matter_id
    is_return = after.here.cause is Cause.RETURN and len(after.visits) != len(passage.state.visits)
    events: list[Event] = [
        *(TaskClosed(task_id=row.pk, person_id=row.person_id, matter_id=matter_id) for row in closed),
        *(
            TaskOpened(task_id=row.pk, person_id=row.person_id, matter_id=matter_id, is_return=is_return)
            for row in opened
        ),
    ]
    if after.status is not Status.RUNNING:
        events.append(RunFinished(run_id=passage.run.pk, matter_id=matter_id))
    publish_all(events)
    holders = [passage.posts[row.appointment_id] for row in opened]
    delegations = delegates_of([post.pk for post in holders]) if holders else []
    people = {row.person_id for row in (*opened, *closed)} | {
        delegation.delegate.person_id for delegation in delegations
    }
    if people:
        tell([person_topic(pk) for pk in sorted(people)], kind="inbox", ids=[matter_id])
    return absence_words(holders=holders, delegations=delegations)
