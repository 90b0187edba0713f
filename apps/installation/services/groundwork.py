"""What work needs before the first document, the trial of mail and SMS, and the end of the set-up."""

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.services import calendar_year_import, calendar_year_provisional
from apps.affairs.services import procedure_set_up as away_procedure
from apps.audit.services import record
from apps.briefings.services import procedures_set_up as briefing_procedures
from apps.core.clock import now, today
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.models import CalendarDay
from apps.documents.selectors.seals import active_seal
from apps.documents.services.installation import procedures_install
from apps.documents.services.sealing import eseal_make
from apps.documents.services.series import series_open
from apps.installation.models import Installation
from apps.installation.policies import require_holder
from apps.installation.selectors import installation_now
from apps.installation.selectors.checklist import checklist_of, is_ready
from apps.installation.selectors.progress import groundwork_of
from apps.meetings.services.installation import procedure_set_up as meeting_procedure
from apps.supervision.services.installation import classes_install


def groundwork_lay(*, secret: str, first_serial: int, seal_name: str, notice_text: str = "") -> None:
    """Procedures, classes, number series, seal and calendars; what stands already stays, so doing it again is harmless.

    `notice_text` is this year's 放假安排 where the software does not know it; without either the year is 暂按. The seal is drawn
    outside the transaction, last: when the drawing fails the rest stands and the page asks again.
    """
    organ = _laid(secret, first_serial, notice_text)
    if active_seal(organ.pk) is None:
        eseal_make(actor=None, organ_id=organ.pk, name=seal_name)


@transaction.atomic
def _laid(secret: str, first_serial: int, notice_text: str) -> Organ:
    installation = require_holder(installation_now(lock=True), secret)
    organ = installation.organ
    if organ is None:
        raise InvalidState("请先填写机关，再做业务准备。")
    procedures_install()
    meeting_procedure()
    away_procedure()
    briefing_procedures()
    classes_install()
    if groundwork_of(installation).series is None:
        series_open(
            actor=None,
            organ_id=organ.pk,
            prefix=organ.organ_code,
            year=today().year,
            first_serial=first_serial,
        )
    _year_arranged(today().year, notice_text)
    _year_arranged(today().year + 1, "")
    record("installation.groundwork", actor=None, subject_text=organ.full_name)
    return organ


def _year_arranged(year: int, notice_text: str) -> None:
    """The published arrangement, else 暂按; a year that is arranged stays unless a notice is given."""
    if notice_text.strip():
        calendar_year_import(actor=None, year=year, notice_text=notice_text)
        return
    if CalendarDay.objects.filter(date__year=year, is_provisional=False).exists():
        return
    try:
        with transaction.atomic():
            calendar_year_import(actor=None, year=year)
    except ValidationFailed:  # not published yet, or later than this program
        calendar_year_provisional(actor=None, year=year)


@transaction.atomic
def installation_finish(*, secret: str) -> Installation:
    """Close the set-up for good. Refuses while anything needed is missing."""
    installation = require_holder(installation_now(lock=True), secret)
    lines = checklist_of(installation)
    if not is_ready(lines):
        missing = "、".join(line.name for line in lines if line.verdict == "needed")
        raise InvalidState(f"还不能完成设置，尚缺：{missing}。")
    installation.finished_at = now()
    installation.holder_digest = installation.token_digest = ""
    installation.workbook, installation.workbook_name = None, ""
    installation.save()
    record(
        "installation.finish",
        actor=None,
        subject_text=installation.organ.full_name if installation.organ else "",
    )
    return installation
