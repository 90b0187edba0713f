"""录制 while it goes on: begun and stopped by hosts, agreed to by everybody for themselves, looked after every few seconds.

It goes on when the host leaves: whoever stands in may stop it. It stops with the video, a minute after the last one has left, when
the disk is full or a limit is reached; after a restart of the media server it goes on by itself.
"""

from datetime import timedelta

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, UpstreamFailed, ValidationFailed
from apps.core.subjects import Subject
from apps.meetings.enums import RecordingAnswer, RecordingEnd, VideoState
from apps.meetings.media import MediaDown, Taping, backend
from apps.meetings.models import Meeting, VideoParticipant, VideoRecording, VideoRoom
from apps.meetings.selectors.guests import guest_part
from apps.meetings.selectors.recordings import agreed_in, live_recording, recordings_live
from apps.meetings.selectors.video import VIDEO_KIND, own_part, room_of, video_meeting
from apps.meetings.services.news import room_news
from apps.meetings.services.taping import recording_noted, sources_follow, tape_stop
from apps.meetings.services.video import video_led
from apps.messaging.services import subject_line_add

EMPTY_FOR = timedelta(minutes=1)
SERVER_AWAY = timedelta(minutes=5)
LONGEST = timedelta(hours=10)
REFUSALS = {
    "absent": "会场里还没有人，请先进入视频会议再开始录制。",
    "unfit": "媒体服务没有设置录制目录，不能录制，请联系系统管理员。",
    "full": "服务器磁盘空间不足，不能录制，请联系系统管理员。",
    "failed": "录制文件写不进去，不能录制，请联系系统管理员。",
    "down": "媒体服务暂时连不上，没有开始录制，请稍后再试。",
}
ENDS = {
    "full": RecordingEnd.FULL, "failed": RecordingEnd.FULL, "slow": RecordingEnd.SLOW, "long": RecordingEnd.LONG,
    "stopped": RecordingEnd.HOST,
}  # fmt: skip


def recording_start(*, actor: Actor, meeting_id: int) -> VideoRecording:
    """Begin; everybody is told and asked. Raises `Forbidden` for who does not lead, `InvalidState`, `Conflict` while one goes on,
    `UpstreamFailed` when the media server does not record: then nothing has begun.
    """
    recording = _begun(actor=actor, meeting_id=meeting_id)
    why = _ordered(recording).why
    if why:
        _taken_back(recording)
        raise UpstreamFailed(REFUSALS.get(why, REFUSALS["down"]))
    _told(actor=actor, recording=recording)
    return recording


@transaction.atomic
def _begun(*, actor: Actor, meeting_id: int) -> VideoRecording:
    meeting, room = video_led(actor=actor, meeting_id=meeting_id)
    media = backend()
    if media is None or "record" not in media.capabilities:
        raise InvalidState("本系统的视频服务不支持录制，请联系管理员。")
    if live_recording(meeting.pk) is not None:
        raise Conflict("会议已经在录制，请刷新页面。")
    part = own_part(actor, room)
    if part is None or part.state != VideoState.ADMITTED:
        raise InvalidState(REFUSALS["absent"])
    room.participants.update(recorded="")
    part.recorded = RecordingAnswer.AGREED
    part.save(update_fields=["recorded"])
    return VideoRecording.objects.create(
        meeting=meeting,
        started_by_id=actor.person_id,
        started_as_id=actor.appointment_id,
        started_at=now(),
        heard_at=now(),
    )


def _ordered(recording: VideoRecording) -> Taping:
    """How it stands on the media server, after having been ordered there."""
    media = backend()
    agreed = agreed_in(recording.meeting_id)
    try:
        if media is not None:
            return media.record(str(recording.meeting_id), str(recording.pk), agreed=agreed)
    except MediaDown:
        pass
    return Taping(why="down", people=())


@transaction.atomic
def _taken_back(recording: VideoRecording) -> None:
    VideoParticipant.objects.filter(room__meeting_id=recording.meeting_id).update(recorded="")
    recording.delete()


@transaction.atomic
def _told(*, actor: Actor, recording: VideoRecording) -> None:
    subject = Subject(VIDEO_KIND, recording.meeting_id)
    text = f"{actor.name} 开始录制。不同意被录制的可以离开，或只听会。主持人离开后录制继续，全部离开一分钟后自动停止。"
    subject_line_add(subject=subject, text=text)
    recording_noted(actor=actor, recording=recording, act="start")
    room_news(room=VideoRoom.objects.get(meeting_id=recording.meeting_id))


@transaction.atomic
def recording_stop(*, actor: Actor, meeting_id: int) -> None:
    """Stop. Raises `Forbidden` for who does not lead, `InvalidState` when nothing is recorded."""
    meeting, _ = video_led(actor=actor, meeting_id=meeting_id)
    recording = live_recording(meeting.pk)
    if recording is None or not tape_stop(recording_id=recording.pk, reason=RecordingEnd.HOST, actor=actor):
        raise InvalidState("录制已经停止，请刷新页面。")


@transaction.atomic
def recording_answer(*, actor: Actor, meeting_id: int, agrees: bool) -> None:
    """Be recorded, or only listen. Raises `InvalidState` for who is not let in, and when nothing is recorded."""
    meeting = video_meeting(actor, meeting_id)
    room = room_of(meeting, lock=True)
    _answered(meeting, own_part(actor, room) if room else None, agrees=agrees)


@transaction.atomic
def guest_answer(*, guest_id: int, agrees: bool) -> None:
    """The same for a guest."""
    part = guest_part(guest_id)
    if part is None:
        raise InvalidState("您还没有入会。")
    _answered(part.room.meeting, part, agrees=agrees)


def _answered(meeting: Meeting, part: VideoParticipant | None, *, agrees: bool) -> None:
    recording = live_recording(meeting.pk)
    if part is None or part.state != VideoState.ADMITTED:
        raise InvalidState("您还没有入会。")
    if recording is None:
        raise InvalidState("录制已经停止。")
    if part.recorded == RecordingAnswer.AGREED and not agrees and recording.started_by_id == part.person_id:
        raise ValidationFailed("录制由您开始；如不愿被录制，请先停止录制。")
    before, part.recorded = part.recorded, RecordingAnswer.AGREED if agrees else RecordingAnswer.LISTENS
    part.save(update_fields=["recorded"])
    transaction.on_commit(lambda: _ordered(recording), robust=True)
    if not agrees or before == RecordingAnswer.LISTENS:
        sources_follow(part=part, is_closed=not agrees)
    room_news(room=part.room)


def recording_resume(*, meeting_id: int) -> None:
    """Somebody has come in: a media server that was restarted goes on recording from that moment."""
    if recording := live_recording(meeting_id):
        _ordered(recording)


def recordings_watch() -> int:
    """Every few seconds: what should go on does, and what cannot is stopped with the reason. Returns how many were stopped."""
    return sum(_watched(recording) for recording in recordings_live())


def _watched(recording: VideoRecording) -> bool:
    taping, moment = _ordered(recording), now()
    if not taping.why and taping.people and moment - recording.started_at < LONGEST:
        VideoRecording.objects.filter(pk=recording.pk).update(heard_at=moment)
        return False
    away = moment - recording.heard_at
    if taping.why in ENDS:
        reason = ENDS[taping.why]
    elif moment - recording.started_at >= LONGEST:
        reason = RecordingEnd.LONG
    elif taping.why in {"", "absent"} and away > EMPTY_FOR:
        reason = RecordingEnd.EMPTY
    elif away > SERVER_AWAY:
        reason = RecordingEnd.SERVER
    else:
        return False
    return tape_stop(recording_id=recording.pk, reason=reason)
