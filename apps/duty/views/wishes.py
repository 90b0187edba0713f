"""值班意愿 and 同班要求."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.services import protection_end
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.duty import services
from apps.duty.enums import PairKind, WishKind
from apps.duty.forms import day_only_of, id_of, wish_of
from apps.duty.policies import makes_roster
from apps.duty.selectors.rosters import posts_of
from apps.duty.selectors.wishes import day_only_shown, pairs_of, wishes_shown


@require_http_methods(["GET", "POST"])
@signed_in
def wishes(request: HouseRequest) -> HttpResponse:
    """One's own days; the office sees everybody's, fixed duties and pairs."""
    if request.method == "POST":
        services.wish_make(actor=request.actor, draft=wish_of(request.POST))
        messages.success(request, "已保存，下次编排时生效。")
        return gone_to(request, reverse("duty:wishes"))
    may_make = makes_roster(request.actor)
    organ_id = request.actor.organ_id or 0
    context = {
        "wishes": wishes_shown(request.actor),
        "may_make": may_make,
        "kinds": [one for one in WishKind if may_make or one != WishKind.FIXED],
        "posts": posts_of(organ_id) if may_make else [],
        "pairs": pairs_of(organ_id) if may_make else [],
        "pair_kinds": PairKind.choices,
        "day_only": day_only_shown(organ_id) if may_make else [],
    }
    return render(request, "duty/wishes.html", context)


@require_POST
@signed_in
def withdraw(request: HouseRequest, wish_id: int) -> HttpResponse:
    """撤销."""
    services.wish_withdraw(actor=request.actor, wish_id=wish_id)
    messages.success(request, "已撤销。")
    return gone_to(request, reverse("duty:wishes"))


@require_POST
@signed_in
def day_only(request: HouseRequest) -> HttpResponse:
    """不排夜班, said by the office without a reason."""
    services.day_only_keep(actor=request.actor, draft=day_only_of(request.POST))
    messages.success(request, "已登记不排夜班，下次编排时生效；已发布的班次有冲突的另行通知。")
    return gone_to(request, reverse("duty:wishes"))


@require_POST
@signed_in
def day_only_act(request: HouseRequest, absence_id: int) -> HttpResponse:
    """Other days, or the end."""
    if request.POST.get("do") == "end":
        protection_end(actor=request.actor, absence_id=absence_id)
        messages.success(request, "已结束。")
    else:
        services.day_only_move(actor=request.actor, absence_id=absence_id, draft=day_only_of(request.POST))
        messages.success(request, "期间已调整。")
    return gone_to(request, reverse("duty:wishes"))


@require_POST
@signed_in
def pair(request: HouseRequest) -> HttpResponse:
    """Two people."""
    form = request.POST
    services.pair_keep(
        actor=request.actor,
        one_id=id_of(form.get("one", "")) or 0,
        other_id=id_of(form.get("other", "")) or 0,
        kind=form.get("kind", ""),
    )
    messages.success(request, "同班要求已保存，下次编排时生效。")
    return gone_to(request, reverse("duty:wishes"))


@require_POST
@signed_in
def pair_drop(request: HouseRequest, pair_id: int) -> HttpResponse:
    """No longer asked."""
    services.pair_drop(actor=request.actor, pair_id=pair_id)
    messages.success(request, "同班要求已取消。")
    return gone_to(request, reverse("duty:wishes"))
