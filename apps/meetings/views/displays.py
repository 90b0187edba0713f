"""门牌屏: set up by who keeps the room, and the page itself, which nobody signs in to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.core.addresses import client_address
from apps.core.errors import NotFound, RateLimited
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.pacing import is_too_often
from apps.meetings.selectors.calendar import digest_of
from apps.meetings.selectors.displays import display_of, door_board
from apps.meetings.services import displays

REFRESH_SECONDS = 20
MOST_LOOKS, MOST_GUESSES, STRETCH = (
    30,
    20,
    60,
)  # of one screen, of one address with wrong secrets, in so many seconds


def shown_once(room_id: int) -> str:
    """Where the session holds a fresh address until its room's page has shown it."""
    return f"meetings.display.{room_id}"


@require_POST
@signed_in
def display_act(request: HouseRequest, room_id: int) -> HttpResponse:
    """A fresh address, shown once; or none."""
    if request.POST.get("do") == "drop":
        displays.display_drop(actor=request.actor, room_id=room_id)
    else:
        request.session[shown_once(room_id)] = displays.display_make(actor=request.actor, room_id=room_id)
    return gone_to(request, f"{reverse('meetings:rooms')}?room={room_id}#display")


@require_GET
@never_cache
def display(request: HttpRequest, secret: str) -> HttpResponse:
    """The room's day for whoever stands at its door. What asks too often waits a minute."""
    if is_too_often(f"display.{digest_of(secret)}", most=MOST_LOOKS, seconds=STRETCH):
        raise RateLimited("刷新过于频繁，请一分钟后再试。", retry_after=STRETCH)
    try:
        found = display_of(secret)
    except NotFound:
        if is_too_often(f"display.guess.{client_address(request)}", most=MOST_GUESSES, seconds=STRETCH):
            raise RateLimited("访问过于频繁，请一分钟后再试。", retry_after=STRETCH) from None
        raise
    displays.display_seen(display_id=found.pk)
    context = {"board": door_board(found.room), "every": REFRESH_SECONDS}
    template = "meetings/_display.html" if getattr(request, "htmx", False) else "meetings/display.html"
    response = render(request, template, context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
