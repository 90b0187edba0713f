"""What the page of one meeting shows."""

from dataclasses import dataclass

from apps.accounts.models import Organ
from apps.core.actors import Actor
from apps.core.clock import now
from apps.meetings.attendance import may
from apps.meetings.enums import AttendeeAct, AttendeeState, MeetingState
from apps.meetings.lifecycle import SHOWN_TO_INVITED
from apps.meetings.models import AgreedMatter, Attendee, Invitation, MaterialShowing, Meeting, MeetingLog
from apps.meetings.policies import acts_of, answers_for, approval_tasks, grants_leave, organises
from apps.meetings.selectors.agenda import AgendaLine, agenda_lines
from apps.meetings.selectors.approval import Approval, approval_of
from apps.meetings.selectors.formal_notice import is_outdated
from apps.meetings.selectors.meetings import HeadCount, head_count, may_see_people, own_attendance
from apps.meetings.selectors.showing import showing_live
from apps.meetings.selectors.succession import gone_organs
from apps.meetings.slips import form_of
from apps.notifications.models import ReplySlip
from apps.notifications.reply_form import Field


@dataclass(frozen=True, kw_only=True)
class SlipForm:
    """A slip the actor gives: for whom, with what was answered."""

    invitation: Invitation
    name: str
    slip: ReplySlip | None
    rows: list[tuple[Field, str]]


@dataclass(frozen=True, kw_only=True)
class MeetingPage:
    """All of it. `may` holds the codes of acts that make sense now; lists of people are for who runs the meeting."""

    meeting: Meeting
    may: dict[str, bool]
    runs: bool
    own: Attendee | None
    slips: list[SlipForm]
    may_answer: bool
    count: HeadCount | None
    asking: list[Attendee]
    agenda: list[AgendaLine]
    matters: list[AgreedMatter]
    log: list[MeetingLog]
    may_sign_in: bool
    is_told: bool
    approval: Approval | None
    gone: list[Organ]
    is_notice_outdated: bool
    showing: MaterialShowing | None


def meeting_page(actor: Actor, meeting: Meeting) -> MeetingPage:
    """Everything the page draws; a fixed number of statements."""
    runs, sees = organises(actor, meeting), may_see_people(actor, meeting)
    own = own_attendance(actor, meeting)
    count = head_count(meeting) if sees else None
    people = [row for line in count.lines for row in line.attendees] if count else []
    grants = grants_leave(actor, meeting)
    return MeetingPage(
        meeting=meeting,
        may={str(act): True for act in acts_of(actor, meeting)},
        runs=runs,
        own=own,
        slips=_slips(actor, meeting),
        may_answer=meeting.state == MeetingState.NOTIFIED,
        count=count,
        asking=[row for row in people if grants and row.state == AttendeeState.LEAVE_REQUESTED],
        agenda=agenda_lines(actor, meeting),
        matters=list(meeting.matters.select_related("organ", "item")),
        log=list(meeting.log.all()[:100]) if sees else [],
        may_sign_in=own is not None and may(own.state, AttendeeAct.ARRIVE) and _is_near(meeting),
        is_told=meeting.state in SHOWN_TO_INVITED,
        gone=gone_organs(meeting) if runs else [],
        is_notice_outdated=runs and is_outdated(meeting, meeting.notice),
        showing=showing_live(meeting) if meeting.state == MeetingState.IN_PROGRESS else None,
        approval=approval_of(actor, meeting) if sees or approval_tasks(actor, meeting).exists() else None,
    )


def _is_near(meeting: Meeting) -> bool:
    running = meeting.state in {MeetingState.NOTIFIED, MeetingState.IN_PROGRESS}
    return running and (meeting.starts_at - now()).total_seconds() < 2 * 3600


def _slips(actor: Actor, meeting: Meeting) -> list[SlipForm]:
    """Own slip, and the organ's when the actor answers for it."""
    fields = form_of(substitute_allowed=meeting.substitute_allowed)
    rows = meeting.invitations.select_related("organ", "post__person", "recipient__slip").filter(
        recipient__isnull=False
    )
    found = []
    for one in rows:
        if not answers_for(actor, one):
            continue
        slip = getattr(one.recipient, "slip", None)
        answers = slip.answers if slip else {}
        name = one.organ.short_name if one.organ else one.post.person.name if one.post else ""
        asked = fields if one.organ_id else [field for field in fields if field.key != "f2"]
        found.append(
            SlipForm(
                invitation=one, name=name, slip=slip, rows=[(field, answers.get(field.key, "")) for field in asked]
            )
        )  # fmt: skip
    return found
