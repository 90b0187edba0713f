"""移交承接: choose the places, look at what would move, move it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.selectors import organs_picked
from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.submissions import new_key
from apps.supervision import services
from apps.supervision.forms import ids_of, number_of
from apps.supervision.policies import require_overseer
from apps.supervision.selectors.drafts import units_for_lead
from apps.supervision.selectors.succession import (
    Place,
    items_helped,
    items_led,
    place_of,
    place_read,
    places_leading,
    seal_of,
)
from apps.supervision.services.succession import OVERSEEN, places_checked

SHOWN = 200


@require_http_methods(["GET", "POST"])
@signed_in
def succession(request: HouseRequest) -> HttpResponse:
    """A first post lists what would move, a second one moves exactly that."""
    require_overseer(request.actor, OVERSEEN)
    form = request.POST
    lines, units = places_leading(request.actor), units_for_lead(request.actor.organ_id)
    context: dict[str, Any] = {"lines": lines, "units": units, "target": []}
    if request.method == "GET":
        return render(
            request, "supervision/succession.html", {**context, "source": request.GET.get("from", "")}
        )
    source, target = place_read(form.get("source", "")), _target(request)
    if form.get("do") != "move":
        shown = {**context, **_listed(request.actor, source, target), "reason": form.get("reason", "")}
        return render(request, "supervision/succession.html", shown)
    count = services.items_succeed(
        actor=request.actor, source=source, target=target, reason=form.get("reason", ""),
        seal=form.get("seal", ""), key=form.get("key", ""),
    )  # fmt: skip
    if count:
        messages.success(request, f"已向“{target.name}”移交 {count} 个督办事项，并通知承接单位。")
    return gone_to(request, f"{reverse('supervision:items')}?organ={target.organ.pk}")


def _target(request: HouseRequest) -> Place:
    chosen = ids_of(request.POST, "target")
    if not chosen:
        raise ValidationFailed("请选择承接单位。")
    unit_id = number_of(request.POST, "target_unit", "承接科室")
    return place_of(chosen[0], unit_id)


def _listed(actor: Actor, source: Place, target: Place) -> dict[str, Any]:
    places_checked(source=source, target=target)
    led, helped = list(items_led(actor, source)), list(items_helped(actor, source))
    return {
        "source": source.code,
        "source_name": source.name,
        "target": organs_picked([target.organ]),
        "target_unit": target.unit.pk if target.unit else None,
        "target_name": target.name,
        "led": led[:SHOWN],
        "led_count": len(led),
        "helped": helped[:SHOWN],
        "helped_count": len(helped),
        "is_checked": True,
        "seal": seal_of([*led, *helped]),
        "key": new_key(),
    }
