"""Where a run is, who has it, what may follow: for the strip, the diagram and the buttons."""

from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import Appointment
from apps.accounts.selectors import delegates_of
from apps.core.actors import Actor
from apps.workflow.assignees import rule_words, running_appointments
from apps.workflow.definition import END, Mode, Rule, Step
from apps.workflow.diagram import Drawing, draw
from apps.workflow.engine import Status, return_targets, withdrawal_refusal
from apps.workflow.models import Matter, Run, Task
from apps.workflow.policies import Standing, standing_of, withdrawal_barred
from apps.workflow.selectors.absences import absence_words
from apps.workflow.selectors.passages import Passage, moment_words, passage_of, refusal


@dataclass(frozen=True)
class FlowPerson:
    """One holder of a step: who, how to reach, and when it arrived, was opened and done."""

    task_id: int
    name: str
    post: str
    phone: str
    state: str
    state_text: str
    outcome: str
    arrived_at: datetime
    opened_at: datetime | None
    done_at: datetime | None
    due_at: datetime | None
    urged_at: datetime | None
    acted_by: str


@dataclass(frozen=True)
class FlowStep:
    """A step as the strip shows it: `state` is done, now or next; `who` and `time` are ready words."""

    code: str
    name: str
    state: str
    who: str
    people: tuple[FlowPerson, ...] = ()
    done_at: datetime | None = None
    due_at: datetime | None = None


def live_run(matter: Matter) -> Run | None:
    """The newest run of a matter, live or ended."""
    return Run.objects.filter(matter=matter).order_by("-started_at", "-id").first()


def flow_steps(run: Run) -> list[FlowStep]:
    """The steps passed, the present one and those that will follow as the facts now stand. Two queries."""
    return steps_of(passage_of(run))


def steps_of(passage: Passage) -> list[FlowStep]:
    """As `flow_steps`, from a passage already read."""
    state, definition = passage.state, passage.definition
    route = state.route()
    steps = [
        _flow_step(
            passage, index, "done" if index != route[-1] or state.status is not Status.RUNNING else "now"
        )
        for index in route
    ]
    if state.status is Status.RUNNING:
        ahead = definition.ahead(state.here.step, passage.run.facts)
        steps += [FlowStep(step.code, step.name, "next", _next_who(passage, step)) for step in ahead]
    return steps


def _flow_step(passage: Passage, index: int, state: str) -> FlowStep:
    visit = passage.state.visits[index]
    rows = [passage.rows[item.key] for item in passage.state.items_of(index)]
    rows = [row for row in rows if state == "now" or row.state != Task.State.SUPERSEDED]
    people = tuple(_person(row) for row in rows)
    done = [row.done_at for row in rows if row.state == Task.State.DONE and row.done_at]
    due = [row.due_at for row in rows if row.state == Task.State.OPEN and row.due_at]
    return FlowStep(
        code=visit.step,
        name=passage.definition.step(visit.step).name,
        state=state,
        who=_who(people, passage.definition.step(visit.step).mode),
        people=people,
        done_at=max(done) if done and state == "done" else None,
        due_at=min(due) if due else None,
    )


def _person(row: Task) -> FlowPerson:
    return FlowPerson(
        task_id=row.pk,
        name=row.person.name,
        post=row.appointment.post_title,
        phone=row.person.phone,
        state=row.state,
        state_text=row.get_state_display(),
        outcome=row.outcome,
        arrived_at=row.arrived_at,
        opened_at=row.opened_at,
        done_at=row.done_at if row.state == Task.State.DONE else None,
        due_at=row.due_at,
        urged_at=row.urged_at,
        acted_by=row.acted_by.name if row.acted_by and row.acted_by_id != row.person_id else "",
    )


def _who(people: tuple[FlowPerson, ...], mode: Mode) -> str:
    """One name, the first of several who may act, or how many of all have acted."""
    if not people:
        return ""
    if len(people) == 1:
        return people[0].name
    if mode is Mode.FIRST:
        return f"{people[0].name}等{len(people)}人"
    done = sum(person.state == Task.State.DONE for person in people)
    return f"{done} / {len(people)} 已办"


def _next_who(passage: Passage, step: Step) -> str:
    chosen = passage.run.chosen.get(step.code)
    return f"已选 {len(chosen)} 人" if chosen else rule_words(step)


def run_drawing(passage: Passage) -> Drawing:
    """The procedure's diagram with the steps of this run done, present or still to come."""
    steps = steps_of(passage)
    route = [passage.state.visits[index].step for index in passage.state.route()]
    return draw(
        passage.definition,
        notes={code: rule_words(step) for code, step in passage.definition.steps.items()}
        | {step.code: step.who for step in steps},
        states={step.code: step.state for step in steps},
        route=[*route, END] if passage.state.status is Status.COMPLETED else route,
    )


@dataclass(frozen=True)
class Withdrawal:
    """Whether the actor may take the last act back; `reason` when not, `warning` when somebody has opened it already."""

    is_shown: bool
    can: bool
    reason: str = ""
    warning: str = ""


def withdrawal_of(actor: Actor, passage: Passage) -> Withdrawal:
    """The withdraw button: shown to whoever acted in a run, with the true reason when it is too late."""
    latest = passage.last_act(actor.person_id)
    if latest is None:
        return Withdrawal(is_shown=False, can=False)
    refused = withdrawal_refusal(passage.definition, passage.state, latest.key)
    if refused is not None:
        return Withdrawal(is_shown=True, can=False, reason=refusal(passage, refused).message)
    if barred := withdrawal_barred(latest):
        return Withdrawal(is_shown=True, can=False, reason=barred)
    seen = [
        f"{row.person.name}已于{moment_words(row.opened_at)}打开"
        for row in passage.rows.values()
        if row.state == Task.State.OPEN and row.opened_at and row.person_id != actor.person_id
    ]
    return Withdrawal(is_shown=True, can=True, warning="，".join(seen))


@dataclass(frozen=True)
class TaskForm:
    """What the opinion form of an open task needs."""

    task: Task
    step: Step
    standing: Standing
    column: str
    next_words: str
    targets: tuple[tuple[str, str], ...]
    choices: tuple[tuple[Step, tuple[Appointment, ...]], ...]
    absent: tuple[str, ...]


def task_form(actor: Actor, task: Task) -> TaskForm | None:
    """Everything the opinion form shows; None when the actor may not act on the task."""
    passage = passage_of(task.run)
    row = passage.rows[task.key]
    step = passage.step_of(row)
    standing = standing_of(
        actor, row, step=step, category=passage.category, head_only=passage.is_head_only(step)
    )
    if standing is None:
        return None
    following = next(iter(passage.definition.ahead(step.code, passage.run.facts)), None)
    targets = [
        (code, passage.definition.step(code).name)
        for code in return_targets(passage.definition, passage.state)
    ]
    return TaskForm(
        task=row,
        step=step,
        standing=standing,
        column=step.column or step.name,
        next_words=_next_words(passage, following),
        targets=tuple(reversed(targets)),
        choices=tuple(
            (wanted, _chosen(passage, wanted)) for wanted in passage.definition.chosen_by(step.code)
        ),
        absent=absent_of(passage),
    )


def _next_words(passage: Passage, step: Step | None) -> str:
    """Where the document goes from here, such as 文书 复核."""
    if step is None:
        return "办结"
    if step.assignee.rule is Rule.CHOSEN:
        return step.name
    return f"{_next_who(passage, step)} {step.name}"


def _chosen(passage: Passage, step: Step) -> tuple[Appointment, ...]:
    ids = passage.run.chosen.get(step.code, [])
    return tuple(running_appointments().filter(pk__in=ids)) if ids else ()


def absent_of(passage: Passage) -> tuple[str, ...]:
    """Sentences about present handlers who are away. Two queries."""
    holders = [row.appointment for row in passage.rows.values() if row.state == Task.State.OPEN]
    return absence_words(holders=holders, delegations=delegates_of([post.pk for post in holders]))
