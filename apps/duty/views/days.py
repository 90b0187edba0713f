"""值班日报: a day of duty to read, to take out, to send."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.submissions import new_key
from apps.duty import services
from apps.duty.forms import day_of
from apps.duty.papers import day_pdf
from apps.duty.policies import sends_daily
from apps.duty.selectors.days import (
    day_for,
    day_next_to,
    duty_day_now,
    next_number,
    reports_listed,
    reports_of,
    told_of,
)
from apps.duty.selectors.watches import watch_on
from apps.files.responses import made_file

ORDER = ("-sent_at", "-id")


def _day(value: str) -> date:
    """The day of an address. Raises `NotFound` for nonsense."""
    found = day_of(value)
    if found is None:
        raise NotFound
    return found


@require_GET
@signed_in
def days(request: HouseRequest) -> HttpResponse:
    """Reports sent, newest first; a day chosen leads to its page."""
    if chosen := day_of(request.GET.get("day", "")):
        return gone_to(request, reverse("duty:day", args=[f"{chosen:%Y-%m-%d}"]))
    rows = reports_listed(request.actor)
    context = {
        "page": page_of(rows, order=ORDER, cursor=request.GET.get("cursor", "")[:400]),
        "latest": duty_day_now(),
        "base": "",
    }
    return render(request, "duty/days.html", context)


@require_GET
@signed_in
def day(request: HouseRequest, day: str) -> HttpResponse:
    """What happened on the day, as the report tells it."""
    duty = day_for(request.actor, _day(day))
    context = {
        "duty": duty,
        "before": day_next_to(duty.day, -1),
        "after": day_next_to(duty.day, 1),
        "reports": reports_of(duty),
        "may_send": duty.has_begun and sends_daily(request.actor, watch_on(request.actor.organ_id)),
        "told": told_of(duty.organ.pk, duty.watches, request.actor.person_id),
        "number": next_number(duty.organ.pk, duty.day.year),
        "key": new_key(),
    }
    return render(request, "duty/day.html", context)


@require_GET
@signed_in
def paper(request: HouseRequest, day: str) -> HttpResponse:
    """The day typeset as it stands now."""
    duty = day_for(request.actor, _day(day))
    services.export_note(actor=request.actor, what="day", count=len(duty.entries))
    return made_file(
        day_pdf(duty), name=f"{duty.day:%Y年%-m月%-d日}值班情况.pdf", content_type="application/pdf"
    )


@require_POST
@signed_in
def send(request: HouseRequest, day: str) -> HttpResponse:
    """报送: laid out, kept and told."""
    actor, form = request.actor, request.POST
    duty, words = services.daily_checked(actor=actor, day=_day(day), words=form.get("words", ""))
    number = next_number(duty.organ.pk, duty.day.year)
    sheet = day_pdf(duty, number=number, words=words)
    draft = services.DailyDraft(day=duty.day, number=number, sheet=sheet, words=words)
    made = services.daily_send(actor=actor, draft=draft, key=form.get("key", ""))
    messages.success(request, f"{made}已报送{made.sent_to_text}。")
    return gone_to(request, reverse("duty:day", args=[f"{made.day:%Y-%m-%d}"]))
