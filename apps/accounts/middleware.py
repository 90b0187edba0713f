"""Puts the acting person in the current post on every request, and stands at the gate of the first sign-in."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from apps.accounts.idling import idle_from, is_idle, lock_seconds, seen
from apps.accounts.models import Person
from apps.accounts.passwords import is_expired
from apps.accounts.selectors import actor_for, second_factor_missing
from apps.accounts.services import session_seen
from apps.core.actors import Actor
from apps.core.addresses import client_address
from apps.core.errors import Forbidden
from apps.core.http import page_left
from apps.core.middleware import error_response

POST_KEY = "current_appointment"
DEMO_KEY = "demo_word"
ALWAYS_OPEN = {"account_logout", "core:healthz", "core:readyz", "core:metrics", "core:service_worker"}
SECOND_FACTOR = "mfa_index"
SECOND_FACTOR_KEY = "second_factor_asked"
UNLOCK = "accounts:unlock"
# A forgotten password is nobody's session: also at a locked screen the letter's link opens.
FORGOTTEN = {"accounts:recovery", "accounts:recovery_sent", "accounts:recovery_open", "accounts:recovery_new"}
# While a gate is closed, what leads through it.
THROUGH = {
    SECOND_FACTOR: {
        "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes", "account_reauthenticate",
    },
    UNLOCK: {"accounts:active"},
}  # fmt: skip
GATES = {
    UNLOCK: "屏幕已锁定，请输入口令解锁后继续。",
    SECOND_FACTOR: "您的岗位要求双因素登录，请先设置动态码或通行密钥，再继续使用。",
    "accounts:password": "请先修改口令，再继续使用。",
    "accounts:notice_accept": "请先阅知非涉密须知，再继续使用。",
}


class ActorMiddleware:
    """`request.actor`: an `Actor` for a signed-in person (computed when first used), None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach and go on."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))
        user = request.user
        request.actor = (  # type: ignore[attr-defined]  # HttpRequest has no place for it
            SimpleLazyObject(lambda: _actor(request)) if user.is_authenticated else None
        )
        if user.is_authenticated:
            session_seen(request=request)
            request.idle_seconds = lock_seconds(user)  # type: ignore[attr-defined]  # likewise
        return self.get_response(request)


class SignInGateMiddleware:
    """Before anything else a person changes the first password and accepts the 非涉密 notice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; the work is in `process_view`, where the address is resolved."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A redirect to the gate that is still closed, or None."""
        name = _name(request.resolver_match)
        if name in ALWAYS_OPEN | FORGOTTEN or not isinstance(request.user, Person):
            return None
        gate = _gate(request, request.user)
        if not gate:
            seen(request, request.user)
        if not gate or name == gate or name in THROUGH.get(gate, ()):
            return None
        return _send_to(request, gate)


class DemoGateMiddleware:
    """A demo city that is open to the network asks strangers for the word printed at its start."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; the work is in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """The gate's page until the word was given in this browser."""
        if not settings.DEMO_GATE or _name(request.resolver_match) in ALWAYS_OPEN | {"accounts:demo_gate"}:
            return None
        if constant_time_compare(request.session.get(DEMO_KEY, ""), settings.DEMO_GATE):
            return None
        return _send_to(request, "accounts:demo_gate")


def gate_of(person: Person) -> str:
    """The URL name of the gate that is still closed for the person, or empty."""
    if person.must_change_password or is_expired(person):
        return "accounts:password"
    if person.accepted_notice_at is None:
        return "accounts:notice_accept"
    return ""


def _gate(request: HttpRequest, person: Person) -> str:
    """Also the gates that hang on this session: a locked screen, a second factor that is required and missing."""
    if is_idle(request, person):
        return UNLOCK
    if gate := gate_of(person):
        return gate
    if settings.TWO_FACTORS_FOR and not request.session.get(SECOND_FACTOR_KEY):
        if second_factor_missing(person):
            return SECOND_FACTOR
        request.session[SECOND_FACTOR_KEY] = True
    return ""


def open_until(person: Person, session: Mapping[str, Any]) -> float:
    """The same gates before a live screen (`core.screens`): from which moment (POSIX time) on one stands, 0 when it does."""
    if gate_of(person):
        return 0
    is_asked = settings.TWO_FACTORS_FOR and not session.get(SECOND_FACTOR_KEY)
    if is_asked and second_factor_missing(person):
        return 0
    return idle_from(session, person)


def _send_to(request: HttpRequest, gate: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return error_response(request, Forbidden(GATES.get(gate, "请先输入演示环境的访问口令。"), gate=gate))
    if htmx := getattr(request, "htmx", None):
        return HttpResponse(headers={"HX-Redirect": _with_next(gate, htmx.current_url_abs_path)})
    if gate == UNLOCK:
        return redirect(_with_next(gate, page_left(request)))
    return redirect(gate)


def _with_next(gate: str, back: str | None) -> str:
    """The gate's address with the way back, which the gate's own page checks."""
    return f"{reverse(gate)}?{urlencode({'next': back})}" if back else reverse(gate)


def _name(match: ResolverMatch | None) -> str:
    return match.view_name if match else ""


def _actor(request: HttpRequest) -> Actor:
    return actor_for(request.user, request.session.get(POST_KEY))  # type: ignore[arg-type]  # authenticated above
