"""突发事件: the first report in a minute, and what follows."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import local, now
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.subjects import Subject
from apps.core.submissions import new_key
from apps.duty import services
from apps.duty.enums import EventClass, Level
from apps.duty.forms import event_of as draft_of
from apps.duty.forms import id_of, ids_of, report_of, version_of
from apps.duty.policies import keeps, keeps_of, makes_roster, require_keeper, require_reader
from apps.duty.selectors.journal import (
    EVENT,
    can_attach_to_event,
    clocks_of,
    event_for,
    event_page,
    events_found,
)
from apps.duty.selectors.reporting import rule_for, rules_shown, templates_of
from apps.duty.selectors.watches import watch_on
from apps.files.selectors import files_of

ORDER = ("-learned_at", "-id")
SMS_CHOICES = (("10", "10 分钟未确认"), ("0", "立即"), ("30", "30 分钟未确认"), ("", "不发短信"))


def _page(event_id: int) -> str:
    return reverse("duty:event", args=[event_id])


@require_GET
@signed_in
def events(request: HouseRequest) -> HttpResponse:
    """All events of the organ."""
    organ_id = require_reader(request.actor)
    words, is_open = request.GET.get("q", "").strip()[:100], request.GET.get("state") == "open"
    page = page_of(
        events_found(organ_id, words=words, is_open=is_open),
        order=ORDER,
        cursor=request.GET.get("cursor", "")[:400],
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "page": page,
        "lines": [(event, clocks_of(event)) for event in page.rows],
        "q": words,
        "is_open": is_open,
        "may_keep": keeps(request.actor, watch_on(organ_id)),
        "may_make": makes_roster(request.actor),
        "base": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "duty/events.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """登记 and, unless only the clock is to run, 初报 at once."""
    require_keeper(request.actor, watch_on(request.actor.organ_id))
    form = request.POST
    if request.method == "POST":
        report = None if form.get("do") == "open" else report_of(form)
        made = services.event_open(
            actor=request.actor, draft=draft_of(form), report=report, key=form.get("key", "")
        )
        return gone_to(request, _page(made.pk))
    context = {
        "classes": EventClass.choices,
        "levels": Level.choices,
        "templates": templates_of(request.actor.organ_id or 0),
        "rules": rules_shown(request.actor.organ_id or 0),
        "moment": local(now()),
        "key": new_key(),
    }
    return render(request, "duty/event_new.html", context)


@require_GET
@signed_in
def event(request: HouseRequest, event_id: int) -> HttpResponse:
    """One event with clocks, reports and course."""
    found = event_for(request.actor, event_id)
    context = {
        "page": event_page(request.actor, found),
        "sent_to": rule_for(found.organ_id, found.event_class, found.level).sent_to,
        "may_keep": keeps_of(request.actor, found.organ_id, watch_on(found.organ_id)),
        "sms_choices": SMS_CHOICES,
        "may_attach": can_attach_to_event(request.actor, event_id),
        "files": files_of(Subject(EVENT, event_id)),
        "levels": Level.choices,
        "key": new_key(),
    }
    return render(request, "duty/event.html", context)


@require_POST
@signed_in
def report(request: HouseRequest, event_id: int) -> HttpResponse:
    """初报, 续报 or 终报."""
    services.event_report(
        actor=request.actor,
        event_id=event_id,
        expected_version=version_of(request.POST),
        draft=report_of(request.POST),
        key=request.POST.get("key", ""),
    )
    return gone_to(request, _page(event_id))


@require_POST
@signed_in
def phone(request: HouseRequest, event_id: int) -> HttpResponse:
    """电话记录."""
    form = request.POST
    services.event_phone_note(
        actor=request.actor,
        event_id=event_id,
        source=form.get("source", ""),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return gone_to(request, _page(event_id))


@require_POST
@signed_in
def instruct(request: HouseRequest, event_id: int) -> HttpResponse:
    """领导指示."""
    form = request.POST
    services.event_instruct(
        actor=request.actor,
        event_id=event_id,
        source=form.get("source", ""),
        text=form.get("text", ""),
        post_ids=ids_of(form, "people"),
        sms_after=id_of(form.get("sms_after", "")),
        key=form.get("key", ""),
    )
    return gone_to(request, _page(event_id))


@require_POST
@signed_in
def group(request: HouseRequest, event_id: int) -> HttpResponse:
    """处置群: made, or those who have come on duty since let in; then the talk."""
    room = services.event_group_open(actor=request.actor, event_id=event_id)
    return gone_to(request, reverse("messaging:room", args=[room]))


@require_POST
@signed_in
def paper(request: HouseRequest, report_id: int) -> HttpResponse:
    """值班信息 as a draft, opened for writing."""
    document = services.event_paper(actor=request.actor, report_id=report_id)
    return gone_to(request, reverse("documents:outgoing_edit", args=[document.pk]))
