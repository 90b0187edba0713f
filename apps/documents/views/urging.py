"""催办 and 办理单 of many incoming documents at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import Cell, xlsx_response
from apps.core.submissions import new_key
from apps.documents.forms.incoming import ids_of
from apps.documents.selectors import urging as selectors
from apps.documents.services.incoming import incoming_urge_batch
from apps.documents.services.printing import sheets_print

ASKED = ("light", "step", "q")
EXPORT_LIMIT = 5000
HEADS = (
    "收文编号", "来文单位", "来文字号", "标题", "环节", "分办事项", "办理人", "科室", "到达", "时限", "最近催办",
)  # fmt: skip


def filter_of(request: HouseRequest) -> selectors.UrgingFilter:
    """The query string as a filter; nonsense counts as no filter."""
    asked = request.GET
    steps = {code for code, _ in selectors.steps_offered()}
    return selectors.UrgingFilter(
        light=asked.get("light", "") if asked.get("light") in selectors.LIGHTS else "",
        step=asked.get("step", "") if asked.get("step") in steps else "",
        text=asked.get("q", "").strip()[:100],
    )


@require_GET
@signed_in
def urging(request: HouseRequest) -> HttpResponse:
    """What lies open in others' hands, most overdue first. For htmx only the list."""
    wanted = filter_of(request)
    rows = selectors.urging_list(request.actor, wanted)
    page = page_of(rows, order=selectors.ORDER, cursor=request.GET.get("cursor", "")[:400])
    context = {
        "wanted": wanted,
        "page": page,
        "lines": selectors.urging_lines(page.rows),
        "lights": selectors.LIGHTS.items(),
        "steps": selectors.steps_offered(),
        "base": _base(request),
        "key": new_key(),
    }
    return render(request, "documents/_urging.html" if request.htmx else "documents/urging.html", context)


def _base(request: HouseRequest) -> str:
    """The query string without cursor."""
    asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    return f"{urlencode(asked)}&" if asked else ""


@require_POST
@signed_in
def urging_urge(request: HouseRequest) -> HttpResponse:
    """催办 all chosen documents; what could not be urged is named."""
    result = incoming_urge_batch(
        actor=request.actor,
        incoming_ids=ids_of(request.POST, "selected"),
        text=request.POST.get("text", "")[:200],
        key=request.POST.get("key", ""),
    )
    messages.success(request, f"已催办 {result.documents} 件，提醒 {result.people} 人。")
    for refusal in result.refusals[:5]:
        messages.warning(request, refusal)
    return gone_to(request, reverse("documents:urging"))


@require_GET
@signed_in
def urging_export(request: HouseRequest) -> HttpResponse:
    """The list as Excel."""
    rows = selectors.urging_list(request.actor, filter_of(request)).order_by(*selectors.ORDER)
    cells = (_cells(line) for line in selectors.urging_lines(list(rows[:EXPORT_LIMIT])))
    return xlsx_response("催办清单", HEADS, cells)


def _cells(line: selectors.UrgingLine) -> tuple[Cell, ...]:
    task, document, unit = line.task, line.document, line.task.appointment.unit
    return (
        document.register_number, document.source_name, document.source_number, document.title, task.step_name,
        line.part.assignment if line.part else "", task.person.name, unit.name if unit else "", task.arrived_at, task.due_at,
        task.urged_at,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def handling_sheets(request: HouseRequest) -> HttpResponse:
    """办理单 of the chosen documents (of one by its link) as one PDF, written down in the audit log."""
    asked = request.POST if request.method == "POST" else request.GET
    pdf = sheets_print(actor=request.actor, incoming_ids=ids_of(asked, "selected"))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="handling-sheets.pdf"'
    return response
