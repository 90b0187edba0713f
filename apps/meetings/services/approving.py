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
from apps.meetings.procedures import CODE, LARGE
from apps.meetings.selectors.approval import running_approval
from apps.meetings.services.filing import card_kept, filing_stopped, filing_taken, held_task
from apps.workflow.models import Opinion
from apps.workflow.services import task_complete, task_return, task_withdraw


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
    subject = Subject(KIND, meeting.pk)
    task = filing_taken(actor=actor, row=meeting, subject=subject, procedure=CODE, title=meeting.name)
    task_complete(actor=actor, task_id=task.pk, action=Opinion.Action.SUBMIT, facts=facts)
    moved(meeting, MeetingAct.REQUEST, actor=actor, save=("matter",))
    _card_kept(meeting)
    return meeting


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
        task_id=held_task(actor=actor, row=meeting).pk,
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
    task_return(actor=actor, task_id=held_task(actor=actor, row=meeting).pk, to="drafter", text=note)
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
    filing_stopped(actor=actor, row=meeting, reason=reason)
    _card_kept(meeting)


def _card_kept(meeting: Meeting) -> None:
    card_kept(row=meeting, title=meeting.name, state=meeting.get_state_display())
