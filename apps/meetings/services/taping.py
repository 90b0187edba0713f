"""The end of a recording, whoever brings it about: what goes on on the media server ends, and a film is to be made."""

from datetime import timedelta
from functools import partial

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.subjects import Subject
from apps.meetings.enums import RecordingAnswer, RecordingEnd, RecordingState
from apps.meetings.media import enforce
from apps.meetings.models import VideoParticipant, VideoRecording
from apps.meetings.models.video import SOURCES
from apps.meetings.policies import KIND
from apps.meetings.selectors.recordings import kept_until
from apps.meetings.selectors.video import VIDEO_KIND
from apps.meetings.services.news import room_news
from apps.messaging.services import subject_line_add

SETTLED = timedelta(seconds=5)  # by then the media server has written everything


@transaction.atomic
def tape_stop(*, recording_id: int, reason: RecordingEnd, actor: Actor | None = None) -> bool:
    """Stop it; who only listened may open everything again. False when it had stopped already."""
    rows = VideoRecording.objects.select_for_update(of=("self",)).select_related("meeting__video")
    recording = rows.filter(pk=recording_id, state=RecordingState.RECORDING).first()
    if recording is None:
        return False
    recording.state, recording.stopped_at = RecordingState.WAITING, now()
    recording.stop_reason, recording.keep_until = reason, kept_until(recording)
    recording.compose_at = now() + SETTLED
    recording.save(update_fields=["state", "stopped_at", "stop_reason", "keep_until", "compose_at"])
    room = recording.meeting.video
    people = VideoParticipant.objects.filter(room=room)
    for part in people.filter(recorded=RecordingAnswer.LISTENS):
        sources_follow(part=part, is_closed=False)
    people.update(recorded="")
    name = str(recording.meeting_id)
    transaction.on_commit(lambda: enforce(name, "unrecord"), robust=True)
    subject = Subject(VIDEO_KIND, recording.meeting_id)
    why = "" if reason == RecordingEnd.HOST else f"（{reason.label}）"
    subject_line_add(subject=subject, text=f"录制已停止{why}，合成后可在会议页面观看。")
    recording_noted(actor=actor, recording=recording, act="stop", note=reason)
    room_news(room=room)
    return True


def sources_follow(*, part: VideoParticipant, is_closed: bool) -> None:
    """After commit: everything of who only listens is shut, or what the hosts have not shut is free again."""
    name, who = str(part.room.meeting_id), part.who
    sources = [one for one in SOURCES if is_closed or one not in part.shut]
    do = "block" if is_closed else "unblock"
    for source in sources:
        transaction.on_commit(partial(enforce, name, do, who=who, source=source), robust=True)


def recording_noted(*, actor: Actor | None, recording: VideoRecording, act: str, note: str = "") -> None:
    """On record."""
    record(
        "meetings.recording",
        actor=actor,
        subject=Subject(KIND, recording.meeting_id),
        subject_text=recording.meeting.name[:200],
        facts={"act": act, "recording": recording.pk, "note": note},
    )
