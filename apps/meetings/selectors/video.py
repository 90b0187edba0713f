"""Reads of video rooms: the gate, who is there, for how long."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import Exists, OuterRef

from apps.accounts.selectors import posts_shown
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.meetings.enums import MeetingState, VideoState
from apps.meetings.models import Meeting, VideoParticipant, VideoRoom, VideoStay
from apps.meetings.models.video import GUEST
from apps.meetings.policies import leads_video, visible_to
from apps.meetings.selectors.meetings import can_view_meeting

VIDEO_KIND = "meetings.video"
NUMBER_LIMIT = 15
LINK_SALT = "meetings.video"
OPEN_STATES = frozenset({MeetingState.APPROVED, MeetingState.NOTIFIED, MeetingState.IN_PROGRESS})


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody in the list of people."""

    who: str
    name: str
    unit: str
    post: str
    state: str
    leads: bool
    is_cohost: bool
    is_deputy: bool
    stands_in: bool
    hand_at: datetime | None
    shut: list[str]
    recorded: str
    is_guest: bool


@dataclass(frozen=True, kw_only=True)
class Presence:
    """How long somebody was there. `minutes`: all stays together, begun minutes count."""

    name: str
    unit: str
    first_at: datetime
    last_at: datetime | None
    minutes: int
    times: int


def video_meeting(actor: Actor, meeting_id: int) -> Meeting:
    """The meeting for who may see it or was let in by link. Raises `NotFound`."""
    came = VideoParticipant.objects.filter(room__meeting=OuterRef("pk"), person_id=actor.person_id)
    rows = (visible_to(actor) | Meeting.objects.filter(Exists(came))).filter(pk=meeting_id)
    meeting = rows.select_related("organ", "organiser__person", "host__person", "booking__room").first()
    if meeting is None:
        raise NotFound
    return meeting


def can_join_video(actor: Actor, meeting_id: int) -> bool:
    """Who was let in, which is soon looked up, and who may see the meeting."""
    admitted = VideoParticipant.objects.filter(room__meeting_id=meeting_id, state=VideoState.ADMITTED)
    return admitted.filter(person_id=actor.person_id).exists() or can_view_meeting(actor, meeting_id)


def video_title(meeting_id: int) -> str:
    """What stands on the card that leads into the room."""
    name = Meeting.objects.filter(pk=meeting_id).values_list("name", flat=True).first()
    return f"视频会议：{name or ''}"


def video_link(meeting: Meeting) -> str:
    """What stands in the link that lets colleagues ask to come in."""
    return signing.dumps(meeting.pk, salt=LINK_SALT)


def meeting_of_link(code: str) -> Meeting:
    """The meeting a link is for. Raises `NotFound`."""
    try:
        meeting_id = signing.loads(code, salt=LINK_SALT)
    except signing.BadSignature:
        raise NotFound("这个入会链接无效，请向会议主办单位核对。") from None
    meeting = Meeting.objects.filter(pk=meeting_id, state__in=OPEN_STATES).first()
    if meeting is None:
        raise NotFound("会议已结束或取消，入会链接不再有效。")
    return meeting


def room_of(meeting: Meeting, *, lock: bool = False) -> VideoRoom | None:
    """The meeting's room when it was opened."""
    rows = VideoRoom.objects.filter(meeting=meeting)
    return (rows.select_for_update() if lock else rows).first()


def own_part(actor: Actor, room: VideoRoom) -> VideoParticipant | None:
    """The actor's row."""
    return VideoParticipant.objects.filter(room=room, person_id=actor.person_id).first()


def seats_shown(actor: Actor, meeting: Meeting, room: VideoRoom) -> list[Seat]:
    """Everybody who is or was let in, by rank; who waits is for the hosts. Who is not called sees nobody before being let in."""
    own = own_part(actor, room)
    leads = leads_video(actor, meeting, own)
    if (
        not leads
        and (own is None or own.state != VideoState.ADMITTED)
        and not can_view_meeting(actor, meeting.pk)
    ):
        return []
    return seats_of(meeting, room, with_waiting=leads)


def seats_of(meeting: Meeting, room: VideoRoom, *, with_waiting: bool) -> list[Seat]:
    """People by rank, guests after them. Two statements."""
    rows = VideoParticipant.objects.filter(room=room).select_related("person", "guest")
    shown = [one for one in rows if one.state == VideoState.ADMITTED or with_waiting]
    posts: dict[int, tuple[int, str, str]] = {}
    people = [one.person_id for one in shown if one.person_id is not None]
    for post in posts_shown().filter(person_id__in=people).order_by("rank_order", "id"):
        unit = f"{post.organ.short_name}{post.unit.name if post.unit else ''}"
        posts.setdefault(post.person_id, (post.rank_order, unit, post.post_title))
    blank = (1_000_000, "", "")

    def post_of(one: VideoParticipant) -> tuple[int, str, str]:
        if one.guest is not None:
            return (blank[0] + 1, one.guest.organisation, "外部嘉宾")
        return posts.get(one.person_id or 0, blank)

    shown.sort(key=lambda one: (post_of(one)[0], one.pk))
    hosts = hosts_of(meeting)
    return [
        Seat(
            who=one.who, name=name_of(one), unit=post_of(one)[1],
            post=post_of(one)[2], state=one.state,
            leads=one.is_cohost or one.stands_in_since is not None or one.person_id in hosts,
            is_cohost=one.is_cohost, is_deputy=one.is_deputy, stands_in=one.stands_in_since is not None,
            hand_at=one.hand_raised_at, shut=list(one.shut), recorded=one.recorded, is_guest=one.guest is not None,
        )
        for one in shown
    ]  # fmt: skip


def name_of(part: VideoParticipant) -> str:
    """The person's name, or the guest's as the inviter wrote it."""
    return part.person.name if part.person is not None else part.guest.name if part.guest is not None else ""


def hosts_of(meeting: Meeting) -> set[int]:
    """The meeting's host and who asked for it."""
    return {post.person_id for post in (meeting.host, meeting.organiser) if post is not None}


def people_concerned(room: VideoRoom) -> list[int]:
    """Persons whose screens show the room."""
    admitted = [VideoState.ADMITTED, VideoState.WAITING]
    people = room.participants.filter(state__in=admitted, person__isnull=False)
    return list(people.values_list("person__pk", flat=True))


def presences(room: VideoRoom) -> list[Presence]:
    """The attendance by the media server's word, in the order of coming. Two statements."""
    found: dict[str, list[VideoStay]] = {}
    rows = VideoStay.objects.filter(participant__room=room)
    for stay in rows.select_related("participant__person", "participant__guest"):
        found.setdefault(stay.participant.who, []).append(stay)
    units = {stays[0].participant.who: _organisation(stays[0].participant) for stays in found.values()}
    people = [one for stays in found.values() if (one := stays[0].participant.person_id) is not None]
    for post in posts_shown().filter(person_id__in=people).order_by("-rank_order", "-id"):
        units[str(post.person_id)] = post.organ.short_name
    return [
        Presence(
            name=name_of(stays[0].participant),
            unit=units[who],
            first_at=stays[0].joined_at,
            last_at=None
            if any(one.left_at is None for one in stays)
            else max(one.left_at for one in stays if one.left_at),
            minutes=sum(
                -int(-((one.left_at or now()) - one.joined_at).total_seconds() // 60) for one in stays
            ),
            times=len(stays),
        )
        for who, stays in found.items()
    ]


def _organisation(part: VideoParticipant) -> str:
    return part.guest.organisation if part.guest is not None else ""


def rooms_open() -> list[VideoRoom]:
    """Rooms somebody may be in."""
    return list(VideoRoom.objects.filter(ended_at__isnull=True).order_by("pk"))


def participant_of(meeting_id: int, who: str) -> VideoParticipant | None:
    """The row, in a meeting's room, of whom the media server calls so."""
    rows = VideoParticipant.objects.select_related("room").filter(room__meeting_id=meeting_id)
    number = who.removeprefix(GUEST)
    if not number.isdecimal() or len(number) > NUMBER_LIMIT:
        return None
    return rows.filter(**{"person_id" if number == who else "guest_id": int(number)}).first()
