"""The log as a list, and the events."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.paging import Page
from apps.core.streams import searched_page, searched_rows
from apps.core.subjects import Subject
from apps.core.words import words_of
from apps.documents.policies.outgoing import visible_to
from apps.duty.clocks import Clock, clock
from apps.duty.enums import EntryKind
from apps.duty.models import DutyLogEntry, EmergencyEvent, EmergencyReport, EventPaper
from apps.duty.policies import keeps, reads_log
from apps.duty.selectors.attachments import with_files
from apps.duty.selectors.watches import watch_on
from apps.messaging.selectors.conversations import subject_group_exists, subject_room

MOST_IN_WATCH = 500
LOG_ORDER = ("-happened_at", "-id")
EVENT = "duty.event"


@dataclass(frozen=True)
class ReportShown:
    """A report with the paper drafted from it, and whether the reader may open that."""

    report: EmergencyReport
    paper: EventPaper | None
    is_open: bool


@dataclass(frozen=True)
class EventPage:
    """One event with its clocks, reports and course; `room`: the number of its group when the reader is in it."""

    event: EmergencyEvent
    clocks: list[Clock]
    reports: list[ReportShown]
    entries: list[DutyLogEntry]
    room: int | None
    has_group: bool


def entries_of_watch(watch_id: int) -> list[DutyLogEntry]:
    """The log of one watch in order."""
    rows = DutyLogEntry.objects.filter(watch_id=watch_id).select_related("corrects", "event")
    return with_files(rows[:MOST_IN_WATCH])


@dataclass(frozen=True, kw_only=True)
class LogFilter:
    """Which lines of the log; empty fields do not narrow."""

    text: str = ""
    kind: str = ""
    day: date | None = None


def entries_page(organ_id: int, wanted: LogFilter, cursor: str = "") -> Page[DutyLogEntry]:
    """A page of the organ's log, newest first."""
    rows, words = _entries(organ_id, wanted), words_of(wanted.text)
    return searched_page(rows, words, order=LOG_ORDER, cursor=cursor)


def entries_first(organ_id: int, wanted: LogFilter, limit: int) -> list[DutyLogEntry]:
    """The newest of them, for export."""
    rows, words = _entries(organ_id, wanted), words_of(wanted.text)
    return searched_rows(rows, words, order=LOG_ORDER, limit=limit)


def _entries(organ_id: int, wanted: LogFilter) -> QuerySet[DutyLogEntry]:
    rows = DutyLogEntry.objects.filter(organ_id=organ_id).select_related("event", "corrects")
    if wanted.kind in EntryKind.values:
        rows = rows.filter(kind=wanted.kind)
    if wanted.day is not None:
        rows = rows.filter(happened_at__date=wanted.day)
    return rows


def entry_of(organ_id: int, entry_id: int) -> DutyLogEntry:
    """A line of the organ's log. Raises `NotFound`."""
    found = DutyLogEntry.objects.filter(pk=entry_id, organ_id=organ_id).first()
    if found is None:
        raise NotFound
    return found


def events_found(organ_id: int, *, words: str, is_open: bool) -> QuerySet[EmergencyEvent]:
    """Events of the organ, newest first."""
    rows = EmergencyEvent.objects.filter(organ_id=organ_id)
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(place__icontains=words))
    if is_open:
        rows = rows.filter(closed_at__isnull=True)
    return rows.order_by("-learned_at", "-id")


def event_of(organ_id: int, event_id: int, *, lock: bool = False) -> EmergencyEvent:
    """An event of the organ. Raises `NotFound`."""
    rows = EmergencyEvent.objects.select_for_update() if lock else EmergencyEvent.objects.all()
    found = rows.filter(pk=event_id, organ_id=organ_id).first()
    if found is None:
        raise NotFound
    return found


def clocks_of(event: EmergencyEvent, moment: datetime | None = None) -> list[Clock]:
    """The phone and the written limit."""
    at = moment or now()
    return [
        clock("电话报告", event.phone_due_at, event.phoned_at, at),
        clock("书面初报", event.written_due_at, event.written_at, at),
    ]


def event_page(actor: Actor, event: EmergencyEvent) -> EventPage:
    """Everything about one event."""
    subject = Subject(EVENT, event.pk)
    return EventPage(
        event=event,
        clocks=clocks_of(event),
        reports=_reports_shown(actor, event),
        entries=list(event.entries.prefetch_related("addressees__person").order_by("happened_at", "id")),
        room=subject_room(actor, subject),
        has_group=subject_group_exists(subject.kind, subject.id),
    )


def _reports_shown(actor: Actor, event: EmergencyEvent) -> list[ReportShown]:
    reports = list(event.reports.all())
    papers = {one.report_id: one for one in EventPaper.objects.filter(report__event=event)}
    documents = [one.document_id for one in papers.values()]
    seen = (
        set(visible_to(actor).filter(pk__in=documents).values_list("pk", flat=True)) if documents else set()
    )
    return [
        ReportShown(one, papers.get(one.pk), one.pk in papers and papers[one.pk].document_id in seen)
        for one in reports
    ]


def event_title(event_id: int) -> str:
    """For notices and cards."""
    found = EmergencyEvent.objects.filter(pk=event_id).first()
    return found.title if found else ""


def event_for(actor: Actor, event_id: int) -> EmergencyEvent:
    """An event for whoever reads the organ's log, and for whom a leader's instruction about it named. Raises `NotFound`."""
    found = EmergencyEvent.objects.select_related("organ").filter(pk=event_id).first()
    if found is None or not (
        (found.organ_id == actor.organ_id and reads_log(actor))
        or DutyLogEntry.objects.filter(event=found, addressees__person_id=actor.person_id).exists()
    ):
        raise NotFound
    return found


def can_view_event(actor: Actor, event_id: int) -> bool:
    """As `event_for`."""
    with suppress(NotFound):
        return bool(event_for(actor, event_id))
    return False


def instructed_people(event_id: int) -> set[int]:
    """Whom leaders' instructions about the event named."""
    rows = DutyLogEntry.objects.filter(event=event_id, addressees__isnull=False)
    return set(rows.values_list("addressees__person_id", flat=True))


def instructions_of(event: EmergencyEvent) -> list[DutyLogEntry]:
    """Leaders' instructions about the event, in order."""
    return list(event.entries.filter(kind=EntryKind.INSTRUCTION).order_by("happened_at", "id"))


def instructions_until(report: EmergencyReport) -> list[DutyLogEntry]:
    """Those given before the report was written."""
    return [one for one in instructions_of(report.event) if one.happened_at <= report.written_at]


def can_attach_to_event(actor: Actor, event_id: int) -> bool:
    """Photos and files come from those who keep the log, while the event is open."""
    return EmergencyEvent.objects.filter(
        pk=event_id, organ_id=actor.organ_id or 0, closed_at__isnull=True
    ).exists() and keeps(actor, watch_on(actor.organ_id))
