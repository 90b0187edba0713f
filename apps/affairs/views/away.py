"""Pages of away notices."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.affairs import services
from apps.affairs.enums import AwayKind, Half
from apps.affairs.forms import draft_of, id_of, moment_of
from apps.affairs.models import AwayNotice
from apps.affairs.policies.away import Ability, oversees, require
from apps.affairs.selectors.exports import HEADS, notice_cells
from apps.affairs.selectors.notices import (
    LIST_ORDER,
    SCOPES,
    draft_shown,
    notice_for,
    notices_found,
    page_facts,
    posts_to_file,
)
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.workflow.forms import strokes_of

MOST_EXPORTED = 5000


def _page(notice_id: int) -> str:
    return reverse("affairs:away", args=[notice_id])


def _scope(request: HouseRequest) -> str:
    wanted = request.GET.get("scope", "mine")
    return wanted if wanted in dict(SCOPES) else "mine"


@require_GET
@signed_in
def away_list(request: HouseRequest) -> HttpResponse:
    """外出报备: own ones, and for those who must know where people are everybody's."""
    scope, words = _scope(request), request.GET.get("q", "").strip()[:50]
    page = page_of(
        notices_found(request.actor, scope=scope, words=words),
        order=LIST_ORDER,
        cursor=request.GET.get("cursor", "")[:400],
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "page": page,
        "scope": scope,
        "scopes": SCOPES,
        "q": words,
        "base": f"{query.urlencode()}&" if query else "",
        "query": query.urlencode(),
        "oversees": oversees(request.actor),
    }
    return render(request, "affairs/list.html", context)


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The list as a sheet."""
    rows = notices_found(request.actor, scope=_scope(request), words=request.GET.get("q", "").strip()[:50])
    cells = [notice_cells(row) for row in rows.order_by(*LIST_ORDER)[:MOST_EXPORTED]]
    services.export_note(actor=request.actor, count=len(cells))
    return xlsx_response("外出报备", HEADS, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """Fill in a notice; 提交 or keep as a draft."""
    if request.method == "POST":
        notice = services.away_save(
            actor=request.actor, draft=draft_of(request.POST), key=request.POST.get("key", "")
        )
        return _saved(request, notice)
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HouseRequest, notice_id: int) -> HttpResponse:
    """Amend a draft or what was returned."""
    if request.method == "POST":
        notice = services.away_save(
            actor=request.actor,
            draft=draft_of(request.POST),
            notice_id=notice_id,
            expected_version=id_of(request.POST.get("expected_version", "")),
        )
        return _saved(request, notice)
    notice = notice_for(request.actor, notice_id)
    require(Ability.AMEND, request.actor, notice)
    return _form(request, notice)


def _saved(request: HouseRequest, notice: AwayNotice) -> HttpResponse:
    messages.success(request, "已保存，请核对后提交。")
    return gone_to(request, _page(notice.pk))


def _form(request: HouseRequest, notice: AwayNotice | None) -> HttpResponse:
    context = {
        "notice": notice,
        "draft": draft_shown(notice),
        "kinds": AwayKind.choices,
        "halves": Half.choices,
        "posts": posts_to_file(request.actor),
        "key": new_key(),
    }
    return render(request, "affairs/edit.html", context)


@require_GET
@signed_in
def away(request: HouseRequest, notice_id: int) -> HttpResponse:
    """One notice: what it says, what speaks against it, where it is."""
    notice = notice_for(request.actor, notice_id)
    context = {"notice": notice, "matter": notice.matter, "key": new_key()}
    return render(request, "affairs/away.html", context | page_facts(request.actor, notice))


def _submit(actor: Actor, notice_id: int, form: QueryDict) -> str:
    version = id_of(form.get("expected_version", ""))
    notice = services.away_submit(
        actor=actor, notice_id=notice_id, expected_version=version, key=form.get("key", "")
    )
    return f"已提交：{notice.get_state_display()}。"


def _approve(actor: Actor, notice_id: int, form: QueryDict) -> str:
    services.away_approve(
        actor=actor,
        notice_id=notice_id,
        text=form.get("text", ""),
        strokes=strokes_of(form),
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        key=form.get("key", ""),
    )
    return "已同意。"


def _return(actor: Actor, notice_id: int, form: QueryDict) -> str:
    services.away_return(actor=actor, notice_id=notice_id, text=form.get("text", ""), key=form.get("key", ""))
    return "已退回填报人。"


def _withdraw(actor: Actor, notice_id: int, _form: QueryDict) -> str:
    services.away_withdraw(actor=actor, notice_id=notice_id)
    return "已撤回。"


def _cancel(actor: Actor, notice_id: int, form: QueryDict) -> str:
    services.away_cancel(actor=actor, notice_id=notice_id, reason=form.get("reason", ""))
    return "已取消。"


def _close(actor: Actor, notice_id: int, form: QueryDict) -> str:
    returned_at = moment_of(form.get("returned_at", ""))
    services.away_close(actor=actor, notice_id=notice_id, returned_at=returned_at)
    return "已销假。"


ACTS: dict[str, Callable[[Actor, int, QueryDict], str]] = {
    "submit": _submit,
    "approve": _approve,
    "return": _return,
    "withdraw": _withdraw,
    "cancel": _cancel,
    "close": _close,
}


@require_POST
@signed_in
def act(request: HouseRequest, notice_id: int, act: str) -> HttpResponse:
    """One act, then back to the page; a change leads to its new draft, a dropped draft to the list."""
    if act == "change":
        begun = services.away_change(actor=request.actor, notice_id=notice_id)
        return gone_to(request, reverse("affairs:edit", args=[begun.pk]))
    if act == "discard":
        services.away_discard(actor=request.actor, notice_id=notice_id)
        return gone_to(request, reverse("affairs:list"))
    done = ACTS.get(act)
    if done is None:
        raise NotFound
    messages.success(request, done(request.actor, notice_id, request.POST))
    return gone_to(request, _page(notice_id))
