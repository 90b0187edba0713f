"""A refusal reads well everywhere: page, htmx toast, JSON; and nothing is cached."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.views import APIView

from apps.core.api import exception_handler
from apps.core.errors import (
    Conflict,
    Forbidden,
    HouseError,
    InvalidState,
    NotAuthenticated,
    NotFound,
    RateLimited,
    TooLarge,
    UpstreamFailed,
    ValidationFailed,
)
from apps.core.middleware import ContentHeadersMiddleware, ErrorMiddleware
from apps.core.views import server_error

As = Callable[[str], Client]


def refused(error: Exception, *, path: str = "/x/", htmx: bool = False, accept: str = "text/html") -> Any:
    """What the middleware answers to `error`."""
    request = RequestFactory().get(path, headers={"Accept": accept})
    request.htmx = htmx  # type: ignore[attr-defined]  # set by django-htmx
    request.actor = None  # type: ignore[attr-defined]  # set by accounts
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]  # enough for the templates
    request.session = {}  # type: ignore[assignment]  # enough for the templates
    request.csp_nonce = "n"  # type: ignore[attr-defined]  # set by csp
    return ErrorMiddleware(lambda _r: HttpResponse()).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValidationFailed("请填写标题。"), 422),
        (Forbidden("不可以。"), 403),
        (NotFound(), 404),
        (Conflict("已被他人修改。", version=4), 409),
        (InvalidState("已办结。"), 409),
        (TooLarge("太大。"), 413),
        (RateLimited("太快。", retry_after=3), 429),
        (UpstreamFailed("对方系统没有响应。"), 502),
        (Http404(), 404),
    ],
)
def test_every_refusal_has_its_status_and_sentence_as_page_and_as_json(error: Exception, status: int) -> None:
    """One family."""
    page = refused(error)
    assert page.status_code == status
    data = refused(error, path="/api/v1/x/")
    assert data.status_code == status
    body = json.loads(data.content)
    assert set(body) == {"code", "message", "data"}
    assert body["message"] in page.content.decode()


def test_a_refusal_to_htmx_is_a_toast_with_the_true_status() -> None:
    """It goes to the toasts, whatever the request's target."""
    answer = refused(Conflict("已被他人修改。"), htmx=True)
    assert answer.status_code == 409
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#toasts", "beforeend")
    assert answer["HX-Reselect"] == ".toast"
    assert "已被他人修改。" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_djangos_own_permission_refusal_is_a_403() -> None:
    """Not the 400 of the family's base."""
    answer = refused(PermissionDenied())
    assert answer.status_code == 403
    assert "没有这项权限" in answer.content.decode()


def test_a_stranger_goes_to_the_login_page_and_comes_back() -> None:
    """An API client gets 401 instead, an htmx request too."""
    answer = refused(NotAuthenticated("请先登录。"), path="/documents/5/")
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/documents/5/")
    assert refused(NotAuthenticated("请先登录。"), path="/api/v1/me/").status_code == 401
    assert refused(NotAuthenticated("请先登录。"), accept="application/json").status_code == 401
    assert refused(NotAuthenticated("请先登录。"), htmx=True).status_code == 401


@pytest.mark.parametrize(
    ("stood_on", "next_page"),
    [
        ("http://testserver/documents/5/?tab=slip", "/documents/5/%3Ftab%3Dslip"),
        ("http://elsewhere.invalid/documents/5/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_after_the_session_ended_leads_back_to_the_page_it_stood_on(
    client: Client, stood_on: str, next_page: str
) -> None:
    """Its own address takes no visits."""
    answer = client.post(reverse("accounts:sessions_finish_others"), headers={"Referer": stood_on})
    assert answer["Location"] == f"{reverse('account_login')}?next={next_page}"


def test_an_unexpected_error_is_left_to_djangos_500() -> None:
    """Nothing else is caught broadly."""
    assert refused(ValueError("bug")) is None


def test_a_hostile_sentence_is_escaped() -> None:
    """Messages may carry what people wrote."""
    assert "<script>" not in refused(HouseError("<script>alert(1)</script>")).content.decode()


def test_content_is_not_cached_unless_a_view_says_so() -> None:
    """A shared PC keeps nothing."""
    plain = ContentHeadersMiddleware(lambda _r: HttpResponse("x"))(RequestFactory().get("/"))
    assert plain["Cache-Control"] == "no-store"
    own = ContentHeadersMiddleware(lambda _r: HttpResponse("x", headers={"Cache-Control": "private"}))
    assert own(RequestFactory().get("/"))["Cache-Control"] == "private"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Conflict("x", version=3), 409, "conflict"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.PermissionDenied(), 403, "forbidden"),
        (exceptions.Throttled(wait=3), 429, "rate_limited"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.ParseError(), 400, "bad_request"),
        (exceptions.UnsupportedMediaType("x"), 415, "unsupported_type"),
        (exceptions.ValidationError({"name": ["x"]}), 422, "validation_failed"),
        (Http404(), 404, "not_found"),
    ],
)
def test_the_api_answers_every_expected_error_in_one_shape(error: Exception, status: int, code: str) -> None:
    """`{code, message, data}` with a Chinese sentence."""
    answer = exception_handler(error, {"view": APIView()})
    assert answer is not None
    assert answer.status_code == status
    assert answer.data["code"] == code
    assert set(answer.data) == {"code", "message", "data"}


def test_the_api_leaves_unexpected_errors_alone() -> None:
    """They become a 500 and a log entry."""
    assert exception_handler(ValueError("bug"), {}) is None


@pytest.mark.django_db
def test_an_unknown_address_is_a_404_in_the_houses_words(client_as: As) -> None:
    """Signed in or not."""
    for client in (client_as("drafter"), Client()):
        answer = client.get("/no/such/page/")
        assert answer.status_code == 404
        assert "没有找到" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_what_to_do(client_as: As) -> None:
    """CSRF in words."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_as("drafter").cookies
    answer = strict.post("/notices/read-all/")
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["portal:search", "meetings:meetings", "documents:incoming_list"])
def test_a_nul_is_refused_wherever_it_is_sent(client_as: As, address: str) -> None:
    """No field of the database can hold it; in an address, in the name of a field and in a form alike."""
    client = client_as("drafter")
    assert client.get(reverse(address), {"q": "a\x00b"}).status_code == 422
    assert client.get(reverse(address), {"q\x00": "a"}).status_code == 422
    answer = client.post(reverse(address), {"key": "a\x00b"}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "空字符" in answer.json()["message"]


def test_what_nobody_foresaw_is_told_as_it_was_asked(rf: RequestFactory) -> None:
    """A program gets JSON, a part of a page a toast."""
    data = server_error(rf.get("/api/v1/me/"))
    assert (data.status_code, json.loads(data.content)["code"]) == (500, "unexpected")
    request = rf.get("/documents/")
    request.htmx = True  # type: ignore[attr-defined]  # set by django-htmx
    toast = server_error(request)
    assert (toast.status_code, toast["HX-Retarget"]) == (500, "#toasts")
    assert "没有保存" in toast.content.decode()


@pytest.mark.django_db
def test_json_nested_without_end_is_refused(client_as: As) -> None:
    """Like any other that cannot be read."""
    deep = "[" * 100_000 + "]" * 100_000
    answer = client_as("drafter").post(reverse("api:documents"), deep, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
