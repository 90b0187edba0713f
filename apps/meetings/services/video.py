"""Coming into the video of a meeting, and keeping order there. Order is enforced by the media server, not by the browser."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.meetings.enums import RecordingAnswer, RecordingEnd, VideoAct, VideoState
from apps.meetings.media import backend, enforce
from apps.meetings.models import Meeting, VideoParticipant, VideoRoom
from apps.meetings.models.video import SOURCES
from apps.meetings.policies import KIND, leads_video
from apps.meetings.selectors.meetings import own_attendance
from apps.meetings.selectors.recordings import asks_consent, live_recording
from apps.meetings.selectors.video import (
    OPEN_STATES,
    VIDEO_KIND,
    hosts_of,
    meeting_of_link,
    own_part,
    room_of,
    video_meeting,
    video_title,
)
from apps.meetings.services.checkin import checkin_by_video
from apps.meetings.services.news import room_news
from apps.meetings.services.taping import tape_stop
from apps.messaging.services import subject_group_enter, subject_group_part

ASKS = "asks"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What came of asking to come in; `ticket` and the group to talk in (`chat`) only for who is let in.

    `state` `ASKS`: the video is being recorded, and the person has to say first whether that is all right.
    """

    state: str
    ticket: dict[str, Any] | None
    chat: int | None = None


@transaction.atomic
def video_enter(*, actor: Actor, meeting_id: int) -> Entry:
    """Ask to come in: hosts always may and open the room; who is called may while it is open; others wait to be let in.

    Raises `NotFound`, `InvalidState` when there is no video, the meeting is over or its video not yet opened, `Forbidden` for who was
    refused or removed.
    """
    meeting = video_meeting(actor, meeting_id)
    media = backend()
    if media is None:
        raise InvalidState("本系统没有启用视频会议，请联系管理员。")
    if meeting.state not in OPEN_STATES:
        raise InvalidState(f"会议现在是“{meeting.get_state_display()}”，不能进入视频会议。")
    room = _room(actor, meeting)
    part = _part(actor, meeting, room)
    if part.state in {VideoState.REFUSED, VideoState.REMOVED}:
        raise Forbidden("主持人未同意您入会，或已请您离开。如有疑问请联系会议主办单位。", rule="video")
    if part.state == VideoState.WAITING:
        room_news(room=room)
        return Entry(state=part.state, ticket=None)
    if asks_consent(part):
        return Entry(state=ASKS, ticket=None)
    row = own_attendance(actor, meeting)
    if row is not None:
        checkin_by_video(actor=actor, attendee=row)
    ticket = media.ticket(str(meeting.pk), str(actor.person_id), shut=part.closed)
    subject = Subject(VIDEO_KIND, meeting.pk)
    group = subject_group_enter(actor=actor, subject=subject, name=video_title(meeting.pk))
    return Entry(state=part.state, ticket=ticket, chat=group.pk)


def _room(actor: Actor, meeting: Meeting) -> VideoRoom:
    """The running room; opened by who leads, opened again after an end by mistake."""
    room = room_of(meeting, lock=True)
    if room is None and leads_video(actor, meeting, None):
        Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)  # of two who open it one waits
        room = room_of(meeting, lock=True)
    leads = leads_video(actor, meeting, own_part(actor, room) if room else None)
    if room is not None and room.ended_at is None:
        return room
    if not leads:
        raise InvalidState("视频会议还没有开始，请等主持人或承办人进入后再试。")
    if room is None:
        room = VideoRoom.objects.create(meeting=meeting, opened_at=now())
    else:
        room.ended_at = None
        room.save(update_fields=["ended_at"])
    record(
        "meetings.video_open", actor=actor, subject=Subject(KIND, meeting.pk), subject_text=meeting.name[:200]
    )
    return room


def _part(actor: Actor, meeting: Meeting, room: VideoRoom) -> VideoParticipant:
    """The actor's row; a new one waits when the room is locked, has a waiting room, or the actor is not called."""
    part = own_part(actor, room)
    if part is not None:
        return part
    leads = leads_video(actor, meeting, None)
    is_called = leads or own_attendance(actor, meeting) is not None
    waits = not leads and (room.is_locked or room.has_waiting_room or not is_called)
    state = VideoState.WAITING if waits else VideoState.ADMITTED
    return VideoParticipant.objects.create(room=room, person_id=actor.person_id, state=state, asked_at=now())


@transaction.atomic
def video_knock(*, actor: Actor, code: str) -> Meeting:
    """Come by link: who is not called waits for a host. Raises `NotFound` for a dead link, `InvalidState` before it has begun."""
    meeting = meeting_of_link(code)
    room = room_of(meeting, lock=True)
    if own_attendance(actor, meeting) is None and not leads_video(actor, meeting, None):
        if room is None or room.ended_at is not None:
            raise InvalidState("视频会议还没有开始，请等主持人进入后再打开这个链接。")
        _part(actor, meeting, room)
        room_news(room=room)
    return meeting


@transaction.atomic
def video_act(
    *, actor: Actor, meeting_id: int, act: VideoAct, person_id: int = 0, guest_id: int = 0, source: str = ""
) -> None:
    """What a host does to a person, a guest or all. Raises `Forbidden` for who does not lead, `NotFound`, `ValidationFailed`."""
    meeting, room = video_led(actor=actor, meeting_id=meeting_id)
    name = str(meeting.pk)
    match act:
        case VideoAct.END:
            _end(room)
        case VideoAct.LOCK | VideoAct.UNLOCK:
            room.is_locked = act == VideoAct.LOCK
            room.save(update_fields=["is_locked"])
        case VideoAct.WAITING_ON | VideoAct.WAITING_OFF:
            room.has_waiting_room = act == VideoAct.WAITING_ON
            room.save(update_fields=["has_waiting_room"])
        case VideoAct.QUIET_ALL:
            transaction.on_commit(
                lambda: enforce(name, "quiet", who=str(actor.person_id), source="mic"), robust=True
            )
        case _:
            _act_on(actor, meeting, _there(room, person_id, guest_id), act, source)
    _noted(actor, meeting, act, f"g{guest_id}" if guest_id else str(person_id), source)
    room_news(room=room)


def _act_on(actor: Actor, meeting: Meeting, part: VideoParticipant, act: VideoAct, source: str) -> None:
    """One person. The fields change here, the media server follows after commit."""
    orders = {
        VideoAct.QUIET: "quiet_one", VideoAct.SHUT: "block", VideoAct.OPEN: "unblock", VideoAct.REMOVE: "remove",
        VideoAct.REFUSE: "remove", VideoAct.ADMIT: "readmit",
    }  # fmt: skip
    if act in {VideoAct.QUIET, VideoAct.SHUT, VideoAct.OPEN} and source not in SOURCES:
        raise ValidationFailed("没有这种音视频来源。")
    if act == VideoAct.OPEN and part.recorded == RecordingAnswer.LISTENS:
        raise ValidationFailed("对方选择了不参与录制、只听会；本人同意录制或录制停止后才能开启。")
    if act in {VideoAct.COHOST, VideoAct.DEPUTY} and part.person_id is None:
        raise ValidationFailed("外部嘉宾不能担任联席主持人或代理主持人。")
    if act in {VideoAct.REMOVE, VideoAct.REFUSE}:
        _require_removable(actor, meeting, part)
    states = {
        VideoAct.ADMIT: VideoState.ADMITTED,
        VideoAct.REFUSE: VideoState.REFUSED,
        VideoAct.REMOVE: VideoState.REMOVED,
    }
    part.state = states.get(act, VideoState(part.state))
    if act in {VideoAct.SHUT, VideoAct.OPEN}:
        part.shut = sorted({*part.shut, source} if act == VideoAct.SHUT else {*part.shut} - {source})
    if act in {VideoAct.COHOST, VideoAct.UNCOHOST}:
        part.is_cohost = act == VideoAct.COHOST
    if act in {VideoAct.DEPUTY, VideoAct.UNDEPUTY}:
        part.room.participants.filter(is_deputy=True).update(is_deputy=False)
        part.is_deputy = act == VideoAct.DEPUTY
    if act in {VideoAct.LOWER, VideoAct.REMOVE, VideoAct.REFUSE}:
        part.hand_raised_at = None
    if act in {VideoAct.REMOVE, VideoAct.REFUSE}:
        part.is_cohost = part.is_deputy = False
        part.stands_in_since = None
        if part.person_id is not None:
            subject_group_part(subject=Subject(VIDEO_KIND, meeting.pk), person_id=part.person_id)
    part.save()
    name, who, order = str(meeting.pk), part.who, orders.get(act)
    if order is not None:
        transaction.on_commit(lambda: enforce(name, order, who=who, source=source), robust=True)


def _require_removable(actor: Actor, meeting: Meeting, part: VideoParticipant) -> None:
    """Nobody removes oneself, and a joint host not whose meeting it is."""
    if part.person_id == actor.person_id:
        raise ValidationFailed("不能把自己移出会议，请用“离开会议”。")
    if part.person_id in hosts_of(meeting):
        raise ValidationFailed("会议主持人和承办人不能被移出，可以先将其静音。")


@transaction.atomic
def video_hand(*, actor: Actor, meeting_id: int, is_up: bool) -> None:
    """举手 or take it down. Raises `NotFound` for who is not in."""
    room = room_of(video_meeting(actor, meeting_id), lock=True)
    part = own_part(actor, room) if room else None
    if room is None or part is None or part.state != VideoState.ADMITTED:
        raise NotFound
    part.hand_raised_at = now() if is_up else None
    part.save(update_fields=["hand_raised_at"])
    room_news(room=room)


@transaction.atomic
def video_close(*, meeting_id: int) -> None:
    """The meeting has ended or was cancelled: so has its video."""
    room = VideoRoom.objects.select_for_update().filter(meeting_id=meeting_id, ended_at__isnull=True).first()
    if room is not None:
        _end(room)
        room_news(room=room)


def _end(room: VideoRoom) -> None:
    name = str(room.meeting_id)
    room.ended_at = now()
    room.save(update_fields=["ended_at"])
    if recording := live_recording(room.meeting_id):
        tape_stop(recording_id=recording.pk, reason=RecordingEnd.ENDED)
    transaction.on_commit(lambda: enforce(name, "end"), robust=True)


def video_led(*, actor: Actor, meeting_id: int) -> tuple[Meeting, VideoRoom]:
    """The running room, locked, for who keeps order in it. Raises `InvalidState`, `Forbidden`."""
    meeting = video_meeting(actor, meeting_id)
    room = room_of(meeting, lock=True)
    if room is None or room.ended_at is not None:
        raise InvalidState("视频会议没有在进行，请刷新页面。")
    if not leads_video(actor, meeting, own_part(actor, room)):
        raise Forbidden("由会议主持人、承办人或联席主持人操作。", rule="video_host")
    return meeting, room


def _there(room: VideoRoom, person_id: int, guest_id: int) -> VideoParticipant:
    rows = VideoParticipant.objects.filter(room=room)
    part = (rows.filter(guest_id=guest_id) if guest_id else rows.filter(person_id=person_id)).first()
    if part is None:
        raise NotFound("名单中没有这个人，可能已经离开，请刷新页面。")
    return part


def _noted(actor: Actor, meeting: Meeting, act: VideoAct, who: str, source: str) -> None:
    facts = {"act": str(act), "person": who, "source": source}
    subject = Subject(KIND, meeting.pk)
    record("meetings.video_act", actor=actor, subject=subject, subject_text=meeting.name[:200], facts=facts)
