"""Pages of outgoing documents: list, new, edit, the document itself and its fragments."""

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.policies import keeps_for_organ
from apps.core.http import HouseRequest, signed_in
from apps.core.shell import shown
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.documents.enums import (
    TYPE_USES,
    DeskSide,
    Disclosure,
    DocumentFormat,
    DocumentType,
    RoutingDirection,
)
from apps.documents.rules import CHECKS, INCOMING_CHECKS
from apps.documents.selectors import outgoing as selectors
from apps.documents.selectors.checks import finding_rows
from apps.documents.selectors.desk import saved_filters
from apps.documents.selectors.outgoing_page import detail_facts, edit_facts
from apps.documents.selectors.templates import BEGINNINGS, templates_to_begin
from apps.documents.services.drafting import outgoing_create
from apps.notifications.services import notices_read_about
from apps.workflow.models import Urgency
from apps.workflow.services import matter_read, task_opened

ASKED = ("tab", "q", "type", "urgency", "year", "mine")


def filter_of(request: HouseRequest) -> selectors.OutgoingFilter:
    """The query string as a filter; nonsense counts as no filter."""
    asked = request.GET
    return selectors.OutgoingFilter(
        tab=asked.get("tab", "all") if asked.get("tab", "all") in selectors.TABS else "all",
        text=asked.get("q", "").strip()[:100],
        document_type=asked.get("type", "") if asked.get("type") in DocumentType.values else "",
        urgency=asked.get("urgency", "") if asked.get("urgency") in Urgency.values else "",
        year=int(asked["year"]) if asked.get("year", "").isdecimal() and len(asked["year"]) == 4 else None,
        mine=asked.get("mine") == "1",
    )


@require_GET
@signed_in
def outgoing_list(request: HouseRequest) -> HttpResponse:
    """办文 · 发文: the documents one may see, by state."""
    wanted = filter_of(request)
    page = selectors.documents_page(request.actor, wanted, request.GET.get("cursor", "")[:400])
    asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    counts = selectors.tab_counts(request.actor)
    context = {
        "wanted": wanted,
        "page": page,
        "tabs": [(code, name, shown(counts.get(code, 0))) for code, (name, _) in selectors.TABS.items()],
        "types": DocumentType.choices,
        "years": selectors.list_years(),
        "saved": saved_filters(request.actor, DeskSide.OUTGOING),
        "base": f"{urlencode(asked)}&" if asked else "",
    }
    return render(request, "documents/outgoing_list.html", context)


@require_GET
@signed_in
def outgoing_export(request: HouseRequest) -> HttpResponse:
    """The list as Excel."""
    rows = selectors.documents_first(request.actor, filter_of(request), selectors.EXPORT_LIMIT)
    heads = ("发文字号", "标题", "文种", "紧急程度", "状态", "拟稿人", "拟稿科室", "拟稿时间", "成文日期")
    cells = (
        (
            row.document_number, row.title, row.get_document_type_display(), row.get_urgency_display(),
            row.get_status_display(), row.drafter.name, row.drafting_unit.name if row.drafting_unit else "",
            row.created_at, row.document_date,
        )
        for row in rows
    )  # fmt: skip
    return xlsx_response("发文", heads, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def outgoing_new(request: HouseRequest) -> HttpResponse:
    """Choose one of the fifteen 文种; the draft is made at once and opens for writing."""
    if request.method == "GET":
        types = [(kind.value, kind.label, TYPE_USES[kind]) for kind in DocumentType]
        context = {
            "types": types,
            "templates": templates_to_begin(request.actor),
            "beginnings": BEGINNINGS,
            "may_keep": keeps_for_organ(request.actor),
            "recent": selectors.recent_documents(request.actor),
            "key": new_key(),
        }
        return render(request, "documents/outgoing_new.html", context)
    document = outgoing_create(
        actor=request.actor,
        document_type=request.POST.get("document_type", ""),
        key=request.POST.get("key", ""),
    )
    return HttpResponseRedirect(reverse("documents:outgoing_edit", args=[document.pk]), status=303)


@require_GET
@signed_in
def outgoing_edit(request: HouseRequest, document_id: int) -> HttpResponse:
    """The draft with its editor, checks and live typeset preview."""
    document = selectors.document_for(request.actor, document_id)
    context = {
        "document": document,
        "key": new_key(),
        "types": DocumentType.choices,
        "directions": RoutingDirection.choices,
        "layouts": DocumentFormat.choices,
        "urgencies": Urgency.choices,
        "disclosures": Disclosure.choices,
        **edit_facts(request.actor, document),
    }
    return render(request, "documents/outgoing_edit.html", context)


@require_GET
@signed_in
def outgoing_checks(request: HouseRequest, document_id: int) -> HttpResponse:
    """Fragment: what the rules find in the draft now."""
    document = selectors.document_for(request.actor, document_id)
    context = {
        "findings": finding_rows(document),
        "can": {"submit": request.GET.get("submit") == "1"},
    }
    return render(request, "documents/_checks.html", context)


@require_GET
@signed_in
def checks_help(request: HouseRequest) -> HttpResponse:
    """The table of everything that is checked, with severity and clause."""
    context = {"groups": (("发文", CHECKS), ("收文", INCOMING_CHECKS))}
    return render(request, "documents/checks_help.html", context)


@require_GET
@signed_in
def outgoing_detail(request: HouseRequest, document_id: int) -> HttpResponse:
    """The document: flow, pages, 办理单, log, reading state, and what one may do."""
    document = selectors.document_for(request.actor, document_id)
    if document.matter is not None:
        task_opened(actor=request.actor, matter=document.matter)
        matter_read(actor=request.actor, matter=document.matter)
    notices_read_about(actor=request.actor, subject=selectors.subject_of(document))
    context = {"document": document, "key": new_key(), **detail_facts(request.actor, document)}
    return render(request, "documents/outgoing_detail.html", context)


@require_GET
@signed_in
def outgoing_attachments(request: HouseRequest, document_id: int) -> HttpResponse:
    """Fragment: the attachments, re-fetched after an upload."""
    document = selectors.document_for(request.actor, document_id)
    context = {
        "document": document,
        "content": selectors.content_of(document),
        "can_edit": request.GET.get("edit") == "1",
    }
    return render(request, "documents/_attachments.html", context)
