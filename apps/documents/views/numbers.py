"""字号台账: every serial handed out and what became of it; 占号 and 作废."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.documents.enums import NumberStatus
from apps.documents.forms.outgoing import number_of
from apps.documents.selectors import numbering as selectors
from apps.documents.services.numbering import number_reserve, number_void


def filter_of(request: HouseRequest) -> selectors.LedgerFilter:
    """The query string as a filter; nonsense counts as no filter."""
    asked = request.GET
    return selectors.LedgerFilter(
        series_id=number_of(asked, "series"),
        status=asked.get("status", "") if asked.get("status") in NumberStatus.values else "",
        text=asked.get("q", "").strip()[:100],
    )


@require_GET
@signed_in
def numbers(request: HouseRequest) -> HttpResponse:
    """The ledger by series, newest number first."""
    wanted = filter_of(request)
    rows = selectors.ledger_of(request.actor, wanted)
    page = page_of(rows, order=selectors.NUMBER_ORDER, cursor=request.GET.get("cursor", "")[:400])
    asked = {name: request.GET[name] for name in ("series", "status", "q") if request.GET.get(name)}
    context = {
        "wanted": wanted,
        "page": page,
        "series": selectors.series_states(request.actor),
        "statuses": NumberStatus.choices,
        "may_number": selectors.may_number(request.actor),
        "base": f"{urlencode(asked)}&" if asked else "",
        "key": new_key(),
    }
    return render(request, "documents/numbers.html", context)


@require_GET
@signed_in
def numbers_export(request: HouseRequest) -> HttpResponse:
    """The ledger as Excel: one line for every act on a serial."""
    rows = selectors.ledger_of(request.actor, filter_of(request)).order_by(*selectors.NUMBER_ORDER)
    heads = ("发文字号", "现状", "公文标题", "说明", "动作", "经办人", "时间")
    cells = (
        (str(row), row.get_status_display(), entry.document_title, entry.reason, entry.get_status_display(),
         entry.person.name, entry.at)
        for row in rows[: selectors.EXPORT_LIMIT]
        for entry in row.ledger.all()
    )  # fmt: skip
    return xlsx_response("字号台账", heads, cells)


@require_POST
@signed_in
def numbers_reserve(request: HouseRequest) -> HttpResponse:
    """占号."""
    form = request.POST
    number = number_reserve(
        actor=request.actor,
        series_id=number_of(form, "series") or 0,
        reason=form.get("reason", ""),
        key=form.get("key", ""),
    )
    messages.success(request, f"已占号：{number}。")
    return gone_to(request, reverse("documents:numbers"))


@require_POST
@signed_in
def number_end(request: HouseRequest, number_id: int) -> HttpResponse:
    """作废, from the ledger or from a document that stands at numbering."""
    number = number_void(actor=request.actor, number_id=number_id, reason=request.POST.get("reason", ""))
    messages.success(request, f"{number}已作废，断号原因已记入台账。")
    back = number_of(request.POST, "document")
    url = reverse("documents:outgoing_detail", args=[back]) if back else reverse("documents:numbers")
    return gone_to(request, url)
