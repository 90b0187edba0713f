"""会议室: the grid of a day and of a room's week, booking, and what is done to a booking."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.clock import today
from apps.core.errors import NotFound
from apps.core.given import day_given
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.submissions import new_key
from apps.meetings.drawing import qr_svg
from apps.meetings.forms import count_of, id_of, slot_of
from apps.meetings.openings import MOST_WEEKS
from apps.meetings.selectors.displays import display_kept
from apps.meetings.selectors.rooms import Grid, booking_line, booking_lines, grid_of, meeting_shown
from apps.meetings.selectors.rooms import booking_for as found_booking
from apps.meetings.services import bookings as services
from apps.meetings.services.bookings import BookingDraft
from apps.meetings.views.displays import shown_once


def _day(request: HouseRequest) -> date:
    return day_given(request.GET.get("day", "")) or today()


@require_GET
@signed_in
def rooms(request: HouseRequest) -> HttpResponse:
    """All rooms on a day, or one room's week; with own bookings and those to be decided."""
    grid = grid_of(request.actor, _day(request), id_of(request.GET, "room"))
    context = {
        "grid": grid,
        "today": today(),
        "lines": booking_lines(request.actor),
        "chosen_room": id_of(request.GET, "book"),
        "from": request.GET.get("from", "")[:5],
        "key": new_key(),
        "most_weeks": MOST_WEEKS,
        **_display(request, grid),
    }
    return render(request, "meetings/rooms.html", context)


def _display(request: HouseRequest, grid: Grid) -> dict[str, Any]:
    """门牌屏 of the room whose week is shown, for who keeps it; a fresh address is shown once."""
    room = grid.rows[0].room if grid.is_week else None
    keeps, display = display_kept(request.actor, room)
    secret = request.session.pop(shown_once(room.pk), "") if keeps and room else ""
    address = request.build_absolute_uri(reverse("meetings:display", args=[secret])) if secret else ""
    return {
        "keeps_display": keeps,
        "display": display,
        "display_url": address,
        "display_code": qr_svg(address) if address else "",
    }


@require_POST
@signed_in
def book(request: HouseRequest) -> HttpResponse:
    """预订."""
    form = request.POST
    draft = BookingDraft(
        room_id=id_of(form, "room") or 0,
        slot=slot_of(form),
        purpose=form.get("purpose", ""),
        weeks=count_of(form, "weeks", "重复次数", most=MOST_WEEKS, usual=1),
        is_named_at_door=bool(form.get("named_at_door")),
    )
    made = services.booking_make(actor=request.actor, draft=draft, key=form.get("key", ""))
    messages.success(
        request, f"已预订 {made[0].room.name}，共 {len(made)} 场，{made[0].get_state_display()}。"
    )
    return gone_to(request, f"{reverse('meetings:rooms')}?day={draft.slot.starts_at:%Y-%m-%d}")


@require_GET
@signed_in
def booking(request: HouseRequest, booking_id: int) -> HttpResponse:
    """One booking and what may be done to it."""
    found = found_booking(request.actor, booking_id)
    context = {
        "line": booking_line(request.actor, found),
        "booking": found,
        "meeting": meeting_shown(request.actor, found),
    }
    return render(request, "meetings/booking.html", context)


@require_POST
@signed_in
def booking_act(request: HouseRequest, booking_id: int, act: str) -> HttpResponse:
    """Confirm, cancel, change, name at the door or not, grant or refuse."""
    actor, form = request.actor, request.POST
    match act:
        case "confirm":
            services.booking_confirm(actor=actor, booking_id=booking_id)
        case "cancel":
            services.booking_cancel(actor=actor, booking_id=booking_id, with_series=bool(form.get("series")))
        case "change":
            services.booking_change(actor=actor, booking_id=booking_id, slot=slot_of(form))
        case "name" | "unname":
            services.booking_name_show(actor=actor, booking_id=booking_id, is_shown=act == "name")
        case "grant" | "refuse":
            words, is_granted = form.get("words", ""), act == "grant"
            services.booking_decide(actor=actor, booking_id=booking_id, is_granted=is_granted, words=words)
        case _:
            raise NotFound
    return gone_to(request, reverse("meetings:booking", args=[booking_id]))
