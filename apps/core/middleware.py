"""Errors become pages, toasts or JSON in one place; content is never cached; a page asks the same question once."""

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render, resolve_url

from apps.core.errors import Forbidden, HouseError, NotAuthenticated, NotFound, ValidationFailed
from apps.core.http import page_left
from apps.core.metrics import request_counted
from apps.core.once import reading

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
INTERFACE = "/api/"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ErrorMiddleware:
    """Turns a `HouseError` into what the asker can read: full page, htmx toast (with the true status) or JSON."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; the work is in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A response for the house's errors and Django's own refusals; None lets others become a 500."""
        if isinstance(error, Http404):
            error = NotFound()
        elif isinstance(error, PermissionDenied):
            error = Forbidden(str(error) or "您没有这项权限。")
        if not isinstance(error, HouseError):
            return None
        return error_response(request, error)


def error_response(request: HttpRequest, error: HouseError) -> HttpResponse:
    """The answer to `request` that tells `error`."""
    if "application/json" in request.headers.get("Accept", "") or request.path.startswith(INTERFACE):
        body = {"code": error.code, "message": error.message, "data": error.data}
        return JsonResponse(body, status=error.http_status)
    if isinstance(error, NotAuthenticated) and not getattr(request, "htmx", False):
        return redirect_to_login(page_left(request) or resolve_url(settings.LOGIN_REDIRECT_URL))
    context = {"error": error, "status": error.http_status}
    template = "components/_error_toast.html" if getattr(request, "htmx", False) else "error.html"
    response = render(request, template, context, status=error.http_status)
    if getattr(request, "htmx", False):
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        response["HX-Reselect"] = ".toast"  # of a form that selects a part of its answer, too
    return response


class PlainTextMiddleware:
    """Refuses the one character that no text in the database can hold; nobody types it, whatever field it is sent in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; the work is in `process_view`."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """A refusal, or None."""
        sent = (request.path, *_values(request.GET), *(_values(request.POST) if _is_form(request) else ()))
        if not any("\x00" in value for value in sent):
            return None
        return error_response(
            request, ValidationFailed("提交的内容含有无法识别的字符（空字符），请删除后重试。")
        )


def _is_form(request: HttpRequest) -> bool:
    """A form of a page; what a program sends is read, and judged, by the framework of the interface."""
    return (
        request.method == "POST" and request.content_type in FORMS and not request.path.startswith(INTERFACE)
    )


def _values(sent: QueryDict) -> Iterator[str]:
    for name, values in sent.lists():
        yield from (name, *(str(value) for value in values))


class ContentHeadersMiddleware:
    """Pages with content are `no-store`, so a shared PC keeps nothing; static files set their own header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header unless the view has chosen one."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class ReadingMiddleware:
    """A request that only reads remembers what it has asked (`core.once`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, within the memory for GET and HEAD."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with reading():
            return self.get_response(request)


class MetricsMiddleware:
    """Counts every answered request and how long it took; the outermost, so that nothing is left out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Measure and pass on."""
        began = time.monotonic()
        response = self.get_response(request)
        request_counted(request, response.status_code, time.monotonic() - began)
        return response
