"""One item: its page, its proposal, and everything done to it."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import NotFound, ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.subjects import Subject
from apps.core.submissions import new_key
from apps.files.responses import made_file
from apps.files.selectors import files_of
from apps.supervision import services
from apps.supervision.enums import Act
from apps.supervision.forms import (
    day_of,
    draft_of,
    figures_of,
    ids_of,
    interview_of,
    number_of,
    subject_of,
    version_of,
)
from apps.supervision.papers import notice_pdf
from apps.supervision.policies import oversees, require, require_proposer
from apps.supervision.selectors.drafts import blank_draft, choices, filled_draft, lead_people
from apps.supervision.selectors.items import KIND, can_attach_to_item, item_for
from apps.supervision.selectors.pages import item_page, notice_for
from apps.supervision.selectors.report_files import form_files
from apps.supervision.selectors.succession import orphan_place


def _page(item_id: int) -> str:
    return reverse("supervision:item", args=[item_id])


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """登记; with `kind`, `id` and `quote` from a thing of another app."""
    require_proposer(request.actor)
    if request.method == "POST":
        made = services.item_propose(
            actor=request.actor, draft=draft_of(request.POST), key=request.POST.get("key", "")
        )
        return gone_to(request, _page(made.pk))
    draft = blank_draft(request.actor, subject_of(request.GET), request.GET.get("quote", "")[:2000])
    context = {"draft": draft, "key": new_key(), **choices()}
    return render(request, "supervision/edit.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HouseRequest, item_id: int) -> HttpResponse:
    """Change it before it is assigned."""
    found = item_for(request.actor, item_id)
    require(Act.AMEND, request.actor, found)
    if request.method == "POST":
        version = version_of(request.POST) or 0
        services.item_amend(
            actor=request.actor, item_id=item_id, expected_version=version, draft=draft_of(request.POST)
        )
        return gone_to(request, _page(item_id))
    context = {"draft": filled_draft(found), "item": found, "key": new_key(), **choices()}
    return render(request, "supervision/edit.html", context)


@require_GET
@signed_in
def item(request: HouseRequest, item_id: int) -> HttpResponse:
    """The item with its whole course."""
    found = item_for(request.actor, item_id)
    page = item_page(request.actor, found)
    context = {
        "page": page,
        "item": found,
        "may": page.may,
        "files": files_of(Subject(KIND, item_id)),
        "may_attach": can_attach_to_item(request.actor, item_id),
        "form_files": form_files(request.actor, found) if page.may.get("report") else [],
        "people": lead_people(found) if page.may.get("accept") else [],
        "orphaned": orphan_place(found) if page.is_open else "",
        "may_succeed": oversees(request.actor) and request.actor.organ_id == found.organ_id,
        "grades": services.GRADES,
        "key": new_key(),
    }
    return render(request, "supervision/item.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def split(request: HouseRequest, item_id: int) -> HttpResponse:
    """分解: one part a time, with its own lead and date."""
    found = item_for(request.actor, item_id)
    require(Act.SPLIT, request.actor, found)
    if request.method == "POST":
        key = request.POST.get("key", "")
        services.item_split(actor=request.actor, item_id=item_id, drafts=[draft_of(request.POST)], key=key)
        return gone_to(request, _page(item_id))
    context = {"draft": blank_draft(request.actor, None, ""), "whole": found, "key": new_key(), **choices()}
    return render(request, "supervision/edit.html", context)


@require_GET
@signed_in
def notice_paper(request: HouseRequest, notice_id: int) -> HttpResponse:
    """The 督办单 as a file."""
    notice = notice_for(request.actor, notice_id)
    return made_file(notice_pdf(notice), name=f"{notice.number}.pdf", content_type="application/pdf")


@require_POST
@signed_in
def sign_notice(request: HouseRequest, notice_id: int) -> HttpResponse:
    """签收督办单."""
    receipt = services.notice_sign(actor=request.actor, notice_id=notice_id)
    return gone_to(request, _page(receipt.notice.item_id))


@require_POST
@signed_in
def report_act(request: HouseRequest, report_id: int, act: str) -> HttpResponse:
    """The lead unit's head confirms, or has it written again."""
    if act == "confirm":
        report = services.report_confirm(actor=request.actor, report_id=report_id)
    elif act == "drop":
        words = request.POST.get("words", "")
        report = services.report_drop(actor=request.actor, report_id=report_id, words=words)
    else:
        raise NotFound
    return gone_to(request, _page(report.item_id))


@require_POST
@signed_in
def milestone(request: HouseRequest, item_id: int) -> HttpResponse:
    """Set, reach or take back a milestone."""
    form, actor = request.POST, request.actor
    chosen = number_of(form, "milestone", "节点") or 0
    match form.get("do"):
        case "reach":
            services.milestone_reach(actor=actor, item_id=item_id, milestone_id=chosen)
        case "remove":
            services.milestone_remove(actor=actor, item_id=item_id, milestone_id=chosen)
        case _:
            due_on = day_of(form, "due_on", "节点时限")
            services.milestone_add(actor=actor, item_id=item_id, title=form.get("title", ""), due_on=due_on)
    return gone_to(request, _page(item_id))


@require_POST
@signed_in
def from_meeting(request: HouseRequest, meeting_id: int) -> HttpResponse:
    """Register a meeting's agreed matters."""
    key = request.POST.get("key", "")
    services.matters_propose(actor=request.actor, meeting_id=meeting_id, key=key)
    return gone_to(request, reverse("meetings:meeting", args=[meeting_id]) + "#matters")


@require_POST
@signed_in
def act(request: HouseRequest, item_id: int, act: str) -> HttpResponse:
    """One act of the table."""
    if act not in Act.values:
        raise NotFound
    wanted = Act(act)
    SPECIAL.get(wanted, _plain)(request, item_id, wanted)
    return gone_to(request, _page(item_id))


def _plain(request: HouseRequest, pk: int, wanted: Act) -> None:
    services.item_act(
        actor=request.actor,
        item_id=pk,
        act=wanted,
        words=request.POST.get("words", ""),
        expected_version=version_of(request.POST),
    )


def _establish(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_establish(actor=request.actor, item_id=pk, expected_version=version_of(request.POST))


def _assign(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_assign(actor=request.actor, item_id=pk, expected_version=version_of(request.POST))


def _accept(request: HouseRequest, pk: int, _act: Act) -> None:
    chosen = ids_of(request.POST, "handler")
    services.item_accept(actor=request.actor, item_id=pk, handler_id=chosen[0] if chosen else None)


def _report(request: HouseRequest, pk: int, _act: Act) -> None:
    form = request.POST
    progress = number_of(form, "progress", "进度")
    services.report_write(
        actor=request.actor,
        item_id=pk,
        text=form.get("text", ""),
        next_steps=form.get("next_steps", ""),
        progress=0 if progress is None else progress,
        figures=figures_of(form),
        keeps_files="keeps_files" in form,
        expected_version=version_of(form),
    )


def _note(request: HouseRequest, pk: int, _act: Act) -> None:
    services.report_answer(
        actor=request.actor,
        item_id=pk,
        is_good=request.POST.get("answer") != "return",
        words=request.POST.get("words", ""),
    )


def _apply_close(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_apply_close(
        actor=request.actor,
        item_id=pk,
        words=request.POST.get("words", ""),
        expected_version=version_of(request.POST),
    )


def _complete(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_complete(
        actor=request.actor,
        item_id=pk,
        words=request.POST.get("words", ""),
        expected_version=version_of(request.POST),
    )


def _evaluate(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_evaluate(
        actor=request.actor,
        item_id=pk,
        grade=request.POST.get("grade", ""),
        words=request.POST.get("words", ""),
    )


def _urge(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_urge(actor=request.actor, item_id=pk, text=request.POST.get("words", ""))


def _ask_extension(request: HouseRequest, pk: int, _act: Act) -> None:
    wanted = day_of(request.POST, "wanted_on", "延期时限")
    if wanted is None:
        raise ValidationFailed("请选择申请延至的日期。")
    reason = request.POST.get("words", "")
    services.extension_ask(actor=request.actor, item_id=pk, wanted_on=wanted, reason=reason)


def _decide_extension(request: HouseRequest, pk: int, _act: Act) -> None:
    services.extension_decide(
        actor=request.actor,
        item_id=pk,
        is_granted=request.POST.get("answer") == "grant",
        answer=request.POST.get("words", ""),
    )


def _list_publicly(request: HouseRequest, pk: int, wanted: Act) -> None:
    verb = services.item_list_publicly if wanted is Act.LIST_PUBLICLY else services.item_delist
    verb(
        actor=request.actor,
        item_id=pk,
        words=request.POST.get("words", ""),
        expected_version=version_of(request.POST),
    )


def _interview(request: HouseRequest, pk: int, _act: Act) -> None:
    services.item_interview(
        actor=request.actor,
        item_id=pk,
        draft=interview_of(request.POST),
        key=request.POST.get("key", ""),
        expected_version=version_of(request.POST),
    )


def _comment(request: HouseRequest, pk: int, _act: Act) -> None:
    form = request.POST
    services.item_comment(
        actor=request.actor, item_id=pk, text=form.get("words", ""), key=form.get("key", "")
    )


def _elsewhere(_request: HouseRequest, _pk: int, _act: Act) -> None:
    """修改, 分解 and 节点 have addresses of their own."""
    raise NotFound


SPECIAL: dict[Act, Callable[[HouseRequest, int, Act], None]] = {
    Act.ESTABLISH: _establish,
    Act.ASSIGN: _assign,
    Act.ACCEPT: _accept,
    Act.REPORT: _report,
    Act.NOTE: _note,
    Act.APPLY_CLOSE: _apply_close,
    Act.COMPLETE: _complete,
    Act.EVALUATE: _evaluate,
    Act.URGE: _urge,
    Act.ASK_EXTENSION: _ask_extension,
    Act.DECIDE_EXTENSION: _decide_extension,
    Act.LIST_PUBLICLY: _list_publicly,
    Act.DELIST: _list_publicly,
    Act.INTERVIEW: _interview,
    Act.COMMENT: _comment,
    Act.AMEND: _elsewhere,
    Act.SPLIT: _elsewhere,
    Act.PLAN_MILESTONES: _elsewhere,
}
