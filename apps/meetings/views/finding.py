"""共同空闲时间 for the form of a meeting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.core.http import HouseRequest, signed_in
from apps.meetings.forms import wish_of
from apps.meetings.policies import require_caller, require_organiser
from apps.meetings.selectors.finding import free_times as find
from apps.meetings.selectors.meetings import meeting_for


@require_POST
@signed_in
def free_times(request: HouseRequest) -> HttpResponse:
    """When the people of the form, as it stands, are free; nothing is kept."""
    require_caller(request.actor)
    wish = wish_of(request.POST)
    if wish.meeting_id is not None:
        require_organiser(request.actor, meeting_for(request.actor, wish.meeting_id))
    return render(request, "meetings/_free_times.html", {"found": find(request.actor, wish)})
