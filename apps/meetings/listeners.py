"""Who is told of what. Each looks at the rows as they are now."""

from apps.core.events import listens_to
from apps.core.realtime import person_topic, tell
from apps.core.subjects import Subject
from apps.meetings.enums import MeetingAct
from apps.meetings.events import AttendanceSeen, BookingMoved, LeaveAsked, LeaveDecided, MeetingMoved
from apps.meetings.openings import Slot
from apps.meetings.policies import KIND, keepers_of, staff_of
from apps.meetings.selectors.concerned import concerned_people, invitation_of_recipient, slip_people
from apps.meetings.selectors.meetings import attendee_known, log_line, meeting_known
from apps.meetings.selectors.rooms import BOOKING_KIND, booking_known, slot_words
from apps.meetings.services.attending import slip_apply
from apps.meetings.services.video import video_close
from apps.notifications.enums import NoticeKind
from apps.notifications.events import ReplyGiven
from apps.notifications.services import notice_send

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
    """What waits reaches the room's keeper; what was decided or released, who booked."""
    booking = booking_known(event.booking_id)
    if booking is None:
        return
    if event.act in {"make", "change"}:
        people = keepers_of(booking.room) if booking.state == "asked" else set()
    else:
        people = {booking.booked_by.person_id}
    notice_send(
        person_ids=people - {event.by_person_id},
        key=f"{BOOKING_KIND}:{booking.pk}:{event.act}:{int(booking.starts_at.timestamp())}:{booking.state}",
        kind=NoticeKind.TASK if booking.state == "asked" else NoticeKind.PROGRESS,
        title=f"会议室预订{booking.get_state_display()}：{booking.room.name}",
        text=f"{slot_words(Slot(booking.starts_at, booking.ends_at))} {booking.purpose}",
        subject=Subject(BOOKING_KIND, booking.pk),
    )
