"""Pages of incoming documents: list, entry of paper documents, the document itself."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.errors import ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.shell import shown
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.documents.enums import DeskSide, DocumentType
from apps.documents.forms.incoming import paper_of
from apps.documents.policies.incoming import desk_require, keeps_register
from apps.documents.selectors import incoming as selectors
from apps.documents.selectors.desk import saved_filters
from apps.documents.selectors.incoming_page import detail_facts, incoming_light
from apps.documents.selectors.outgoing import list_years
from apps.documents.services.registration import PaperDocument, incoming_record
from apps.notifications.services import notices_read_about
from apps.workflow.models import Urgency
from apps.workflow.services import matter_read, task_opened

ASKED = ("tab", "q", "type", "urgency", "year", "overdue")


def filter_of(request: HouseRequest) -> selectors.IncomingFilter:
    """The query string as a filter; nonsense counts as no filter."""
    asked = request.GET
    return selectors.IncomingFilter(
        tab=asked.get("tab", "all") if asked.get("tab", "all") in selectors.TABS else "all",
        text=asked.get("q", "").strip()[:100],
        document_type=asked.get("type", "") if asked.get("type") in DocumentType.values else "",
        urgency=asked.get("urgency", "") if asked.get("urgency") in Urgency.values else "",
        year=int(asked["year"]) if asked.get("year", "").isdecimal() and len(asked["year"]) == 4 else None,
        overdue=asked.get("overdue") == "1",
    )


@require_GET
@signed_in
def incoming_list(request: HouseRequest) -> HttpResponse:
    """办文 · 收文: the documents one may see, by state; batch 签收. For htmx only the list."""
    actor, wanted = request.actor, filter_of(request)
    page = selectors.incoming_page(actor, wanted, request.GET.get("cursor", "")[:400])
    counts = selectors.tab_counts(actor)
    asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    context = {
        "wanted": wanted,
        "page": page,
        "rows": [(row, incoming_light(row)) for row in page.rows],
        "tabs": [(code, name, shown(counts.get(code, 0))) for code, (name, _) in selectors.TABS.items()],
        "types": DocumentType.choices,
        "years": list_years(),
        "saved": saved_filters(actor, DeskSide.INCOMING),
        "base": f"{urlencode(asked)}&" if asked else "",
        "is_desk": actor.organ_id is not None and keeps_register(actor, actor.organ_id),
        "key": new_key(),
    }
    template = "documents/_incoming_list.html" if request.htmx else "documents/incoming_list.html"
    return render(request, template, context)


@require_GET
@signed_in
def incoming_export(request: HouseRequest) -> HttpResponse:
    """The list as Excel."""
    rows = selectors.incoming_first(request.actor, filter_of(request), selectors.EXPORT_LIMIT)
    heads = (
        "收文编号", "来文单位", "来文字号", "标题", "文种", "紧急程度", "状态", "收到时间", "签收人", "签收时间",
        "办理时限", "办结时间", "办理结果",
    )  # fmt: skip
    cells = (
        (
            row.register_number, row.source_name, row.source_number, row.title, row.get_document_type_display(),
            row.get_urgency_display(), row.get_status_display(), row.received_at,
            row.signed_for_by.name if row.signed_for_by else "", row.signed_for_at, row.deadline_at, row.completed_at,
            row.result,
        )
        for row in rows
    )  # fmt: skip
    return xlsx_response("收文", heads, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def incoming_new(request: HouseRequest) -> HttpResponse:
    """Enter a document from outside the system; mistakes are shown beside their fields, nothing typed is lost."""
    desk_require(request.actor)
    if request.method == "GET":
        return render(request, "documents/incoming_new.html", _entry({}))
    paper = paper_of(request.POST)
    try:
        document = incoming_record(actor=request.actor, paper=paper, key=request.POST.get("key", ""))
    except ValidationFailed as refused:
        context = _entry(paper) | {
            "errors": refused.data.get("fields", {}),
            "message": refused.message,
            "duplicates": selectors.incoming_named(request.actor, refused.data.get("duplicates", [])),
        }
        return render(request, "documents/incoming_new.html", context, status=422)
    return gone_to(request, reverse("documents:incoming_detail", args=[document.pk]))


def _entry(given: PaperDocument | dict[str, str]) -> dict[str, Any]:
    """What the form of entry offers, filled with what was typed."""
    return {
        "types": DocumentType.choices,
        "urgencies": Urgency.choices,
        "key": new_key(),
        "given": given,
    }


@require_GET
@signed_in
def incoming_detail(request: HouseRequest, incoming_id: int) -> HttpResponse:
    """The document: flow, pages, 办理单, log, reading state, and what one may do. Opening it is reading it."""
    document = selectors.incoming_for(request.actor, incoming_id)
    if document.matter is not None:
        task_opened(actor=request.actor, matter=document.matter)
        matter_read(actor=request.actor, matter=document.matter)
    notices_read_about(actor=request.actor, subject=selectors.subject_of(document))
    context = {"document": document, "key": new_key(), **detail_facts(request.actor, document)}
    return render(request, "documents/incoming_detail.html", context)
