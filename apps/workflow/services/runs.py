"""Runs: begun, urged, terminated."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from apps.accounts.models import Appointment
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.realtime import person_topic, tell
from apps.core.subjects import Subject
from apps.core.submissions import claim
from apps.workflow.definition import load
from apps.workflow.engine import State, Status, Terminate, start
from apps.workflow.events import TaskUrged
from apps.workflow.models import Matter, ProcedureVersion, Run, StepLog, Task
from apps.workflow.selectors.passages import Passage, moment_words, passage_locked
from apps.workflow.services.moves import Act, Seating, StepResult, moved_keep, run_move

URGE_PAUSE = timedelta(minutes=10)
NOTHING = State(status=Status.RUNNING, visits=(), trail=(), items=())


@transaction.atomic
def run_start(
    *,
    actor: Actor,
    matter: Matter,
    procedure_code: str,
    facts: dict[str, bool],
    chosen: dict[str, list[int]] | None = None,
) -> Run:
    """Begin the procedure in force for the matter's organ; its first step is opened for the actor's present post.

    Raises `InvalidState` when the matter has a live run or no such procedure is in force, `Forbidden` without a post.
    """
    post = (
        Appointment.objects.select_related("person", "organ", "unit")
        .filter(pk=actor.appointment_id or 0)
        .first()
    )
    if post is None or post.person_id != actor.person_id:
        raise Forbidden("您目前没有任职，不能发起流程，请联系管理员。", rule="appointment")
    passage = passage_new(
        matter=matter, procedure_code=procedure_code, post=post, facts=facts, chosen=chosen or {}
    )
    definition = passage.definition
    act = _act(actor, passage, definition.start, verb="发起", audit="workflow.start")
    moved_keep(passage=passage, after=start(definition, seats=Seating(passage)), act=act)
    return passage.run


def passage_new(
    *,
    matter: Matter,
    procedure_code: str,
    post: Appointment,
    facts: dict[str, bool],
    chosen: dict[str, list[int]],
) -> Passage:
    """A run of the procedure in force that nobody has entered yet. Raises `InvalidState` as `run_start` does."""
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    if Run.objects.filter(matter=matter, status=Run.Status.RUNNING).exists():
        raise InvalidState("该事项已有正在办理的流程，不能重复发起，请刷新页面查看。")
    version = _version_for(procedure_code, matter.organ_id)
    run = Run.objects.create(
        matter=matter,
        version=version,
        facts=facts,
        chosen=chosen,
        initiator_appointment=post,
        state={"visits": [], "trail": []},
        started_at=now(),
    )
    return Passage(run, load(version.definition), NOTHING, {}, {})


def _version_for(code: str, organ_id: int) -> ProcedureVersion:
    """The newest version of the organ's own procedure, else of everybody's."""
    version = (
        ProcedureVersion.objects.select_related("procedure")
        .filter(
            Q(procedure__organ_id=organ_id) | Q(procedure__organ__isnull=True),
            procedure__code=code,
            procedure__is_enabled=True,
        )
        .order_by(F("procedure__organ_id").asc(nulls_last=True), "-number")
        .first()
    )
    if version is None:
        raise InvalidState(f"没有启用的“{code}”流程，请联系管理员配置后再提交。")
    return version


@transaction.atomic
def run_terminate(*, actor: Actor, run_id: int, reason: str) -> StepResult:
    """End a live run where it stands; all its to-dos are taken off people's lists. A reason is wanted.

    Who may terminate is the owning app's rule: it knows what the subject is.
    """
    if not reason.strip():
        raise ValidationFailed("请写明终止原因。", fields={"reason": "请写明原因"})
    passage = passage_locked(run_id=run_id)
    act = _act(
        actor, passage, passage.state.here.step, verb="终止", audit="workflow.terminate", note=reason.strip()
    )
    return run_move(passage=passage, command=Terminate(), act=act)


@transaction.atomic
def run_urge(*, actor: Actor, run_id: int, text: str = "", key: str = "", is_granted: bool = False) -> int:
    """Urge those who have an open to-do in the run, each at most once in ten minutes. Returns how many were urged.

    The same idempotency `key` urges once and then gives 0. Raises `Forbidden` for people who have no part in the run unless
    the owning app has granted it (`is_granted`), `InvalidState` when nobody is left to urge.
    """
    if not claim(person_id=actor.person_id, key=key, verb="workflow.urge"):
        return 0
    passage = passage_locked(run_id=run_id)
    if not is_granted:
        _require_part(actor, passage)
    moment = now()
    waiting = [row for row in passage.rows.values() if row.state == Task.State.OPEN]
    if not waiting:
        raise InvalidState("没有待办理的人员，无需催办。")
    due = [
        row
        for row in waiting
        if row.person_id != actor.person_id and (row.urged_at is None or row.urged_at <= moment - URGE_PAUSE)
    ]
    if not due:
        raise InvalidState(_already_urged(waiting, actor))
    Task.objects.filter(pk__in=[row.pk for row in due]).update(urged_at=moment)
    for row in due:
        publish(TaskUrged(task_id=row.pk))
    tell([person_topic(row.person_id) for row in due], kind="inbox", ids=[passage.run.matter_id])
    StepLog.objects.create(
        matter=passage.run.matter,
        run=passage.run,
        verb="催办",
        step_name=due[0].step_name,
        person_name=actor.name,
        post_text=actor.post_text[:200],
        to_text="、".join(row.person.name for row in due)[:400],
        note=text.strip()[:2000],
        at=moment,
    )
    _audit_urge(actor, passage, {"tasks": [row.pk for row in due]})
    return len(due)


def _already_urged(waiting: list[Task], actor: Actor) -> str:
    latest = max((row.urged_at for row in waiting if row.urged_at), default=None)
    if latest is None or all(row.person_id == actor.person_id for row in waiting):
        return "当前待办就在您这里，无需催办。"
    return f"已于{moment_words(latest)}催办过，请稍后再催，或直接电话联系办理人。"


def _require_part(actor: Actor, passage: Passage) -> None:
    """The initiator and everybody who has a to-do or did one may urge."""
    run = passage.run
    people = {run.matter.initiator_id, run.initiator_appointment.person_id}
    people |= {row.person_id for row in passage.rows.values()}
    people |= {row.acted_by_id for row in passage.rows.values() if row.acted_by_id}
    if actor.person_id not in people:
        raise Forbidden("只有发起人和经办人可以催办。", rule="participant")


def _audit_urge(actor: Actor, passage: Passage, facts: dict[str, Any]) -> None:
    matter = passage.run.matter
    record(
        "workflow.urge",
        actor=actor,
        subject=Subject(matter.subject_kind, matter.subject_id),
        subject_text=matter.reference_number or f"事项{matter.pk}",
        facts=facts,
    )


def _act(actor: Actor, passage: Passage, code: str, *, verb: str, audit: str, note: str = "") -> Act:
    return Act(
        actor=actor,
        verb=verb,
        audit=audit,
        step=passage.definition.step(code),
        shown_name=actor.name,
        post_text=actor.post_text[:200],
        note=note[:2000],
    )
