"""The log as a list, and the events."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.duty.clocks import Clock, clock
from apps.duty.enums import EntryKind
from apps.duty.models import DutyLogEntry, EmergencyEvent, EmergencyReport
from apps.duty.policies import keeps, reads_log
from apps.duty.selectors.watches import watch_on

MOST_IN_WATCH = 500
EVENT = "duty.event"


@dataclass(frozen=True)
class EventPage:
    """One event with its clocks, reports and course."""

    event: EmergencyEvent
    clocks: list[Clock]
    reports: list[EmergencyReport]
    entries: list[DutyLogEntry]


def entries_of_watch(watch_id: int) -> list[DutyLogEntry]:
    """The log of one watch in order."""
    rows = DutyLogEntry.objects.filter(watch_id=watch_id).select_related("corrects", "event")
    return list(rows[:MOST_IN_WATCH])


def entries_found(organ_id: int, *, words: str, kind: str, day: date | None) -> QuerySet[DutyLogEntry]:
    """Lines of the organ's log, newest first."""
    rows = DutyLogEntry.objects.filter(organ_id=organ_id).select_related("event", "corrects")
    if words:
        rows = rows.filter(Q(text__icontains=words) | Q(source__icontains=words) | Q(result__icontains=words))
    if kind in EntryKind.values:
        rows = rows.filter(kind=kind)
    if day is not None:
        rows = rows.filter(happened_at__date=day)
    return rows.order_by("-happened_at", "-id")


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


def event_page(event: EmergencyEvent) -> EventPage:
    """Everything about one event."""
    return EventPage(
        event=event,
        clocks=clocks_of(event),
        reports=list(event.reports.all()),
        entries=list(event.entries.order_by("happened_at", "id")),
    )


def event_title(event_id: int) -> str:
    """For notices and cards."""
    found = EmergencyEvent.objects.filter(pk=event_id).first()
    return found.title if found else ""


def can_view_event(actor: Actor, event_id: int) -> bool:
    """Whoever reads the organ's log sees its events."""
    return (
        reads_log(actor) and EmergencyEvent.objects.filter(pk=event_id, organ_id=actor.organ_id or 0).exists()
    )


def can_attach_to_event(actor: Actor, event_id: int) -> bool:
    """Photos and files come from those who keep the log, while the event is open."""
    return EmergencyEvent.objects.filter(
        pk=event_id, organ_id=actor.organ_id or 0, closed_at__isnull=True
    ).exists() and keeps(actor, watch_on(actor.organ_id))
