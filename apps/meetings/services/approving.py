"""The approval of a meeting as to-dos of workflow: sent up, taken back, approved step by step, returned (domain.md §8.1)."""

from django.db import transaction

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.subjects import Subject
from apps.files.words import words_checked
from apps.meetings.course import logged, moved, taken_up
from apps.meetings.enums import MeetingAct
from apps.meetings.models import Meeting
from apps.meetings.policies import KIND
from apps.meetings.procedures import CATEGORY, CODE, LARGE
from apps.meetings.selectors.approval import approval_task, filing_task, running_approval
from apps.workflow.models import Opinion, Task
from apps.workflow.services import (
    matter_open,
    matter_update,
    run_start,
    run_terminate,
    task_complete,
    task_return,
    task_withdraw,
)


@transaction.atomic
def meeting_submit(*, actor: Actor, meeting_id: int, expected_version: int | None = None) -> Meeting:
    """A draft, as it stands, to who approves."""
    meeting = taken_up(actor, meeting_id, MeetingAct.REQUEST, expected_version)
    if meeting.starts_at <= now():
        raise ValidationFailed("会议开始时间已经过去，请修改后再提交。")
    return approval_asked(actor=actor, meeting=meeting)


@transaction.atomic
def approval_asked(*, actor: Actor, meeting: Meeting) -> Meeting:
    """The to-do of who approves: the office director, the head too for a large meeting or where there is no director.

    Raises `InvalidState` when the organ has nobody who approves.
    """
    director = holders(organ_id=meeting.organ_id, role=Role.OFFICE_DIRECTOR).exists()
    wanted = sum(meeting.invitations.values_list("quota", flat=True))
    facts = {"has_director": director, "needs_head": not director or wanted > LARGE}
    task = _filing(actor, meeting)
    task_complete(actor=actor, task_id=task.pk, action=Opinion.Action.SUBMIT, facts=facts)
    moved(meeting, MeetingAct.REQUEST, actor=actor, save=("matter",))
    _card_kept(meeting)
    return meeting


def _filing(actor: Actor, meeting: Meeting) -> Task:
    """The actor's own first step. What a colleague had begun is ended, and begun anew by the actor."""
    if meeting.matter is None:
        meeting.matter = matter_open(
            actor=actor,
            subject=Subject(KIND, meeting.pk),
            category=CATEGORY,
            title=meeting.name,
            origin_name=meeting.unit.name if meeting.unit else meeting.organ.short_name,
            organ_id=meeting.organ_id,
        )
    run = running_approval(meeting)
    task = filing_task(meeting)
    if run is not None and task is not None and task.person_id == actor.person_id:
        return task
    if run is not None:
        run_terminate(actor=actor, run_id=run.pk, reason=f"由{actor.name}重新提交")
    run_start(actor=actor, matter=meeting.matter, procedure_code=CODE, facts={})
    begun = filing_task(meeting)
    if begun is None:
        raise InvalidState("流程没有为申请人建立待办，请联系管理员检查会议审批流程。")
    return begun


@transaction.atomic
def meeting_approve(
    *,
    actor: Actor,
    meeting_id: int,
    words: str = "",
    recorded_for_leader: bool = False,
    expected_version: int | None = None,
) -> Meeting:
    """Approve the step one holds; after the last one the notice may go out. Raises `Forbidden` for who holds none.

    A secretary only records what the leader said, and has to say so (代录).
    """
    meeting = taken_up(actor, meeting_id, MeetingAct.APPROVE, expected_version)
    result = task_complete(
        actor=actor,
        task_id=_held(actor, meeting).pk,
        action=Opinion.Action.APPROVE,
        text=words_checked(words, "审批意见", 500),
        recorded_for_leader=recorded_for_leader,
    )
    if result.run_finished:
        moved(meeting, MeetingAct.APPROVE, actor=actor, note=words)
    else:
        meeting.version += 1
        meeting.save(update_fields=["version"])
        logged(meeting, "pass", "审核同意", actor=actor, note=f"转{result.current_name}")
    _card_kept(meeting)
    return meeting


@transaction.atomic
def meeting_return(
    *, actor: Actor, meeting_id: int, words: str, expected_version: int | None = None
) -> Meeting:
    """Not so; with the reason, to be asked again."""
    meeting = taken_up(actor, meeting_id, MeetingAct.RETURN, expected_version)
    note = words_checked(words, "退回理由", 500, required=True)
    task_return(actor=actor, task_id=_held(actor, meeting).pk, to="drafter", text=note)
    moved(meeting, MeetingAct.RETURN, actor=actor, note=note)
    _card_kept(meeting)
    return meeting


@transaction.atomic
def meeting_withdraw(*, actor: Actor, meeting_id: int, expected_version: int | None = None) -> Meeting:
    """Take the request back while nobody has decided, to amend it. Raises with the true reason when it is too late."""
    meeting = taken_up(actor, meeting_id, MeetingAct.WITHDRAW, expected_version)
    run = running_approval(meeting)
    if run is None:
        raise InvalidState("该会议不在审批中，无须撤回，请刷新页面查看。")
    task_withdraw(actor=actor, run_id=run.pk)
    moved(meeting, MeetingAct.WITHDRAW, actor=actor)
    _card_kept(meeting)
    return meeting


@transaction.atomic
def approval_dropped(*, actor: Actor, meeting: Meeting, reason: str) -> None:
    """A cancelled meeting asks nobody any more."""
    run = running_approval(meeting)
    if run is not None:
        run_terminate(actor=actor, run_id=run.pk, reason=reason)
    _card_kept(meeting)


def _held(actor: Actor, meeting: Meeting) -> Task:
    task = approval_task(actor, meeting)
    if task is None:
        raise InvalidState("该会议没有待您审批的事项，可能已由他人办理，请刷新页面查看。")
    return task


def _card_kept(meeting: Meeting) -> None:
    """The matter's card says what the meeting is called and where its approval stands."""
    if meeting.matter is not None:
        is_over = running_approval(meeting) is None
        matter_update(
            matter=meeting.matter,
            title=meeting.name,
            state_text=meeting.get_state_display(),
            closed=is_over,
        )
