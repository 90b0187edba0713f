"""历次改动: the history of a roster and the difference between two of its versions."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.http import HouseRequest, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.duty import services
from apps.duty.forms import count_in
from apps.duty.policies import makes_roster
from apps.duty.selectors.versions import HEADS, difference_of, roster_read, version_cells, versions_of


@require_GET
@signed_in
def history(request: HouseRequest, roster_id: int) -> HttpResponse:
    """Every step, and what lies between the two chosen; the last one when none is."""
    roster = roster_read(request.actor, roster_id)
    versions = versions_of(request.actor, roster)
    newest = versions[0].number if versions else roster.version
    newer = count_in(request.GET.get("to", ""), newest)
    older = count_in(request.GET.get("from", ""), newer - 1)
    context = {
        "roster": roster,
        "versions": versions,
        "may_make": makes_roster(request.actor),
        "lost": versions[-1].number - 1 if versions and versions[-1].number > 1 else 0,
        "difference": difference_of(versions, older, newer),
    }
    return render(request, "duty/history.html", context)


@require_GET
@signed_in
def export(request: HouseRequest, roster_id: int) -> HttpResponse:
    """The history as an Excel sheet; audited."""
    roster = roster_read(request.actor, roster_id)
    cells = version_cells(versions_of(request.actor, roster))
    services.export_note(actor=request.actor, what="roster_history", count=len(cells))
    return xlsx_response(f"{roster.month:%Y年%m月}值班表历次改动", HEADS, cells)
