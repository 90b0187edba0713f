"""值班表: the month as a grid, its people, its publication."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.duty import services
from apps.duty.forms import cells_of, count_in, month_of, version_of
from apps.duty.models import DutyRoster
from apps.duty.papers import roster_pdf
from apps.duty.policies import makes_roster
from apps.duty.selectors.calendars import weeks_of
from apps.duty.selectors.exports import roster_cells, roster_heads
from apps.duty.selectors.grids import Grid, grid_of
from apps.duty.selectors.planning import last_solving
from apps.duty.selectors.rosters import roster_in, shown_to
from apps.duty.selectors.swaps import changes_of
from apps.duty.selectors.watches import own_shifts
from apps.files.responses import made_file

MOST_OWN = 100
CALENDAR = "calendar"


def _page(month: str) -> str:
    return f"{reverse('duty:roster')}?month={month}"


@require_GET
@signed_in
def roster(request: HouseRequest) -> HttpResponse:
    """The month; whoever makes it also sees drafts and may change it."""
    month = month_of(request.GET.get("month", ""))
    may_make = makes_roster(request.actor)
    found = shown_to(request.actor, roster_in(request.actor.organ_id or 0, month))
    grid = grid_of(found) if found else None
    context = {
        "month": month,
        "before": month - timedelta(days=1),
        "after": (month + timedelta(days=32)).replace(day=1),
        "roster": found,
        "grid": grid,
        **_as_calendar(request, grid, month),
        "may_make": may_make,
        "changes": changes_of(found) if found else [],
        "own": {shift.pk for shift in own_shifts(request.actor, most=MOST_OWN)},
        "solving": last_solving(found) if found and may_make else None,
    }
    return render(request, "duty/roster.html", context)


def _as_calendar(request: HouseRequest, grid: Grid | None, month: date) -> dict[str, object]:
    """The second view of the same month; `person`: whose duties stand out."""
    is_calendar = request.GET.get("view") == CALENDAR
    return {
        "is_calendar": is_calendar,
        "view": f"&view={CALENDAR}" if is_calendar else "",
        "weeks": weeks_of(grid, month) if grid and is_calendar else [],
        "person": count_in(request.GET.get("person", ""), 0),
    }


@require_POST
@signed_in
def open_month(request: HouseRequest) -> HttpResponse:
    """A new month."""
    month = month_of(request.POST.get("month", ""))
    services.roster_open(actor=request.actor, month=month, is_split=request.POST.get("pattern") == "split")
    return gone_to(request, _page(f"{month:%Y-%m}"))


@require_POST
@signed_in
def save(request: HouseRequest, roster_id: int) -> HttpResponse:
    """保存, with 补空 or 发布 when asked for."""
    does = {"fill": _filled, "publish": _published}.get(request.POST.get("do", ""), _saved)
    made, words = does(request, roster_id)
    messages.success(request, words)
    return gone_to(request, _page(f"{made.month:%Y-%m}"))


def _saved(request: HouseRequest, roster_id: int) -> tuple[DutyRoster, str]:
    form = request.POST
    made = services.roster_save(
        actor=request.actor,
        roster_id=roster_id,
        expected_version=version_of(form),
        cells=cells_of(form),
        reason=form.get("reason", ""),
        accepts_findings=bool(form.get("accepts")),
    )
    return made, "值班表已保存。"


def _filled(request: HouseRequest, roster_id: int) -> tuple[DutyRoster, str]:
    form = request.POST
    made, empty = services.roster_save_fill(
        actor=request.actor, roster_id=roster_id, expected_version=version_of(form), cells=cells_of(form)
    )
    return made, f"已轮排，还有 {empty} 个岗位无人可排。" if empty else "已按负担轮排，岗位全部排满。"


def _published(request: HouseRequest, roster_id: int) -> tuple[DutyRoster, str]:
    form = request.POST
    made = services.roster_save_publish(
        actor=request.actor,
        roster_id=roster_id,
        expected_version=version_of(form),
        cells=cells_of(form),
        accepts_findings=bool(form.get("accepts")),
    )
    return made, "值班表已发布，已通知值班人员。"


def _readable(request: HouseRequest) -> DutyRoster:
    """The month asked for, as far as the person may read it. Raises `NotFound`."""
    month = month_of(request.GET.get("month", ""))
    found = shown_to(request.actor, roster_in(request.actor.organ_id or 0, month))
    if found is None:
        raise NotFound
    return found


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The month as an Excel sheet."""
    found = _readable(request)
    grid = grid_of(found)
    services.export_note(actor=request.actor, what="roster", count=len(grid.rows))
    return xlsx_response(f"{found.month:%Y年%m月}值班表", roster_heads(grid), roster_cells(grid))


@require_GET
@signed_in
def paper(request: HouseRequest) -> HttpResponse:
    """The month typeset for printing."""
    found = _readable(request)
    grid = grid_of(found)
    services.export_note(actor=request.actor, what="roster_paper", count=len(grid.rows))
    name = f"{found.month:%Y年%-m月}值班表.pdf"
    return made_file(roster_pdf(found, grid), name=name, content_type="application/pdf")
