"""导出聊天记录: ask, decide, withdraw, take."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.clock import today
from apps.core.errors import ValidationFailed
from apps.core.given import day_given
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_bytes, xlsx_file
from apps.core.submissions import new_key
from apps.messaging import services
from apps.messaging.selectors.conversations import room_facts
from apps.messaging.selectors.gates import membership_for
from apps.messaging.selectors.transcripts import HEADS, ORDER, is_open, transcripts_seen_by

SCOPES = (("", "全部"), ("mine", "我申请的"), ("decide", "我审批的"))


def _day(text: str) -> date:
    day = day_given(text)
    if day is None:
        raise ValidationFailed("请选择起始日期和截止日期。")
    return day


@require_GET
@signed_in
def transcript_list(request: HouseRequest) -> HttpResponse:
    """Own requests and those to decide."""
    scope = request.GET.get("scope", "")
    scope = scope if scope in dict(SCOPES) else ""
    found = transcripts_seen_by(request.actor, scope=scope)
    page = page_of(found, order=ORDER, cursor=request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "rows": [(row, is_open(row)) for row in page.rows],
        "scope": scope,
        "scopes": SCOPES,
        "base": f"scope={scope}&",
        "me": request.actor.person_id,
    }
    return render(request, "messaging/transcripts.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def transcript_new(request: HouseRequest, conversation_id: int) -> HttpResponse:
    """Ask for the record of a conversation."""
    membership = membership_for(request.actor, conversation_id)
    if request.method == "POST":
        services.transcript_ask(
            actor=request.actor,
            conversation_id=conversation_id,
            first_day=_day(request.POST.get("first_day", "")),
            last_day=_day(request.POST.get("last_day", "")),
            purpose=request.POST.get("purpose", ""),
            key=request.POST.get("key", ""),
        )
        messages.success(request, "已提交审批，结果会通知您。")
        return gone_to(request, reverse("messaging:transcripts"))
    context = {"room": room_facts(membership), "key": new_key(), "today": today()}
    return render(request, "messaging/transcript_new.html", context)


@require_POST
@signed_in
def transcript_decide(request: HouseRequest, transcript_id: int) -> HttpResponse:
    """Let a record out, or not."""
    is_approved = request.POST.get("approve") == "1"
    services.transcript_decide(
        actor=request.actor,
        transcript_id=transcript_id,
        is_approved=is_approved,
        opinion=request.POST.get("opinion", ""),
    )
    messages.success(request, "已同意，申请人7天内可以下载。" if is_approved else "未同意，已通知申请人。")
    return gone_to(request, reverse("messaging:transcripts"))


@require_POST
@signed_in
def transcript_withdraw(request: HouseRequest, transcript_id: int) -> HttpResponse:
    """Ask no longer."""
    services.transcript_withdraw(actor=request.actor, transcript_id=transcript_id)
    messages.success(request, "申请已撤回。")
    return gone_to(request, reverse("messaging:transcripts"))


@require_POST
@signed_in
def transcript_take(request: HouseRequest, transcript_id: int) -> HttpResponse:
    """The record as a sheet."""
    found, cells = services.transcript_take(actor=request.actor, transcript_id=transcript_id)
    return xlsx_file(
        f"聊天记录{found.first_day:%Y%m%d}至{found.last_day:%Y%m%d}", xlsx_bytes("聊天记录", HEADS, cells)
    )
