"""Making the duty of a public holiday known, taking it back, and reporting it upward before the holiday (domain.md §6.1)."""

from datetime import date
from itertools import groupby

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, now, today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.documents.body import body_from_text
from apps.documents.enums import Disclosure
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_create
from apps.duty.events import HolidayListPublished
from apps.duty.models import DutyShift, HolidayList
from apps.duty.policies import require_maker
from apps.duty.selectors.holidays import (
    has_begun,
    holiday_on,
    holiday_shifts,
    lacking_for,
    list_for,
)


@transaction.atomic
def holiday_list_publish(*, actor: Actor, first_on: date) -> HolidayList:
    """Make the list of the holiday that begins on the day known to everybody on it. Asked again, the one that is out.

    The one thing of duty that refuses a year whose arrangement is not published: days that are 暂按 are not reported to anybody.
    Refuses a holiday that is over, and months that are not published.
    """
    organ_id = require_maker(actor)
    found = HolidayList.objects.filter(organ_id=organ_id, first_on=first_on).first()
    if found is not None:
        return found
    holiday = holiday_on(first_on)
    if holiday.last_on < today():
        raise InvalidState("假期已经结束，不再发布节假日值班表。")
    lacking = lacking_for(organ_id, holiday)
    if lacking:
        raise ValidationFailed("；".join(lacking) + "。")
    made, is_new = HolidayList.objects.get_or_create(
        organ_id=organ_id,
        first_on=first_on,
        defaults={
            "name": holiday.name,
            "last_on": holiday.last_on,
            "published_at": now(),
            "published_text": actor.signature,
        },
    )
    if is_new:
        _noted(actor, made, "holiday_publish")
        publish(HolidayListPublished(list_id=made.pk))
    return made


@transaction.atomic
def holiday_list_withdraw(*, actor: Actor, list_id: int) -> None:
    """Take it back before the holiday, as long as no report of it has been drafted."""
    holiday = list_for(actor, list_id, lock=True, to_make=True)
    if has_begun(holiday):
        raise InvalidState("假期已经开始，节假日值班表不能撤回；人员调整请在值班表上办理。")
    if holiday.document is not None:
        raise InvalidState("已拟报送文稿，请先处理文稿再撤回。")
    _noted(actor, holiday, "holiday_withdraw")
    holiday.delete()


@transaction.atomic
def holiday_report_draft(*, actor: Actor, list_id: int) -> OutgoingDocument:
    """报送: the list as a draft 报告 of the organ, day by day with phones; asked again, the same draft."""
    holiday = list_for(actor, list_id, lock=True, to_make=True)
    if holiday.document is not None:
        return holiday.document
    document = outgoing_create(actor=actor, document_type="report")
    changes = DraftChanges(
        title=f"关于报送{holiday.first_on.year}年{holiday.name}值班安排的报告",
        body=body_from_text(_words(holiday)),
        disclosure=Disclosure.CLOSED,
    )
    document = outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )
    holiday.document = document
    holiday.save(update_fields=["document"])
    _noted(actor, holiday, "holiday_report")
    return document


def _words(holiday: HolidayList) -> str:
    """Paragraphs as lines."""
    first, last = holiday.first_on, holiday.last_on
    opening = (
        f"{first.year}年{holiday.name}假期（{first.month}月{first.day}日至{last.month}月{last.day}日），"
    )
    lines = [f"{opening}我单位严格执行24小时专人值班和领导带班制度。现将值班安排报告如下："]
    for day, shifts in groupby(holiday_shifts(holiday), key=lambda one: local(one.watch.starts_at).date()):
        weekday = "一二三四五六日"[day.weekday()]
        lines.append(
            f"{day.month}月{day.day}日（周{weekday}）：" + "；".join(_said(one) for one in shifts) + "。"
        )
    return "\n".join([*lines, "特此报告。"])


def _said(shift: DutyShift) -> str:
    person = shift.appointment.person
    phone = person.mobile or person.phone
    return f"{shift.post.name}{person.name}" + (f"（{phone}）" if phone else "")


def _noted(actor: Actor, holiday: HolidayList, act: str) -> None:
    record(
        "duty.roster",
        actor=actor,
        subject_text=holiday.title,
        facts={"act": act, "first_on": f"{holiday.first_on:%F}", "last_on": f"{holiday.last_on:%F}"},
    )
