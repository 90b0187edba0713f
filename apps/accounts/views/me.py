"""One's own account: posts and sessions."""

from typing import Any

from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.middleware import POST_KEY
from apps.accounts.selectors import (
    absences_open_of,
    appointments_of,
    delegations_open_of,
    person_of,
    second_factor_missing,
    second_factors_of,
    sessions_of,
)
from apps.accounts.selectors.recovery import recovery_mail_of
from apps.accounts.services import post_switch as switch
from apps.accounts.services import session_end, sessions_end_others
from apps.core.http import HouseRequest, signed_in


@signed_in
@require_safe
def me(request: HouseRequest) -> HttpResponse:
    """我: who I am here, what I have handed over, how it looks."""
    person_id = request.actor.person_id
    person = person_of(person_id)
    context = {
        "person": person,
        "posts": list(appointments_of(person_id)),
        "delegations": list(delegations_open_of(person_id)),
        "absences": list(absences_open_of(person_id)),
        "factors": second_factors_of(person),
        "recovery": recovery_mail_of(person),
    }
    return render(request, "accounts/me.html", context)


@signed_in
@require_POST
def post_switch(request: HouseRequest) -> HttpResponse:
    """Act in another of my posts from now on."""
    post = switch(actor=request.actor, appointment_id=_number(request.POST.get("appointment", "")))
    request.session[POST_KEY] = post.pk
    return redirect(next_page(request, settings.LOGIN_REDIRECT_URL))


@signed_in
@require_safe
def second_factors(request: HouseRequest) -> HttpResponse:
    """双因素: what I have, what the rule asks."""
    person = person_of(request.actor.person_id)
    held = second_factors_of(person)
    context = {"held": held, "is_gate": second_factor_missing(person), "is_secure": request.is_secure()}
    return render(request, "mfa/index.html", context)


class PasskeyAddView(AddWebAuthnView):
    """A new passkey: one that can sign in alone where the device offers it, any security key otherwise."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth asks for the one or the other; we prefer without refusing."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        selection = {"residentKey": "preferred", "requireResidentKey": False, "userVerification": "preferred"}
        context["js_data"]["creation_options"]["publicKey"]["authenticatorSelection"] = selection
        return context


passkey_add = PasskeyAddView.as_view()


@signed_in
@require_safe
def sessions(request: HouseRequest) -> HttpResponse:
    """Where I am signed in."""
    lines = sessions_of(request.actor.person_id, current_key=request.session.session_key or "")
    context = {"sessions": lines}
    return render(request, "accounts/sessions.html", context)


@signed_in
@require_POST
def session_finish(request: HouseRequest, session_id: int) -> HttpResponse:
    """Sign one session out."""
    session_end(actor=request.actor, session_id=session_id)
    return redirect("accounts:sessions")


@signed_in
@require_POST
def sessions_finish_others(request: HouseRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    sessions_end_others(actor=request.actor, session_key=request.session.session_key or "")
    return redirect("accounts:sessions")


def next_page(request: HttpRequest, fallback: str) -> str:
    """Where the form came from, if that is one of our pages."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    allowed = {request.get_host()}
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed, require_https=request.is_secure()):
        return wanted
    return fallback


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
