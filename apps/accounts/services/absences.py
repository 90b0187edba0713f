"""Verbs of absence: a person is away from … to …; upper apps (leave, trips) write it here."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.events import AbsenceCancelled, AbsenceRecorded
from apps.accounts.models import AWAY_KINDS, Absence, Person
from apps.accounts.policies import has_permission
from apps.accounts.selectors import person_locked, serves_person
from apps.accounts.services.protections import protection_end
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject

LONGEST = timedelta(days=366)


@transaction.atomic
def absence_record(
    *,
    actor: Actor | None,
    person_id: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    note: str = "",
) -> Absence:
    """Note that a person is away. Refuses other people's absences (a leader's secretary excepted), the past and overlaps."""
    person = person_locked(person_id)
    _require(actor, person)
    if kind not in AWAY_KINDS:
        raise ValidationFailed("请选择离岗类别。", field="kind")
    if ends_at <= starts_at or ends_at <= now():
        raise ValidationFailed("结束时间须晚于开始时间，且晚于现在。", field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise ValidationFailed("一次离岗不超过一年，请缩短期限。", field="ends_at")
    if len(note.strip()) > 200:
        raise ValidationFailed("说明不超过 200 字。", field="note")
    other = Absence.objects.filter(
        person=person, cancelled_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).first()
    if other is not None:
        raise InvalidState(
            f"与已登记的{other.get_kind_display()}（{_span(other)}）时间重叠，请先取消原记录或调整时间。"
        )
    absence = Absence.objects.create(
        person=person, kind=Absence.Kind(kind), starts_at=starts_at, ends_at=ends_at, note=note.strip()
    )
    _record("accounts.absence_record", actor, absence)
    publish(AbsenceRecorded(absence_id=absence.pk))
    return absence


@transaction.atomic
def absence_cancel(*, actor: Actor | None, absence_id: int) -> Absence:
    """Take an absence back, or end a running one now (销假). Refuses one that is over.

    A stretch without night duty ends as `protection_end` says.
    """
    rows = Absence.with_protected.select_for_update(of=("self",)).select_related("person")
    absence = rows.filter(pk=absence_id).first()
    if absence is None:
        raise NotFound("没有找到这条离岗记录。")
    if absence.is_protection:
        return protection_end(actor=actor, absence_id=absence_id)
    _require(actor, absence.person)
    if absence.cancelled_at is not None or absence.ends_at <= now():
        raise InvalidState("这次离岗已经结束，无须取消。")
    absence.cancelled_at = now()
    absence.save(update_fields=["cancelled_at"])
    _record("accounts.absence_cancel", actor, absence)
    publish(AbsenceCancelled(absence_id=absence.pk))
    return absence


def _require(actor: Actor | None, person: Person) -> None:
    if actor is None or actor.person_id == person.pk:
        return
    if actor.appointment_id is not None and serves_person(actor.appointment_id, person.pk):
        return
    if not has_permission(actor, "accounts.change_absence"):
        raise Forbidden("只能登记本人或所服务领导的离岗。", rule="own_or_served")


def _record(action: str, actor: Actor | None, absence: Absence) -> None:
    record(
        action,
        actor=actor,
        subject=Subject("accounts.person", absence.person_id),
        subject_text=f"{absence.person.name} {absence.shown_kind}",
        facts={
            "absence": absence.pk,
            "starts_at": absence.starts_at.isoformat(),
            "ends_at": absence.ends_at.isoformat(),
        },
        on_behalf_of="" if actor is None or actor.person_id == absence.person_id else absence.person.name,
    )


def _span(absence: Absence) -> str:
    return f"{local(absence.starts_at):%-m月%-d日 %H:%M}—{local(absence.ends_at):%-m月%-d日 %H:%M}"
