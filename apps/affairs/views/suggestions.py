"""Pages of 投诉建议."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.affairs import services
from apps.affairs.enums import SuggestionKind, SuggestionState, SuggestionTopic
from apps.affairs.forms import id_of, suggestion_draft_of
from apps.affairs.policies.suggestions import acts_open, handles
from apps.affairs.selectors.suggestions import (
    HEADS,
    LIST_ORDER,
    SCOPES,
    Wanted,
    organs_addressed,
    suggestion_cells,
    suggestion_for,
    suggestions_found,
    topic_counts,
)
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key

MOST_EXPORTED = 5000


def _wanted(request: HouseRequest) -> Wanted:
    given = request.GET
    scope = given.get("scope", "ours" if handles(request.actor) else "mine")
    return Wanted(
        scope=scope if scope in dict(SCOPES) and handles(request.actor) else "mine",
        state=given.get("state", ""),
        topic=given.get("topic", ""),
        words=given.get("q", "").strip()[:50],
    )


@require_GET
@signed_in
def suggestion_list(request: HouseRequest) -> HttpResponse:
    """Own ones, and for who answers what the organ was told."""
    wanted, actor = _wanted(request), request.actor
    page = page_of(
        suggestions_found(actor, wanted), order=LIST_ORDER, cursor=request.GET.get("cursor", "")[:400]
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    is_ours = wanted.scope == "ours" and actor.organ_id is not None
    context = {
        "page": page,
        "wanted": wanted,
        "scopes": SCOPES if handles(actor) else (),
        "states": SuggestionState.choices,
        "topics": SuggestionTopic.choices,
        "counts": topic_counts(actor.organ_id or 0) if is_ours else [],
        "base": f"{query.urlencode()}&" if query else "",
        "query": query.urlencode(),
    }
    return render(request, "affairs/suggestions.html", context)


@require_GET
@signed_in
def suggestions_export(request: HouseRequest) -> HttpResponse:
    """The list as a sheet; anonymous authors stay so."""
    rows = suggestions_found(request.actor, _wanted(request)).order_by(*LIST_ORDER)[:MOST_EXPORTED]
    cells = [suggestion_cells(row) for row in rows]
    services.suggestions_export_note(actor=request.actor, count=len(cells))
    return xlsx_response("投诉建议", HEADS, cells)


@require_http_methods(["GET", "POST"])
@signed_in
def suggestion_new(request: HouseRequest) -> HttpResponse:
    """Say something."""
    if request.method == "POST":
        draft, key = suggestion_draft_of(request.POST), request.POST.get("key", "")
        written = services.suggestion_write(actor=request.actor, draft=draft, key=key)
        messages.success(request, f"已提交{written.organ.short_name}，答复后会通知您。")
        return gone_to(request, reverse("affairs:suggestion", args=[written.pk]))
    context = {
        "kinds": SuggestionKind.choices,
        "topics": SuggestionTopic.choices,
        "organs": organs_addressed(request.actor),
        "key": new_key(),
    }
    return render(request, "affairs/suggestion_new.html", context)


@require_GET
@signed_in
def suggestion(request: HouseRequest, suggestion_id: int) -> HttpResponse:
    """What was said and answered, and what may be done."""
    found = suggestion_for(request.actor, suggestion_id)
    context = {
        "suggestion": found,
        "words": found.words.select_related("speaker"),
        "can": {act.value: True for act in acts_open(request.actor, found)},
        "is_own": found.author_id == request.actor.person_id,
    }
    return render(request, "affairs/suggestion.html", context)


def _answer(actor: Actor, suggestion_id: int, version: int | None, form: QueryDict) -> str:
    services.suggestion_answer(
        actor=actor, suggestion_id=suggestion_id, expected_version=version, text=form.get("text", "")
    )
    return "已答复，提出人会收到通知。"


def _add(actor: Actor, suggestion_id: int, version: int | None, form: QueryDict) -> str:
    services.suggestion_add(
        actor=actor, suggestion_id=suggestion_id, expected_version=version, text=form.get("text", "")
    )
    return "已提交。"


def _close(actor: Actor, suggestion_id: int, version: int | None, form: QueryDict) -> str:
    services.suggestion_close(
        actor=actor,
        suggestion_id=suggestion_id,
        expected_version=version,
        is_satisfied=form.get("is_satisfied") == "1",
    )
    return "已办结，感谢评价。"


def _reopen(actor: Actor, suggestion_id: int, version: int | None, form: QueryDict) -> str:
    services.suggestion_reopen(
        actor=actor, suggestion_id=suggestion_id, expected_version=version, text=form.get("text", "")
    )
    return "已重新提出。"


ACTS: dict[str, Callable[[Actor, int, int | None, QueryDict], str]] = {
    "answer": _answer,
    "add": _add,
    "close": _close,
    "reopen": _reopen,
}


@require_POST
@signed_in
def suggestion_act(request: HouseRequest, suggestion_id: int, act: str) -> HttpResponse:
    """One act, then back to the page."""
    done = ACTS.get(act)
    if done is None:
        raise NotFound
    version = id_of(request.POST.get("expected_version", ""))
    messages.success(request, done(request.actor, suggestion_id, version, request.POST))
    return gone_to(request, reverse("affairs:suggestion", args=[suggestion_id]))
