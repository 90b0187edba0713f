"""The video of a meeting: its page, the ticket, who is there, and what hosts do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import local
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, signed_in
from apps.meetings.enums import VideoAct
from apps.meetings.forms import id_of
from apps.meetings.media import backend
from apps.meetings.models import VideoGuest, VideoParticipant
from apps.meetings.policies import leads_video
from apps.meetings.selectors.guests import guests_invited
from apps.meetings.selectors.meetings import can_view_meeting
from apps.meetings.selectors.recordings import live_recording
from apps.meetings.selectors.video import Seat, own_part, room_of, seats_shown, video_link, video_meeting
from apps.meetings.services import recording
from apps.meetings.services import video as videos

OWN_ACTS: dict[str, Callable[..., object]] = {
    "hand_up": partial(videos.video_hand, is_up=True),
    "hand_down": partial(videos.video_hand, is_up=False),
    "record_start": recording.recording_start,
    "record_stop": recording.recording_stop,
    "record_agree": partial(recording.recording_answer, agrees=True),
    "record_listen": partial(recording.recording_answer, agrees=False),
}
DEVICES = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"


@require_GET
@signed_in
def video(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The room: device check first, then everybody."""
    meeting = video_meeting(request.actor, meeting_id)
    link = request.build_absolute_uri(reverse("meetings:video_link", args=[video_link(meeting)]))
    media = backend()
    context = {
        "meeting": meeting,
        "link": link,
        "can": sorted(media.capabilities) if media else [],
        "sees_materials": can_view_meeting(request.actor, meeting_id),
    }
    response = render(request, "meetings/video.html", context)
    response.headers["Permissions-Policy"] = DEVICES
    return response


@require_GET
@signed_in
def video_knock(request: HouseRequest, code: str) -> HttpResponse:
    """By link."""
    meeting = videos.video_knock(actor=request.actor, code=code)
    return redirect("meetings:video", meeting.pk)


@require_POST
@signed_in
def video_join(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """A ticket, or the waiting room."""
    entry = videos.video_enter(actor=request.actor, meeting_id=meeting_id)
    return JsonResponse({"state": entry.state, "ticket": entry.ticket, "chat": entry.chat})


@require_GET
@signed_in
def video_state(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """Everything the page shows about people; media come by the socket."""
    meeting = video_meeting(request.actor, meeting_id)
    room = room_of(meeting)
    part = own_part(request.actor, room) if room else None
    people = seats_shown(request.actor, meeting, room) if room else []
    leads = leads_video(request.actor, meeting, part)
    answer = {
        "me": str(request.actor.person_id),
        "state": part.state if part else "",
        "leads": leads,
        "ended": room is not None and room.ended_at is not None,
        "locked": bool(room and room.is_locked),
        "waitingRoom": bool(room and room.has_waiting_room),
        "people": [seat_facts(one) for one in people],
        "guests": [invitation_facts(one) for one in guests_invited(meeting)] if leads else [],
        "recording": recording_facts(meeting_id, part),
    }
    return JsonResponse(answer)


def seat_facts(one: Seat) -> dict[str, Any]:
    """Somebody in the list of people, as the page reads it."""
    return {
        "id": one.who, "name": one.name, "unit": one.unit, "post": one.post, "state": one.state, "leads": one.leads,
        "cohost": one.is_cohost, "deputy": one.is_deputy, "standsIn": one.stands_in, "hand": one.hand_at is not None,
        "shut": one.shut, "guest": one.is_guest, "recorded": one.recorded,
    }  # fmt: skip


def recording_facts(meeting_id: int, part: VideoParticipant | None) -> dict[str, str] | None:
    """The recording that goes on, and what the person said to it; None when there is none."""
    found = live_recording(meeting_id)
    if found is None:
        return None
    return {
        "by": found.started_by.name,
        "since": found.started_at.isoformat(),
        "mine": part.recorded if part else "",
    }


def invitation_facts(one: VideoGuest) -> dict[str, Any]:
    """An invitation, for hosts."""
    return {
        "id": one.pk,
        "name": one.name,
        "organisation": one.organisation,
        "until": f"{local(one.expires_at):%m-%d %H:%M}",
    }


@require_POST
@signed_in
def video_act(request: HouseRequest, meeting_id: int, act: str) -> HttpResponse:
    """举手, an answer to being recorded, or an act of a host."""
    if act in OWN_ACTS:
        OWN_ACTS[act](actor=request.actor, meeting_id=meeting_id)
        return HttpResponse(status=204)
    if act not in VideoAct.values:
        raise NotFound
    videos.video_act(
        actor=request.actor,
        meeting_id=meeting_id,
        act=VideoAct(act),
        person_id=id_of(request.POST, "person") or 0,
        guest_id=id_of(request.POST, "guest") or 0,
        source=request.POST.get("source", "")[:10],
    )
    return HttpResponse(status=204)
