"""Pages of integration: a to-do of another system."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.http import HouseRequest, gone_to, signed_in
from apps.integration import services
from apps.integration.selectors.todos import todo_page


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
