"""Shapes of the second factor: allauth's forms, with the house's words and the one lock-out."""

import json
from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.webauthn.forms import LoginWebAuthnForm, ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import CharField, Form, HiddenInput, JSONField, PasswordInput

from apps.accounts.models import Person
from apps.accounts.services import is_locked_out, second_factor_failed
from apps.core.clock import now

LOCKED = "验证失败次数过多，账号已锁定 30 分钟。请稍后再试，或联系安全管理员解锁。"
PERIOD = 30
LARGEST_SKEW = timedelta(hours=13)  # also a phone in the wrong time zone
LABEL = "动态码或恢复码"


class _Counted(BaseAuthenticateForm):
    """Wrong codes are counted with wrong passwords."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["code"]
        field.label = LABEL
        field.widget.attrs = {"autocomplete": "one-time-code", "autofocus": True, "maxlength": 20}

    def clean_code(self) -> str:
        """The code, when it is right; the account's lock comes first."""
        if is_locked_out(request=context.request, login_name=self.user.login_name):
            raise ValidationError(LOCKED)
        try:
            code: str = super().clean_code()
        except ValidationError:
            second_factor_failed(request=context.request, person=self.user)
            raise
        return code


class CodeForm(_Counted, AuthenticateForm):
    """At sign-in."""


class ConfirmCodeForm(_Counted, ReauthenticateForm):
    """Before something sensitive."""


class ActivateForm(ActivateTOTPForm):
    """The first code of a new authenticator app; says by how much the phone's clock is wrong."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["code"]
        field.label = "应用上显示的 6 位动态码"
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 10}

    def clean_code(self) -> str:
        """The code, or by how much its clock differs. Only here: the secret was just given to this very person."""
        try:
            code: str = super().clean_code()
        except ValidationError:
            if skew := clock_skew(self.secret, self.cleaned_data["code"]):
                raise ValidationError(skew_text(skew)) from None
            raise
        return code


class PasskeySignInForm(LoginWebAuthnForm):
    """Sign-in by passkey alone: only with one that asked for PIN, finger or face, which makes it two factors."""

    def clean_credential(self) -> Any:
        """The passkey, verified."""
        authenticator = super().clean_credential()
        answer = parse_authentication_response(self.cleaned_data["credential"])
        if not answer.response.authenticator_data.is_user_verified():
            raise ValidationError("请使用设有 PIN、指纹或人脸验证的通行密钥。")
        return authenticator


def clock_skew(secret: str, typed: str) -> timedelta | None:
    """By how much the clock that made `typed` differs from ours (ahead is positive); None when it was simply wrong."""
    digits = "".join(char for char in typed if char.isdigit())
    present = int(now().timestamp()) // PERIOD
    reach = int(LARGEST_SKEW.total_seconds()) // PERIOD
    for away in range(settings.MFA_TOTP_TOLERANCE + 1, reach):
        for step in (away, -away):
            if format_hotp_value(hotp_value(secret, present + step)) == digits:
                return timedelta(seconds=step * PERIOD)
    return None


def skew_text(skew: timedelta) -> str:
    """What to do about it."""
    minutes = round(abs(skew.total_seconds()) / 60)
    long = f"{minutes // 60} 小时 {minutes % 60} 分" if minutes >= 60 else f"{minutes} 分钟"
    way = "快" if skew > timedelta() else "慢"
    return (
        f"手机时间比服务器{way}了约 {long}。请把手机的日期和时间设为“自动”后，输入新的动态码；"
        "时间无误的，请联系系统管理员校准服务器。"
    )


class UnlockForm(Form):
    """The password, or a passkey of one's own."""

    password = CharField(
        label="口令",
        strip=False,
        required=False,
        widget=PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    credential = JSONField(required=False, widget=HiddenInput)

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """One of the two is right; a wrong password counts towards the lock-out."""
        cleaned = super().clean() or {}
        if credential := cleaned.get("credential"):
            form = ReauthenticateWebAuthnForm({"credential": json.dumps(credential)}, user=self.person)
            if not form.is_valid():
                raise ValidationError("通行密钥没有通过验证，请重试，或改用口令。")
            form.save()
        elif not cleaned.get("password"):
            raise ValidationError("请输入口令。")
        elif not get_adapter().reauthenticate(self.person, cleaned["password"]):
            raise ValidationError("口令不正确，请重新输入。连续 5 次错误将锁定 30 分钟。")
        return cleaned
