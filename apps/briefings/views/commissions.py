"""Pages of 约稿."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.briefings import services
from apps.briefings.forms import commission_of, id_of
from apps.briefings.models import Commission
from apps.briefings.policies.commissions import require_keeper
from apps.briefings.policies.desk import has_desk, require_desk
from apps.briefings.selectors.commissions import (
    HEADS,
    LIST_ORDER,
    SCOPES,
    commission_for,
    commission_page,
    commissions_found,
    draft_shown,
    line_cells,
)
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key


def _page(commission_id: int) -> str:
    return reverse("briefings:commission", args=[commission_id])


@require_GET
@signed_in
def commission_list(request: HouseRequest) -> HttpResponse:
    """What the own unit is asked for; for the desk what it asked."""
    desk = has_desk(request.actor)
    scope = request.GET.get("scope", "ours" if desk else "asked")
    words = request.GET.get("q", "").strip()[:50]
    query = request.GET.copy()
    query.pop("cursor", None)
    rows = commissions_found(request.actor, scope=scope, words=words)
    context = {
        "page": page_of(rows, order=LIST_ORDER, cursor=request.GET.get("cursor", "")[:400]),
        "scope": scope,
        "scopes": SCOPES if desk else SCOPES[:1],
        "q": words,
        "at_desk": desk,
        "base": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "briefings/commissions.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def commission_new(request: HouseRequest) -> HttpResponse:
    """Ask units."""
    require_desk(request.actor)
    if request.method == "POST":
        draft, key = commission_of(request.POST), request.POST.get("key", "")
        made = services.commission_issue(actor=request.actor, draft=draft, key=key)
        messages.success(request, "已发出约稿，约稿单位会收到通知。")
        return gone_to(request, _page(made.pk))
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@signed_in
def commission_edit(request: HouseRequest, commission_id: int) -> HttpResponse:
    """Change what is asked, of whom, or until when."""
    if request.method == "POST":
        services.commission_change(
            actor=request.actor,
            commission_id=commission_id,
            draft=commission_of(request.POST),
            expected_version=id_of(request.POST.get("expected_version", "")),
        )
        messages.success(request, "已修改约稿，约稿单位会收到通知。")
        return gone_to(request, _page(commission_id))
    found = commission_for(request.actor, commission_id)
    require_keeper(request.actor, found)
    return _form(request, found)


def _form(request: HouseRequest, commission: Commission | None) -> HttpResponse:
    context = {"commission": commission, "draft": draft_shown(commission), "key": new_key()}
    return render(request, "briefings/commission_edit.html", context)


@require_GET
@signed_in
def commission(request: HouseRequest, commission_id: int) -> HttpResponse:
    """One commission and how far its units are."""
    found = commission_for(request.actor, commission_id)
    context = {"commission": found, **commission_page(request.actor, found)}
    return render(request, "briefings/commission.html", context)


@require_GET
@signed_in
def commission_export(request: HouseRequest, commission_id: int) -> HttpResponse:
    """The units' states as a sheet."""
    found = commission_for(request.actor, commission_id)
    rows = line_cells(commission_page(request.actor, found)["lines"])
    services.export_note(actor=request.actor, count=len(rows))
    return xlsx_response("约稿报送情况", HEADS, rows)


@require_POST
@signed_in
def commission_act(request: HouseRequest, commission_id: int, act: str) -> HttpResponse:
    """Urge, close, open again."""
    actor = request.actor
    match act:
        case "urge":
            organ_id = id_of(request.POST.get("organ", ""))
            names = services.commission_urge(actor=actor, commission_id=commission_id, organ_id=organ_id)
            messages.success(request, f"已催报：{'、'.join(names)}。")
        case "close":
            services.commission_close(actor=actor, commission_id=commission_id)
        case "reopen":
            services.commission_reopen(actor=actor, commission_id=commission_id)
        case _:
            raise NotFound
    return gone_to(request, _page(commission_id))
