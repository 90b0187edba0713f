"""The inbox 消息 and how one wants to be reached."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import ValidationFailed
from apps.core.http import HouseRequest, signed_in
from apps.core.subjects import url_of
from apps.notifications import selectors, services
from apps.notifications.days import by_day
from apps.notifications.forms import PreferenceForm
from apps.notifications.selectors import Only

FILTERS = ((Only.ALL, "全部"), (Only.UNREAD, "未读"), (Only.URGENT, "紧急"))
EMPTY = {
    Only.ALL: "还没有消息。待办、传阅、催办和办结都会在这里提醒您。",
    Only.UNREAD: "没有未读消息。",
    Only.URGENT: "没有紧急消息。",
}
BROWSER_KEY = "notice_browser"


@require_GET
@signed_in
def inbox(request: HouseRequest) -> HttpResponse:
    """Notices by day; for htmx only the list."""
    asked = request.GET.get("only", "")
    only = Only(asked) if asked in set(Only) else Only.ALL
    page = selectors.inbox_page(request.actor, only, request.GET.get("cursor", "")[:400])
    context = {
        "only": only,
        "filters": FILTERS,
        "days": by_day(page.rows),
        "page": page,
        "base": f"only={only}&",
        "unread_count": selectors.unread_count(request.actor),
        "empty_text": EMPTY[only],
    }
    return render(
        request, "notifications/_list.html" if request.htmx else "notifications/inbox.html", context
    )


@require_GET
@signed_in
def open_notice(request: HouseRequest, notice_id: int) -> HttpResponse:
    """To what the notice is about; on the way it becomes read."""
    subject = services.notice_open(actor=request.actor, notice_id=notice_id)
    return redirect((url_of(subject) if subject else "") or reverse("notifications:inbox"))


@require_POST
@signed_in
def read(request: HouseRequest, notice_id: int) -> HttpResponse:
    """Mark one read."""
    services.notice_read(actor=request.actor, notice_id=notice_id)
    return _back(request)


@require_POST
@signed_in
def read_all(request: HouseRequest) -> HttpResponse:
    """Mark all read."""
    services.notices_read_all(actor=request.actor)
    return _back(request)


def _back(request: HouseRequest) -> HttpResponse:
    only = request.GET.get("only", "")
    query = f"?only={only}" if only in set(Only) else ""
    return HttpResponse(status=303, headers={"Location": reverse("notifications:inbox") + query})


@require_http_methods(["GET", "POST"])
@signed_in
def preferences(request: HouseRequest) -> HttpResponse:
    """How I want to be reached."""
    error, status = "", 200
    if request.method == "POST":
        form = PreferenceForm(request.POST)
        form.is_valid()
        try:
            kept = services.preference_set(actor=request.actor, **form.cleaned_data)
            request.session[BROWSER_KEY] = "1" if kept.by_browser else "0"
            return HttpResponse(
                status=303, headers={"Location": reverse("notifications:preferences") + "?saved=1"}
            )
        except ValidationFailed as refused:
            error, status = refused.message, 422
    context = {
        "preference": selectors.preference_of(request.actor),
        "mail_is_configured": selectors.mail_is_configured(),
        "digest_address": selectors.digest_address_offered(request.actor),
        "saved": "saved" in request.GET,
        "error": error,
    }
    return render(request, "notifications/preferences.html", context, status=status)
