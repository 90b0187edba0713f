"""约稿: asked, changed, urged, closed, opened again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.models import Organ
from apps.briefings.course import noted, version_met
from apps.briefings.events import CommissionIssued
from apps.briefings.models import Commission, CommissionUnit
from apps.briefings.models.items import TITLE_LENGTH
from apps.briefings.policies.commissions import COMMISSION_KIND, require_keeper
from apps.briefings.policies.desk import require_desk
from apps.briefings.schedule import PLAN
from apps.briefings.selectors.commissions import commission_for, contacts_of, lines_of
from apps.briefings.selectors.receivers import receivers_of
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now
from apps.core.errors import InvalidState, RateLimited, ValidationFailed
from apps.core.events import publish
from apps.core.reminding import next_moment
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.core.working_calendar import city_calendar
from apps.files.words import words_checked
from apps.notifications.enums import NoticeKind
from apps.notifications.services import NoticeDraft, notices_send

REQUIREMENT, MOST_UNITS = 1000, 200
CLOSING = time(18, 0)
PAUSE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class CommissionDraft:
    """What the form holds; the date ends at 18:00."""

    topic: str
    due_on: date | None
    requirement: str = ""
    organ_ids: Sequence[int] = ()


@transaction.atomic
def commission_issue(*, actor: Actor, draft: CommissionDraft, key: str = "") -> Commission:
    """Ask units for information; their info officers are told. The same key asks once.

    Raises `ValidationFailed` for a past date, no unit, or one that does not report to this office.
    """
    organ_id = require_desk(actor)
    if not claim(person_id=actor.person_id, key=key, verb="briefings.commission"):
        return made_before(Commission.objects, person_id=actor.person_id, key=key)
    commission = Commission(organ_id=organ_id, issued_at=now(), issued_by=actor.signature)
    _fill(commission, draft)
    commission.save()
    _units_set(commission, draft.organ_ids)
    made(person_id=actor.person_id, key=key, row_id=commission.pk)
    _noted("briefings.commission", actor, commission)
    publish(CommissionIssued(commission_id=commission.pk, version=commission.version))
    return commission


@transaction.atomic
def commission_change(
    *, actor: Actor, commission_id: int, draft: CommissionDraft, expected_version: int | None = None
) -> Commission:
    """Another date, other words, more or fewer units; a unit that has sent something stays. All units are told."""
    commission = _held(actor, commission_id, expected_version)
    _fill(commission, draft)
    _units_set(commission, draft.organ_ids)
    _stored(commission)
    _noted("briefings.commission_change", actor, commission)
    publish(CommissionIssued(commission_id=commission.pk, version=commission.version))
    return commission


@transaction.atomic
def commission_close(*, actor: Actor, commission_id: int) -> Commission:
    """Nothing more is wanted; nobody is reminded any more."""
    commission = _held(actor, commission_id, None)
    commission.closed_at, commission.next_reminder_at = now(), None
    _noted("briefings.commission_close", actor, commission)
    return _stored(commission)


@transaction.atomic
def commission_reopen(*, actor: Actor, commission_id: int) -> Commission:
    """It is wanted after all."""
    commission = commission_for(actor, commission_id, lock=True)
    require_keeper(actor, commission)
    if commission.closed_at is None:
        raise InvalidState("约稿尚未结束。")
    commission.closed_at = None
    _clock_set(commission)
    _noted("briefings.commission_reopen", actor, commission)
    return _stored(commission)


@transaction.atomic
def commission_urge(*, actor: Actor, commission_id: int, organ_id: int | None = None) -> list[str]:
    """Urge every unit that has sent nothing (or the one given), each at most once an hour. Returns their names.

    Raises `InvalidState` when nobody is left, `RateLimited` when all were urged just now.
    """
    commission = _held(actor, commission_id, None)
    waiting = [line for line in lines_of(commission) if line.item is None]
    waiting = [line for line in waiting if organ_id in {None, line.unit.organ_id}]
    if not waiting:
        raise InvalidState("约稿单位均已报送，无须催报。")
    moment = now()
    due = [
        line.unit for line in waiting if line.unit.urged_at is None or line.unit.urged_at <= moment - PAUSE
    ]
    if not due:
        raise RateLimited("一小时内已经催报过，请稍后再催，或直接电话联系。")
    drafts = []
    for unit in due:
        unit.urge_count, unit.urged_at = unit.urge_count + 1, moment
        drafts.append(
            NoticeDraft(
                person_ids=contacts_of(unit.organ_id),
                key=f"commission:{commission.pk}:{unit.organ_id}:urge:{unit.urge_count}",
                kind=NoticeKind.URGE,
                title=f"请报送约稿：{commission.topic}",
                text=commission_words(due_at=commission.due_at),
                subject=Subject(COMMISSION_KIND, commission.pk),
                is_urgent=commission.due_at < moment,
            )
        )
    CommissionUnit.objects.bulk_update(due, ["urge_count", "urged_at"])
    notices_send(drafts=drafts)
    names = [unit.organ.short_name for unit in due]
    _noted("briefings.commission_urge", actor, commission, units=names)
    return names


def commission_words(*, due_at: datetime) -> str:
    """The date in words."""
    day = due_at.astimezone(CITY_ZONE)
    return f"报送时限 {day.month}月{day.day}日{day:%H:%M}"


def _held(actor: Actor, commission_id: int, expected_version: int | None) -> Commission:
    commission = commission_for(actor, commission_id, lock=True)
    require_keeper(actor, commission)
    version_met(commission.version, expected_version)
    if commission.closed_at is not None:
        raise InvalidState("约稿已经结束，需要时请先重新打开。")
    return commission


def _stored(commission: Commission) -> Commission:
    commission.version += 1
    commission.save()
    return commission


def _fill(commission: Commission, draft: CommissionDraft) -> None:
    commission.topic = " ".join(words_checked(draft.topic, "约稿题目", TITLE_LENGTH, required=True).split())
    commission.requirement = words_checked(draft.requirement, "要求", REQUIREMENT)
    if draft.due_on is None:
        raise ValidationFailed("请填写报送时限。", field="due_on")
    due_at = datetime.combine(draft.due_on, CLOSING, tzinfo=CITY_ZONE)
    if due_at <= now() and due_at != commission.due_at:
        raise ValidationFailed("报送时限须晚于现在。", field="due_on")
    commission.due_at = due_at
    _clock_set(commission)


def _clock_set(commission: Commission) -> None:
    commission.next_reminder_at = next_moment(commission.due_at, PLAN, calendar=city_calendar())


def _units_set(commission: Commission, organ_ids: Sequence[int]) -> None:
    wanted = list(dict.fromkeys(organ_ids))
    if not wanted:
        raise ValidationFailed("请选择约稿单位。", field="organs")
    if len(wanted) > MOST_UNITS:
        raise ValidationFailed(f"约稿单位不能超过 {MOST_UNITS} 个。")
    organs = Organ.objects.select_related("superior").filter(pk__in=wanted, abolished_on__isnull=True)
    strangers = [
        organ.short_name
        for organ in organs
        if commission.organ_id not in {office.pk for office in receivers_of(organ)}
    ]
    if strangers:
        raise ValidationFailed(
            f"{'、'.join(strangers[:5])}不向本机关报送信息，请移除后再试。", field="organs"
        )
    known = {organ.pk for organ in organs}
    sent = {line.unit.organ_id for line in lines_of(commission) if line.item is not None}
    commission.units.exclude(organ_id__in=known | sent).delete()
    have = set(commission.units.values_list("organ_id", flat=True))
    CommissionUnit.objects.bulk_create(
        CommissionUnit(commission=commission, organ_id=pk) for pk in wanted if pk in known - have
    )


def _noted(action: str, actor: Actor, commission: Commission, **facts: object) -> None:
    noted(action, actor, Subject(COMMISSION_KIND, commission.pk), commission, **facts)
