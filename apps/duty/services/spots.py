"""抽查点名: whoever is on duty is called in the app and has seconds to answer. For emergency duty alone (domain.md §6.1)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.deadlines import Countdown
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.reminding import next_moment
from apps.core.submissions import claim, made, made_before
from apps.core.working_calendar import city_calendar
from apps.duty.enums import SpotResult
from apps.duty.events import SpotCalled
from apps.duty.models import SpotAnswer, SpotCheck
from apps.duty.policies import require_maker
from apps.duty.selectors.spots import answer_for, organs_to_check, result_of, spot_for
from apps.duty.selectors.watches import room_of
from apps.files.words import words_checked

SHORTEST, LONGEST = 30, 600
FURTHEST = timedelta(days=31)
LATE_WITHIN = timedelta(minutes=30)
CLOSED = Countdown(minutes=(0,))
CALLED_AT_ONCE = 100
NOBODY = "没有已发布的班次，无人可点"


@dataclass(frozen=True, kw_only=True)
class SpotDraft:
    """Whom to call, how many seconds they have; at once, at a moment, or at a random one between two."""

    organ_id: int
    seconds: int = 60
    planned_from: datetime | None = None
    planned_until: datetime | None = None


@transaction.atomic
def spot_check_make(*, actor: Actor, draft: SpotDraft, key: str = "") -> SpotCheck:
    """Call the watch of the own organ or one under its eye, now or later. The same key calls once.

    Raises `ValidationFailed` for other organs, times that have passed, fewer than 30 or more than 600 seconds; `InvalidState` when
    there is nobody to call now.
    """
    organ_id = require_maker(actor)
    if not claim(person_id=actor.person_id, key=key, verb="duty.spot"):
        return made_before(SpotCheck.objects, person_id=actor.person_id, key=key)
    if draft.organ_id not in {one.pk for one in organs_to_check(organ_id)}:
        raise ValidationFailed("请选择本机关或本级所属、已发布值班表的单位。")
    if not SHORTEST <= draft.seconds <= LONGEST:
        raise ValidationFailed(f"应答时限须为 {SHORTEST} 至 {LONGEST} 秒。")
    check = SpotCheck.objects.create(
        caller_organ_id=organ_id,
        organ_id=draft.organ_id,
        caller_id=actor.post_required("抽查点名"),
        caller_text=actor.signature,
        seconds=draft.seconds,
        planned_at=_moment(draft),
    )
    made(person_id=actor.person_id, key=key, row_id=check.pk)
    _noted(actor, check, "plan" if draft.planned_from else "call")
    if draft.planned_from is None:
        _call(check)
        if check.words:
            raise InvalidState(f"{check.organ.short_name}现在{check.words}。")
    return check


def _moment(draft: SpotDraft) -> datetime:
    start, end = draft.planned_from, draft.planned_until
    if start is None:
        return now()
    if not now() < start <= now() + FURTHEST:
        raise ValidationFailed("点名时间须在现在之后、31 天以内。")
    if end is None:
        return start
    if not start < end <= start + timedelta(days=1):
        raise ValidationFailed("随机点名的截止时间须在开始之后、24 小时以内。")
    return start + timedelta(seconds=secrets.randbelow(int((end - start).total_seconds()) + 1))


@transaction.atomic
def spots_call() -> int:
    """Make the calls whose time has come. Safe to run twice. Returns how many."""
    rows = SpotCheck.objects.select_for_update(of=("self",), skip_locked=True).filter(
        planned_at__lte=now(), called_at=None, withdrawn_at=None, words=""
    )
    due = list(rows.select_related("organ").order_by("planned_at", "pk")[:CALLED_AT_ONCE])
    for check in due:
        _call(check)
    return len(due)


def _call(check: SpotCheck) -> None:
    """Whoever is on the roster for the running watch, taken over or not: who has not come does not answer."""
    room = room_of(check.organ_id)
    watch = room.on or room.due
    shifts = list(watch.shifts.all()) if watch else []
    if not shifts:
        check.words = NOBODY
        check.save(update_fields=["words"])
        return
    check.called_at = now()
    check.closes_at = check.called_at + timedelta(seconds=check.seconds)
    check.next_reminder_at = next_moment(check.closes_at, CLOSED, calendar=city_calendar())
    check.save(update_fields=["called_at", "closes_at", "next_reminder_at"])
    SpotAnswer.objects.bulk_create(
        SpotAnswer(check_made=check, post_id=one.post_id, appointment_id=one.appointment_id) for one in shifts
    )
    publish(SpotCalled(check_id=check.pk))


@transaction.atomic
def spot_check_withdraw(*, actor: Actor, check_id: int) -> SpotCheck:
    """A call that was not made yet is not made."""
    check = spot_for(actor, check_id)
    if check.withdrawn_at is not None:
        return check
    if check.called_at is not None or check.words:
        raise InvalidState("已经点名，不能取消；结果以应答为准。")
    check.withdrawn_at = now()
    check.save(update_fields=["withdrawn_at"])
    _noted(actor, check, "withdraw")
    return check


@transaction.atomic
def spot_answer(*, actor: Actor, answer_id: int) -> SpotAnswer:
    """在岗. The first answer counts; within half an hour after the time it counts as late, then no more."""
    answer = answer_for(actor, answer_id, lock=True)
    closes = answer.check_made.closes_at
    if answer.answered_at is not None or closes is None:
        return answer
    if now() > closes + LATE_WITHIN:
        raise InvalidState("这次点名早已结束，请在下方说明情况。")
    answer.answered_at = now()
    answer.save(update_fields=["answered_at"])
    _noted(actor, answer.check_made, "answer")
    return answer


@transaction.atomic
def spot_explain(*, actor: Actor, answer_id: int, text: str) -> SpotAnswer:
    """Why one was late or did not answer, once; the duty office reads it beside the result."""
    answer = answer_for(actor, answer_id, lock=True)
    if result_of(answer, now()) not in {SpotResult.LATE, SpotResult.ABSENT}:
        raise InvalidState("按时应答的无需说明。")
    if answer.stated_at is not None:
        raise InvalidState("已经说明，不能修改；需要补充的请联系点名单位。")
    answer.statement = words_checked(text, "说明", 200, required=True)
    answer.stated_at = now()
    answer.save(update_fields=["statement", "stated_at"])
    _noted(actor, answer.check_made, "explain")
    return answer


def _noted(actor: Actor, check: SpotCheck, act: str) -> None:
    record(
        "duty.spot",
        actor=actor,
        subject_text=f"{check.organ.short_name} 抽查点名",
        facts={"act": act, "check": check.pk},
    )
