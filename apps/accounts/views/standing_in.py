"""Delegations and absences of one's own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import AbsenceForm, DaysForm, DelegationForm, ProtectionForm
from apps.accounts.scopes import scope_names
from apps.accounts.selectors import (
    absences_of,
    appointments_of,
    colleagues,
    delegations_of,
    protections_of,
)
from apps.accounts.services import (
    absence_cancel,
    absence_record,
    delegation_create,
    delegation_revoke,
    protection_move,
    protection_record,
)
from apps.core.clock import now
from apps.core.errors import HouseError, ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in

SHOWN = 50


@signed_in
@require_http_methods(["GET", "POST"])
def delegations(request: HouseRequest) -> HttpResponse:
    """What I have handed over and taken; a new delegation."""
    actor = request.actor
    form = DelegationForm(
        request.POST or None,
        posts=list(appointments_of(actor.person_id)),
        colleagues=list(colleagues(actor)),
        scopes=scope_names(),
        initial={"delegator": actor.appointment_id},
    )
    if form.is_valid():
        try:
            delegation_create(actor=actor, **_delegation_arguments(form.cleaned_data))
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("accounts:delegations")
    rows = list(delegations_of(actor.person_id)[:SHOWN])
    context = {"form": form, "delegations": rows, "moment": now(), "scopes": scope_names()}
    return render(request, "accounts/delegations.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def delegation_end(request: HouseRequest, delegation_id: int) -> HttpResponse:
    """Revoke a delegation."""
    delegation_revoke(actor=request.actor, delegation_id=delegation_id)
    return redirect("accounts:delegations")


@signed_in
@require_http_methods(["GET", "POST"])
def absences(request: HouseRequest) -> HttpResponse:
    """When I am away; a new absence."""
    form = AbsenceForm(request.POST or None)
    if form.is_valid():
        try:
            absence_record(actor=request.actor, person_id=request.actor.person_id, **form.cleaned_data)
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("accounts:absences")
    rows = list(absences_of(request.actor.person_id)[:SHOWN])
    context = {"form": form, "absences": rows, "moment": now()}
    return render(request, "accounts/absences.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def absence_end(request: HouseRequest, absence_id: int) -> HttpResponse:
    """Take an absence back, or end it now."""
    ended = absence_cancel(actor=request.actor, absence_id=absence_id)
    return redirect("accounts:protections" if ended.is_protection else "accounts:absences")


@signed_in
@require_http_methods(["GET", "POST"])
def protections(request: HouseRequest) -> HttpResponse:
    """When I serve no night; a new stretch."""
    form = ProtectionForm(request.POST or None)
    if form.is_valid():
        try:
            protection_record(actor=request.actor, person_id=request.actor.person_id, **form.cleaned_data)
        except HouseError as error:
            form.refuse(error)
        else:
            messages.success(request, "已登记，这段期间不再排您值夜班。")
            return redirect("accounts:protections")
    rows = list(protections_of(request.actor.person_id)[:SHOWN])
    context = {"form": form, "protections": rows, "moment": now()}
    return render(request, "accounts/protections.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def protection_save(request: HouseRequest, absence_id: int) -> HttpResponse:
    """Other days."""
    form = DaysForm(request.POST)
    if not form.is_valid():
        raise ValidationFailed("请填写起止日期，如 2026-11-23。")
    protection_move(actor=request.actor, absence_id=absence_id, **form.cleaned_data)
    messages.success(request, "期间已调整。")
    return gone_to(request, reverse("accounts:protections"))


def _delegation_arguments(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "delegator_id": data["delegator"],
        "delegate_id": data["delegate"],
        "kind": data["kind"],
        "scope": data.get("scope", []),
        "starts_at": data["starts_at"],
        "ends_at": data["ends_at"],
        "reason": data["reason"],
    }
