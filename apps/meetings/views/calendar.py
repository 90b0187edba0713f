"""我的日程, and its feed behind a secret address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import today
from apps.core.given import day_given
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.meetings.forms import id_of
from apps.meetings.selectors.calendar import (
    SCOPES,
    calendar_of,
    feed_entries,
    has_feed,
    ics_of,
    leaders_of,
    schedule_of,
)
from apps.meetings.services.feeds import feed_drop, feed_make

SHOWN_ONCE = "meetings.feed"


@require_GET
@signed_in
def calendar(request: HouseRequest) -> HttpResponse:
    """A month, a week, or the days to come."""
    day = day_given(request.GET.get("day", "")) or today()
    secret = request.session.pop(SHOWN_ONCE, "")
    leader = id_of(request.GET, "leader")
    whose, scope = schedule_of(request.actor, leader), request.GET.get("scope", "month")
    context = {
        "calendar": calendar_of(whose, scope, day, is_own=leader is None),
        "leaders": leaders_of(request.actor),
        "leader": leader,
        "scopes": SCOPES,
        "today": today(),
        "has_feed": has_feed(request.actor),
        "feed_url": request.build_absolute_uri(reverse("meetings:feed", args=[secret])) if secret else "",
    }
    return render(request, "meetings/calendar.html", context)


@require_POST
@signed_in
def feed_act(request: HouseRequest) -> HttpResponse:
    """A fresh address, shown once; or none."""
    if request.POST.get("do") == "drop":
        feed_drop(actor=request.actor)
    else:
        request.session[SHOWN_ONCE] = feed_make(actor=request.actor)
    return gone_to(request, f"{reverse('meetings:calendar')}#feed")


@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For a calendar program: whoever has the secret reads times, names and places, nothing else."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(
        ics_of(feed_entries(secret)), content_type="text/calendar; charset=utf-8", headers=headers
    )
