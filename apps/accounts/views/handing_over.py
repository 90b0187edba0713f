"""工作交接: start one, look at the list, confirm."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.forms import HandoverForm
from apps.accounts.models import PostHandover
from apps.accounts.policies import has_permission
from apps.accounts.selectors import organs_listed, units_listed
from apps.accounts.selectors.handing_over import (
    digest_of,
    givers_for,
    gives,
    handover_for,
    handovers_seen_by,
    sections_of,
    takers_for,
)
from apps.accounts.selectors.picked import marked
from apps.accounts.services import handover_cancel, handover_confirm, handover_start
from apps.accounts.services.handing_over import KEEPS
from apps.core.errors import HouseError
from apps.core.http import HouseRequest, signed_in

SHOWN = 50


@signed_in
@require_http_methods(["GET", "POST"])
def handovers(request: HouseRequest) -> HttpResponse:
    """What concerns me; choosing whose post goes to whom, in two steps."""
    actor, keeps = request.actor, has_permission(request.actor, KEEPS)
    givers = givers_for(actor, keeps_appointments=keeps)
    asked = request.POST.get("giver") or request.GET.get("giver", "")
    giver = givers.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 16 else None
    form = HandoverForm(
        request.POST or None,
        takers=list(takers_for(giver)) if giver else [],
        units=list(units_listed().filter(abolished_on__isnull=True)) if keeps else [],
        organs=list(organs_listed().filter(abolished_on__isnull=True)) if keeps else [],
    )
    if giver and form.is_valid():
        try:
            made = handover_start(actor=actor, giver_id=giver.pk, **form.arguments())
        except HouseError as error:
            form.refuse(error)
        else:
            return redirect("accounts:handover", made.pk)
    rows = handovers_seen_by(actor)[:SHOWN]
    context = {"form": form, "givers": marked(givers), "giver": giver, "rows": rows, "keeps": keeps}
    return render(request, "accounts/handovers.html", context, status=422 if form.errors else 200)


@signed_in
@require_GET
def handover(request: HouseRequest, handover_id: int) -> HttpResponse:
    """The list: titles for the two concerned, numbers for everybody else."""
    found = handover_for(request.actor, handover_id)
    return render(request, "accounts/handover.html", _shown(request, found))


def _shown(request: HouseRequest, found: PostHandover) -> dict[str, object]:
    is_open = found.done_at is None and found.cancelled_at is None
    sections = sections_of(found.giver_id, found.taker_id) if is_open else []
    me = request.actor.person_id
    is_giver, is_taker = gives(request.actor, found), found.taker.person_id == me
    has_confirmed = found.giver_confirmed_at if is_giver else found.taker_confirmed_at if is_taker else None
    digest = digest_of(sections)
    return {
        "handover": found,
        "sections": sections,
        "digest": digest,
        "is_open": is_open,
        "sees_titles": is_giver or is_taker,
        "is_changed": bool(found.list_digest) and found.list_digest != digest,
        "may_confirm": is_open
        and (is_giver or is_taker)
        and not (has_confirmed and found.list_digest == digest),
        "is_hindered": any(item.hindrance for section in sections for item in section.items),
    }


@signed_in
@require_POST
def handover_act(request: HouseRequest, handover_id: int) -> HttpResponse:
    """Confirm the list as shown, or give the hand-over up."""
    if request.POST.get("do") == "cancel":
        handover_cancel(actor=request.actor, handover_id=handover_id)
        messages.success(request, "工作交接已取消。")
        return redirect("accounts:handover", handover_id)
    digest = request.POST.get("digest", "")
    done = handover_confirm(actor=request.actor, handover_id=handover_id, digest=digest).done_at
    messages.success(request, "双方已确认，交接完成。" if done else "已确认，等待对方确认。")
    return redirect("accounts:handover", handover_id)
