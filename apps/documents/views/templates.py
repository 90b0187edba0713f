"""公文模板 of an organ: the list, a template, keeping it, and drafting from it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.policies import keeps_for_organ
from apps.core.errors import NotFound, ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.documents.enums import DocumentType
from apps.documents.forms.outgoing import number_of, version_of
from apps.documents.forms.templates import template_filter_of, words_of
from apps.documents.policies.desk import require_template_keeper, require_template_user
from apps.documents.selectors import templates as selectors
from apps.documents.services import templates as services

ASKED = ("tab", "q", "type")
EXPORT_LIMIT = 5000
HEADS = ("模板名称", "文种", "格式", "标题", "关键词", "状态", "最近修改人", "修改时间")


@require_GET
@signed_in
def templates_list(request: HouseRequest) -> HttpResponse:
    """The organ's templates, in its office's order."""
    require_template_user(request.actor)
    wanted = template_filter_of(request.GET)
    counts = selectors.template_counts(request.actor)
    asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    context = {
        "wanted": wanted,
        "page": page_of(
            selectors.templates_listed(request.actor, wanted),
            order=selectors.TEMPLATE_ORDER,
            cursor=request.GET.get("cursor", "")[:400],
            size=selectors.OFFERED_LIMIT,
        ),
        "tabs": [(code, name, counts[code]) for code, name in selectors.TABS.items()],
        "types": DocumentType.choices,
        "may_keep": keeps_for_organ(request.actor),
        "base": f"{urlencode(asked)}&" if asked else "",
        "key": new_key(),
    }
    return render(request, "documents/templates.html", context)


@require_GET
@signed_in
def templates_export(request: HouseRequest) -> HttpResponse:
    """The list as Excel."""
    require_template_user(request.actor)
    rows = selectors.templates_listed(request.actor, template_filter_of(request.GET))
    cells = (
        (
            row.name, row.get_document_type_display(), row.get_layout_display(), row.title, row.keywords,
            selectors.TABS["withdrawn" if row.withdrawn_at else "offered"], row.changed_by.name, row.changed_at,
        )
        for row in rows.order_by(*selectors.TEMPLATE_ORDER)[:EXPORT_LIMIT]
    )  # fmt: skip
    return xlsx_response("公文模板", HEADS, cells)


@require_GET
@signed_in
def template_detail(request: HouseRequest, template_id: int) -> HttpResponse:
    """What a draft from the template begins with."""
    template = selectors.template_for(request.actor, template_id)
    facts = selectors.template_facts(template)
    context = {**facts, "may_keep": keeps_for_organ(request.actor), "key": new_key()}
    return render(request, "documents/template_detail.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def template_new(request: HouseRequest) -> HttpResponse:
    """A new template, empty or with the text of a document."""
    require_template_keeper(request.actor)
    if request.method == "GET":
        facts = selectors.edit_facts_of_fresh(request.actor, number_of(request.GET, "document"))
        return _form(request, facts)
    template = services.template_create(
        actor=request.actor,
        words=words_of(request.POST),
        source_id=number_of(request.POST, "source"),
        key=request.POST.get("key", ""),
    )
    messages.success(request, f"已保存模板“{template.name}”，本机关全体拟稿人可以使用。")
    return gone_to(request, reverse("documents:template_detail", args=[template.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
def template_edit(request: HouseRequest, template_id: int) -> HttpResponse:
    """Other words for a template."""
    template = selectors.template_for(request.actor, template_id)
    require_template_keeper(request.actor)
    if request.method == "GET":
        return _form(request, selectors.edit_facts_of_template(request.actor, template))
    services.template_change(
        actor=request.actor,
        template_id=template_id,
        expected_version=version_of(request.POST),
        words=words_of(request.POST),
    )
    messages.success(request, "已保存模板，已起草的公文不受影响。")
    return gone_to(request, reverse("documents:template_detail", args=[template_id]))


def _form(request: HouseRequest, facts: dict[str, Any]) -> HttpResponse:
    return render(request, "documents/template_edit.html", {**facts, "key": new_key()})


@require_POST
@signed_in
def template_begin(request: HouseRequest, template_id: int) -> HttpResponse:
    """A new draft from the template; it opens for writing."""
    begun = services.outgoing_from_template(
        actor=request.actor, template_id=template_id, key=request.POST.get("key", "")
    )
    for remark in begun.remarks:
        messages.warning(request, remark)
    return gone_to(request, reverse("documents:outgoing_edit", args=[begun.document.pk]))


@require_POST
@signed_in
def template_act(request: HouseRequest, template_id: int, act: str) -> HttpResponse:
    """Offer it no longer or again, or put it elsewhere in the order; back to where it is listed."""
    if act not in ACTS:
        raise NotFound("没有这项操作，请刷新页面。")
    return gone_to(request, f"{reverse('documents:templates')}{ACTS[act](request, template_id)}")


def _withdraw(request: HouseRequest, template_id: int) -> str:
    template = services.template_withdraw(actor=request.actor, template_id=template_id)
    messages.success(request, f"已停用模板“{template.name}”，已起草的公文不受影响。")
    return "?tab=withdrawn"


def _restore(request: HouseRequest, template_id: int) -> str:
    template = services.template_restore(actor=request.actor, template_id=template_id)
    messages.success(request, f"已启用模板“{template.name}”，排在最后。")
    return ""


def _move(request: HouseRequest, template_id: int) -> str:
    place = number_of(request.POST, "place")
    if place is None:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    services.template_move(actor=request.actor, template_id=template_id, place=place)
    return ""


ACTS: dict[str, Callable[[HouseRequest, int], str]] = {
    "withdraw": _withdraw,
    "restore": _restore,
    "move": _move,
}
