"""During and after: the agenda, signing in, the wall, seats, the record, agreed matters, the minutes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.files.responses import made_file
from apps.files.selectors import uploads_of
from apps.meetings.door import WINDOW_SECONDS, screen_code
from apps.meetings.drawing import qr_svg
from apps.meetings.enums import SeatZone
from apps.meetings.forms import agenda_draft_of, day_of, id_of, number_of, seating_draft_of, version_of
from apps.meetings.papers import placards_pdf, seat_plan_pdf
from apps.meetings.policies import require_organiser
from apps.meetings.seating import Place
from apps.meetings.selectors.agenda import agenda_lines, item_for
from apps.meetings.selectors.meetings import head_count, meeting_for, own_attendance
from apps.meetings.selectors.seats import attendees_named, seat_plan
from apps.meetings.selectors.showing import showing_offered
from apps.meetings.services import agenda as agendas
from apps.meetings.services import checkin, formal_notice, minutes, seats
from apps.meetings.views.meetings import page_url


@require_POST
@signed_in
def agenda_new(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """增加议题."""
    agendas.agenda_add(actor=request.actor, meeting_id=meeting_id, draft=agenda_draft_of(request.POST))
    return gone_to(request, page_url(meeting_id) + "#agenda")


@require_http_methods(["GET", "POST"])
@signed_in
def agenda_item(request: HouseRequest, item_id: int) -> HttpResponse:
    """One item: its materials, and for who runs the meeting its form."""
    item = item_for(request.actor, item_id)
    if request.method == "POST":
        version = version_of(request.POST) or 0
        draft = agenda_draft_of(request.POST)
        agendas.agenda_save(actor=request.actor, item_id=item_id, expected_version=version, draft=draft)
        return gone_to(request, page_url(item.meeting_id) + "#agenda")
    meeting = meeting_for(request.actor, item.meeting_id)
    line = next((one for one in agenda_lines(request.actor, meeting) if one.item.pk == item_id), None)
    if line is None:
        raise NotFound
    files = uploads_of(line.subject) if line.may_attach else line.files
    context = {"line": line, "item": item, "meeting": meeting, "files": files, "may_attach": line.may_attach}
    context |= attendees_named(request.actor, meeting, item)
    context |= showing_offered(request.actor, meeting, line)
    return render(request, "meetings/agenda_item.html", context)


@require_POST
@signed_in
def agenda_act(request: HouseRequest, item_id: int, act: str) -> HttpResponse:
    """Up, down, or off the agenda."""
    actor = request.actor
    match act:
        case "up" | "down":
            place = number_of(request.POST, "expected_place", "次序")
            meeting = agendas.agenda_move(
                actor=actor, item_id=item_id, is_up=act == "up", expected_place=place
            )
        case "remove":
            version = version_of(request.POST)
            meeting = agendas.agenda_remove(actor=actor, item_id=item_id, expected_version=version)
        case _:
            raise NotFound
    return gone_to(request, page_url(meeting.pk) + "#agenda")


@require_GET
@signed_in
def screen(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The code for the hall's screen; the picture changes by itself."""
    meeting = meeting_for(request.actor, meeting_id)
    require_organiser(request.actor, meeting)
    address = request.build_absolute_uri(reverse("meetings:door", args=[screen_code(meeting_id, now())]))
    context = {
        "meeting": meeting,
        "code": qr_svg(address),
        "every": max(WINDOW_SECONDS - 3, 5),
        "count": head_count(meeting),
    }
    template = "meetings/_screen_code.html" if request.htmx else "meetings/screen.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@signed_in
def door(request: HouseRequest, code: str) -> HttpResponse:
    """What a phone opens from the screen's code: one button."""
    if request.method == "POST":
        row = checkin.checkin_by_code(actor=request.actor, text=request.POST.get("ticket", ""))
        return gone_to(request, reverse("meetings:seat", args=[row.meeting_id]))
    meeting, row, ticket = checkin.ticket_give(actor=request.actor, code=code)
    return render(
        request, "meetings/door.html", {"meeting": meeting, "row": row, "ticket": ticket, "code": code}
    )


@require_GET
@signed_in
def seat(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """My place and my code: for the phone at the door."""
    meeting = meeting_for(request.actor, meeting_id)
    row = own_attendance(request.actor, meeting)
    if row is None:
        raise NotFound
    context = {
        "meeting": meeting,
        "row": row,
        "code": qr_svg(row.door_code),
        "plan": seat_plan(meeting, mine=row.pk),
    }
    return render(request, "meetings/seat.html", context)


@require_GET
@signed_in
def wall(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """Who has arrived, late and not yet, by unit; nobody is ranked."""
    meeting = meeting_for(request.actor, meeting_id)
    require_organiser(request.actor, meeting)
    context = {"meeting": meeting, "count": head_count(meeting)}
    return render(request, "meetings/_wall.html" if request.htmx else "meetings/wall.html", context)


@require_POST
@signed_in
def checkin_act(request: HouseRequest, meeting_id: int, act: str) -> HttpResponse:
    """By staff: a code read at the door, a name in the list, somebody who leaves."""
    actor, form = request.actor, request.POST
    chosen = id_of(form, "attendee") or 0
    match act:
        case "door":
            row = checkin.checkin_by_door(actor=actor, meeting_id=meeting_id, code=form.get("code", ""))
        case "staff":
            row = checkin.checkin_by_staff(actor=actor, meeting_id=meeting_id, attendee_id=chosen)
        case "left":
            row = checkin.leaving_note(actor=actor, meeting_id=meeting_id, attendee_id=chosen)
        case _:
            raise NotFound
    messages.success(request, f"{row.comes_as}：{row.get_state_display()}。")
    return gone_to(request, reverse("meetings:wall", args=[meeting_id]))


@require_http_methods(["GET", "POST"])
@signed_in
def seating(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """排座: the plan in both views, and the form that makes it."""
    meeting = meeting_for(request.actor, meeting_id)
    require_organiser(request.actor, meeting)
    if request.method == "POST":
        made = seats.seats_give(
            actor=request.actor, meeting_id=meeting_id, draft=seating_draft_of(request.POST)
        )
        messages.success(request, f"已排 {len(made)} 个座位。")
        return gone_to(request, reverse("meetings:seating", args=[meeting_id]))
    context = {"meeting": meeting, "plan": seat_plan(meeting), "zones": SeatZone.choices}
    return render(request, "meetings/seating.html", context)


@require_POST
@signed_in
def seat_move(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """By hand, or by the rule again."""
    form = request.POST
    if form.get("do") == "release":
        seats.seat_release(
            actor=request.actor, meeting_id=meeting_id, attendee_id=id_of(form, "attendee") or 0
        )
        return gone_to(request, reverse("meetings:seating", args=[meeting_id]))
    zone = form.get("zone", "")
    row, number = number_of(form, "row", "排") or 0, number_of(form, "number", "座") or 0
    place = Place(zone, min(row, 999), min(number, 999))  # type: ignore[arg-type]  # the service looks at it
    seats.seat_move(
        actor=request.actor, meeting_id=meeting_id, attendee_id=id_of(form, "attendee") or 0, place=place
    )
    return gone_to(request, reverse("meetings:seating", args=[meeting_id]))


@require_GET
@signed_in
def seating_paper(request: HouseRequest, meeting_id: int, paper: str) -> HttpResponse:
    """座次图 or 桌签 as a file."""
    meeting = meeting_for(request.actor, meeting_id)
    require_organiser(request.actor, meeting)
    makers = {"plan": ("座次图", seat_plan_pdf), "placards": ("桌签", placards_pdf)}
    if paper not in makers:
        raise NotFound
    name, make = makers[paper]
    return made_file(make(meeting), name=f"{meeting.name}{name}.pdf", content_type="application/pdf")


@require_POST
@signed_in
def record(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """会议记录."""
    text, version = request.POST.get("text", ""), version_of(request.POST)
    minutes.record_save(actor=request.actor, meeting_id=meeting_id, text=text, expected_version=version)
    return gone_to(request, page_url(meeting_id) + "#record")


@require_POST
@signed_in
def matter(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """议定事项: one more, or one struck."""
    form, actor = request.POST, request.actor
    if form.get("do") == "remove":
        minutes.matter_remove(actor=actor, meeting_id=meeting_id, matter_id=id_of(form, "matter") or 0)
    else:
        minutes.matter_add(
            actor=actor,
            meeting_id=meeting_id,
            text=form.get("text", ""),
            organ_id=id_of(form, "organ") or 0,
            due_on=day_of(form, "due_on", "时限"),
            item_id=id_of(form, "item"),
        )
    return gone_to(request, page_url(meeting_id) + "#matters")


@require_POST
@signed_in
def minutes_paper(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """纪要 as a draft, opened for writing."""
    document = minutes.minutes_draft(actor=request.actor, meeting_id=meeting_id)
    return gone_to(request, reverse("documents:outgoing_edit", args=[document.pk]))


@require_POST
@signed_in
def notice_paper(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """会议通知 as a draft document, opened for writing."""
    document = formal_notice.notice_draft(actor=request.actor, meeting_id=meeting_id)
    return gone_to(request, reverse("documents:outgoing_edit", args=[document.pk]))
