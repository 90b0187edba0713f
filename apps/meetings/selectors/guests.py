"""Reads for guests from outside: the gate by the secret of their link, and what they may see of the room."""

from apps.core.clock import now
from apps.core.errors import NotFound
from apps.meetings.enums import VideoState
from apps.meetings.models import Meeting, VideoGuest, VideoParticipant, VideoRoom
from apps.meetings.selectors.calendar import digest_of
from apps.meetings.selectors.video import OPEN_STATES, Seat, seats_of


def guest_of(secret: str) -> VideoGuest:
    """Whose link it is. Raises `NotFound` for a dead one, whatever the reason."""
    found = VideoGuest.objects.select_related("meeting").filter(
        digest=digest_of(secret),
        revoked_at__isnull=True,
        expires_at__gt=now(),
        meeting__state__in=OPEN_STATES,
    )
    guest = found.first()
    if guest is None:
        raise NotFound("这个邀请链接无效或已过期，请联系会议主办单位。")
    return guest


def room_of_guest(guest: VideoGuest) -> VideoRoom | None:
    """The running room of the meeting."""
    return VideoRoom.objects.filter(meeting_id=guest.meeting_id, ended_at__isnull=True).first()


def guest_part(guest_id: int) -> VideoParticipant | None:
    """The guest's row."""
    rows = VideoParticipant.objects.select_related("room", "guest")
    return rows.filter(guest_id=guest_id, guest__revoked_at__isnull=True).first()


def guest_is_welcome(guest_id: int) -> bool:
    """Whether the guest may still be in the room."""
    return VideoParticipant.objects.filter(
        guest_id=guest_id,
        state=VideoState.ADMITTED,
        guest__revoked_at__isnull=True,
        guest__expires_at__gt=now(),
        room__ended_at__isnull=True,
    ).exists()


def seats_for_guest(part: VideoParticipant | None) -> list[Seat]:
    """Who is in, for a guest who is in."""
    if part is None or part.state != VideoState.ADMITTED:
        return []
    return seats_of(part.room.meeting, part.room, with_waiting=False)


def guests_invited(meeting: Meeting) -> list[VideoGuest]:
    """Living invitations of a meeting, the latest first."""
    return list(
        VideoGuest.objects.filter(meeting=meeting, revoked_at__isnull=True, expires_at__gt=now()).order_by(
            "-pk"
        )
    )
