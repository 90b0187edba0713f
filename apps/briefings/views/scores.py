"""计分: the monthly statement, what stands behind a number, and how an office counts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.briefings import services
from apps.briefings.enums import Use
from apps.briefings.forms import day_of, id_of
from apps.briefings.policies.desk import has_desk, require_desk
from apps.briefings.selectors.scores import (
    HEADS,
    board_of,
    board_shown,
    month_of,
    points_of,
    records_of,
    statement_cells,
    statement_of,
)
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.spreadsheets import xlsx_response


def _board_organ(request: HouseRequest) -> int:
    desk = request.actor.organ_id if has_desk(request.actor) else None
    return board_shown(request.actor, desk).organ_id


@require_GET
@signed_in
def scores(request: HouseRequest) -> HttpResponse:
    """One month: every unit with its figures, and the lines behind those of the chosen one."""
    organ_id, month = _board_organ(request), month_of(request.GET.get("month", ""))
    chosen = id_of(request.GET.get("organ", ""))
    context = {
        "month": month,
        "lines": statement_of(organ_id, month),
        "uses": Use.choices,
        "chosen": chosen,
        "records": records_of(organ_id, month, chosen) if chosen is not None else [],
        "board": board_of(organ_id),
        "at_desk": has_desk(request.actor),
        "sees_scores": True,
    }
    return render(request, "briefings/scores.html", context)


@require_GET
@signed_in
def scores_export(request: HouseRequest) -> HttpResponse:
    """The month as a sheet."""
    organ_id, month = _board_organ(request), month_of(request.GET.get("month", ""))
    cells = statement_cells(statement_of(organ_id, month))
    services.export_note(actor=request.actor, count=len(cells))
    return xlsx_response(f"{month.name}信息计分", HEADS, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def rules(request: HouseRequest) -> HttpResponse:
    """Points by use, and whether units see the figures."""
    organ_id = require_desk(request.actor)
    if request.method == "POST":
        services.board_keep(
            actor=request.actor,
            points={use: request.POST[use] for use in Use.values if use in request.POST},
            is_published=request.POST.get("is_published") == "1",
            expected_version=id_of(request.POST.get("expected_version", "")),
        )
        messages.success(request, "已保存，新的分值自现在起计。")
        return gone_to(request, reverse("briefings:scores"))
    points = [(use, use.label, points) for use, points in points_of(organ_id).items()]
    return render(request, "briefings/rules.html", {"points": points, "board": board_of(organ_id)})


@require_POST
@signed_in
def use_record(request: HouseRequest, adoption_id: int) -> HttpResponse:
    """登记转报 and 上级采用 of a text."""
    form = request.POST
    services.use_record(
        actor=request.actor,
        adoption_id=adoption_id,
        use=form.get("use", ""),
        place=form.get("place", ""),
        on=day_of(form.get("on", "")),
        key=form.get("key", ""),
    )
    messages.success(request, "已登记，计入来源单位得分。")
    return gone_to(request, reverse("briefings:adoption", args=[adoption_id]))


@require_POST
@signed_in
def score_cancel(request: HouseRequest, record_id: int) -> HttpResponse:
    """Take points back."""
    row = services.score_cancel(
        actor=request.actor, record_id=record_id, reason=request.POST.get("reason", "")
    )
    messages.success(request, "已撤销得分。")
    return gone_to(request, reverse("briefings:scores") + f"?month={row.on:%Y-%m}&organ={row.organ_id}")
