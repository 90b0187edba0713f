"""A forgotten password: the proved address, the letter, the new password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.forms import NewPasswordForm, RecoveryForm, RecoveryMailForm
from apps.accounts.passwords import rules
from apps.accounts.selectors import person_of
from apps.accounts.selectors.recovery import address_unproved, person_of_link, recovery_mail_of
from apps.accounts.services import (
    password_recover,
    recovery_ask,
    recovery_mail_ask,
    recovery_mail_prove,
    recovery_mail_remove,
)
from apps.core import mailing
from apps.core.addresses import client_address
from apps.core.errors import HouseError
from apps.core.http import HouseRequest, signed_in

LINK = "recovery_link"


@login_not_required
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest) -> HttpResponse:
    """忘记口令: the answer is the same whosever address was typed."""
    form = RecoveryForm(request.POST or None)
    if form.is_valid():
        try:
            recovery_ask(address=form.cleaned_data["address"], source_ip=client_address(request))
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("accounts:recovery_sent")
    context = {"form": form, "has_mail": mailing.is_ready()}
    return render(request, "accounts/recovery.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def recovery_sent(request: HttpRequest) -> HttpResponse:
    """What happens now, and what to do when nothing arrives."""
    return render(request, "accounts/recovery_sent.html")


@login_not_required
@require_safe
def recovery_open(request: HttpRequest, key: str) -> HttpResponse:
    """The link of the letter: its key goes into the session, out of the address bar and of what it leaks to."""
    request.session[LINK] = key
    return redirect("accounts:recovery_new")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def recovery_new(request: HttpRequest) -> HttpResponse:
    """Choose the new password; then sign in with it, and with the second factor where there is one."""
    key = str(request.session.get(LINK, ""))
    person = person_of_link(key)
    form = NewPasswordForm(request.POST or None)
    if person is not None and form.is_valid():
        try:
            password_recover(key=key, new=form.cleaned_data["new"])
        except HouseError as error:
            form.refuse(error)
        else:
            request.session.flush()
            messages.success(request, "口令已重置，请用新口令登录。")
            return redirect("account_login")
    context = {"form": form, "person": person, "rules": rules()}
    status = 410 if person is None else 422 if form.errors else 200
    return render(request, "accounts/recovery_new.html", context, status=status)


@signed_in
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def recovery_mail(request: HouseRequest) -> HttpResponse:
    """我—找回口令邮箱: what I proved, a new one, none."""
    person = person_of(request.actor.person_id)
    held = recovery_mail_of(person)
    first = held.pending or ("" if held.address else person.email)
    form = RecoveryMailForm(request.POST or None, person=person, initial={"address": first})
    if form.is_valid():
        try:
            recovery_mail_ask(
                actor=request.actor,
                address=form.cleaned_data["address"],
                source_ip=client_address(request),
            )
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("accounts:recovery_mail")
    context = {"form": form, "held": held, "has_mail": mailing.is_ready()}
    return render(request, "accounts/recovery_mail.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def mail_prove(request: HouseRequest, key: str) -> HttpResponse:
    """The link of the proving letter. Opening it changes nothing: mail scanners open links too."""
    if request.method == "POST":
        recovery_mail_prove(actor=request.actor, key=key)
        messages.success(request, "找回口令邮箱已验证。")
        return redirect("accounts:recovery_mail")
    row = address_unproved(person_id=request.actor.person_id, key=key)
    context = {"address": row.email if row else ""}
    return render(request, "accounts/recovery_mail_prove.html", context, status=200 if row else 410)


@signed_in
@require_POST
def mail_remove(request: HouseRequest) -> HttpResponse:
    """Give the address up."""
    recovery_mail_remove(actor=request.actor)
    return redirect("accounts:recovery_mail")
