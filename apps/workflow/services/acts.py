"""Verbs on to-dos: complete, return, withdraw, hand over, open."""

from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.joining import joins_verb
from apps.workflow.assignees import running_appointments
from apps.workflow.definition import RETURN, Step
from apps.workflow.engine import Complete, Reason, Refused, Return, Transfer, Withdraw, return_targets
from apps.workflow.models import Matter, Opinion, Task
from apps.workflow.policies import (
    Capacity,
    Standing,
    administers_procedures,
    standing_required,
    withdrawal_barred,
)
from apps.workflow.selectors.passages import Passage, passage_locked, refusal
from apps.workflow.services.moves import Act, StepResult, run_move
from apps.workflow.services.opinions import opinion_check, opinion_of_task

ACTION_NAMES: dict[str, str] = dict(Opinion.Action.choices)


@joins_verb
def task_complete(
    *,
    actor: Actor,
    task_id: int,
    action: str,
    text: str = "",
    strokes: dict[str, Any] | None = None,
    chosen: dict[str, list[int]] | None = None,
    facts: dict[str, bool] | None = None,
    recorded_for_leader: bool = False,
) -> StepResult:
    """Act on a to-do and move the run on when its step is finished.

    Raises `Forbidden` when the actor is neither holder, delegate nor secretary; `InvalidState` naming who was faster when the
    to-do is no longer open; `ValidationFailed` for words that cannot be kept or handlers that were not chosen.
    """
    passage = passage_locked(task_id=task_id)
    task = passage.task(task_id)
    step = passage.step_of(task)
    standing = _standing(actor, passage, task, step, is_recording=recorded_for_leader)
    _require_open(passage, task)
    if action == RETURN or action not in step.actions:
        raise InvalidState(f"“{step.name}”环节不能“{ACTION_NAMES.get(action, action)}”，请刷新页面后再办理。")
    strokes = opinion_check(
        text=text, strokes=strokes, is_needed=action in {Opinion.Action.INSTRUCT, Opinion.Action.NOTE}
    )
    passage.run.facts |= facts or {}
    passage.run.chosen |= chosen or {}
    if text.strip() or strokes or action != Opinion.Action.SUBMIT:
        opinion_of_task(
            actor=actor,
            task=task,
            standing=standing,
            column=step.column or step.name,
            action=action,
            text=text,
            strokes=strokes,
        )
    act = _act(
        actor,
        task,
        step,
        standing,
        verb=ACTION_NAMES[action],
        audit="workflow.complete",
        note=_note(text, strokes),
    )
    return run_move(passage=passage, command=Complete(task.key, action), act=act)


@joins_verb
def task_return(*, actor: Actor, task_id: int, to: str, text: str) -> StepResult:
    """Send back to `previous`, `drafter` or a passed step, with a reason. Raises as `task_complete` does."""
    passage = passage_locked(task_id=task_id)
    task = passage.task(task_id)
    step = passage.step_of(task)
    standing = _standing(actor, passage, task, step, is_recording=False)
    _require_open(passage, task)
    opinion_check(text=text, strokes=None, is_needed=True)
    target = _target(passage, step, to)
    opinion_of_task(
        actor=actor,
        task=task,
        standing=standing,
        column=step.column or step.name,
        action=RETURN,
        text=text,
        strokes=None,
    )
    act = _act(actor, task, step, standing, verb="退回", audit="workflow.return", note=text.strip())
    return run_move(passage=passage, command=Return(task.key, target), act=act)


@joins_verb
def task_withdraw(*, actor: Actor, run_id: int) -> StepResult:
    """Take back the actor's latest act until the next handler has acted. Raises `InvalidState` with the true reason."""
    passage = passage_locked(run_id=run_id)
    task = passage.last_act(actor.person_id)
    if task is None:
        raise Forbidden("您没有办理过此件，不能撤回。", rule="last_actor")
    if barred := withdrawal_barred(task):
        raise Forbidden(barred, rule="post_ended")
    step = passage.step_of(task)
    act = Act(
        actor=actor,
        verb="撤回",
        audit="workflow.withdraw",
        step=step,
        shown_name=actor.name,
        post_text=actor.post_text[:200],
    )
    return run_move(passage=passage, command=Withdraw(task.key), act=act)


@transaction.atomic
def task_reassign(*, actor: Actor, task_id: int, appointment_id: int, reason: str) -> StepResult:
    """An administrator gives an open to-do to another post, as when its holder has left. Refuses anybody else."""
    if not administers_procedures(actor):
        raise Forbidden("只有流程管理员可以转交他人的待办。", rule="administrator")
    if not reason.strip():
        raise ValidationFailed("请写明转交原因。", fields={"reason": "请写明原因"})
    passage = passage_locked(task_id=task_id)
    task = passage.task(task_id)
    post = running_appointments().filter(pk=appointment_id).first()
    if post is None:
        raise ValidationFailed("接办人已不在岗，请重新选择。", fields={"appointment": "请重新选择"})
    passage.posts[post.pk] = post
    act = Act(
        actor=actor,
        verb="转交",
        audit="workflow.reassign",
        step=passage.step_of(task),
        shown_name=actor.name,
        post_text=actor.post_text[:200],
        note=f"{task.person.name} → {post.person.name}：{reason.strip()}"[:2000],
        facts={"task": task.pk, "to_appointment": post.pk},
    )
    return run_move(passage=passage, command=Transfer(task.key, post.pk), act=act)


@transaction.atomic
def task_opened(*, actor: Actor, matter: Matter) -> int:
    """Mark the actor's open to-dos of the matter as seen; the first time counts. Returns how many were new."""
    return Task.objects.filter(
        person_id=actor.person_id, matter=matter, state=Task.State.OPEN, opened_at__isnull=True
    ).update(opened_at=now())


def _standing(actor: Actor, passage: Passage, task: Task, step: Step, *, is_recording: bool) -> Standing:
    return standing_required(
        actor,
        task,
        step=step,
        category=passage.category,
        head_only=passage.is_head_only(step),
        is_recording=is_recording,
    )


def _require_open(passage: Passage, task: Task) -> None:
    """Refuse before anything is written when somebody was faster."""
    if task.state != Task.State.OPEN:
        raise refusal(passage, Refused(Reason.NOT_OPEN, passage.state.item(task.key)))


def _target(passage: Passage, step: Step, to: str) -> str:
    allowed = return_targets(passage.definition, passage.state)
    if not step.can_return or not allowed:
        raise InvalidState(f"“{step.name}”环节不能退回。")
    if to == "drafter":
        to = passage.definition.start
    elif to == "previous":
        to = allowed[-1]
    if to not in allowed:
        names = "、".join(passage.definition.step(code).name for code in allowed)
        raise InvalidState(f"“{step.name}”环节只能退回到：{names}。")
    return to


def _note(text: str, strokes: dict[str, Any] | None) -> str:
    return text.strip() or ("（手写）" if strokes else "")


def _act(
    actor: Actor, task: Task, step: Step, standing: Standing, *, verb: str, audit: str, note: str
) -> Act:
    shown, behalf, post = actor.name, standing.on_behalf_of, actor.post_text
    if standing.capacity is Capacity.DELEGATE:
        shown = f"{actor.name}（代{task.person.name}）"
    elif standing.capacity is Capacity.SECRETARY:
        shown, behalf = f"{task.person.name}（{actor.name}代录）", f"{task.person.name}（代录）"
    return Act(
        actor=actor,
        verb=verb,
        audit=audit,
        step=step,
        shown_name=shown,
        post_text=post[:200],
        note=note,
        on_behalf_of=behalf,
        facts={"task": task.pk},
    )
