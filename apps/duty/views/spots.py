"""抽查点名: the duty office calls and reads the results, whoever is called answers."""

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
from apps.duty.forms import spot_of
from apps.duty.policies import makes_roster
from apps.duty.selectors import spots as selectors

MOST_EXPORTED = 2000


def _is_wrong(request: HouseRequest) -> bool:
    return request.GET.get("scope") == "wrong"


@require_GET
@signed_in
def spots(request: HouseRequest) -> HttpResponse:
    """What the duty office found; everybody's own calls."""
    context = {"own": selectors.own_spots(request.actor), "may_call": makes_roster(request.actor)}
    if context["may_call"]:
        rows = selectors.spots_listed(request.actor, only_wrong=_is_wrong(request))
        page = page_of(rows, order=selectors.SPOT_ORDER, cursor=request.GET.get("cursor", "")[:400])
        context |= {
            "page": page,
            "checks": [selectors.spot_shown(check) for check in page.rows],
            "organs": selectors.organs_to_check(request.actor.organ_id or 0),
            "organ_id": request.actor.organ_id,
            "is_wrong": _is_wrong(request),
            "base": "scope=wrong&" if _is_wrong(request) else "",
            "key": new_key(),
        }
    return render(request, "duty/spots.html", context)


@require_POST
@signed_in
def call(request: HouseRequest) -> HttpResponse:
    """点名, now or later."""
    draft = spot_of(request.POST)
    services.spot_check_make(actor=request.actor, draft=draft, key=request.POST.get("key", ""))
    messages.success(request, "已安排点名，到时自动点名。" if draft.planned_from else "已点名，等待应答。")
    return gone_to(request, reverse("duty:spots"))


@require_POST
@signed_in
def withdraw(request: HouseRequest, check_id: int) -> HttpResponse:
    """取消."""
    services.spot_check_withdraw(actor=request.actor, check_id=check_id)
    messages.success(request, "已取消。")
    return gone_to(request, reverse("duty:spots"))


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The same list as an Excel sheet; audited."""
    rows = selectors.spots_listed(request.actor, only_wrong=_is_wrong(request))
    checks = list(rows.order_by(*selectors.SPOT_ORDER)[:MOST_EXPORTED])
    services.export_note(actor=request.actor, what="spots", count=len(checks))
    cells = [line for check in checks for line in selectors.spot_cells(check)]
    return xlsx_response("抽查点名", selectors.SPOT_HEADS, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def answer(request: HouseRequest, answer_id: int) -> HttpResponse:
    """Where the call leads: one button; afterwards the result, and room for a word."""
    if request.method == "POST":
        if "text" in request.POST:
            services.spot_explain(actor=request.actor, answer_id=answer_id, text=request.POST["text"])
            messages.success(request, "说明已提交。")
        else:
            services.spot_answer(actor=request.actor, answer_id=answer_id)
        return gone_to(request, reverse("duty:spot_answer", args=[answer_id]))
    found = selectors.answer_for(request.actor, answer_id)
    line = selectors.SpotLine(found, selectors.result_of(found, now()))
    return render(request, "duty/spot_answer.html", {"line": line})
