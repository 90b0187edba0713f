"""Meetings to come that call, or are run by, a place that is no more."""

from django.db.models import Q, QuerySet

from apps.accounts.models import Organ
from apps.core.clock import now
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting

BEFORE = (
    MeetingState.DRAFT,
    MeetingState.REQUESTED,
    MeetingState.RETURNED,
    MeetingState.APPROVED,
    MeetingState.NOTIFIED,
)


def _coming() -> QuerySet[Meeting]:
    return Meeting.objects.filter(state__in=BEFORE, ends_at__gt=now()).select_related("organiser", "organ")


def meetings_of_organ(organ_id: int) -> list[Meeting]:
    """Those that call the organ, have it report, or have it sit in for an item."""
    condition = Q(invitations__organ=organ_id) | Q(agenda__organ=organ_id) | Q(agenda__observers=organ_id)
    return list(
        _coming().filter(pk__in=Meeting.objects.filter(condition).values("pk")).order_by("starts_at", "pk")
    )


def meetings_of_unit(unit_id: int) -> QuerySet[Meeting]:
    """Those an internal unit runs."""
    return _coming().filter(unit=unit_id).order_by("pk")


def gone_organs(meeting: Meeting) -> list[Organ]:
    """Organs the meeting calls that are abolished by now."""
    if meeting.state not in BEFORE:
        return []
    called = (
        Q(pk__in=meeting.invitations.values("organ"))
        | Q(pk__in=meeting.agenda.values("organ"))
        | Q(pk__in=meeting.agenda.values("observers"))
    )
    return list(Organ.objects.filter(called, abolished_on__isnull=False).order_by("rank_order", "pk"))


def organ_name(organ_id: int) -> str:
    """Its short name."""
    return Organ.objects.filter(pk=organ_id).values_list("short_name", flat=True).first() or "单位"
