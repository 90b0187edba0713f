"""Health, CSRF failure and the handlers of unexpected errors."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.core import shell
from apps.core.errors import Forbidden, NotFound, Unexpected
from apps.core.health import readiness
from apps.core.http import HouseRequest, signed_in
from apps.core.metrics import may_measure, metrics_text
from apps.core.middleware import error_response


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything needed is there, else 503 with what is missing."""
    checks = readiness()
    ready = all(check.ok for check in checks)
    body = {"ready": ready, "checks": {check.name: {"ok": check.ok, "text": check.text} for check in checks}}
    return JsonResponse(body, status=200 if ready else 503, json_dumps_params={"ensure_ascii": False})


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """For the monitoring system; for everybody else there is nothing here."""
    if not may_measure(request):
        raise NotFound
    return HttpResponse(metrics_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_GET
@signed_in
def live_counts(request: HouseRequest) -> JsonResponse:
    """The live numbers as the frame shows them; fetched again when a frame says so."""
    numbers = shell.counts(request.actor)
    return JsonResponse({name: shell.shown(number) for name, number in numbers.items()})


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the static shell; served at the root, because its scope is the folder it comes from."""
    place = finders.find("sw.js")
    if not isinstance(place, str):
        raise NotFound
    response = HttpResponse(Path(place).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open for too long, or a forged one."""
    return error_response(
        request, Forbidden("页面已过期，请返回上一页刷新后重新提交，您填写的内容仍在页面上。")
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the house's words."""
    return error_response(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing was saved; the log has the details."""
    words = "系统出现意外错误，本次操作没有保存，请稍后重试；如反复出现，请联系管理员。"
    return error_response(request, Unexpected(words))
