"""Who is told of what. Each looks at the rows as they are now."""

from apps.accounts.events import OrganAbolished, UnitAbolished
from apps.core.clock import local
from apps.core.events import listens_to
from apps.core.realtime import person_topic, tell
from apps.core.subjects import Subject
from apps.documents.events import DocumentDistributed
from apps.meetings.enums import MeetingAct
from apps.meetings.events import (
    AttendanceSeen,
    BookingMoved,
    CallMoved,
    LeaveAsked,
    LeaveDecided,
    MeetingMoved,
    ProposalMoved,
)
from apps.meetings.models import Booking
from apps.meetings.openings import Slot
from apps.meetings.policies import CALL_KIND, KIND, PROPOSAL_KIND, keepers_of, staff_of
from apps.meetings.selectors.concerned import concerned_people, invitation_of_recipient, slip_people
from apps.meetings.selectors.meetings import attendee_known, log_line, meeting_known
from apps.meetings.selectors.proposals import call_known, desks_of, proposal_known, proposal_line
from apps.meetings.selectors.rooms import BOOKING_KIND, booking_known, slot_words
from apps.meetings.selectors.succession import calls_of_organ, meetings_of_organ, organ_name
from apps.meetings.services.attending import slip_apply
from apps.meetings.services.formal_notice import notice_follow
from apps.meetings.services.succession import unit_follow
from apps.meetings.services.video import video_close
from apps.notifications.enums import NoticeKind
from apps.notifications.events import ReplyGiven
from apps.notifications.services import notice_send

CALL_NEWS = {
    "open": "征集议题",
    "move": "议题报送时限调整",
    "close": "议题征集结束",
    "reopen": "继续征集议题",
}
# lines of a proposal's course of which the office hears, and those of which the proposer hears
TO_OFFICE = {"sign": "收到议题", "withdraw": "议题撤回"}
TO_UNIT = {
    "return": "议题退回修改", "accept": "议题已采纳", "defer": "议题转下次", "reconsider": "议题重新审核", "place": "议题列入议程",
    "carry": "议题转入新的征集", "unsigned": "议题未及审签",
}  # fmt: skip
FOR_ALL = {MeetingAct.CHANGE: "会议变更", MeetingAct.CANCEL: "会议取消"}


@listens_to(MeetingMoved)
def tell_of_the_meeting(event: MeetingMoved) -> None:
    """Change and cancellation reach exactly those who were called; of the approval workflow tells as of every to-do."""
    meeting, line = meeting_known(event.meeting_id), log_line(event.log_id)
    if meeting is None or line is None or event.act not in FOR_ALL or meeting.announcement is None:
        return
    notice_send(
        person_ids=concerned_people(meeting),
        key=f"{KIND}:log:{line.pk}",
        kind=NoticeKind.PROGRESS,
        title=f"{FOR_ALL[MeetingAct(event.act)]}：{meeting.name}",
        text=line.note or slot_words(Slot(meeting.starts_at, meeting.ends_at)),
        subject=Subject(KIND, meeting.pk),
        is_urgent=True,
    )


@listens_to(MeetingMoved)
def close_the_video(event: MeetingMoved) -> None:
    """With the meeting ends its video."""
    if event.act in {MeetingAct.END, MeetingAct.CANCEL}:
        video_close(meeting_id=event.meeting_id)


@listens_to(ReplyGiven)
def follow_the_slip(event: ReplyGiven) -> None:
    """A slip given on the announcement's own page counts as one given here."""
    found = invitation_of_recipient(event.recipient_id)
    if found is not None:
        slip_apply(invitation=found[0], kept=found[1])


@listens_to(DocumentDistributed)
def follow_the_document(event: DocumentDistributed) -> None:
    """A meeting whose notice is an official document is told with it."""
    notice_follow(document_id=event.document_id)


@listens_to(LeaveAsked)
def tell_who_grants(event: LeaveAsked) -> None:
    """The organiser and the host decide."""
    row = attendee_known(event.attendee_id)
    if row is None:
        return
    meeting = row.meeting
    people = set(staff_of(meeting).organisers) | ({meeting.host.person_id} if meeting.host else set())
    asked = f"由{row.substitute_name}替会" if row.substitute_name else "请假"
    notice_send(
        person_ids=people,
        key=f"{KIND}:leave:{row.pk}:{row.invitation.slip_version}",
        kind=NoticeKind.TASK,
        title=f"{row.organ.short_name} {row.name}申请{asked}：{meeting.name}",
        text=row.reason,
        subject=Subject(KIND, meeting.pk),
    )


@listens_to(LeaveDecided)
def tell_who_asked(event: LeaveDecided) -> None:
    """The invited one, or the desk that gave the slip."""
    row = attendee_known(event.attendee_id)
    if row is None:
        return
    notice_send(
        person_ids=slip_people(row),
        key=f"{KIND}:decided:{row.pk}:{row.invitation.slip_version}:{row.state}",
        kind=NoticeKind.PROGRESS,
        title=f"{row.name}：{row.get_state_display()}——{row.meeting.name}",
        text=row.decided_text,
        subject=Subject(KIND, row.meeting_id),
    )


@listens_to(AttendanceSeen)
def refresh_screens(event: AttendanceSeen) -> None:
    """Head-count and wall of those who run the meeting look again."""
    meeting = meeting_known(event.meeting_id)
    if meeting is not None:
        staff = staff_of(meeting)
        tell(
            [person_topic(one) for one in sorted(staff.organisers | staff.approvers)],
            kind="meeting",
            ids=[meeting.pk],
        )


@listens_to(BookingMoved)
def tell_of_the_booking(event: BookingMoved) -> None:
    """What waits reaches the room's keeper; what was moved, cancelled, decided or released, who booked."""
    booking = booking_known(event.booking_id)
    if booking is None:
        return
    words = booking.get_state_display()
    if event.act in {"make", "change"} and booking.state == "asked":
        _of_booking(booking, event, keepers_of(booking.room), NoticeKind.TASK, words)
    if event.act != "make":
        told = "改时间" if event.act == "change" else words
        _of_booking(booking, event, {booking.booked_by.person_id}, NoticeKind.PROGRESS, told)


def _of_booking(
    booking: Booking, event: BookingMoved, people: set[int], kind: NoticeKind, words: str
) -> None:
    notice_send(
        person_ids=people - {event.by_person_id},
        key=f"{BOOKING_KIND}:{booking.pk}:{event.act}:{event.moment}",
        kind=kind,
        title=f"会议室预订{words}：{booking.room.name}",
        text=f"{slot_words(Slot(booking.starts_at, booking.ends_at))} {booking.purpose}",
        subject=Subject(BOOKING_KIND, booking.pk),
    )


@listens_to(CallMoved)
def tell_the_asked(event: CallMoved) -> None:
    """The desks of the organs that are asked; who was added later hears of the call then."""
    call = call_known(event.call_id)
    act = "open" if event.act == "change" else event.act
    if call is None or act not in CALL_NEWS:
        return
    due = local(call.due_at)
    desks = desks_of(list(call.units.values_list("organ_id", flat=True)))
    notice_send(
        person_ids={person for people in desks.values() for person in people},
        key=f"{CALL_KIND}:{call.pk}:open"
        if act == "open"
        else f"{CALL_KIND}:{call.pk}:{act}:{event.version}",
        kind=NoticeKind.TASK if act == "open" else NoticeKind.PROGRESS,
        title=f"{CALL_NEWS[act]}：{call.name}",
        text="" if act == "close" else f"{due.month}月{due.day}日{due:%H:%M}前报送",
        subject=Subject(CALL_KIND, call.pk),
    )


@listens_to(ProposalMoved)
def tell_of_the_proposal(event: ProposalMoved) -> None:
    """What reaches the office, who collects; what the office decides, who proposed. Of signing workflow tells as of every to-do."""
    proposal, line = proposal_known(event.proposal_id), proposal_line(event.log_id)
    if proposal is None or line is None:
        return
    is_office = event.act in TO_OFFICE and proposal.submitted_at is not None
    if not is_office and event.act not in TO_UNIT:
        return
    holder = proposal.call.organiser if is_office else proposal.proposer
    words = TO_OFFICE[event.act] if is_office else TO_UNIT[event.act]
    notice_send(
        person_ids={holder.person_id},
        key=f"{PROPOSAL_KIND}:log:{line.pk}",
        kind=NoticeKind.TASK if event.act in {"sign", "return", "carry"} else NoticeKind.PROGRESS,
        title=f"{words}：{proposal.title}",
        text=line.note or proposal.organ.short_name,
        subject=Subject(PROPOSAL_KIND, proposal.pk),
    )


@listens_to(OrganAbolished)
def ask_for_an_organs_successor(event: OrganAbolished) -> None:
    """Whoever runs a meeting or a call for items that asks an organ that is no more is asked to name its successor."""
    for meeting in meetings_of_organ(event.organ_id):
        notice_send(
            person_ids=staff_of(meeting).organisers,
            key=f"{KIND}:orphaned:{event.organ_id}:{meeting.pk}",
            kind=NoticeKind.TASK,
            title=f"{organ_name(event.organ_id)}已撤销，请选择承接单位：{meeting.name}",
            subject=Subject(KIND, meeting.pk),
        )
    for call in calls_of_organ(event.organ_id):
        notice_send(
            person_ids={call.organiser.person_id},
            key=f"{CALL_KIND}:orphaned:{event.organ_id}:{call.pk}",
            kind=NoticeKind.TASK,
            title=f"{organ_name(event.organ_id)}已撤销，请选择承接单位：{call.name}",
            subject=Subject(CALL_KIND, call.pk),
        )


@listens_to(UnitAbolished)
def follow_the_organiser(event: UnitAbolished) -> None:
    """What an abolished section runs goes with its organiser; where there is none, the office director is told."""
    for meeting in unit_follow(unit_id=event.unit_id):
        notice_send(
            person_ids=staff_of(meeting).approvers,
            key=f"{KIND}:orphaned:unit:{event.unit_id}:{meeting.pk}",
            kind=NoticeKind.TASK,
            title=f"承办科室已撤销，请安排移交：{meeting.name}",
            subject=Subject(KIND, meeting.pk),
        )
