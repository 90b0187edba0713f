"""秘书: what my secretary handles for me, or what I handle for my leader."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import SecretaryDuty
from apps.accounts.scopes import scope_names
from apps.accounts.selectors import secretaries_of
from apps.accounts.services import secretary_list, secretary_release
from apps.core.http import HouseRequest, signed_in


@require_GET
@signed_in
def secretaries(request: HouseRequest) -> HttpResponse:
    """The lists, each with what was done under it; the leader changes or ends them here."""
    context = {
        "rows": list(secretaries_of(request.actor.person_id)),
        "scopes": scope_names(),
        "duties": SecretaryDuty.Duty.choices,
    }
    return render(request, "accounts/secretaries.html", context)


@require_POST
@signed_in
def secretary_save(request: HouseRequest, duty_id: int) -> HttpResponse:
    """The leader's list anew."""
    duty = secretary_list(
        actor=request.actor,
        duty_id=duty_id,
        categories=request.POST.getlist("categories"),
        duties=request.POST.getlist("duties"),
    )
    messages.success(request, f"已列明{duty.secretary.person.name}的办理范围，立即生效。")
    return redirect("accounts:secretaries")


@require_POST
@signed_in
def secretary_end(request: HouseRequest, duty_id: int) -> HttpResponse:
    """The leader ends it."""
    secretary_release(actor=request.actor, duty_id=duty_id)
    messages.success(request, "已解除，不能再代录；已代录的记录保留。")
    return redirect("accounts:secretaries")
