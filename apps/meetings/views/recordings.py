"""Recordings on a meeting's page, and the page to watch one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.meetings.enums import RecordingAudience
from apps.meetings.policies import manages_recordings
from apps.meetings.selectors.meetings import meeting_for
from apps.meetings.selectors.recordings import recordings_of
from apps.meetings.services import recordings as services


@require_GET
@signed_in
def recordings(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The list alone, for as long as something on it is being made."""
    meeting = meeting_for(request.actor, meeting_id)
    lines = recordings_of(request.actor, meeting)
    context = {
        "meeting": meeting,
        "lines": lines,
        "audiences": RecordingAudience.choices,
    }
    return render(request, "meetings/_recordings.html", context)


@require_GET
@signed_in
def recording(request: HouseRequest, recording_id: int) -> HttpResponse:
    """The film with the reader's mark over it; who looks is written down."""
    found = services.recording_watch(actor=request.actor, recording_id=recording_id)
    context = {
        "recording": found,
        "meeting": found.meeting,
        "manages": manages_recordings(request.actor, found.meeting),
    }
    return render(request, "meetings/recording.html", context)


@require_POST
@signed_in
def recording_act(request: HouseRequest, recording_id: int, act: str) -> HttpResponse:
    """观看范围, 重新合成, 删除."""
    actor = request.actor
    match act:
        case "audience":
            audience = request.POST.get("audience", "")[:20]
            meeting = services.recording_audience(actor=actor, recording_id=recording_id, audience=audience)
        case "retry":
            meeting = services.recording_retry(actor=actor, recording_id=recording_id)
        case "remove":
            reason = request.POST.get("words", "")
            meeting = services.recording_remove(actor=actor, recording_id=recording_id, reason=reason)
        case _:
            raise NotFound
    return gone_to(request, reverse("meetings:meeting", args=[meeting.pk]))
