"""Meetings to come that call, or are run by, a place that is no more."""

from django.db.models import Q, QuerySet

from apps.accounts.models import Organ
from apps.core.clock import now
from apps.meetings.enums import CallState, MeetingState, ProposalState
from apps.meetings.models import AgendaCall, AgendaProposal, Meeting

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


def items_in_hand(call: AgendaCall) -> QuerySet[AgendaProposal]:
    """Items of a call that stand on no agenda yet and were not given up."""
    rows = call.proposals.filter(item=None).exclude(state=ProposalState.DROPPED)
    return rows.select_related("proposer", "matter", "organ", "unit", "call").order_by("pk")


def gone_in_call(call: AgendaCall) -> list[Organ]:
    """Organs that are abolished by now and are asked, have an item in hand, or are to sit in for one."""
    hand = items_in_hand(call).order_by()
    called = Q(pk__in=hand.values("organ")) | Q(pk__in=hand.values("observers"))
    if call.state == CallState.OPEN:
        called |= Q(pk__in=call.units.values("organ"))
    return list(Organ.objects.filter(called, abolished_on__isnull=False).order_by("rank_order", "pk"))


def calls_of_organ(organ_id: int) -> list[AgendaCall]:
    """Open calls that ask the organ, or in which it has an item in hand or sits in for one."""
    items = Q(proposals__organ=organ_id) | Q(proposals__observers=organ_id)
    rows = AgendaCall.objects.filter(
        Q(units__organ=organ_id) | items & Q(proposals__item=None), state=CallState.OPEN
    )
    return list(rows.select_related("organiser").distinct().order_by("pk"))


def organ_name(organ_id: int) -> str:
    """Its short name."""
    return Organ.objects.filter(pk=organ_id).values_list("short_name", flat=True).first() or "单位"
