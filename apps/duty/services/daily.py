"""值班日报: the day told to leaders on a sheet that does not change."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, Forbidden, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.submissions import claim, made, made_before
from apps.duty.events import DailySent
from apps.duty.models import DailyReport
from apps.duty.policies import sends_daily
from apps.duty.selectors.days import SHEET, DutyDay, daily_subject, day_for, next_number, told_of
from apps.duty.selectors.watches import watch_on
from apps.files.services import file_store_bytes
from apps.files.words import words_checked

WORDS_LIMIT = 1000
TEXT_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class DailyDraft:
    """A day as it stands now, laid out as `sheet` under `number`; `words`: what else leaders should know."""

    day: date
    number: int
    sheet: bytes
    words: str = ""


def daily_checked(*, actor: Actor, day: date, words: str) -> tuple[DutyDay, str]:
    """The day and the words, when both may be reported; asked before the sheet is laid out.

    Raises `Forbidden`, `ValidationFailed`, `InvalidState` for a day whose duty has not begun.
    """
    if not sends_daily(actor, watch_on(actor.organ_id)):
        raise Forbidden("值班日报由值班室、本班值班人员和办公室主任报送。", rule="daily")
    duty = day_for(actor, day)
    if not duty.watches:
        raise ValidationFailed("这一天没有已发布的班次，没有可报送的内容。")
    if not duty.has_begun:
        raise InvalidState("这一天的值班还没有开始，请在开始后报送。")
    return duty, words_checked(words, "需要说明的情况", WORDS_LIMIT)


@transaction.atomic
def daily_send(*, actor: Actor, draft: DailyDraft, key: str = "") -> DailyReport:
    """Keep the sheet as sent and tell heads and who led the day. The same key sends once; a later report of the day is a new number.

    Raises as `daily_checked`, and `Conflict` when the number was taken while the sheet was laid out.
    """
    duty, words = daily_checked(actor=actor, day=draft.day, words=draft.words)
    sender = actor.post_required("报送值班日报")
    if not claim(person_id=actor.person_id, key=key, verb="duty.daily"):
        return made_before(DailyReport.objects, person_id=actor.person_id, key=key)
    advisory_lock(f"duty.daily:{duty.organ.pk}")
    if draft.number != next_number(duty.organ.pk, draft.day.year):
        raise Conflict("同事刚刚报送了一期日报，期号已变，请刷新后再报送。")
    told = told_of(duty.organ.pk, duty.watches, actor.person_id)
    report = DailyReport.objects.create(
        organ=duty.organ,
        day=draft.day,
        year=draft.day.year,
        number=draft.number,
        words=words,
        sent_to_text="、".join(one.person.name for one in told)[:TEXT_LIMIT],
        sent_by_id=sender,
        sent_text=actor.signature,
        sent_at=now(),
    )
    made(person_id=actor.person_id, key=key, row_id=report.pk)
    file_store_bytes(
        actor=actor,
        subject=daily_subject(report),
        purpose=SHEET,
        name=f"{report}.pdf",
        data=draft.sheet,
        content_type="application/pdf",
    )
    record("duty.daily", actor=actor, subject=daily_subject(report), subject_text=f"{report}")
    publish(DailySent(report_id=report.pk))
    return report
