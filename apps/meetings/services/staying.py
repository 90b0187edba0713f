"""Attendance by the media server's word: when somebody came, when somebody went."""

from django.db import transaction

from apps.core.clock import now
from apps.meetings.enums import VideoState
from apps.meetings.media import MediaDown, backend
from apps.meetings.models import VideoRoom, VideoStay
from apps.meetings.selectors.video import participant_of, rooms_open
from apps.meetings.services.recording import recording_resume
from apps.meetings.services.standing_in import hosts_look


@transaction.atomic
def stay_begin(*, meeting_id: int, who: str) -> int | None:
    """The media server has let somebody in: the number of the stay, None for who may not be there (any more)."""
    part = participant_of(meeting_id, who)
    if part is None or part.state != VideoState.ADMITTED or part.room.ended_at is not None:
        return None
    VideoRoom.objects.select_for_update().get(pk=part.room_id)  # before its stays, as everywhere
    VideoStay.objects.filter(participant=part, left_at__isnull=True).update(left_at=now())
    stay = VideoStay.objects.create(participant=part, joined_at=now(), seen_at=now())
    hosts_look(room_id=part.room_id)
    transaction.on_commit(lambda: recording_resume(meeting_id=meeting_id), robust=True)
    return stay.pk


@transaction.atomic
def stay_end(*, stay_id: int) -> None:
    """The connection has ended. Ending twice changes nothing; a hand is taken down."""
    stay = VideoStay.objects.select_related("participant").filter(pk=stay_id, left_at__isnull=True).first()
    if stay is None:
        return
    VideoRoom.objects.select_for_update().get(pk=stay.participant.room_id)
    stay.left_at = now()
    stay.save(update_fields=["left_at"])
    part = stay.participant
    if part.hand_raised_at is not None:
        part.hand_raised_at = None
        part.save(update_fields=["hand_raised_at"])
    hosts_look(room_id=part.room_id)


def stays_match() -> int:
    """Ask the media server, then end the stays of whom the media server no longer has (a web process was killed); returns how many."""
    media = backend()
    ended = 0
    for room in rooms_open():
        try:
            here = set(media.apply(str(room.meeting_id), "roster")) if media else set()
        except MediaDown:
            continue
        ended += _matched(room, here)
    return ended


@transaction.atomic
def _matched(room: VideoRoom, here: set[str]) -> int:
    VideoRoom.objects.select_for_update().get(pk=room.pk)
    rows = VideoStay.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        participant__room=room, left_at__isnull=True
    )
    ended = 0
    for stay in rows.select_related("participant"):
        if stay.participant.who in here:
            stay.seen_at = now()
        else:
            stay.left_at, ended = stay.seen_at, ended + 1
        stay.save(update_fields=["seen_at", "left_at"])
    hosts_look(room_id=room.pk)
    return ended
