"""The video for guests without an account: all hangs on the secret of their link and the browser it was first used in."""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import NotFound
from apps.core.http import HouseRequest, signed_in
from apps.meetings.forms import id_of
from apps.meetings.media import backend
from apps.meetings.selectors.guests import guest_of, guest_part, seats_for_guest
from apps.meetings.services import guests
from apps.meetings.services.recording import guest_answer
from apps.meetings.views.video import DEVICES, recording_facts, seat_facts

OWN_ACTS: dict[str, Callable[..., object]] = {
    "hand_up": partial(guests.guest_hand, is_up=True),
    "hand_down": partial(guests.guest_hand, is_up=False),
    "record_agree": partial(guest_answer, agrees=True),
    "record_listen": partial(guest_answer, agrees=False),
}
COOKIE = "video_guest"
COOKIE_SECONDS = 7 * 86_400


@require_POST
@signed_in
def guest_invite(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The link, once."""
    name, organisation = request.POST.get("name", ""), request.POST.get("organisation", "")
    invited = guests.guest_invite(
        actor=request.actor, meeting_id=meeting_id, name=name, organisation=organisation
    )
    link = request.build_absolute_uri(reverse("meetings:guest", args=[invited.secret]))
    return JsonResponse({"id": invited.guest.pk, "link": link})


@require_POST
@signed_in
def guest_revoke(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The link is dead."""
    guest_id = id_of(request.POST, "guest") or 0
    guests.guest_revoke(actor=request.actor, meeting_id=meeting_id, guest_id=guest_id)
    return HttpResponse(status=204)


@require_GET
@never_cache
def guest(request: HttpRequest, secret: str) -> HttpResponse:
    """The room without the house around it."""
    found = guest_of(secret)
    media = backend()
    context = {"guest": found, "secret": secret, "can": sorted(media.capabilities) if media else []}
    response = render(request, "meetings/video_guest.html", context)
    response.headers["Permissions-Policy"] = DEVICES
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
@never_cache
def guest_join(request: HttpRequest, secret: str) -> HttpResponse:
    """A ticket, or the waiting room; the browser is remembered."""
    found = guest_of(secret)
    device = request.get_signed_cookie(COOKIE, "", salt=str(found.pk)) or secrets.token_urlsafe(16)
    entry = guests.guest_enter(guest_id=found.pk, device=device)
    response = JsonResponse({"state": entry.state, "ticket": entry.ticket, "chat": None})
    response.set_signed_cookie(
        COOKIE, device, salt=str(found.pk), max_age=COOKIE_SECONDS, httponly=True, samesite="Strict",
        secure=request.is_secure(), path=reverse("meetings:guest", args=[secret]),
    )  # fmt: skip
    return response


@require_GET
@never_cache
def guest_state(request: HttpRequest, secret: str) -> HttpResponse:
    """Who is in."""
    found = guest_of(secret)
    part = guest_part(found.pk)
    people = [seat_facts(one) for one in seats_for_guest(part)]
    state: dict[str, Any] = {
        "me": found.who,
        "state": part.state if part else "",
        "leads": False,
        "people": people,
    }
    state["recording"] = recording_facts(found.meeting_id, part) if part else None
    return JsonResponse(state | {"ended": False, "locked": False, "waitingRoom": False, "guests": []})


@require_POST
def guest_act(request: HttpRequest, secret: str, act: str) -> HttpResponse:
    """举手 and an answer to being recorded are all a guest does."""
    if act not in OWN_ACTS:
        raise NotFound
    OWN_ACTS[act](guest_id=guest_of(secret).pk)
    return HttpResponse(status=204)
