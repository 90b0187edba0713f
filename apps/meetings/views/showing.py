"""同步翻页: the page on which everybody seated for the item looks at the same sheet."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.meetings.enums import MeetingState
from apps.meetings.forms import id_of, number_of
from apps.meetings.models import Meeting
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.selectors.showing import ShowingView, showing_view
from apps.meetings.services import showing as services

OVER = (MeetingState.ENDED, MeetingState.CANCELLED)


@require_GET
@signed_in
def showing(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """What is shown now; who comes late lands on the page where the others are."""
    meeting = meeting_for(request.actor, meeting_id)
    view = showing_view(request.actor, meeting)
    context = {"meeting": meeting, "view": view, "facts": showing_facts(meeting, view)}
    return render(request, "meetings/showing.html", context)


@require_GET
@signed_in
def showing_state(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The same for the open page, to be drawn there."""
    meeting = meeting_for(request.actor, meeting_id)
    return JsonResponse(showing_facts(meeting, showing_view(request.actor, meeting)))


def showing_facts(meeting: Meeting, view: ShowingView | None) -> dict[str, Any]:
    """What the page has to know; nothing of the file for who is not seated for its item."""
    if view is None:
        return {"id": 0, "over": meeting.state in OVER}
    shown = view.showing
    facts: dict[str, Any] = {"id": shown.pk, "hears": view.hears, "over": False}
    if not view.hears:
        return facts
    pages = [
        {
            "url": reverse("files:page", args=[shown.file_id, page.number]),
            "width": page.width,
            "height": page.height,
        }
        for page in view.pages
    ]
    return facts | {
        "turn": shown.turn, "page": shown.page, "name": shown.file.name, "item": shown.item.title,
        "presenter": shown.presenter_text, "mine": view.is_mine, "leads": view.leads, "pages": pages,
    }  # fmt: skip


@require_POST
@signed_in
def showing_start(request: HouseRequest, item_id: int) -> HttpResponse:
    """Begin with a file of the item."""
    file_id = id_of(request.POST, "file") or 0
    begun = services.showing_start(actor=request.actor, item_id=item_id, file_id=file_id)
    return gone_to(request, reverse("meetings:showing", args=[begun.meeting_id]))


@require_POST
@signed_in
def showing_turn(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The presenter's page."""
    form = request.POST
    shown = services.showing_turn(
        actor=request.actor,
        meeting_id=meeting_id,
        showing_id=id_of(form, "showing") or 0,
        page=number_of(form, "page", "页码") or 0,
    )
    return JsonResponse({"turn": shown.turn, "page": shown.page})


@require_POST
@signed_in
def showing_act(request: HouseRequest, meeting_id: int, act: str) -> HttpResponse:
    """Hand over, take over, stop."""
    match act:
        case "hand":
            attendee_id = id_of(request.POST, "attendee") or 0
            services.showing_hand(actor=request.actor, meeting_id=meeting_id, attendee_id=attendee_id)
        case "take":
            services.showing_take(actor=request.actor, meeting_id=meeting_id)
        case "stop":
            services.showing_stop(actor=request.actor, meeting_id=meeting_id)
        case _:
            raise NotFound
    return gone_to(request, reverse("meetings:showing", args=[meeting_id]))
