"""The way of a notice: submitted, approved, in force, back (domain.md §6.5). In force it is an absence, and a delegation if wanted."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import Absence, Delegation, Role
from apps.accounts.selectors import person_locked
from apps.accounts.services import (
    absence_cancel,
    absence_record,
    delegation_create,
    delegation_revoke,
)
from apps.affairs.course import noted, notice_held
from apps.affairs.enums import AwayKind, AwayState
from apps.affairs.events import AwayApproved, AwayEnded
from apps.affairs.ladder import facts_of
from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import Ability
from apps.affairs.procedures import CATEGORY, CODE
from apps.affairs.selectors.checking import findings_for, standing_of, superior_office
from apps.affairs.selectors.notices import filing_task, notice_for, subject_of, task_of
from apps.affairs.services.away import EXPLANATION
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.deadlines import Schedule
from apps.core.errors import HouseError, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.reminding import next_moment
from apps.core.submissions import claim
from apps.core.working_calendar import city_calendar
from apps.files.words import words_checked
from apps.workflow.models import Opinion, Task
from apps.workflow.selectors import live_run
from apps.workflow.services import (
    StepResult,
    matter_open,
    matter_update,
    run_start,
    run_terminate,
    task_complete,
    task_return,
    task_withdraw,
)

BACK = Schedule(before=(), on_day=False, overdue_every=1, overdue_most=5)
ABSENCES = {
    AwayKind.MISSION: Absence.Kind.TRIP,
    AwayKind.MEETING: Absence.Kind.TRIP,
    AwayKind.STUDY: Absence.Kind.TRIP,
    AwayKind.VISIT: Absence.Kind.TRIP,
    AwayKind.LEAVE: Absence.Kind.LEAVE,
    AwayKind.PRIVATE: Absence.Kind.AWAY,
}


@transaction.atomic
def away_submit(
    *, actor: Actor, notice_id: int, expected_version: int | None = None, key: str = ""
) -> AwayNotice:
    """Send the notice to its approvers (again). With nobody above, it is in force at once.

    Raises `ValidationFailed` for what stops it, and for a warning without an explanation.
    """
    if not claim(person_id=actor.person_id, key=key, verb="affairs.submit"):
        return notice_for(actor, notice_id)
    notice = notice_held(actor, notice_id, Ability.SUBMIT, expected_version)
    person_locked(
        notice.person_id
    )  # two notices of one person do not pass the check for overlaps side by side
    _findings_required(notice)
    superior = superior_office(notice.appointment) if _is_principal(notice) else []
    facts = facts_of(standing_of(notice, superior=superior), notice.days)
    task = filing_task(notice) or _begun(actor, notice)
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=Opinion.Action.SUBMIT,
        text=notice.explanation,
        chosen={"superior": [post.pk for post in superior]} if superior else {},
        facts=facts,
    )
    noted("affairs.submit", actor, notice)
    return _kept(notice, result)


@transaction.atomic
def away_approve(
    *,
    actor: Actor,
    notice_id: int,
    text: str = "",
    strokes: dict[str, Any] | None = None,
    recorded_for_leader: bool = False,
    key: str = "",
) -> AwayNotice:
    """Approve the step one holds; after the last one the notice is in force. Raises `Forbidden` for others."""
    notice, task = _taken(actor, notice_id, key)
    if task is None:
        return notice
    result = task_complete(
        actor=actor,
        task_id=task.pk,
        action=Opinion.Action.APPROVE,
        text=text,
        strokes=strokes,
        recorded_for_leader=recorded_for_leader,
    )
    return _kept(notice, result)


@transaction.atomic
def away_return(*, actor: Actor, notice_id: int, text: str, key: str = "") -> AwayNotice:
    """Send it back to the filer with a reason."""
    notice, task = _taken(actor, notice_id, key)
    if task is None:
        return notice
    result = task_return(actor=actor, task_id=task.pk, to="drafter", text=text)
    return _kept(notice, result, back=AwayState.RETURNED)


@transaction.atomic
def away_withdraw(*, actor: Actor, notice_id: int) -> AwayNotice:
    """Take back one's latest act while the next approver has not acted. Raises `InvalidState` with the true reason."""
    notice = notice_for(actor, notice_id, lock=True)
    run = live_run(notice.matter) if notice.matter else None
    if run is None or notice.state != AwayState.PENDING:
        raise InvalidState("这份报备不在审批中，无须撤回。")
    return _kept(notice, task_withdraw(actor=actor, run_id=run.pk), back=AwayState.DRAFT)


@transaction.atomic
def away_cancel(*, actor: Actor, notice_id: int, reason: str) -> AwayNotice:
    """Call it off before leaving; what it had set in force ends. A reason is wanted."""
    notice = notice_held(actor, notice_id, Ability.CANCEL, None)
    why = words_checked(reason, "取消原因", EXPLANATION, required=True)
    run = live_run(notice.matter) if notice.matter else None
    was_approved = notice.state == AwayState.APPROVED
    if run is not None and not was_approved:
        run_terminate(actor=actor, run_id=run.pk, reason=why)
    _ended(notice, AwayState.CANCELLED)
    noted("affairs.cancel", actor, notice, why)
    if was_approved:
        publish(AwayEnded(notice_id=notice.pk))
    return notice


@transaction.atomic
def away_close(*, actor: Actor, notice_id: int, returned_at: datetime | None = None) -> AwayNotice:
    """销假: the person is back, now or at a time already passed; a running absence and delegation end."""
    notice = notice_held(actor, notice_id, Ability.CLOSE, None)
    moment = returned_at or now()
    if not notice.starts_at <= moment <= now():
        raise ValidationFailed("返岗时间须在离开之后、现在之前。", field="returned_at")
    notice.returned_at = moment
    is_early = now() < notice.ends_at
    _ended(notice, AwayState.CLOSED)
    noted("affairs.close", actor, notice)
    if is_early:
        publish(AwayEnded(notice_id=notice.pk))
    return notice


def _is_principal(notice: AwayNotice) -> bool:
    return notice.appointment.roles.filter(role=Role.PRINCIPAL_HEAD).exists()


def _findings_required(notice: AwayNotice) -> None:
    found = findings_for(notice)
    stops = [finding for finding in found if finding.stops]
    if stops:
        raise ValidationFailed(stops[0].message, findings=[finding.message for finding in stops])
    if found and not notice.explanation:
        raise ValidationFailed(
            f"{found[0].message}请在“情况说明”中写明。",
            fields={"explanation": "请说明原因。"},
            findings=[finding.message for finding in found],
        )


def _begun(actor: Actor, notice: AwayNotice) -> Task:
    """The matter's card and its run; the filer's first to-do is what is completed by submitting."""
    notice.matter = matter_open(
        actor=actor,
        subject=subject_of(notice),
        category=CATEGORY,
        title=notice.title,
        origin_name=notice.appointment.unit.name if notice.appointment.unit else notice.organ.short_name,
        organ_id=notice.organ_id,
    )
    notice.save(update_fields=["matter"])
    run_start(actor=actor, matter=notice.matter, procedure_code=CODE, facts={})
    task = filing_task(notice)
    if task is None:
        raise InvalidState("流程没有为填报人建立待办，请联系管理员检查外出报备流程。")
    return task


def _taken(actor: Actor, notice_id: int, key: str) -> tuple[AwayNotice, Task | None]:
    """The locked notice and the actor's to-do; None instead of it when this very form was carried out before."""
    notice = notice_for(actor, notice_id, lock=True)
    if not claim(person_id=actor.person_id, key=key, verb="affairs.act"):
        return notice, None
    task = task_of(actor, notice)
    if task is None:
        raise InvalidState("这份报备没有待您办理的事项，可能已由他人办理，请刷新页面查看。")
    return notice, task


def _kept(notice: AwayNotice, result: StepResult, *, back: AwayState = AwayState.RETURNED) -> AwayNotice:
    """Bring the notice to where its run is."""
    if result.run_finished:
        _in_force(notice)
    else:
        notice.state = back if result.current_step == "file" else AwayState.PENDING
    notice.version += 1
    notice.save()
    if notice.matter is not None:
        matter_update(
            matter=notice.matter,
            title=notice.title,
            state_text=notice.get_state_display(),
            closed=result.run_finished,
        )
    if result.run_finished:
        publish(AwayApproved(notice_id=notice.pk))
    return notice


def _in_force(notice: AwayNotice) -> None:
    """Approved: the absence everybody reckons with, the delegation, the notice it replaces, the reminder to come back."""
    notice.state = AwayState.APPROVED
    if notice.replaces is not None and notice.replaces.state == AwayState.APPROVED:
        replaced = AwayNotice.objects.select_for_update(of=("self",)).get(pk=notice.replaces.pk)
        _ended(replaced, AwayState.CANCELLED, note=f"已变更为：{notice.span} {notice.destination}"[:200])
    if notice.ends_at > now():
        notice.absence = absence_record(
            actor=None,
            person_id=notice.person_id,
            kind=ABSENCES[AwayKind(notice.kind)],
            starts_at=notice.starts_at,
            ends_at=notice.ends_at,
            note=f"{notice.destination} {notice.reason}"[:200],
        )
        _delegate(notice)
    notice.next_return_reminder_at = next_moment(
        notice.ends_at, BACK, calendar=city_calendar(), after=notice.ends_at
    )


def _delegate(notice: AwayNotice) -> None:
    """Who presides may act on to-dos, where that was wanted; a refusal is kept on the notice and stops nothing."""
    if not notice.is_delegating or notice.acting_id is None:
        return
    heads = {Role.PRINCIPAL_HEAD, Role.UNIT_HEAD}
    presides = notice.appointment.roles.filter(role__in=heads).exists()
    try:
        with transaction.atomic():
            notice.delegation = delegation_create(
                actor=None,
                delegator_id=notice.appointment_id,
                delegate_id=notice.acting_id,
                kind=Delegation.Kind.ACTING if presides else Delegation.Kind.OFFICE,
                starts_at=notice.starts_at,
                ends_at=notice.ends_at,
                reason=f"外出（{notice.span}）",
            )
    except HouseError as error:
        notice.note = f"未能授权{notice.acting.person.name if notice.acting else ''}代办：{error.message}"[
            :200
        ]


def _ended(notice: AwayNotice, state: AwayState, *, note: str = "") -> None:
    """No longer in force: what still runs of absence and delegation ends now."""
    moment = now()
    absence, delegation = notice.absence, notice.delegation
    if absence is not None and absence.cancelled_at is None and absence.ends_at > moment:
        absence_cancel(actor=None, absence_id=absence.pk)
    if delegation is not None and delegation.revoked_at is None and delegation.ends_at > moment:
        delegation_revoke(actor=None, delegation_id=delegation.pk)
    notice.state, notice.next_return_reminder_at = state, None
    notice.note = note or notice.note
    notice.version += 1
    notice.save()
    if notice.matter is not None:
        matter_update(matter=notice.matter, state_text=notice.get_state_display(), closed=True)
