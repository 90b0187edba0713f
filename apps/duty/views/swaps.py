"""换班: asking, answering, approving, and the list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.duty import services
from apps.duty.forms import offers_of
from apps.duty.policies import makes_roster
from apps.duty.selectors.exports import SWAP_HEADS, swap_cells
from apps.duty.selectors.swaps import (
    AHEAD,
    SCOPES,
    candidates_for,
    open_swap_of,
    own_shift,
    shown,
    swap_for,
    swaps_listed,
)
from apps.duty.selectors.watches import own_shifts

ORDER = ("-asked_at", "-id")
MOST_EXPORTED = 20_000


def _scope(request: HouseRequest) -> str:
    return request.GET.get("scope", "mine") if makes_roster(request.actor) else "mine"


@require_GET
@signed_in
def swaps(request: HouseRequest) -> HttpResponse:
    """Requests one has to do with; the office also sees what waits for it, and all."""
    scope = _scope(request)
    rows = swaps_listed(request.actor, scope=scope)
    page = page_of(rows, order=ORDER, cursor=request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "lines": [shown(request.actor, swap) for swap in page.rows],
        "scope": scope,
        "scopes": SCOPES if makes_roster(request.actor) else [],
        "own": own_shifts(request.actor) if scope == "mine" else [],
        "base": f"scope={scope}&",
    }
    return render(request, "duty/swaps.html", context)


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The same list as an Excel sheet; audited."""
    rows = swaps_listed(request.actor, scope=_scope(request))[:MOST_EXPORTED]
    cells = [swap_cells(swap) for swap in rows]
    services.export_note(actor=request.actor, what="swaps", count=len(cells))
    return xlsx_response("换班", SWAP_HEADS, cells)


@require_GET
@signed_in
def swap(request: HouseRequest, swap_id: int) -> HttpResponse:
    """One request, where its notice leads."""
    line = shown(request.actor, swap_for(request.actor, swap_id))
    return render(request, "duty/swap.html", {"line": line})


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: HouseRequest, shift_id: int) -> HttpResponse:
    """Whom to ask, on which terms; only what keeps the rules is offered."""
    form = request.POST
    if request.method == "POST":
        made = services.swap_ask(
            actor=request.actor,
            shift_id=shift_id,
            offers=offers_of(form),
            reason=form.get("reason", ""),
            key=form.get("key", ""),
        )
        messages.success(request, "换班申请已发出，对方同意后通知您。")
        return gone_to(request, reverse("duty:swap", args=[made.pk]))
    shift = own_shift(request.actor, shift_id)
    context = {
        "shift": shift,
        "open": open_swap_of(shift),
        "is_late": shift.watch.starts_at - AHEAD <= now(),
        "people": candidates_for(shift),
        "key": new_key(),
    }
    return render(request, "duty/swap_ask.html", context)


@require_POST
@signed_in
def answer(request: HouseRequest, offer_id: int) -> HttpResponse:
    """同意 or 不同意."""
    agrees = request.POST.get("do") == "agree"
    made = services.swap_answer(actor=request.actor, offer_id=offer_id, agrees=agrees)
    messages.success(request, f"已答复，这项换班现为“{made.get_state_display()}”。")
    return gone_to(request, reverse("duty:swap", args=[made.pk]))


@require_POST
@signed_in
def withdraw(request: HouseRequest, swap_id: int) -> HttpResponse:
    """撤回."""
    services.swap_withdraw(actor=request.actor, swap_id=swap_id)
    messages.success(request, "换班申请已撤回。")
    return gone_to(request, reverse("duty:swap", args=[swap_id]))


@require_POST
@signed_in
def take_back(request: HouseRequest, swap_id: int) -> HttpResponse:
    """收回同意."""
    services.swap_take_back(actor=request.actor, swap_id=swap_id)
    messages.success(request, "已收回同意。")
    return gone_to(request, reverse("duty:swap", args=[swap_id]))


@require_POST
@signed_in
def decide(request: HouseRequest, swap_id: int) -> HttpResponse:
    """审批."""
    form = request.POST
    services.swap_decide(
        actor=request.actor,
        swap_id=swap_id,
        approves=form.get("do") == "approve",
        words=form.get("words", ""),
    )
    messages.success(request, "已审批，已通知双方。")
    return gone_to(request, reverse("duty:swap", args=[swap_id]))
