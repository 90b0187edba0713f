"""Pages of integration: the centre of connected systems, a to-do of another system."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.http import HouseRequest, gone_to, signed_in
from apps.integration import services
from apps.integration.selectors.center import center_of
from apps.integration.selectors.todos import todo_page


@require_GET
@signed_in
def center(request: HouseRequest) -> HttpResponse:
    """应用中心; for htmx only the tiles."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    context = {"center": center_of(request.actor, text), "text": text}
    template = "integration/_tiles.html" if request.htmx else "integration/center.html"
    return render(request, template, context)


def _tiles(request: HouseRequest) -> HttpResponse:
    """The tiles anew for htmx, else back to the page."""
    if request.htmx:
        return render(request, "integration/_tiles.html", {"center": center_of(request.actor), "text": ""})
    return gone_to(request, reverse("integration:center"))


@require_POST
@signed_in
def favourite_set(request: HouseRequest, system_id: int) -> HttpResponse:
    """Keep in front, or with `on=0` no more."""
    wanted = request.POST.get("on", "1") != "0"
    services.favourite_set(actor=request.actor, system_id=system_id, is_kept=wanted)
    return _tiles(request)


@require_POST
@signed_in
def favourite_move(request: HouseRequest, system_id: int) -> HttpResponse:
    """One place forward, or with `step=1` back."""
    step = 1 if request.POST.get("step") == "1" else -1
    services.favourite_move(actor=request.actor, system_id=system_id, step=step)
    return _tiles(request)


@require_GET
@signed_in
def todo(request: HouseRequest, todo_id: int) -> HttpResponse:
    """What is asked, by whom, until when, and the way to where it is done."""
    page = todo_page(request.actor, todo_id)
    services.todo_opened(actor=request.actor, todo=page.todo)
    return render(request, "integration/todo.html", {"page": page, "todo": page.todo})


@require_POST
@signed_in
def todo_dismiss(request: HouseRequest, todo_id: int) -> HttpResponse:
    """It was done over there: off the list."""
    services.todo_dismiss(actor=request.actor, todo_id=todo_id)
    messages.success(request, "已移出待办，来源系统对账时会看到由您确认。")
    return gone_to(request, reverse("portal:desk"))
