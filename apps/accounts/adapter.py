"""allauth's adapter: sign-up is closed, people are made by administrators; every sign-in and refusal is recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.accounts.idling import touched
from apps.accounts.middleware import SECOND_FACTOR_KEY
from apps.accounts.models import Person
from apps.accounts.secrecy import opened, sealed
from apps.accounts.selectors import is_administrator, open_posts_of, second_factor_required, second_factors_of
from apps.accounts.selectors.identity import person_of_identity
from apps.accounts.services import screens_check, second_factor_note, sign_in_record, sign_in_refused_record
from apps.core.addresses import client_address
from apps.core.errors import Forbidden
from apps.core.middleware import error_response

CONFIRMED_BY = {
    "reauthenticate": "改用口令",
    "mfa_reauthenticate": "改用动态码或恢复码",
    "mfa_reauthenticate:webauthn": "改用通行密钥",
}
CHANGES = {
    "totp_activated": "启用动态码",
    "totp_deactivated": "停用动态码",
    "webauthn_added": "添加通行密钥",
    "webauthn_removed": "移除通行密钥",
    "recovery_codes_generated": "生成恢复码",
}


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
        touched(request)
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

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """allauth's, in the house's words."""
        return [
            {**method, "description": CONFIRMED_BY[method["id"]]}
            for method in super().get_reauthentication_methods(user)
        ]

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """allauth calls this at each change of a factor: it is recorded, and whether one is still required is asked anew."""
        what = CHANGES.get(template_prefix.rpartition("/")[2])
        if what and isinstance(user, Person):
            second_factor_note(person=user, what=what)
        if self.request is not None:
            self.request.session.pop(SECOND_FACTOR_KEY, None)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's flashes are not shown: the page itself says enough."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed at rest; a required factor is replaced, not dropped."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证不成功，请重新输入。动态码每 30 秒更换，请确认手机时间设为“自动”；连续 5 次错误将锁定 30 分钟。",
        "cannot_delete_authenticator": "您的岗位要求双因素登录，请先添加另一种方式，再停用这一种。",
    }

    def encrypt(self, text: str) -> str:
        """Sealed with the installation's secret."""
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Opened again."""
        return opened(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who must have one."""
        person = authenticator.user
        held = second_factors_of(person)
        return not second_factor_required(person) or len(held.passkeys) + (held.totp_since is not None) > 1

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # allauth's signature
        """A name to begin with."""
        return f"通行密钥 {len(second_factors_of(user).passkeys) + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as passkeys know it."""
        return {**super().get_public_key_credential_rp_entity(), "name": "同舟"}


class IdentityAdapter(DefaultSocialAccountAdapter):
    """Sign-in by the province's identity provider: it opens the account of somebody who is here, never makes or ties one.

    Each time one claim of the provider is held against one field here. The three administrators come in by their own password and
    second factor only: who keeps the provider could else take the powers that are to stay apart.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Closed."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Put the person of the claim in; without exactly one the way ends here."""
        facts = sociallogin.provider.app.settings
        claimed = sociallogin.account.get_provider_account().get_user_data() or {}
        value = str(claimed.get(facts["claim"]) or "").strip()
        person = person_of_identity(field=facts["matches"], value=value)
        if person is None:
            self._refuse(
                request, value, "统一身份认证的账号没有对应本平台的人员，请联系本单位的系统管理员核对。"
            )
        elif is_administrator(person.pk):
            self._refuse(request, value, "三员不通过统一身份认证登录，请使用登录名、口令和双因素。")
        else:
            sociallogin.user = person

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """Cancelled, stale, forged, or the provider does not answer: back to the door."""
        self._refuse(request, "", "统一身份认证没有完成，请返回登录页重试，或用登录名和口令登录。")

    @staticmethod
    def _refuse(request: HttpRequest, value: str, words: str) -> None:
        sign_in_refused_record(login_name=value, result="refused")
        raise ImmediateHttpResponse(error_response(request, Forbidden(words)))


def login_name_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The login name the lock-out counts under: as typed, without case and blanks, so that spelling does not evade it."""
    given = credentials or {}
    typed = given.get("username") or given.get(Person.USERNAME_FIELD) or request.POST.get("login") or ""
    return str(typed).strip().lower()[:60]
