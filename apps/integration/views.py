"""Pages of integration: the centre of connected systems, a to-do of another system, the way into one by single sign-on."""

from urllib.parse import urlencode

from allauth.idp.oidc import views as provider
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import NotFound
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


@csrf_exempt  # allauth's own view asks for the token where a person consents
@require_http_methods(["GET", "POST"])  # allauth would answer HEAD with a code
def authorize(request: HttpRequest) -> HttpResponse:
    """allauth's authorization, for people of organs that use the system; a stranger signs in first."""
    asked = request.POST if request.method == "POST" else request.GET
    actor = getattr(request, "actor", None)
    if actor is None and "none" not in asked.get("prompt", ""):
        way_on = f"{reverse('integration:entering')}?{asked.urlencode()}"
        return redirect(f"{reverse('account_login')}?{urlencode({'next': way_on})}")
    system = None
    if actor is not None:
        system = services.entry_required(actor=actor, client_id=asked.get("client_id", ""))
    answer: HttpResponse = provider.authorization(request)
    if answer.status_code == 200:  # nobody is asked to consent, so this page says what is wrong
        answer.status_code = 400
    if actor is not None and system is not None and "code=" in answer.headers.get("Location", ""):
        services.entry_record(actor=actor, system=system)
    return answer


@require_GET
@signed_in
def entering(request: HouseRequest) -> HttpResponse:
    """A page between sign-in and the system: a form's answer may not lead off the site (page policy), a page may."""
    url = f"{reverse('idp:oidc:authorization')}?{request.GET.urlencode()}"
    return render(request, "integration/entering.html", {"url": url, "words": "正在进入系统"})


@csrf_exempt  # likewise
def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's sign-out; where it asks, what follows leads off the site by a page (as `entering`)."""
    answer: HttpResponse = provider.logout(request)
    url = answer.headers.get("Location", "")
    if request.method == "POST" and answer.status_code == 302:
        return render(request, "integration/entering.html", {"url": url, "words": "正在返回"})
    return answer


def not_offered(request: HttpRequest) -> HttpResponse:
    """A flow this provider does not have."""
    raise NotFound
