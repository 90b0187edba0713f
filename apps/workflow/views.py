"""Small acts of one's own that every matter offers: follow, urge readers, keep phrases."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.core.http import HouseRequest, signed_in
from apps.workflow.selectors.gates import matter_for
from apps.workflow.selectors.inbox import is_following
from apps.workflow.services import matter_follow, matter_unfollow, phrase_add, phrase_remove, readings_urge


def back(request: HouseRequest) -> HttpResponseRedirect:
    """To the page the form stood on, never to another site."""
    wanted = request.POST.get("back", "/")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(wanted if safe else "/", status=303)


@require_POST
@signed_in
def follow(request: HouseRequest, matter_id: int) -> HttpResponse:
    """关注, or no longer."""
    matter = matter_for(request.actor, matter_id)
    if is_following(request.actor, matter):
        matter_unfollow(actor=request.actor, matter_id=matter.pk)
        messages.success(request, "已取消关注。")
    else:
        matter_follow(actor=request.actor, matter_id=matter.pk)
        messages.success(request, "已关注，办理进展会提醒您。")
    return back(request)


@require_POST
@signed_in
def urge_readers(request: HouseRequest, matter_id: int) -> HttpResponse:
    """Remind those who have not read."""
    count = readings_urge(actor=request.actor, matter=matter_for(request.actor, matter_id))
    messages.success(request, f"已提醒 {count} 人阅读。" if count else "没有未读人员。")
    return back(request)


@require_POST
@signed_in
def phrase_keep(request: HouseRequest) -> HttpResponse:
    """Keep a phrase of one's own."""
    phrase_add(actor=request.actor, text=request.POST.get("text", ""))
    messages.success(request, "已添加常用语。")
    return back(request)


@require_POST
@signed_in
def phrase_drop(request: HouseRequest, phrase_id: int) -> HttpResponse:
    """Forget a phrase of one's own."""
    phrase_remove(actor=request.actor, phrase_id=phrase_id)
    messages.success(request, "已删除常用语。")
    return back(request)
