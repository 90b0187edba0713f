"""Guests of a video meeting from outside: invited by name with a secret link, let in by a host, seeing only the room."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.meetings.enums import VideoState
from apps.meetings.media import backend, enforce
from apps.meetings.models import Meeting, VideoGuest, VideoParticipant
from apps.meetings.policies import KIND, leads_video
from apps.meetings.selectors.calendar import digest_of
from apps.meetings.selectors.guests import guest_part, room_of_guest
from apps.meetings.selectors.recordings import asks_consent
from apps.meetings.selectors.video import OPEN_STATES, own_part, room_of, video_meeting
from apps.meetings.services.news import room_news
from apps.meetings.services.video import ASKS, Entry

MOST_GUESTS = 50
AFTERWARDS = timedelta(hours=4)  # meetings last longer than planned
NAME_LIMIT, ORGANISATION_LIMIT = 40, 80


@dataclass(frozen=True, kw_only=True)
class Invited:
    """The guest, and the secret that stands in the link: it is shown once, only its digest is kept."""

    guest: VideoGuest
    secret: str


@transaction.atomic
def guest_invite(*, actor: Actor, meeting_id: int, name: str, organisation: str) -> Invited:
    """A secret link for one guest, good until four hours after the planned end. Raises `Forbidden` for who does not lead."""
    meeting = _led(actor, meeting_id)
    name, organisation = " ".join(name.split()), " ".join(organisation.split())
    if not name or not organisation:
        raise ValidationFailed("请填写嘉宾的姓名和单位，入会后将显示给所有人。")
    if len(name) > NAME_LIMIT or len(organisation) > ORGANISATION_LIMIT:
        raise ValidationFailed(f"姓名不超过 {NAME_LIMIT} 字，单位不超过 {ORGANISATION_LIMIT} 字。")
    if VideoGuest.objects.filter(meeting=meeting, revoked_at__isnull=True).count() >= MOST_GUESTS:
        raise ValidationFailed(f"一次会议最多邀请 {MOST_GUESTS} 名外部嘉宾，请先撤回不再需要的邀请。")
    secret = secrets.token_urlsafe(32)
    guest = VideoGuest.objects.create(
        meeting=meeting, name=name, organisation=organisation, digest=digest_of(secret),
        invited_by_id=actor.person_id, invited_at=now(), expires_at=max(now(), meeting.ends_at) + AFTERWARDS,
    )  # fmt: skip
    _noted(actor, meeting, guest, "invite")
    return Invited(guest=guest, secret=secret)


@transaction.atomic
def guest_revoke(*, actor: Actor, meeting_id: int, guest_id: int) -> None:
    """The link is dead from now on, and who came by it is out. Doing it twice changes nothing."""
    meeting = _led(actor, meeting_id)
    guest = VideoGuest.objects.select_for_update().filter(meeting=meeting, pk=guest_id).first()
    if guest is None:
        raise NotFound("没有这个邀请，请刷新页面。")
    if guest.revoked_at is not None:
        return
    guest.revoked_at = now()
    guest.save(update_fields=["revoked_at"])
    VideoParticipant.objects.filter(guest=guest).update(state=VideoState.REMOVED, hand_raised_at=None)
    name, who = str(meeting.pk), guest.who
    transaction.on_commit(lambda: enforce(name, "remove", who=who), robust=True)
    _noted(actor, meeting, guest, "revoke")
    if room := room_of(meeting):
        room_news(room=room)


@transaction.atomic
def guest_enter(*, guest_id: int, device: str) -> Entry:
    """Ask to come in: always waits for a host first. `device`: what this browser was given when it first came.

    Raises `InvalidState` before the video is opened, `Forbidden` for another browser and for who was refused or removed.
    """
    guest = VideoGuest.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=guest_id)
    if not device or (guest.device and guest.device != digest_of(device)):
        raise Forbidden("这个邀请链接已在另一台设备上使用，请联系会议主办单位重新邀请。", rule="device")
    media, room = backend(), room_of_guest(guest)
    if media is None or room is None:
        raise InvalidState("视频会议还没有开始，请等主持人进入后再试。")
    guest.device = digest_of(device)
    guest.save(update_fields=["device"])
    part, is_new = VideoParticipant.objects.get_or_create(
        room=room, guest=guest, defaults={"state": VideoState.WAITING, "asked_at": now()}
    )
    if part.state in {VideoState.REFUSED, VideoState.REMOVED}:
        raise Forbidden("主持人未同意您入会，或已请您离开。如有疑问请联系会议主办单位。", rule="video")
    if part.state == VideoState.WAITING:
        if is_new:
            room_news(room=room)
        return Entry(state=part.state, ticket=None)
    if asks_consent(part):
        return Entry(state=ASKS, ticket=None)
    return Entry(state=part.state, ticket=media.ticket(str(guest.meeting_id), guest.who, shut=part.closed))


@transaction.atomic
def guest_hand(*, guest_id: int, is_up: bool) -> None:
    """举手 or take it down. Raises `Conflict` for who is not in."""
    part = guest_part(guest_id)
    if part is None or part.state != VideoState.ADMITTED:
        raise Conflict("您还没有入会。")
    part.hand_raised_at = now() if is_up else None
    part.save(update_fields=["hand_raised_at"])
    room_news(room=part.room)


def _led(actor: Actor, meeting_id: int) -> Meeting:
    meeting = video_meeting(actor, meeting_id)
    room = room_of(meeting)
    if not leads_video(actor, meeting, own_part(actor, room) if room else None):
        raise Forbidden("外部嘉宾由会议主持人、承办人或联席主持人邀请。", rule="video_host")
    if meeting.state not in OPEN_STATES:
        raise InvalidState(f"会议现在是“{meeting.get_state_display()}”，不能邀请外部嘉宾。")
    return meeting


def _noted(actor: Actor, meeting: Meeting, guest: VideoGuest, act: str) -> None:
    facts = {"act": act, "guest": f"{guest.organisation} {guest.name}"}
    record(
        "meetings.video_guest",
        actor=actor,
        subject=Subject(KIND, meeting.pk),
        subject_text=meeting.name[:200],
        facts=facts,
    )
