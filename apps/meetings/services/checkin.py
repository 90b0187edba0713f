"""签到: by the changing code on the screen, by the personal code at the door, by staff; once per person, kept per meeting."""

from datetime import timedelta

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.events import publish
from apps.meetings.attendance import ARRIVALS, may
from apps.meetings.attendees import step
from apps.meetings.course import logged
from apps.meetings.door import CodeExpired, CodeWrong, screen_read, ticket, ticket_read
from apps.meetings.enums import AttendeeAct, CheckInWay, MeetingState
from apps.meetings.events import AttendanceSeen
from apps.meetings.models import Attendee, Meeting
from apps.meetings.policies import require_organiser
from apps.meetings.selectors.meetings import meeting_for, own_attendance

EARLIEST = timedelta(hours=2)
EXPIRED = "二维码已过期（屏幕上的码每 15 秒更换，拍照转发的无效），请对准会场屏幕重新扫码。"


@transaction.atomic
def ticket_give(*, actor: Actor, code: str) -> tuple[Meeting, Attendee, str]:
    """For the fresh code on the screen: the meeting, the actor's row, and a ticket of two minutes bound to the person.

    Only the server's clock counts. Raises `ValidationFailed` for a code that is old or not ours, `Forbidden` for who is not called.
    """
    try:
        meeting_id = screen_read(code, now())
    except CodeExpired:
        raise ValidationFailed(EXPIRED) from None
    except CodeWrong:
        raise ValidationFailed("这不是本系统的签到码，请扫会场屏幕上的二维码。") from None
    meeting, row = _called(actor, meeting_id)
    return meeting, row, ticket(meeting_id, actor.person_id, now())


@transaction.atomic
def checkin_by_code(*, actor: Actor, text: str) -> Attendee:
    """Sign in with the ticket. Signing in again changes nothing; somebody else's ticket signs in nobody."""
    try:
        meeting_id = ticket_read(text, actor.person_id, now())
    except CodeExpired:
        raise ValidationFailed(EXPIRED) from None
    except CodeWrong:
        raise ValidationFailed("签到凭证与您本人不符，不能代他人签到，请本人扫码。") from None
    _, row = _called(actor, meeting_id)
    return _arrived(actor, row.pk, CheckInWay.CODE)


def _called(actor: Actor, meeting_id: int) -> tuple[Meeting, Attendee]:
    try:
        meeting = meeting_for(actor, meeting_id)
    except NotFound:
        raise Forbidden("您不在本次会议的参会名单中，请联系会务人员。", rule="attendee") from None
    row = own_attendance(actor, meeting)
    if row is None:
        raise Forbidden("您不在本次会议的参会名单中，请联系会务人员。", rule="attendee")
    return meeting, row


@transaction.atomic
def checkin_by_door(*, actor: Actor, meeting_id: int, code: str) -> Attendee:
    """Staff at the door read a personal code."""
    meeting = meeting_for(actor, meeting_id)
    require_organiser(actor, meeting)
    row = meeting.attendees.filter(door_code=code.strip().upper()[:12]).first()
    if row is None:
        raise ValidationFailed("没有找到这个签到码，请核对后重输，或在名单中代签。")
    return _arrived(actor, row.pk, CheckInWay.DOOR)


@transaction.atomic
def checkin_by_video(*, actor: Actor, attendee: Attendee) -> None:
    """Coming into the video signs in who is expected, once the meeting is near. Signing in again changes nothing."""
    is_near = attendee.meeting.starts_at - EARLIEST <= now()
    if is_near and any(may(attendee.state, act) for act in ARRIVALS):
        _arrived(actor, attendee.pk, CheckInWay.VIDEO)


@transaction.atomic
def checkin_by_staff(*, actor: Actor, meeting_id: int, attendee_id: int) -> Attendee:
    """Staff sign somebody in from the list; who did so is kept."""
    meeting = meeting_for(actor, meeting_id)
    require_organiser(actor, meeting)
    if not meeting.attendees.filter(pk=attendee_id).exists():
        raise NotFound
    return _arrived(actor, attendee_id, CheckInWay.STAFF)


@transaction.atomic
def leaving_note(*, actor: Actor, meeting_id: int, attendee_id: int) -> Attendee:
    """Staff note that somebody left early."""
    meeting = meeting_for(actor, meeting_id)
    require_organiser(actor, meeting)
    row = meeting.attendees.select_for_update(of=("self",)).filter(pk=attendee_id).first()
    if row is None:
        raise NotFound
    step(row, AttendeeAct.LEAVE_EARLY)
    logged(meeting, "left", "早退", actor=actor, note=row.name)
    publish(AttendanceSeen(meeting_id=meeting.pk))
    return row


def _arrived(actor: Actor, attendee_id: int, way: CheckInWay) -> Attendee:
    """The row, arrived. The meeting's row is held, so nobody signs in to a meeting that is being cancelled."""
    found = Attendee.objects.get(pk=attendee_id)
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=found.meeting_id)
    row = Attendee.objects.select_for_update(of=("self",)).get(pk=attendee_id)
    if row.checked_in_at is not None:
        return row
    if meeting.state == MeetingState.CANCELLED:
        raise InvalidState("会议已取消，不再签到。")
    late = now() > meeting.starts_at
    is_after = meeting.state == MeetingState.ENDED and way is CheckInWay.STAFF
    if meeting.state not in {MeetingState.NOTIFIED, MeetingState.IN_PROGRESS} and not is_after:
        raise InvalidState(f"会议{meeting.get_state_display()}，现在不能签到。")
    if now() < meeting.starts_at - EARLIEST:
        raise InvalidState("签到在会议开始前两小时开放，请稍后再来。")
    row.checked_in_at, row.checked_in_way, row.checked_in_text = now(), way, actor.signature
    act = AttendeeAct.ARRIVE_LATE if late else AttendeeAct.ARRIVE
    step(row, act, "checked_in_at", "checked_in_way", "checked_in_text")
    publish(AttendanceSeen(meeting_id=meeting.pk))
    return row
