"""Signing in, and the gates before the first page: password, notice, demo."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import DemoGateForm, PasswordForm
from apps.accounts.idling import is_idle, locked, touched
from apps.accounts.middleware import DEMO_KEY, gate_of
from apps.accounts.passwords import rules
from apps.accounts.second_factor_forms import UnlockForm
from apps.accounts.selectors import demo_cast, has_passkey, person_of
from apps.accounts.selectors.identity import identity_door
from apps.accounts.services import notice_accept as accept
from apps.accounts.services import password_change, screens_check
from apps.accounts.services import unlock_record as record_unlock
from apps.accounts.views.me import next_page
from apps.core import mailing
from apps.core.errors import HouseError, RateLimited
from apps.core.http import HouseRequest, signed_in
from apps.core.middleware import error_response


class SignInView(LoginView):
    """Login name and password; in the demo also the cast, one click each."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the cast where there is one."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        is_demo = settings.TONGZHOU_MODE == "demo"
        return {
            **context,
            "has_mail": mailing.is_ready(),
            "identity_door": identity_door(),
            "cast": demo_cast() if is_demo else [],
            "demo_password": settings.DEMO_PASSWORD if is_demo else "",
        }


sign_in = SignInView.as_view()


@login_not_required
def locked_out(
    request: HttpRequest, response: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Too many wrong passwords: say how long, and who can help."""
    return error_response(
        request, RateLimited("登录失败次数过多，账号已锁定 30 分钟。请稍后再试，或联系安全管理员解锁。")
    )


@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HouseRequest) -> HttpResponse:
    """Change the own password; the gate of the first sign-in."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            changed = password_change(
                actor=request.actor,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
            )
        except HouseError as error:
            form.refuse(error)
        else:
            update_session_auth_hash(request, changed)
            return redirect(gate_of(changed) or "accounts:me")
    forced = gate_of(person_of(request.actor.person_id)) == "accounts:password"
    context = {"form": form, "is_forced": forced, "rules": rules()}
    return render(request, "accounts/password.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def notice_accept(request: HouseRequest) -> HttpResponse:
    """Read and accept the 非涉密 notice."""
    if request.method == "POST":
        accept(actor=request.actor)
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/notice.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def demo_gate(request: HttpRequest) -> HttpResponse:
    """The word of a demo on the network."""
    form = DemoGateForm(request.POST or None)
    if form.is_valid():
        if constant_time_compare(form.cleaned_data["word"].strip(), settings.DEMO_GATE):
            request.session[DEMO_KEY] = settings.DEMO_GATE
            return redirect("account_login")
        form.add_error("word", "访问口令不正确，请向启动演示环境的人员索取。")
    return render(request, "accounts/demo_gate.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def unlock(request: HouseRequest) -> HttpResponse:
    """A screen nobody used for a while: password or passkey, and back to the page."""
    person = person_of(request.actor.person_id)
    has_key = has_passkey(person.pk)
    if request.method == "GET":
        locked(request)
        screens_check(person_id=person.pk)
    form = UnlockForm(request.POST or None, person=person)
    if form.is_valid():
        touched(request)
        record_unlock(actor=request.actor)
        return redirect(next_page(request, settings.LOGIN_REDIRECT_URL))
    context = {"form": form, "person": person, "next": next_page(request, ""), "has_key": has_key}
    if has_key:
        context["options"] = {"request_options": begin_authentication(person)}
    return render(request, "accounts/unlock.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def active(request: HouseRequest) -> HttpResponse:
    """The page's word that somebody is there; a screen already locked stays locked."""
    person = person_of(request.actor.person_id)
    if is_idle(request, person):
        return HttpResponse(status=423)
    touched(request)
    return HttpResponse(status=204)
