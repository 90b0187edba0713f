"""Working on the month by hand: what the places as they stand on the screen would break, before anything is saved."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.core.http import HouseRequest, signed_in
from apps.duty.forms import cells_of, id_of, place_of
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.judging import reach_of
from apps.duty.selectors.rosters import roster_for


@require_POST
@signed_in
def check(request: HouseRequest, roster_id: int) -> HttpResponse:
    """Findings and loads of the month as it stands on the screen; nothing is saved."""
    found = roster_for(request.actor, roster_id)
    grid = grid_of(found, cells_of(request.POST))
    return render(request, "duty/_check.html", {"grid": grid, "is_fresh": True})


@require_POST
@signed_in
def reach(request: HouseRequest, roster_id: int) -> JsonResponse:
    """Where the person in hand may go: `<watch>-<post>` → what that would break, in words."""
    found = roster_for(request.actor, roster_id)
    places = reach_of(
        found,
        cells_of(request.POST),
        person=id_of(request.POST.get("person", "")) or 0,
        source=place_of(request.POST.get("source", "")),
    )
    words = {f"{watch}-{post}": "；".join(said) for (watch, post), said in places.items()}
    return JsonResponse({"places": words})
