"""A run as it stands: its rows read into the engine's state, locked when it is to move; refusals in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import Appointment
from apps.core.clock import day_text, local, now
from apps.core.errors import HouseError, InvalidState, NotFound
from apps.core.prepared import Prepared, slot
from apps.workflow.definition import Definition, Step, load
from apps.workflow.engine import Cause, Item, ItemState, Reason, Refused, State, Status, Visit
from apps.workflow.models import Run, Task


@dataclass(frozen=True)
class Passage:
    """A run, its definition, the engine's state, the task rows by their number in the engine and the holders' posts."""

    run: Run
    definition: Definition
    state: State
    rows: dict[int, Task]
    posts: dict[int, Appointment]

    @property
    def category(self) -> str:
        """Category of the procedure."""
        return self.run.version.procedure.category

    def task(self, task_id: int) -> Task:
        """The row of a task. Raises `NotFound`."""
        for row in self.rows.values():
            if row.pk == task_id:
                return row
        raise NotFound

    def last_act(self, person_id: int) -> Task | None:
        """The person's latest act that still counts in this run."""
        acts = [
            row
            for row in self.rows.values()
            if row.state == Task.State.DONE and row.done_at and row.acted_by_id == person_id
        ]
        return max(acts, key=lambda row: (row.done_at or row.arrived_at, row.key), default=None)

    def step_of(self, task: Task) -> Step:
        """The definition's step of a task."""
        return self.definition.step(task.step_code)

    def is_head_only(self, step: Step) -> bool:
        """Whether the facts bar ordinary delegates from this step."""
        return bool(step.head_only_when) and bool(self.run.facts.get(step.head_only_when, False))


def passage_of(run: Run, *, lock: bool = False) -> Passage:
    """The passage of a run; with `lock` the run's row is held until the transaction ends."""
    return _passage((_RUN_LOCKED if lock else _RUN).row(run=run.pk))


def passage_locked(*, task_id: int | None = None, run_id: int | None = None) -> Passage:
    """The passage of a task or run, its run row locked: whoever comes second waits and then sees what the first did."""
    if task_id is not None:
        return _passage(_RUN_OF_TASK_LOCKED.row(task=task_id))
    return _passage(_RUN_LOCKED.row(run=run_id))


def _runs() -> QuerySet[Run]:
    runs = Run.objects.select_related("matter", "version__procedure", "initiator_appointment__person")
    return runs.select_related("initiator_appointment__organ", "initiator_appointment__unit")


_RUN = Prepared(lambda: _runs().filter(pk=slot("run")))
_RUN_LOCKED = Prepared(lambda: _runs().filter(pk=slot("run")).select_for_update(of=("self",)))
_RUN_OF_TASK_LOCKED = Prepared(lambda: _runs().filter(tasks__pk=slot("task")).select_for_update(of=("self",)))
_TASKS = Prepared(
    lambda: (
        Task.objects.filter(run_id=slot("run"))
        .select_related(
            "person", "acted_by", "appointment__person", "appointment__organ", "appointment__unit"
        )
        .order_by("key")
    )
)


def _passage(run: Run | None) -> Passage:
    if run is None:
        raise NotFound
    by_key = {row.key: row for row in _TASKS.rows(run=run.pk)}
    posts = {row.appointment_id: row.appointment for row in by_key.values()}
    return Passage(run, load(run.version.definition), _state(run, by_key), by_key, posts)


def _state(run: Run, rows: dict[int, Task]) -> State:
    visits = tuple(
        Visit(step, number, Cause(cause), entered_by)
        for step, number, cause, entered_by in run.state["visits"]
    )
    index = {(visit.step, visit.number): at for at, visit in enumerate(visits)}
    items = tuple(
        Item(
            key=row.key,
            visit=index[row.step_code, row.visit],
            holder=row.appointment_id,
            state=ItemState(row.state),
            order=row.rank_order,
            outcome=row.outcome,
            closed_by=row.closed_by_key,
        )
        for row in rows.values()
    )
    return State(Status(run.status), visits, tuple(run.state["trail"]), items)


def state_json(state: State) -> dict[str, Any]:
    """What of the engine's state is kept on the run; the items are the task rows."""
    return {
        "visits": [[visit.step, visit.number, visit.cause, visit.entered_by] for visit in state.visits],
        "trail": list(state.trail),
    }


def moment_words(moment: datetime) -> str:
    """A time as official texts write it, such as 2026年11月20日15:46."""
    at = local(moment)
    return f"{day_text(at)}{at:%H:%M}"


def actor_words(task: Task) -> str:
    """Who acted on a task, with the holder when another did it."""
    acted = task.acted_by
    if acted is None or acted.pk == task.person_id:
        return task.person.name
    return f"{acted.name}（代{task.person.name}）"


def refusal(passage: Passage, refused: Refused) -> HouseError:
    """The engine's refusal as a sentence with names and times."""
    row = passage.rows.get(refused.item.key) if refused.item else None
    here = passage.definition.step(passage.state.here.step).name
    match refused.reason:
        case Reason.NOT_RUNNING:
            words = f"流程{passage.run.get_status_display()}，不能再办理，请刷新页面查看。"
        case Reason.NOT_OPEN if row:
            words = _closed_words(passage, row)
        case Reason.ACTED_AFTER | Reason.MOVED_ON if row and row.done_at:
            who, when = actor_words(row), moment_words(row.done_at)
            words = f"“{row.step_name}”环节{who}已于{when}办理，不能撤回。如需修改，请联系其退回。"
        case Reason.MOVED_ON:
            words = f"文件已到“{here}”环节，您的办理已不能撤回。如需修改，请联系当前办理人退回。"
        case Reason.BAD_TARGET:
            words = f"“{here}”环节不能退回到所选环节，请重新选择。"
        case Reason.ALREADY_HOLDER:
            words = "对方已是该环节的办理人，请选择其他人员。"
        case _:
            words = "该事项的状态已变化，请刷新页面后再办理。"
    return InvalidState(words, task=row.pk if row else None)


def _closed_words(passage: Passage, row: Task) -> str:
    """Why a to-do is no longer open: who did what when."""
    if row.state == Task.State.DONE and row.done_at:
        return f"“{row.step_name}”已由{actor_words(row)}于{moment_words(row.done_at)}办理，无需重复办理。"
    if row.state == Task.State.WAITING:
        return f"“{row.step_name}”还没有轮到{row.person.name}办理，请等待前一位办理完毕。"
    if row.state == Task.State.TRANSFERRED:
        return f"“{row.step_name}”已转给他人办理，请刷新页面查看。"
    closer = passage.rows.get(row.closed_by_key) if row.closed_by_key else None
    if closer is not None and closer.done_at:
        done = "退回" if closer.outcome == "return" else "办理"
        return (
            f"“{row.step_name}”已由{actor_words(closer)}于{moment_words(closer.done_at)}{done}，无需再办理。"
        )
    at = moment_words(row.done_at or now())
    return f"“{row.step_name}”的待办已于{at}收回，无需再办理。"
