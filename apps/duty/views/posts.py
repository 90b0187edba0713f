"""岗位设置: which posts the roster has, in which order, and who may serve at them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.duty import services
from apps.duty.forms import id_of, ids_of, post_of
from apps.duty.policies import require_maker
from apps.duty.selectors.rosters import members_of, posts_of, withdrawn_posts
from apps.duty.selectors.rules import rules_of


@require_http_methods(["GET", "POST"])
@signed_in
def posts(request: HouseRequest) -> HttpResponse:
    """The posts with their people, the rules, what was withdrawn."""
    organ_id = require_maker(request.actor)
    if request.method == "POST":
        members = ids_of(request.POST, "members")
        post_id = id_of(request.POST.get("post", "")) or 0
        services.post_keep(actor=request.actor, post_id=post_id, member_ids=members)
        messages.success(request, "岗位人员已保存。")
        return gone_to(request, reverse("duty:posts"))
    services.posts_install(organ_id=organ_id)
    context = {
        "lines": [(post, members_of(post)) for post in posts_of(organ_id)],
        "withdrawn": withdrawn_posts(organ_id),
        "rules": rules_of(organ_id),
    }
    return render(request, "duty/posts.html", context)


@require_POST
@signed_in
def new(request: HouseRequest) -> HttpResponse:
    """新增岗位."""
    post = services.post_make(actor=request.actor, draft=post_of(request.POST))
    messages.success(request, f"已新增岗位“{post.name}”，请选择可值班人员。")
    return gone_to(request, f"{reverse('duty:posts')}#post-{post.pk}")


@require_POST
@signed_in
def act(request: HouseRequest, post_id: int) -> HttpResponse:
    """Rename, order, withdraw, restore."""
    doing = ACTS.get(request.POST.get("do", ""))
    if doing is None:
        raise NotFound
    messages.success(request, doing(request.actor, post_id, request.POST))
    return gone_to(request, reverse("duty:posts"))


def _described(actor: Actor, post_id: int, form: QueryDict) -> str:
    services.post_describe(actor=actor, post_id=post_id, draft=post_of(form))
    return "岗位已保存。"


def _moved(actor: Actor, post_id: int, form: QueryDict) -> str:
    services.post_move(actor=actor, post_id=post_id, is_up=form.get("do") == "up")
    return "岗位顺序已调整。"


def _withdrawn(actor: Actor, post_id: int, _form: QueryDict) -> str:
    taken = services.post_withdraw(actor=actor, post_id=post_id)
    return "岗位已停用" + (f"，编排中的值班表去掉 {taken} 班。" if taken else "。")


def _restored(actor: Actor, post_id: int, _form: QueryDict) -> str:
    services.post_restore(actor=actor, post_id=post_id)
    return "岗位已恢复，人员照旧。"


ACTS: dict[str, Callable[[Actor, int, QueryDict], str]] = {
    "describe": _described,
    "up": _moved,
    "down": _moved,
    "withdraw": _withdrawn,
    "restore": _restored,
}
