"""Reads of meetings: the gate, the lists, the head-count."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.meetings.attendance import counted
from apps.meetings.enums import AttendeeState, MeetingState
from apps.meetings.models import Attendee, Invitation, Meeting, MeetingLog
from apps.meetings.policies import organises, visible_to

ORDER = ("-starts_at", "-id")
SCOPES = (("", "全部"), ("coming", "待开"), ("mine", "我承办"), ("request", "待审批"), ("past", "已结束"))


def meeting_for(actor: Actor, meeting_id: int, *, lock: bool = False) -> Meeting:
    """A meeting the actor may see, locked if asked. Raises `NotFound`."""
    if lock:
        Meeting.objects.select_for_update(of=("self",)).filter(pk=meeting_id).first()
    rows = visible_to(actor).select_related(
        "organ",
        "unit",
        "organiser__person",
        "host__person",
        "booking__room__manager",
        "announcement",
        "minutes",
        "notice",
        "matter",
    )
    found = rows.filter(pk=meeting_id).first()
    if found is None:
        raise NotFound
    return found


def can_view_meeting(actor: Actor, meeting_id: int) -> bool:
    """Whether the actor may see it."""
    return visible_to(actor).filter(pk=meeting_id).exists()


def meeting_title(meeting_id: int) -> str:
    """Its name."""
    return Meeting.objects.filter(pk=meeting_id).values_list("name", flat=True).first() or "会议"


def meeting_known(meeting_id: int) -> Meeting | None:
    """A meeting by number, for listeners."""
    return (
        Meeting.objects.select_related("organ", "organiser", "host", "booking__room", "announcement")
        .filter(pk=meeting_id)
        .first()
    )


def log_line(log_id: int) -> MeetingLog | None:
    """A line of the course."""
    return MeetingLog.objects.filter(pk=log_id).first()


def attendee_known(attendee_id: int) -> Attendee | None:
    """An attendee by number, for listeners."""
    rows = Attendee.objects.select_related(
        "meeting__organiser", "meeting__host", "invitation__recipient", "organ"
    )
    return rows.filter(pk=attendee_id).first()


def meetings_listed(actor: Actor, *, scope: str = "", text: str = "") -> QuerySet[Meeting]:
    """Visible meetings narrowed down; nonsense narrows nothing."""
    rows = visible_to(actor).select_related("organ", "host__person", "booking__room", "organiser__person")
    if scope == "coming":
        rows = rows.filter(ends_at__gte=now()).exclude(state__in=[MeetingState.ENDED, MeetingState.CANCELLED])
    elif scope == "mine":
        rows = rows.filter(organiser__person_id=actor.person_id)
    elif scope == "request":
        rows = rows.filter(state=MeetingState.REQUESTED)
    elif scope == "past":
        rows = rows.filter(state=MeetingState.ENDED)
    return rows.filter(name__icontains=text) if text else rows


def own_attendance(actor: Actor, meeting: Meeting) -> Attendee | None:
    """The row by which the actor sits in the meeting: invited, or a granted substitute."""
    rows = meeting.attendees.select_related("seat", "invitation", "organ")
    mine = list(rows.filter(person_id=actor.person_id))
    stood = [row for row in rows.filter(substitute_id=actor.person_id) if row.state_is_substituted]
    return next(iter(mine + stood), None)


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """An invited organ (or a group of people of one organ) with its people and what they come to."""

    name: str
    invitations: list[Invitation]
    attendees: list[Attendee]
    counts: dict[str, int]
    is_owed: bool


@dataclass(frozen=True, kw_only=True)
class HeadCount:
    """The live head-count by unit in rank order."""

    lines: list[UnitLine]
    totals: dict[str, int]
    expected: int

    @property
    def owed(self) -> int:
        """Units that have not answered."""
        return sum(line.is_owed for line in self.lines)


def head_count(meeting: Meeting) -> HeadCount:
    """Who comes, by unit. Two queries."""
    invitations = list(
        meeting.invitations.select_related(
            "organ", "post__person", "post__organ", "recipient__slip"
        ).order_by("rank", "pk")
    )
    attendees = list(
        meeting.attendees.select_related("organ", "invitation").order_by(
            "invitation__rank", "rank_order", "pk"
        )
    )
    lines = []
    for name, group in groupby(invitations, key=_unit_name):
        kept = list(group)
        numbers = {one.pk for one in kept}
        people = [one for one in attendees if one.invitation_id in numbers]
        counts = counted([one.state for one in people])
        counts["waiting"] += sum(one.quota for one in kept if one.organ_id and not one.slip_version)
        lines.append(
            UnitLine(
                name=name, invitations=kept, attendees=people, counts=counts,
                is_owed=any(not one.slip_version for one in kept),
            )
        )  # fmt: skip
    totals = {key: sum(line.counts[key] for line in lines) for key in counted([])}
    return HeadCount(lines=lines, totals=totals, expected=sum(one.quota for one in invitations))


def _unit_name(invitation: Invitation) -> str:
    organ = invitation.organ or (invitation.post.organ if invitation.post else None)
    return organ.short_name if organ else ""


def may_see_people(actor: Actor, meeting: Meeting) -> bool:
    """Lists of people are for who runs the meeting and for its host."""
    return organises(actor, meeting) or (
        meeting.host is not None and meeting.host.person_id == actor.person_id
    )


def own_meetings_between(actor: Actor, start: datetime, end: datetime) -> QuerySet[Meeting]:
    """Standing meetings the person sits in, hosts or runs, that touch the stretch."""
    mine = Attendee.objects.filter(
        Q(person_id=actor.person_id) | Q(substitute_id=actor.person_id), meeting=OuterRef("pk")
    ).exclude(state=AttendeeState.LEAVE_APPROVED)
    concerned = Q(Exists(mine)) | Q(host__person_id=actor.person_id) | Q(organiser__person_id=actor.person_id)
    rows = visible_to(actor).filter(concerned).exclude(state=MeetingState.CANCELLED)
    rows = rows.filter(starts_at__lt=end, ends_at__gt=start).select_related("booking__room", "host__person")
    return rows.order_by("starts_at", "id")
