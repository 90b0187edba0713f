"""One meeting: its request, its page, and what is done to it."""

import os
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.submissions import new_key
from apps.files.responses import made_stream
from apps.meetings.enums import MeetingAct, MeetingState
from apps.meetings.forms import id_of, meeting_draft_of, version_of
from apps.meetings.policies import may_call, require, require_caller, require_organiser
from apps.meetings.selectors.drafts import blank_draft, choices, filled_draft
from apps.meetings.selectors.meetings import ORDER, SCOPES, head_count, meeting_for, meetings_listed
from apps.meetings.selectors.pages import meeting_page
from apps.meetings.selectors.seats import seat_plan
from apps.meetings.services import approving, attending, calls, issuing, packing, succession


def page_url(meeting_id: int) -> str:
    """Where the meeting's page is."""
    return reverse("meetings:meeting", args=[meeting_id])


@require_GET
@signed_in
def meetings(request: HouseRequest) -> HttpResponse:
    """Meetings one has to do with."""
    scope, text = request.GET.get("scope", "coming")[:20], request.GET.get("q", "").strip()[:100]
    rows = meetings_listed(request.actor, scope=scope, text=text)
    page = page_of(rows, order=ORDER, cursor=request.GET.get("cursor", "")[:400])
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "page": page,
        "scope": scope,
        "scopes": SCOPES,
        "text": text,
        "base": f"{query.urlencode()}&" if query else "",
        "may_call": may_call(request.actor),
    }
    return render(request, "meetings/meetings.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """申请."""
    require_caller(request.actor)
    form = request.POST
    if request.method == "POST":
        made = calls.meeting_request(
            actor=request.actor,
            draft=meeting_draft_of(form),
            is_submitted=form.get("do") != "keep",
            key=form.get("key", ""),
        )
        return gone_to(request, page_url(made.pk))
    context = {"draft": blank_draft(request.actor), "key": new_key(), **choices(request.actor)}
    return render(request, "meetings/edit.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """修改 before approval, 变更 after it."""
    found = meeting_for(request.actor, meeting_id)
    is_change = found.state in {MeetingState.APPROVED, MeetingState.NOTIFIED}
    require(MeetingAct.CHANGE if is_change else MeetingAct.AMEND, request.actor, found)
    if request.method == "POST":
        (_change if is_change else _amend)(request, meeting_id)
        return gone_to(request, page_url(meeting_id))
    context = {
        "draft": filled_draft(found),
        "meeting": found,
        "is_change": is_change,
        **choices(request.actor),
    }
    return render(request, "meetings/edit.html", context)


def _change(request: HouseRequest, pk: int) -> None:
    draft, version = meeting_draft_of(request.POST), version_of(request.POST)
    calls.meeting_change(actor=request.actor, meeting_id=pk, draft=draft, expected_version=version)


def _amend(request: HouseRequest, pk: int) -> None:
    calls.meeting_amend(
        actor=request.actor,
        meeting_id=pk,
        expected_version=version_of(request.POST) or 0,
        draft=meeting_draft_of(request.POST),
        is_submitted=request.POST.get("do") != "keep",
    )


@require_GET
@signed_in
def meeting(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The meeting with everything one may see of it."""
    found = meeting_for(request.actor, meeting_id)
    attending.invitation_read(actor=request.actor, meeting=found)
    page = meeting_page(request.actor, found)
    context = {"page": page, "meeting": found, "may": page.may, "key": new_key()}
    return render(request, "meetings/meeting.html", context)


@require_GET
@signed_in
def archive(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """会议档案: notice, attendance, agenda, materials, decisions, record and minutes on one sheet."""
    found = meeting_for(request.actor, meeting_id)
    require_organiser(request.actor, found)
    context = {"meeting": found, "page": meeting_page(request.actor, found), "plan": seat_plan(found)}
    return render(request, "meetings/archive.html", context)


@require_GET
@signed_in
def archive_package(request: HouseRequest, meeting_id: int) -> HttpResponseBase:
    """The same with its papers and files as one ZIP."""
    name, packed = packing.meeting_pack(actor=request.actor, meeting_id=meeting_id)
    size = packed.seek(0, os.SEEK_END)
    blocks = packing.package_blocks(packed=packed)
    return made_stream(request, blocks, name=name, size=size, content_type="application/zip")


@require_GET
@signed_in
def people(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """The live head-count alone."""
    found = meeting_for(request.actor, meeting_id)
    require_organiser(request.actor, found)
    return render(request, "meetings/_people.html", {"meeting": found, "count": head_count(found)})


@require_POST
@signed_in
def act(request: HouseRequest, meeting_id: int, act: str) -> HttpResponse:
    """One act of the table."""
    if act not in ACTS:
        raise NotFound
    ACTS[act](request, meeting_id)
    return gone_to(request, page_url(meeting_id))


def _submit(request: HouseRequest, pk: int) -> None:
    approving.meeting_submit(actor=request.actor, meeting_id=pk, expected_version=version_of(request.POST))


def _withdraw(request: HouseRequest, pk: int) -> None:
    version = version_of(request.POST)
    approving.meeting_withdraw(actor=request.actor, meeting_id=pk, expected_version=version)


def _approve(request: HouseRequest, pk: int) -> None:
    approving.meeting_approve(
        actor=request.actor,
        meeting_id=pk,
        words=request.POST.get("words", ""),
        recorded_for_leader=bool(request.POST.get("recorded")),
        expected_version=version_of(request.POST),
    )


def _return(request: HouseRequest, pk: int) -> None:
    words, version = request.POST.get("words", ""), version_of(request.POST)
    approving.meeting_return(actor=request.actor, meeting_id=pk, words=words, expected_version=version)


def _issue(request: HouseRequest, pk: int) -> None:
    issuing.meeting_issue(actor=request.actor, meeting_id=pk, expected_version=version_of(request.POST))


def _cancel(request: HouseRequest, pk: int) -> None:
    words, version = request.POST.get("words", ""), version_of(request.POST)
    issuing.meeting_cancel(actor=request.actor, meeting_id=pk, words=words, expected_version=version)


def _begin(request: HouseRequest, pk: int) -> None:
    calls.meeting_begin(actor=request.actor, meeting_id=pk)


def _end(request: HouseRequest, pk: int) -> None:
    issuing.meeting_end(actor=request.actor, meeting_id=pk)


def _urge(request: HouseRequest, pk: int) -> None:
    told = attending.units_urge(actor=request.actor, meeting_id=pk)
    messages.success(request, f"已提醒 {told} 人回执。" if told else "各单位都已回执。")


def _succeed(request: HouseRequest, pk: int) -> None:
    succession.organ_succeed(
        actor=request.actor,
        meeting_id=pk,
        organ_id=id_of(request.POST, "organ") or 0,
        target_id=id_of(request.POST, "target") or 0,
        expected_version=version_of(request.POST),
    )


ACTS: dict[str, Callable[[HouseRequest, int], None]] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "approve": _approve,
    "return": _return,
    "issue": _issue,
    "cancel": _cancel,
    "begin": _begin,
    "end": _end,
    "urge": _urge,
    "succeed": _succeed,
}


@require_POST
@signed_in
def reply(request: HouseRequest, invitation_id: int) -> HttpResponse:
    """回执."""
    form = request.POST
    given = {name: form.get(name, "") for name in ("f1", "f2", "f3", "f4", "f5")}
    version = version_of(form) or 0
    found = attending.slip_give(
        actor=request.actor, invitation_id=invitation_id, expected_version=version, given=given
    )
    messages.success(request, "回执已提交，会前可以修改。")
    return gone_to(request, page_url(found.meeting_id))


@require_POST
@signed_in
def leave(request: HouseRequest, attendee_id: int) -> HttpResponse:
    """准假, 同意替会 or not."""
    form = request.POST
    row = attending.leave_decide(
        actor=request.actor,
        attendee_id=attendee_id,
        is_granted=form.get("answer") == "grant",
        words=form.get("words", ""),
    )
    return gone_to(request, page_url(row.meeting_id))
