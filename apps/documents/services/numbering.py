"""编号: serials of a series are handed out under its row lock; each gets a row and a ledger line, so every gap explains itself.

A number is given after 复核 only (条例 art. 25), a document never holds two, a void serial is never given again.
"""

from django.db import transaction

from apps.accounts.models import Appointment, Organ, Role
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.core.submissions import claim, made, made_before
from apps.documents.enums import DocumentFormat, NumberStatus
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import DocumentNumber, NumberLedgerEntry, NumberSeries, OutgoingDocument
from apps.documents.policies.outgoing import KIND, Ability
from apps.documents.selectors.numbering import (
    numbering_organs,
    reservation_fits,
    series_fits,
    tenure_of,
    year_fits,
)
from apps.documents.selectors.outgoing import content_of, subject_of
from apps.documents.selectors.sheets import standard_mark
from apps.documents.services.steps import document_hold, document_touch, findings_required, step_keep
from apps.workflow.models import Opinion
from apps.workflow.services import matter_update, task_complete

LIVE = (NumberStatus.RESERVED, NumberStatus.USED)


def series_ready(*, organ: Organ, year: int) -> NumberSeries:
    """The organ's default series of the year, opened at 1 when the year is new. Refuses an organ without 代字."""
    ordinary = NumberSeries.objects.filter(organ=organ, year=year, tenure__isnull=True)
    series = ordinary.order_by("-is_default", "pk").first()
    if series is not None:
        return series
    if not organ.organ_code:
        raise InvalidState(f"{organ.full_name}没有机关代字，请管理员在机关信息中填写后再编号。")
    series, _ = NumberSeries.objects.get_or_create(
        prefix=organ.organ_code, year=year, tenure=None, defaults={"organ": organ, "is_default": True}
    )
    if series.organ_id != organ.pk:
        raise InvalidState(f"机关代字“{organ.organ_code}”已由其他机关使用，请管理员核对后再编号。")
    return series


def order_series_ready(*, organ: Organ, tenure: Appointment) -> NumberSeries:
    """The organ's series of orders in the tenure of who signs them, opened at 1 by the first one."""
    series, _ = NumberSeries.objects.get_or_create(
        organ=organ,
        tenure=tenure,
        defaults={"prefix": standard_mark(organ, DocumentFormat.ORDER), "year": today().year},
    )
    return series


@transaction.atomic
def number_reserve(*, actor: Actor, series_id: int, reason: str, key: str = "") -> DocumentNumber:
    """占号: hold the next serial without a document. Refuses all but the organ's clerks, and an empty reason."""
    series = _series_held(actor, series_id)
    if not claim(person_id=actor.person_id, key=key, verb="documents.number_reserve"):
        return made_before(DocumentNumber.objects, person_id=actor.person_id, key=key)
    if not reason.strip():
        raise ValidationFailed("请写明占号原因。", fields={"reason": "请写明占号原因。"})
    number = _serial_take(series, status=NumberStatus.RESERVED, document=None, reason=reason.strip()[:200])
    made(person_id=actor.person_id, key=key, row_id=number.pk)
    _ledger(actor, number, reason=number.reason)
    record("documents.number_reserve", actor=actor, subject_text=str(number), facts={"number": number.pk})
    return number


@transaction.atomic
def number_use(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    series_id: int | None = None,
    number_id: int | None = None,
    key: str = "",
) -> OutgoingDocument:
    """Give the document its number, the next one of the series or a reserved one, and send it on to typesetting.

    Refuses before recheck, a text other than the signed one (D27), and a second number; one it already has is kept as long as
    it fits.
    """
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.NUMBER,
        expected_version=expected_version,
        verb="documents.number_use",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    findings_required(document=document, content=content_of(document))
    if document.document_number:
        _kept_check(document)
    else:
        number = _number_for(actor, document, series_id=series_id, number_id=number_id)
        document.document_number = str(number)
        findings_required(document=document, content=content_of(document))
        _number_recorded(actor, document, number)
    result = task_complete(actor=actor, task_id=held.task.pk, action=Opinion.Action.SUBMIT)
    return step_keep(document=document, result=result)


def _kept_check(document: OutgoingDocument) -> None:
    """Refuse the number of a document that was sent back and changed since, where a reserved one would be refused."""
    number = document.numbers.select_related("series__tenure").filter(status=NumberStatus.USED).first()
    if number is None or (reservation_fits(number.series, document) and year_fits(number.series, document)):
        return
    raise InvalidState(
        f"{document.document_number}与文件现在的发文机关、文种、签发人任期或成文年度不符，不能沿用。"
        "请点“换号”作废原号，再按序重新编号。"
    )


def _number_for(
    actor: Actor, document: OutgoingDocument, *, series_id: int | None, number_id: int | None
) -> DocumentNumber:
    if number_id is not None:
        return _reserved_take(actor, document, number_id)
    tenure = tenure_of(document)
    if tenure is None:
        series = series_ready(organ=document.issuing_organ, year=today().year)
    else:
        series = order_series_ready(organ=document.issuing_organ, tenure=tenure)
    locked = _series_held(actor, series_id or series.pk)
    if not series_fits(locked, document):
        raise ValidationFailed(
            "所选字号序列不属于发文机关，或不是本年度的（命令用签发人任期的令号），请重新选择。",
            fields={"series": "请重新选择。"},
        )
    return _serial_take(locked, status=NumberStatus.USED, document=document, reason="")


def _reserved_take(actor: Actor, document: OutgoingDocument, number_id: int) -> DocumentNumber:
    number = DocumentNumber.objects.select_related("series__tenure__person").filter(pk=number_id).first()
    if number is None:
        raise NotFound
    _series_held(actor, number.series_id)
    number.refresh_from_db()
    if number.status != NumberStatus.RESERVED or number.document_id not in {None, document.pk}:
        raise Conflict(f"{number}已被使用或作废，请改选其他占号或按序编号。")
    if not reservation_fits(number.series, document):
        raise ValidationFailed(
            "所选占号不属于发文机关或签发人任期，请重新选择。", fields={"number": "请重新选择。"}
        )
    if not year_fits(number.series, document):
        year = document.document_date.year if document.document_date else ""
        raise ValidationFailed(
            f"{number}是{number.series.year}年的占号，文件成文于{year}年，请改用成文年度的字号。",
            fields={"number": "请重新选择。"},
        )
    number.status, number.document, number.changed_at = NumberStatus.USED, document, now()
    number.save(update_fields=["status", "document", "changed_at"])
    return number


def _number_recorded(actor: Actor, document: OutgoingDocument, number: DocumentNumber) -> None:
    _ledger(actor, number, reason=number.reason, title=document.title)
    if document.matter is not None:
        matter_update(matter=document.matter, reference_number=document.document_number)
    record(
        "documents.number",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number,
        facts={"number": number.pk},
    )


def _series_held(actor: Actor, series_id: int) -> NumberSeries:
    """The series, its row locked: serials are handed out one at a time. Refuses all but clerks of the organ or its office."""
    series = (
        NumberSeries.objects.select_for_update(of=("self",))
        .select_related("organ", "tenure__person")
        .filter(pk=series_id)
        .first()
    )
    if series is None:
        raise NotFound("没有找到该字号序列，请刷新页面后重新选择。")
    may = Role.CLERK in actor.roles and series.organ_id in numbering_organs(actor)
    if not may:
        raise Forbidden("只有本机关文书可以使用该字号序列。", rule="number")
    return series


def _serial_take(
    series: NumberSeries, *, status: NumberStatus, document: OutgoingDocument | None, reason: str
) -> DocumentNumber:
    """The next serial of a locked series as a row."""
    number = DocumentNumber.objects.create(
        series=series,
        serial=series.next_serial,
        status=status,
        document=document,
        reason=reason,
        changed_at=now(),
    )
    series.next_serial += 1
    series.save(update_fields=["next_serial"])
    return number


def _ledger(actor: Actor, number: DocumentNumber, *, reason: str, title: str = "") -> None:
    NumberLedgerEntry.objects.create(
        number=number,
        status=number.status,
        document_title=title[:300],
        person_id=actor.person_id,
        reason=reason[:200],
        at=now(),
    )


@transaction.atomic
def number_void(*, actor: Actor, number_id: int, reason: str) -> DocumentNumber:
    """作废: a reserved serial, or the one of a document that stands at numbering (换号). Refuses later ones, and no reason."""
    if not reason.strip():
        raise ValidationFailed("请写明作废原因，台账将据此说明断号。", fields={"reason": "请写明作废原因。"})
    number = DocumentNumber.objects.select_related("series__tenure__person").filter(pk=number_id).first()
    if number is None:
        raise NotFound("没有找到该字号，请刷新页面。")
    document = (
        OutgoingDocument.objects.select_for_update(of=("self",))
        .select_related("matter")
        .filter(pk=number.document_id or 0)
        .first()
    )
    _series_held(actor, number.series_id)
    number.refresh_from_db(fields=["status", "document"])
    if number.document_id != (document.pk if document else None):
        raise Conflict(f"{number}刚被一份文件取用，没有作废，请刷新页面查看。")
    if number.status == NumberStatus.VOID:
        raise InvalidState(f"{number}已经作废，无需重复操作。")
    if document is not None and document.status != Status.NUMBERING:
        raise InvalidState(
            f"{number}已用于在办或已印发的文件，不能作废。如需换号，请先将文件退回到“编号”环节。"
        )
    _void(actor, number, reason=reason.strip()[:200], title=document.title if document else "")
    if document is not None:
        document.document_number = ""
        document_touch(document=document)
        if document.matter is not None:
            matter_update(matter=document.matter, reference_number="")
    return number


def _void(actor: Actor, number: DocumentNumber, *, reason: str, title: str) -> None:
    number.status, number.reason, number.changed_at = NumberStatus.VOID, reason, now()
    number.save(update_fields=["status", "reason", "changed_at"])
    _ledger(actor, number, reason=reason, title=title)
    subject = Subject(KIND, number.document_id) if number.document_id else None
    facts = {"number": number.pk}
    record("documents.number_void", actor=actor, subject=subject, subject_text=str(number), facts=facts)


def number_release(*, actor: Actor, document: OutgoingDocument, reason: str) -> None:
    """Void the live number of a document that is cancelled; part of that verb's transaction, which holds the document."""
    number = (
        DocumentNumber.objects.select_for_update(of=("self",))
        .select_related("series__tenure__person")
        .filter(document=document, status__in=LIVE)
        .first()
    )
    if number is not None:
        _void(actor, number, reason=reason, title=document.title)
        document.document_number = ""
