"""The board, the list and its Excel sheet."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.actors import Actor
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.files.kinds import KINDS
from apps.files.responses import made_file
from apps.supervision import services
from apps.supervision.enums import LightKind, Source
from apps.supervision.forms import ID_LENGTH, ids_of
from apps.supervision.lifecycle import table_lines
from apps.supervision.policies import board_scopes, may_propose, oversees
from apps.supervision.selectors import board as selectors
from apps.supervision.selectors.drafts import class_lines
from apps.supervision.selectors.exports import HEADS, item_cells
from apps.supervision.selectors.filters import chips_of, scopes_listed
from apps.supervision.selectors.items import STAGE_NAMES, Narrowing, items_first, items_page, list_lines
from apps.supervision.services.exporting import export_note

MOST_EXPORTED = 20_000


@require_GET
@signed_in
def board(request: HouseRequest) -> HttpResponse:
    """The whole in one page of lights."""
    scope = selectors.scope_chosen(request.actor, request.GET.get("scope", ""))
    context = {
        "board": selectors.board_of(request.actor, scope, request.GET.get("by", "")),
        "scope": scope,
        "scopes": board_scopes(request.actor),
        "axes": selectors.AXES,
        "may_propose": may_propose(request.actor),
        "may_sum_up": oversees(request.actor),
        "key": new_key(),
    }
    return render(request, "supervision/board.html", context)


WITHOUT_MENU = ("organ", "leader", "due", "assigned", "done", "late", "listed")
FILTERS = ("scope", "stage", "light", "source", *WITHOUT_MENU, "q")

MENUS = {"stages": STAGE_NAMES, "lights": LightKind.choices[:3], "sources": Source.choices}


def _chosen(request: HouseRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:100] for name in FILTERS}


def _number(words: str) -> int | None:
    return int(words) if words.isdecimal() and len(words) <= ID_LENGTH else None


def _narrowing(chosen: dict[str, str]) -> Narrowing:
    plain = ("scope", "stage", "light", "source", "due", "assigned", "done")
    return Narrowing(
        **{name: chosen[name] for name in plain},
        organ_id=_number(chosen["organ"]),
        leader_id=_number(chosen["leader"]),
        is_late=chosen["late"] == "1",
        is_listed=chosen["listed"] == "1",
        text=chosen["q"],
    )


def _rights(actor: Actor, stage: str) -> dict[str, bool]:
    """The buttons above and below the list."""
    return {
        "may_propose": may_propose(actor),
        "may_succeed": oversees(actor),
        "is_batch": stage == "waiting" and oversees(actor),
    }


@require_GET
@signed_in
def items(request: HouseRequest) -> HttpResponse:
    """The list behind every number of the board."""
    chosen = _chosen(request)
    wanted = _narrowing(chosen)
    page = items_page(request.actor, wanted, request.GET.get("cursor", "")[:400])
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "page": page,
        "lines": list_lines(page.rows),
        "chosen": chosen,
        "scopes": scopes_listed(request.actor),
        "chips": chips_of(wanted, query),
        "kept": [(name, chosen[name]) for name in WITHOUT_MENU if chosen[name]],
        **MENUS,
        "base": f"{query.urlencode()}&" if query else "",
        "query": query.urlencode(),
        **_rights(request.actor, chosen["stage"]),
    }
    return render(request, "supervision/items.html", context)


@require_GET
@signed_in
def lifecycle(request: HouseRequest) -> HttpResponse:
    """办理规则: the table by which items move, as it is enforced."""
    context = {"lines": list(table_lines()), "classes": class_lines()}
    return render(request, "supervision/lifecycle.html", context)


@require_POST
@signed_in
def summary(request: HouseRequest) -> HttpResponse:
    """督查通报 of this month as a draft, opened for writing."""
    draft = services.summary_draft(actor=request.actor, key=request.POST.get("key", ""))
    return gone_to(request, reverse("documents:outgoing_edit", args=[draft.pk]))


@require_GET
@signed_in
def summary_word(request: HouseRequest) -> HttpResponse:
    """The same summary as a Word file; audited."""
    name, data = services.summary_word(actor=request.actor)
    return made_file(data, name=name, content_type=KINDS["docx"].content_type)


@require_POST
@signed_in
def batch(request: HouseRequest) -> HttpResponse:
    """立项 or 交办 of the chosen ones; what could not be done is named."""
    act = request.POST.get("act", "")
    chosen = ids_of(request.POST, "selected")
    result = services.items_batch(actor=request.actor, act=act, item_ids=chosen)
    messages.success(request, f"已{services.BATCHES[act][0]} {result.done} 项。")
    for refusal in result.refusals[:5]:
        messages.warning(request, refusal)
    return gone_to(request, f"{reverse('supervision:items')}?stage=waiting")


@require_GET
@signed_in
def export(request: HouseRequest) -> HttpResponse:
    """The list as an Excel sheet; audited."""
    wanted = _narrowing(_chosen(request))
    cells = [item_cells(row) for row in items_first(request.actor, wanted, MOST_EXPORTED)]
    export_note(actor=request.actor, count=len(cells))
    return xlsx_response("督办事项", HEADS, cells)
