"""议题征集: calls, what units propose, and what the office makes of it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, today
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.subjects import Subject
from apps.core.submissions import new_key
from apps.files.selectors import uploads_of
from apps.meetings.enums import MeetingKind, ProposalAct, ProposalState
from apps.meetings.forms import call_draft_of, id_of, number_of, proposal_draft_of, version_of
from apps.meetings.policies import PROPOSAL_KIND, may_call, require_call_runner, require_caller, require_step
from apps.meetings.selectors import proposals as selectors
from apps.meetings.services import agenda_calls
from apps.meetings.services import proposals as services
from apps.meetings.services.call_succession import call_organ_succeed
from apps.meetings.services.exporting import export_note

USUAL_DAYS = 5


def call_url(call_id: int) -> str:
    """Where a call's page is."""
    return reverse("meetings:call", args=[call_id])


def proposal_url(proposal_id: int) -> str:
    """Where a proposed item's page is."""
    return reverse("meetings:proposal", args=[proposal_id])


@require_GET
@signed_in
def calls(request: HouseRequest) -> HttpResponse:
    """Calls one runs or is asked by."""
    scope, text = request.GET.get("scope", "open")[:20], request.GET.get("q", "").strip()[:100]
    rows = selectors.calls_listed(request.actor, scope=scope, text=text)
    page = page_of(rows, order=selectors.CALL_ORDER, cursor=request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "scope": scope,
        "scopes": selectors.CALL_SCOPES,
        "text": text,
        "base": _base(request),
        "may_call": may_call(request.actor),
    }
    return render(request, "meetings/calls.html", context)


def _base(request: HouseRequest) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    return f"{query.urlencode()}&" if query else ""


@require_http_methods(["GET", "POST"])
@signed_in
def call_new(request: HouseRequest) -> HttpResponse:
    """发起征集."""
    require_caller(request.actor)
    if request.method == "POST":
        draft, key = call_draft_of(request.POST), request.POST.get("key", "")
        made = agenda_calls.agenda_call_open(actor=request.actor, draft=draft, key=key)
        return gone_to(request, call_url(made.pk))
    due = datetime.combine(today() + timedelta(days=USUAL_DAYS), time(18), tzinfo=CITY_ZONE)
    context = {
        "draft": selectors.call_draft(None, due),
        "kinds": MeetingKind.choices,
        "meetings": selectors.meetings_to_ask_for(request.actor, None),
        "key": new_key(),
    }
    return render(request, "meetings/call_edit.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def call_edit(request: HouseRequest, call_id: int) -> HttpResponse:
    """修改征集."""
    found = selectors.call_for(request.actor, call_id)
    require_call_runner(request.actor, found)
    if request.method == "POST":
        draft, version = call_draft_of(request.POST), version_of(request.POST) or 0
        agenda_calls.agenda_call_change(
            actor=request.actor, call_id=call_id, expected_version=version, draft=draft
        )
        return gone_to(request, call_url(call_id))
    context = {
        "call": found,
        "draft": selectors.call_draft(found, found.due_at),
        "kinds": MeetingKind.choices,
        "meetings": selectors.meetings_to_ask_for(request.actor, found),
    }
    return render(request, "meetings/call_edit.html", context)


@require_GET
@signed_in
def call(request: HouseRequest, call_id: int) -> HttpResponse:
    """One call: for units what they sent, for the office everything that came."""
    found = selectors.call_for(request.actor, call_id)
    agenda_calls.agenda_call_read(actor=request.actor, call=found)
    return render(
        request, "meetings/call.html", {"call": found, "page": selectors.call_page(request.actor, found)}
    )


@require_POST
@signed_in
def call_act(request: HouseRequest, call_id: int, act: str) -> HttpResponse:
    """One act on a call."""
    if act not in CALL_ACTS:
        raise NotFound
    CALL_ACTS[act](request, call_id)
    return gone_to(request, call_url(call_id))


def _close(request: HouseRequest, pk: int) -> None:
    agenda_calls.agenda_call_close(actor=request.actor, call_id=pk)


def _reopen(request: HouseRequest, pk: int) -> None:
    agenda_calls.agenda_call_reopen(actor=request.actor, call_id=pk)


def _urge(request: HouseRequest, pk: int) -> None:
    told = agenda_calls.agenda_call_urge(actor=request.actor, call_id=pk)
    messages.success(request, f"已提醒 {told} 人报送议题。" if told else "各单位都已答复。")


def _place(request: HouseRequest, pk: int) -> None:
    meeting_id = id_of(request.POST, "meeting") or 0
    made = agenda_calls.agenda_call_place(actor=request.actor, call_id=pk, meeting_id=meeting_id)
    messages.success(request, f"已将 {len(made)} 个议题列入会议议程。")


def _nothing(request: HouseRequest, pk: int) -> None:
    is_nothing = request.POST.get("undo") != "1"
    agenda_calls.nothing_say(actor=request.actor, call_id=pk, is_nothing=is_nothing)


def _succeed(request: HouseRequest, pk: int) -> None:
    call_organ_succeed(
        actor=request.actor,
        call_id=pk,
        organ_id=id_of(request.POST, "organ") or 0,
        target_id=id_of(request.POST, "target") or 0,
        expected_version=version_of(request.POST),
    )


CALL_ACTS: dict[str, Callable[[HouseRequest, int], None]] = {
    "close": _close,
    "reopen": _reopen,
    "urge": _urge,
    "place": _place,
    "nothing": _nothing,
    "succeed": _succeed,
}


@require_http_methods(["GET", "POST"])
@signed_in
def propose(request: HouseRequest, call_id: int) -> HttpResponse:
    """提出议题."""
    found = selectors.call_for(request.actor, call_id)
    services.may_propose_checked(actor=request.actor, call=found)
    if request.method == "POST":
        draft, key = proposal_draft_of(request.POST), request.POST.get("key", "")
        made = services.proposal_add(actor=request.actor, call_id=call_id, draft=draft, key=key)
        return gone_to(request, proposal_url(made.pk))
    context = {"call": found, "draft": selectors.proposal_draft(None), "key": new_key()}
    return render(request, "meetings/proposal_edit.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def proposal_edit(request: HouseRequest, proposal_id: int) -> HttpResponse:
    """修改议题."""
    found = selectors.proposal_for(request.actor, proposal_id)
    require_step(ProposalAct.EDIT, request.actor, found)
    if request.method == "POST":
        draft, version = proposal_draft_of(request.POST), version_of(request.POST) or 0
        services.proposal_save(
            actor=request.actor, proposal_id=proposal_id, expected_version=version, draft=draft
        )
        return gone_to(request, proposal_url(proposal_id))
    context = {"call": found.call, "proposal": found, "draft": selectors.proposal_draft(found)}
    return render(request, "meetings/proposal_edit.html", context)


def _wanted(request: HouseRequest) -> selectors.Wanted:
    chosen = {name: request.GET.get(name, "").strip()[:100] for name in ("scope", "state", "kind", "q")}
    return selectors.Wanted(
        scope=chosen["scope"], state=chosen["state"], kind=chosen["kind"], text=chosen["q"]
    )


@require_GET
@signed_in
def proposals(request: HouseRequest) -> HttpResponse:
    """Proposed items one has to do with."""
    wanted = _wanted(request)
    rows = selectors.proposals_listed(request.actor, wanted)
    page = page_of(rows, order=selectors.PROPOSAL_ORDER, cursor=request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "wanted": wanted,
        "scopes": selectors.PROPOSAL_SCOPES,
        "states": (*ProposalState.choices, ("placed", "已列入议程")),
        "kinds": MeetingKind.choices,
        "base": _base(request),
    }
    return render(request, "meetings/proposals.html", context)


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The list as an Excel sheet; audited."""
    rows = selectors.proposals_listed(request.actor, _wanted(request)).order_by(*selectors.PROPOSAL_ORDER)
    cells = [selectors.proposal_cells(row) for row in rows[: selectors.MOST_EXPORTED]]
    export_note(actor=request.actor, count=len(cells))
    return xlsx_response("议题", selectors.HEADS, cells)


@require_GET
@signed_in
def proposal(request: HouseRequest, proposal_id: int) -> HttpResponse:
    """One proposed item with its course, and what may be done to it."""
    found = selectors.proposal_for(request.actor, proposal_id)
    services.proposal_read(actor=request.actor, proposal=found)
    page = selectors.proposal_page(request.actor, found)
    context = {
        "proposal": found,
        "page": page,
        "may": page.may,
        "files": uploads_of(Subject(PROPOSAL_KIND, found.pk)),
        "may_attach": "edit" in page.may,
    }
    return render(request, "meetings/proposal.html", context)


@require_POST
@signed_in
def proposal_act(request: HouseRequest, proposal_id: int, act: str) -> HttpResponse:
    """One act of the table; with words where a reason is wanted."""
    actor, form = request.actor, request.POST
    version, words = version_of(form), form.get("words", "")
    match act:
        case "up" | "down":
            place = number_of(form, "expected_place", "次序")
            moved = services.proposal_move(
                actor=actor, proposal_id=proposal_id, is_up=act == "up", expected_place=place
            )
            return gone_to(request, call_url(moved.call_id))
        case _ if act in PLAIN_ACTS:
            PLAIN_ACTS[act](actor=actor, proposal_id=proposal_id, expected_version=version)
        case _ if act in WORDED_ACTS:
            WORDED_ACTS[act](actor=actor, proposal_id=proposal_id, words=words, expected_version=version)
        case _:
            raise NotFound
    return gone_to(request, proposal_url(proposal_id))


def _sign(*, actor: Actor, proposal_id: int, words: str, expected_version: int | None) -> None:
    services.proposal_sign(
        actor=actor, proposal_id=proposal_id, words=words, expected_version=expected_version
    )


def _record(*, actor: Actor, proposal_id: int, words: str, expected_version: int | None) -> None:
    services.proposal_sign(
        actor=actor,
        proposal_id=proposal_id,
        words=words,
        recorded_for_leader=True,
        expected_version=expected_version,
    )


PLAIN_ACTS: dict[str, Callable[..., object]] = {
    "submit": services.proposal_submit,
    "withdraw": services.proposal_withdraw,
    "drop": services.proposal_drop,
    "accept": services.proposal_accept,
    "reconsider": services.proposal_reconsider,
}
WORDED_ACTS: dict[str, Callable[..., object]] = {
    "sign": _sign,
    "record": _record,
    "return": services.proposal_return,
    "defer": services.proposal_defer,
}
