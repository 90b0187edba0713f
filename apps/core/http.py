"""Requests as the house sees them: with the acting person and htmx details."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from apps.core.actors import Actor
from apps.core.errors import NotAuthenticated

R = TypeVar("R", bound=HttpResponseBase)


class HouseRequest(HttpRequest):
    """A request behind `signed_in`: `actor` is there."""

    actor: Actor
    htmx: HtmxDetails


def signed_in(view: Callable[..., R]) -> Callable[..., R]:
    """Strangers are sent to the login page (or get 401 from htmx and API); the view may rely on `request.actor`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> R:
        if getattr(request, "actor", None) is None:
            raise NotAuthenticated("登录已过期，请重新登录。")
        return view(request, *args, **options)

    return guarded


def page_left(request: HttpRequest) -> str:
    """Where somebody goes on after a gate: the page that was asked for, or the one its form stood on; empty when that is not ours."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    whence = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(whence, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(whence)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def gone_to(request: HttpRequest, url: str) -> HttpResponse:
    """After a done act, to `url`: 303 for a form, `HX-Redirect` for htmx, so that a refusal leaves the typed words on the page."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)
