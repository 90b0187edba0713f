"""节假日值班表: the year's holidays, their lists made known, printed and reported."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import today
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.duty import services
from apps.duty.forms import day_of, year_of
from apps.duty.papers import holiday_pdf
from apps.duty.policies import makes_roster
from apps.duty.selectors.exports import roster_cells, roster_heads
from apps.duty.selectors.holidays import holiday_grid, holidays_shown, list_for
from apps.files.responses import made_file


@require_GET
@signed_in
def holidays(request: HouseRequest) -> HttpResponse:
    """The year's holidays and how far their lists are."""
    year = year_of(request.GET.get("year", ""), today().year)
    rows = holidays_shown(request.actor, year)
    context = {"year": year, "rows": rows, "may_make": makes_roster(request.actor), "today": today()}
    return render(request, "duty/holidays.html", context)


@require_POST
@signed_in
def publish(request: HouseRequest) -> HttpResponse:
    """发布."""
    first_on = day_of(request.POST.get("first_on", ""))
    if first_on is None:
        raise NotFound
    made = services.holiday_list_publish(actor=request.actor, first_on=first_on)
    messages.success(request, f"{made.title}已发布，已通知值班人员。")
    return gone_to(request, f"{reverse('duty:holidays')}?year={made.first_on.year}")


@require_POST
@signed_in
def withdraw(request: HouseRequest, list_id: int) -> HttpResponse:
    """撤回."""
    services.holiday_list_withdraw(actor=request.actor, list_id=list_id)
    messages.success(request, "节假日值班表已撤回。")
    return gone_to(request, reverse("duty:holidays"))


@require_POST
@signed_in
def report(request: HouseRequest, list_id: int) -> HttpResponse:
    """拟报送文稿, and on to the draft."""
    document = services.holiday_report_draft(actor=request.actor, list_id=list_id)
    return gone_to(request, reverse("documents:outgoing_edit", args=[document.pk]))


@require_GET
@signed_in
def paper(request: HouseRequest, list_id: int) -> HttpResponse:
    """The list typeset for printing."""
    found = list_for(request.actor, list_id)
    grid, rows = holiday_grid(found)
    services.export_note(actor=request.actor, what="holiday_paper", count=len(rows))
    return made_file(
        holiday_pdf(found, grid, rows), name=f"{found.title}.pdf", content_type="application/pdf"
    )


@require_GET
@signed_in
def export(request: HouseRequest, list_id: int) -> HttpResponse:
    """The list as an Excel sheet."""
    found = list_for(request.actor, list_id)
    grid, rows = holiday_grid(found)
    if grid is None:
        raise NotFound
    services.export_note(actor=request.actor, what="holiday", count=len(rows))
    return xlsx_response(found.title, roster_heads(grid), roster_cells(grid, rows))
