"""The desk of a receiving office: what waits, and the texts it makes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.briefings import services
from apps.briefings.enums import RECORDED_USES
from apps.briefings.forms import id_of, ids_of
from apps.briefings.policies.desk import require_desk
from apps.briefings.selectors.adoptions import LIST_ORDER, adoption_for, adoption_page, adoptions_found
from apps.briefings.selectors.desk import STAGES, desk_counts, reporting_organs
from apps.briefings.views.items import list_context, wanted_of
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.submissions import new_key


@require_GET
@signed_in
def desk(request: HouseRequest) -> HttpResponse:
    """采编台: what was reported here, by stage, unit and words."""
    organ_id = require_desk(request.actor)
    wanted = wanted_of(request, "desk")
    context = {
        **list_context(request, wanted),
        "stages": STAGES,
        "counts": desk_counts(organ_id),
        "organs": reporting_organs(organ_id),
        "key": new_key(),
    }
    return render(request, "briefings/desk.html", context)


@require_POST
@signed_in
def combine(request: HouseRequest) -> HttpResponse:
    """采用 or 综合采用 of the ticked items."""
    made = services.items_adopt(
        actor=request.actor, item_ids=ids_of(request.POST, "selected"), key=request.POST.get("key", "")
    )
    return gone_to(request, reverse("briefings:adoption", args=[made.pk]))


@require_GET
@signed_in
def adoption_list(request: HouseRequest) -> HttpResponse:
    """The desk's own texts."""
    require_desk(request.actor)
    scope = "all" if request.GET.get("scope") == "all" else "free"
    words = request.GET.get("q", "").strip()[:50]
    query = request.GET.copy()
    query.pop("cursor", None)
    rows = adoptions_found(request.actor, scope=scope, words=words)
    context = {
        "page": page_of(rows, order=LIST_ORDER, cursor=request.GET.get("cursor", "")[:400]),
        "scope": scope,
        "q": words,
        "base": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "briefings/adoptions.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def adoption(request: HouseRequest, adoption_id: int) -> HttpResponse:
    """One text: edited here, with what was changed against the originals."""
    if request.method == "POST":
        services.adoption_edit(
            actor=request.actor,
            adoption_id=adoption_id,
            title=request.POST.get("title", ""),
            text=request.POST.get("text", ""),
            expected_version=id_of(request.POST.get("expected_version", "")),
        )
        messages.success(request, "已保存采编稿。")
        return gone_to(request, reverse("briefings:adoption", args=[adoption_id]))
    found = adoption_for(request.actor, adoption_id)
    uses = [(use.value, use.label) for use in RECORDED_USES]
    context = {"page": adoption_page(request.actor, found), "uses": uses, "key": new_key()}
    return render(request, "briefings/adoption.html", context)
