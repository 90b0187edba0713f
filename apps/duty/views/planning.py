"""智能编排: asking for it, watching it, its rules."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.http import HouseRequest, gone_to, signed_in
from apps.duty import services
from apps.duty.enums import SolvingState
from apps.duty.forms import cells_of, number_of, version_of, weights_of
from apps.duty.models import DutyRoster
from apps.duty.selectors.planning import solving_for


def _page(roster: DutyRoster) -> str:
    return f"{reverse('duty:roster')}?month={roster.month:%Y-%m}"


@require_POST
@signed_in
def solve(request: HouseRequest, roster_id: int) -> HttpResponse:
    """Keep what was chosen on the page, then have the month arranged."""
    form = request.POST
    run = services.roster_save_solve(
        actor=request.actor, roster_id=roster_id, expected_version=version_of(form), cells=cells_of(form)
    )
    return gone_to(request, _page(run.roster))


@require_GET
@signed_in
def solving(request: HouseRequest, solving_id: int) -> HttpResponse:
    """How far it is; back to the roster when it has ended."""
    run = solving_for(request.actor, solving_id)
    if run.state != SolvingState.RUNNING:
        return gone_to(request, _page(run.roster))
    return render(request, "duty/_solving.html", {"solving": run})


@require_POST
@signed_in
def stop(request: HouseRequest, solving_id: int) -> HttpResponse:
    """Take the best so far."""
    run = services.solving_stop(actor=request.actor, solving_id=solving_id)
    return gone_to(request, _page(run.roster))


@require_POST
@signed_in
def rules(request: HouseRequest) -> HttpResponse:
    """排班规则."""
    rest = number_of(request.POST, "rest_hours", "两班间隔")
    services.rules_keep(
        actor=request.actor,
        rest_hours=0 if rest is None else rest,
        most=number_of(request.POST, "most", "每人每月最多班次"),
        approves_swaps=bool(request.POST.get("approves_swaps")),
        weights=weights_of(request.POST),
    )
    messages.success(request, "排班规则已保存，下次编排时生效。")
    return gone_to(request, reverse("duty:posts"))
