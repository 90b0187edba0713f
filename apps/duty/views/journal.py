"""The duty room, the log and the handover."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import local, now
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.duty import services
from apps.duty.enums import WRITABLE, EntryKind
from apps.duty.forms import day_of, entry_of
from apps.duty.policies import keeps, makes_roster, reads_log, require_reader
from apps.duty.selectors.attachments import with_files
from apps.duty.selectors.exports import LOG_HEADS, entry_cells
from apps.duty.selectors.journal import (
    LogFilter,
    clocks_of,
    entries_first,
    entries_of_watch,
    entries_page,
    events_found,
)
from apps.duty.selectors.watches import own_shifts, room_of

ORDER = ("-happened_at", "-id")
MOST_EXPORTED = 20_000
MOST_OPEN = 10
DEVICES = "camera=(), geolocation=(), microphone=(self)"  # for a voice note


@require_GET
@signed_in
def room(request: HouseRequest) -> HttpResponse:
    """值班室: who serves, the open log, what runs."""
    organ_id = request.actor.organ_id or 0
    found = room_of(organ_id)
    may_read = reads_log(request.actor)
    running = list(events_found(organ_id, words="", is_open=True)[:MOST_OPEN]) if may_read else []
    context = {
        "room": found,
        "watch": found.on or found.due,
        "entries": entries_of_watch(found.on.pk) if found.on and may_read else [],
        "may_keep": keeps(request.actor, found.on or found.to_take or found.due),
        "may_read": may_read,
        "may_make": makes_roster(request.actor),
        "running": [(event, clocks_of(event)) for event in running],
        "own": own_shifts(request.actor),
        "kinds": [(kind.value, kind.label) for kind in WRITABLE],
        "moment": local(now()),
        "key": new_key(),
    }
    response = render(request, "duty/room.html", context)
    response.headers["Permissions-Policy"] = DEVICES
    return response


@require_POST
@signed_in
def take(request: HouseRequest, watch_id: int) -> HttpResponse:
    """接班."""
    services.watch_take(actor=request.actor, watch_id=watch_id)
    return gone_to(request, reverse("duty:room"))


@require_POST
@signed_in
def hand_over(request: HouseRequest, watch_id: int) -> HttpResponse:
    """交班."""
    form = request.POST
    services.watch_hand_over(
        actor=request.actor,
        watch_id=watch_id,
        summary=form.get("summary", ""),
        pending=form.get("pending", ""),
    )
    return gone_to(request, reverse("duty:room"))


@require_POST
@signed_in
def write(request: HouseRequest) -> HttpResponse:
    """A line of the log."""
    services.log_write(actor=request.actor, draft=entry_of(request.POST), key=request.POST.get("key", ""))
    return gone_to(request, reverse("duty:room"))


@require_POST
@signed_in
def correct(request: HouseRequest, entry_id: int) -> HttpResponse:
    """更正, beside what was written."""
    form = request.POST
    services.log_correct(
        actor=request.actor, entry_id=entry_id, text=form.get("text", ""), key=form.get("key", "")
    )
    return gone_to(request, reverse("duty:room"))


def _chosen(request: HouseRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:100] for name in ("q", "kind", "day")}


def _wanted(chosen: dict[str, str]) -> LogFilter:
    return LogFilter(text=chosen["q"], kind=chosen["kind"], day=day_of(chosen["day"]))


@require_GET
@signed_in
def log(request: HouseRequest) -> HttpResponse:
    """值班日志 of all watches."""
    organ_id = require_reader(request.actor)
    chosen = _chosen(request)
    query = request.GET.copy()
    query.pop("cursor", None)
    page = entries_page(organ_id, _wanted(chosen), request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "entries": with_files(page.rows),
        "chosen": chosen,
        "kinds": EntryKind.choices,
        "base": f"{query.urlencode()}&" if query else "",
        "query": query.urlencode(),
    }
    return render(request, "duty/log.html", context)


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The log as an Excel sheet; audited."""
    organ_id = require_reader(request.actor)
    wanted = _wanted(_chosen(request))
    rows = with_files(entries_first(organ_id, wanted, MOST_EXPORTED))
    cells = [entry_cells(row) for row in rows]
    services.export_note(actor=request.actor, what="log", count=len(cells))
    return xlsx_response("值班日志", LOG_HEADS, cells)
