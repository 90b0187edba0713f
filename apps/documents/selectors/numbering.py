"""Reads of 发文字号: series, the ledger, and the proof that no gap is unexplained."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Appointment, Organ, Role
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import Forbidden, NotFound
from apps.core.words import rows_with, words_of
from apps.documents.enums import DocumentFormat, NumberStatus
from apps.documents.models import DocumentNumber, NumberSeries, OutgoingDocument

NUMBER_ORDER = ("-series__year", "series__prefix", "-serial", "-id")
EXPORT_LIMIT = 5000
KEEPERS = frozenset({Role.CLERK, Role.OFFICE_DIRECTOR, Role.PRINCIPAL_HEAD, Role.ARCHIVIST})


def numbering_organs(actor: Actor) -> set[int]:
    """Organs whose series the actor's office keeps: its own, and for a government's office the government's."""
    office = Q(subordinates__pk=actor.organ_id, subordinates__kind=Organ.Kind.OFFICE)
    return set(Organ.objects.filter(Q(pk=actor.organ_id) | office).values_list("pk", flat=True))


def may_see_ledger(actor: Actor) -> bool:
    """Whether the ledger is open to the actor."""
    return actor.organ_id is not None and bool(actor.roles & KEEPERS)


def ledger_required(actor: Actor) -> None:
    """Refuse whoever is not of the office: the ledger names titles of documents one may not see."""
    if actor.organ_id is None:
        raise NotFound
    if not actor.roles & KEEPERS:
        raise Forbidden("字号台账由本机关文书、档案员和办公室负责人查看。", rule="ledger")


def series_of(actor: Actor, *, year: int | None = None) -> QuerySet[NumberSeries]:
    """The series the actor's office keeps, newest year first."""
    query = NumberSeries.objects.filter(organ_id__in=numbering_organs(actor))
    query = query.select_related("organ", "tenure__person")
    return query.filter(year=year) if year else query


def tenure_of(document: OutgoingDocument) -> Appointment | None:
    """In whose tenure the document is numbered: that of an order's signer; None for all others, numbered by the year."""
    return document.signer if document.layout == DocumentFormat.ORDER else None


def reservation_fits(series: NumberSeries, document: OutgoingDocument) -> bool:
    """Whether a serial of the series may number the document, whatever the year: the number is the issuing organ's."""
    tenure = tenure_of(document)
    own = series.organ_id == document.issuing_organ_id
    return own and series.tenure_id == (tenure.pk if tenure else None)


def year_fits(series: NumberSeries, document: OutgoingDocument) -> bool:
    """Whether a serial of an earlier year may number the document: one signed later may not; 令号 know no year."""
    signed_on = document.document_date
    return series.tenure_id is not None or signed_on is None or signed_on.year <= series.year


def series_fits(series: NumberSeries, document: OutgoingDocument) -> bool:
    """Whether the document may take the next serial of the series now."""
    return reservation_fits(series, document) and (
        series.tenure_id is not None or series.year == today().year
    )


def series_for_document(document: OutgoingDocument) -> list[NumberSeries]:
    """The series a document may be numbered in: this year's, the default one first, or that of its signer's tenure."""
    tenure = tenure_of(document)
    run = {"year": today().year, "tenure": None} if tenure is None else {"tenure": tenure}
    found = NumberSeries.objects.filter(organ_id=document.issuing_organ_id, **run)
    return list(found.select_related("tenure__person").order_by("-is_default", "prefix"))


def reserved_for_document(document: OutgoingDocument) -> QuerySet[DocumentNumber]:
    """占号 without a document that this one may use."""
    return DocumentNumber.objects.filter(
        series__organ_id=document.issuing_organ_id,
        series__tenure=tenure_of(document),
        status=NumberStatus.RESERVED,
        document__isnull=True,
    ).select_related("series")


@dataclass(frozen=True)
class SeriesState:
    """A series and how many of its serials stand where; `gap` is the first unexplained serial, if any."""

    series: NumberSeries
    used: int
    reserved: int
    void: int
    gap: int | None


def series_states(actor: Actor) -> list[SeriesState]:
    """The series of the actor's office with their numbers. Two queries."""
    counted = series_of(actor).annotate(
        used=Count("numbers", filter=Q(numbers__status=NumberStatus.USED)),
        reserved=Count("numbers", filter=Q(numbers__status=NumberStatus.RESERVED)),
        void=Count("numbers", filter=Q(numbers__status=NumberStatus.VOID)),
    )
    states = []
    for series in counted.order_by("-year", "organ__rank_order", "prefix"):
        whole = series.used + series.reserved + series.void == series.next_serial - series.first_serial
        gap = None if whole else next(unexplained_gaps(series), None)
        states.append(SeriesState(series, series.used, series.reserved, series.void, gap))
    return states


def may_number(actor: Actor) -> bool:
    """Whether the actor may hand out serials of the own office."""
    return Role.CLERK in actor.roles


@dataclass(frozen=True, kw_only=True)
class LedgerFilter:
    """What the ledger is narrowed to."""

    series_id: int | None = None
    status: str = ""
    text: str = ""


def ledger_of(actor: Actor, wanted: LedgerFilter) -> QuerySet[DocumentNumber]:
    """Every serial the actor's office has handed out, with what became of it. Refuses outsiders of the office."""
    ledger_required(actor)
    query = DocumentNumber.objects.filter(series__organ_id__in=numbering_organs(actor))
    query = query.select_related("series__tenure__person", "document__drafter").prefetch_related(
        "ledger__person"
    )
    if wanted.series_id:
        query = query.filter(series_id=wanted.series_id)
    if wanted.status:
        query = query.filter(status=wanted.status)
    words = words_of(wanted.text)
    return rows_with(query, words) if words else query


def unexplained_gaps(series: NumberSeries) -> Iterator[int]:
    """Serials handed out that no row explains; there are none unless somebody has touched the table."""
    known = set(DocumentNumber.objects.filter(series=series).values_list("serial", flat=True))
    return (serial for serial in range(series.first_serial, series.next_serial) if serial not in known)
