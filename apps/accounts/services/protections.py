"""Verbs of protection: a person in late pregnancy or nursing works by day and serves no night.

女职工劳动保护特别规定 art. 6 (from the seventh month) and art. 9 (until the child's first birthday). Why is the person's affair:
the office may enter a stretch without a reason, and reads none.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.accounts.events import AbsenceCancelled, AbsenceMoved, AbsenceRecorded
from apps.accounts.models import PROTECTIONS, Absence, AbsenceKind, Person
from apps.accounts.policies import has_permission, makes_duty_of
from apps.accounts.selectors import person_locked, protection_locked
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now, today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject

LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


@transaction.atomic
def protection_record(
    *, actor: Actor | None, person_id: int, kind: str, starts_on: date, ends_on: date
) -> Absence:
    """No night duty on these days, the last included. The office may say so for its people, without a reason.

    Refuses other people's reasons, days gone by, more than a year, and a second stretch of the same kind over the same days.
    """
    person = person_locked(person_id)
    if kind not in PROTECTIONS:
        raise ValidationFailed("请选择情形。", field="kind")
    is_by_office = _is_office(actor, person)
    if is_by_office and kind != AbsenceKind.NO_NIGHT:
        raise Forbidden("孕晚期、哺乳期由本人登记；值班室只登记“不排夜班”，不记原因。", rule="own")
    start, end = _stretch(starts_on, ends_on)
    _overlap_refused(person, kind, start, end, but=0)
    made = Absence.with_protected.create(
        person=person, kind=AbsenceKind(kind), starts_at=start, ends_at=end, is_by_office=is_by_office
    )
    _record("accounts.protection_record", actor, made)
    publish(AbsenceRecorded(absence_id=made.pk))
    return made


@transaction.atomic
def protection_move(*, actor: Actor | None, absence_id: int, starts_on: date, ends_on: date) -> Absence:
    """Other days. Refuses what is over or was ended."""
    held = _held(actor, absence_id)
    start, end = _stretch(starts_on, ends_on)
    _overlap_refused(held.person, held.kind, start, end, but=held.pk)
    held.starts_at, held.ends_at = start, end
    held.save(update_fields=["starts_at", "ends_at"])
    _record("accounts.protection_move", actor, held)
    publish(AbsenceMoved(absence_id=held.pk, move=f"{now():%Y%m%d%H%M%S%f}"))
    return held


@transaction.atomic
def protection_end(*, actor: Actor | None, absence_id: int) -> Absence:
    """Over from now on; one that has not begun is taken back."""
    held = _held(actor, absence_id, may_admin=True)
    held.cancelled_at = now()
    held.save(update_fields=["cancelled_at"])
    _record("accounts.protection_end", actor, held)
    publish(AbsenceCancelled(absence_id=held.pk))
    return held


def _held(actor: Actor | None, absence_id: int, *, may_admin: bool = False) -> Absence:
    """The locked stretch, for the person, or for the office where the office entered it. Raises `NotFound`, `Forbidden`."""
    held = protection_locked(absence_id)
    is_own = actor is None or actor.person_id == held.person_id
    is_admin = may_admin and has_permission(actor, "accounts.change_absence")
    if actor is not None and not is_own and not is_admin:
        if not makes_duty_of(actor, held.person_id):
            raise NotFound("没有找到这段不排夜班期间。")
        if not held.is_by_office:
            raise Forbidden("本人登记的期间由本人调整或结束。", rule="own")
    if held.cancelled_at is not None or held.ends_at <= now():
        raise InvalidState("这段期间已经结束，不能再改；需要时请重新登记。")
    return held


def _is_office(actor: Actor | None, person: Person) -> bool:
    """Whether somebody acts who makes the roster of the person's organ, not the person. Raises `Forbidden` for all others."""
    if actor is None or actor.person_id == person.pk:
        return False
    if makes_duty_of(actor, person.pk):
        return True
    raise Forbidden("只能登记本人的不排夜班期间；办公室主任和值班室可为本机关人员登记。", rule="own")


def _stretch(starts_on: date, ends_on: date) -> tuple[datetime, datetime]:
    if ends_on < starts_on:
        raise ValidationFailed("结束日期不能早于开始日期。", field="ends_on")
    if ends_on < today():
        raise ValidationFailed("结束日期已过，请重新选择。", field="ends_on")
    if ends_on - starts_on > LONGEST:
        raise ValidationFailed("一次登记不超过一年，请缩短期限。", field="ends_on")
    return _midnight(starts_on), _midnight(ends_on + DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CITY_ZONE)


def _overlap_refused(person: Person, kind: str, start: datetime, end: datetime, *, but: int) -> None:
    same = Absence.with_protected.filter(
        person=person, kind=kind, cancelled_at=None, starts_at__lt=end, ends_at__gt=start
    ).exclude(pk=but)
    if same.exists():
        raise InvalidState("这段日期已经登记过，请调整原来的记录。")


def _record(action: str, actor: Actor | None, held: Absence) -> None:
    """Who, whose, which days; never why."""
    record(
        action,
        actor=actor,
        subject=Subject("accounts.person", held.person_id),
        subject_text=f"{held.person.name} {held.shown_kind}",
        facts={
            "absence": held.pk,
            "starts_at": held.starts_at.isoformat(),
            "ends_at": held.ends_at.isoformat(),
        },
    )
