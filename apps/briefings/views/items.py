"""Pages of items: the lists, writing, one item and what is done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.briefings import services
from apps.briefings.enums import Category, ItemState
from apps.briefings.forms import id_of, item_draft_of
from apps.briefings.models import InfoItem
from apps.briefings.policies.desk import has_desk
from apps.briefings.policies.items import Ability, oversees, require
from apps.briefings.selectors.commissions import commissions_open_for
from apps.briefings.selectors.items import (
    HEADS,
    LIST_ORDER,
    SCOPES,
    Wanted,
    item_cells,
    item_for,
    items_found,
    page_facts,
    subject_of,
)
from apps.briefings.selectors.receivers import receivers_for
from apps.briefings.selectors.scores import sees_scores
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.files.selectors import files_of, uploads_of
from apps.workflow.forms import strokes_of

MOST_EXPORTED = 5000


def _page(item_id: int) -> str:
    return reverse("briefings:item", args=[item_id])


def wanted_of(request: HouseRequest, scope: str = "") -> Wanted:
    """What the list is narrowed down to; `scope` given is not to be chosen."""
    given = request.GET
    return Wanted(
        scope=scope or given.get("scope", "mine"),
        state=given.get("state", ""),
        category=given.get("category", ""),
        words=given.get("q", "").strip()[:50],
        organ_id=id_of(given.get("organ", "")),
    )


def list_context(request: HouseRequest, wanted: Wanted) -> dict[str, Any]:
    """What every list of items draws."""
    rows = items_found(request.actor, wanted)
    query = request.GET.copy()
    query.pop("cursor", None)
    return {
        "page": page_of(rows, order=LIST_ORDER, cursor=request.GET.get("cursor", "")[:400]),
        "wanted": wanted,
        "categories": Category.choices,
        "base": f"{query.urlencode()}&" if query else "",
        "query": query.urlencode(),
    }


@require_GET
@signed_in
def item_list(request: HouseRequest) -> HttpResponse:
    """Own ones, and what the own unit reports."""
    wanted = wanted_of(request)
    context = {
        **list_context(request, wanted),
        "at_desk": has_desk(request.actor),
        "sees_scores": sees_scores(request.actor),
        "scopes": SCOPES if oversees(request.actor) else SCOPES[:1],
        "states": ItemState.choices,
    }
    return render(request, "briefings/items.html", context)


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The list as a sheet, of the desk too."""
    rows = items_found(request.actor, wanted_of(request)).order_by(*LIST_ORDER)[:MOST_EXPORTED]
    cells = [item_cells(row) for row in rows]
    services.export_note(actor=request.actor, count=len(cells))
    return xlsx_response("信息报送", HEADS, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """Write an item; kept as a draft first."""
    if request.method == "POST":
        draft, key = item_draft_of(request.POST), request.POST.get("key", "")
        return _saved(request, services.item_save(actor=request.actor, draft=draft, key=key))
    return _form(request, None, id_of(request.GET.get("commission", "")))


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: HouseRequest, item_id: int) -> HttpResponse:
    """Amend a draft or what came back."""
    if request.method == "POST":
        version = id_of(request.POST.get("expected_version", ""))
        saved = services.item_save(
            actor=request.actor,
            draft=item_draft_of(request.POST),
            item_id=item_id,
            expected_version=version,
        )
        return _saved(request, saved)
    found = item_for(request.actor, item_id)
    require(Ability.AMEND, request.actor, found)
    return _form(request, found)


def _saved(request: HouseRequest, item: InfoItem) -> HttpResponse:
    messages.success(request, "已保存，可添加附件，核对后提交审核。")
    return gone_to(request, _page(item.pk))


def _form(request: HouseRequest, item: InfoItem | None, commission_id: int | None = None) -> HttpResponse:
    context = {
        "commissions": commissions_open_for(request.actor),
        "answers": item.commission_id if item else commission_id,
        "item": item,
        "categories": Category.choices,
        "receivers": receivers_for(request.actor),
        "phone": item.phone if item else request.actor.phone,
        "key": new_key(),
    }
    return render(request, "briefings/edit.html", context)


@require_GET
@signed_in
def item(request: HouseRequest, item_id: int) -> HttpResponse:
    """One item: its text, where it is, what was said, and what may be done."""
    found = item_for(request.actor, item_id)
    facts = page_facts(request.actor, found)
    may_attach = Ability.AMEND in facts["can"]
    files = (uploads_of if may_attach else files_of)(subject_of(found))
    context = {"item": found, "matter": found.matter, "files": files, "key": new_key()}
    return render(request, "briefings/item.html", context | facts | {"may_attach": may_attach})


def _submit(actor: Actor, item_id: int, form: QueryDict) -> str:
    version = id_of(form.get("expected_version", ""))
    sent = services.item_submit(
        actor=actor, item_id=item_id, expected_version=version, key=form.get("key", "")
    )
    return f"已提交：{sent.get_state_display()}。"


def _approve(actor: Actor, item_id: int, form: QueryDict) -> str:
    services.item_approve(
        actor=actor,
        item_id=item_id,
        text=form.get("text", ""),
        strokes=strokes_of(form),
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        key=form.get("key", ""),
    )
    return "已同意。"


def _send_back(actor: Actor, item_id: int, form: QueryDict) -> str:
    services.item_send_back(actor=actor, item_id=item_id, text=form.get("text", ""), key=form.get("key", ""))
    return "已退回撰稿人修改。"


def _withdraw(actor: Actor, item_id: int, _form: QueryDict) -> str:
    services.item_withdraw(actor=actor, item_id=item_id)
    return "已撤回，可修改后重新提交。"


def _take(actor: Actor, item_id: int, _form: QueryDict) -> str:
    services.item_take(actor=actor, item_id=item_id)
    return "已签收，进入采编。"


def _settle(actor: Actor, item_id: int, form: QueryDict) -> str:
    done = services.item_settle(
        actor=actor,
        item_id=item_id,
        verdict=form.get("verdict", ""),
        words=form.get("words", ""),
        expected_version=id_of(form.get("expected_version", "")),
    )
    return f"已处理：{done.get_state_display()}，报送单位会收到通知。"


def _reopen(actor: Actor, item_id: int, _form: QueryDict) -> str:
    services.item_reopen(actor=actor, item_id=item_id)
    return "已撤销处理，信息回到采编中。"


ACTS: dict[str, Callable[[Actor, int, QueryDict], str]] = {
    "submit": _submit,
    "approve": _approve,
    "return": _send_back,
    "withdraw": _withdraw,
    "take": _take,
    "settle": _settle,
    "reopen": _reopen,
}


@require_POST
@signed_in
def act(request: HouseRequest, item_id: int, act: str) -> HttpResponse:
    """One act, then back to the page; an adopted item leads to the desk's text, a dropped draft to the list."""
    if act == "adopt":
        key = request.POST.get("key", "")
        made = services.items_adopt(actor=request.actor, item_ids=[item_id], key=key)
        return gone_to(request, reverse("briefings:adoption", args=[made.pk]))
    if act == "discard":
        services.item_discard(actor=request.actor, item_id=item_id)
        return gone_to(request, reverse("briefings:items"))
    done = ACTS.get(act)
    if done is None:
        raise NotFound
    messages.success(request, done(request.actor, item_id, request.POST))
    return gone_to(request, _page(item_id))
