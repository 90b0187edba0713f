"""allauth's adapter: sign-up is closed, people are made by administrators; every sign-in and refusal is recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.accounts.models import Person
from apps.accounts.selectors import is_administrator, open_posts_of
from apps.accounts.services import screens_check, sign_in_record, sign_in_refused_record
from apps.core.addresses import client_address
from apps.core.errors import Forbidden
from apps.core.middleware import error_response


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; administrators go to the back office, everybody else to the desk."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "登录名或口令不正确，请重新输入。连续 5 次错误将锁定 30 分钟。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that can be trusted."""
        return client_address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The back office for administrators without a post, else the desk."""
        person = request.user
        if (
            isinstance(person, Person)
            and is_administrator(person.pk)
            and not open_posts_of(person.pk).exists()
        ):
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Record and go on."""
        sign_in_record(person=user, result="sign_in")
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Record and end the session, on every screen of it at once."""
        person = request.user
        if isinstance(person, Person):
            sign_in_record(person=person, result="sign_out")
        super().logout(request)
        if isinstance(person, Person):
            screens_check(person_id=person.pk)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the typed name; the password is kept nowhere."""
        result = "locked" if getattr(request, "axes_locked_out", False) else "refused"
        sign_in_refused_record(login_name=str(credentials.get("username") or ""), result=result)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A frozen account."""
        sign_in_refused_record(login_name=user.login_name, result="inactive")
        return error_response(
            request, Forbidden("账号未启用或已停用，请联系本单位的系统管理员、安全管理员。")
        )

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's flashes are not shown: the page itself says enough."""


def login_name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The login name the lock-out counts under: as typed, without case and blanks, so that spelling does not evade it."""
    typed = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(typed).strip().lower()[:60]
