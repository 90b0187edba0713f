"""Reads of recordings: what goes on, who may watch what has been made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.subjects import FREE, Leaving
from apps.meetings.enums import RecordingAnswer, RecordingState, VideoState
from apps.meetings.models import Meeting, RecordingTerms, VideoParticipant, VideoRecording
from apps.meetings.models.recordings import KEEP_DAYS
from apps.meetings.policies import manages_recordings, organises, recordings_visible_to
from apps.meetings.selectors.video import seats_of

RECORDING_KIND = "meetings.recording"
HELD = Leaving(
    print_refusal="会议录制只能在线观看。",
    download_refusal="会议录制只能在线观看，下载由会议承办人或办公室办理。",
)


@dataclass(frozen=True, kw_only=True)
class RecordingLine:
    """A recording as the meeting's page lists it."""

    recording: VideoRecording
    may_watch: bool
    may_manage: bool


def live_recording(meeting_id: int) -> VideoRecording | None:
    """The one that goes on."""
    rows = VideoRecording.objects.select_related("started_by")
    return rows.filter(meeting_id=meeting_id, state=RecordingState.RECORDING).first()


def asks_consent(part: VideoParticipant) -> bool:
    """Whether the video is recorded and the person has not yet said whether that is all right."""
    return not part.recorded and live_recording(part.room.meeting_id) is not None


def agreed_in(meeting_id: int) -> list[str]:
    """Who may be recorded now, as the media server calls them."""
    rows = VideoParticipant.objects.filter(room__meeting_id=meeting_id, state=VideoState.ADMITTED)
    return [one.who for one in rows.filter(recorded=RecordingAnswer.AGREED)]


def recording_for(actor: Actor, recording_id: int) -> VideoRecording:
    """One the actor may watch. Raises `NotFound`."""
    rows = recordings_visible_to(actor).select_related(
        "meeting__organ", "meeting__host", "meeting__organiser", "file"
    )
    found = rows.select_related("started_by").filter(pk=recording_id).first()
    if found is None:
        raise NotFound
    return found


def can_view_recording(actor: Actor, recording_id: int) -> bool:
    """Whether the actor may watch it."""
    return recordings_visible_to(actor).filter(pk=recording_id).exists()


def recording_title(recording_id: int) -> str:
    """The meeting's name."""
    name = VideoRecording.objects.filter(pk=recording_id).values_list("meeting__name", flat=True).first()
    return f"会议录制：{name or ''}"


def recording_leaving(actor: Actor, recording_id: int) -> Leaving:
    """Who watches does not take it away; who runs the meeting may."""
    row = (
        VideoRecording.objects.select_related("meeting__organiser", "meeting__host")
        .filter(pk=recording_id)
        .first()
    )
    return FREE if row is not None and organises(actor, row.meeting) else HELD


def recordings_of(actor: Actor, meeting: Meeting) -> list[RecordingLine]:
    """All of a meeting for who runs it, else those one may watch and the one that goes on; the latest first. Two statements."""
    manages = manages_recordings(actor, meeting)
    rows = list(
        VideoRecording.objects.filter(meeting=meeting).select_related("started_by", "file", "removed_by")
    )
    # asked after them: a row that has just become ready looks again no more, so it must have its way in
    visible = set(recordings_visible_to(actor).filter(meeting=meeting).values_list("pk", flat=True))
    return [
        RecordingLine(recording=one, may_watch=one.pk in visible, may_manage=manages)
        for one in rows
        if manages or one.pk in visible
    ]


def names_in(meeting: Meeting) -> dict[str, tuple[str, str]]:
    """Name and unit of everybody who was let in, as the media server calls them."""
    room = getattr(meeting, "video", None)
    seats = seats_of(meeting, room, with_waiting=True) if room is not None else []
    return {one.who: (one.name, one.unit) for one in seats}


def kept_until(recording: VideoRecording) -> datetime:
    """When it is deleted, by what its organ has said."""
    row = RecordingTerms.objects.filter(organ_id=recording.meeting.organ_id).first()
    return recording.started_at + timedelta(days=row.keep_days if row else KEEP_DAYS)


def recordings_live() -> list[VideoRecording]:
    """Those that go on, in all meetings."""
    rows = VideoRecording.objects.filter(state=RecordingState.RECORDING)
    return list(rows.select_related("meeting").order_by("pk"))


def recordings_due() -> QuerySet[VideoRecording]:
    """Those whose time is over."""
    return VideoRecording.objects.filter(removed_at__isnull=True, keep_until__lt=now()).order_by("pk")
