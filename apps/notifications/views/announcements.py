"""通知公告: lists, drafting, the notice with its slip, the answers and their Excel sheet."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import NotFound, ValidationFailed
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.spreadsheets import xlsx_response
from apps.core.subjects import Subject
from apps.core.submissions import new_key
from apps.files.selectors import files_of
from apps.notifications import services
from apps.notifications.forms import answers_of, draft_of, moment_of, version_of
from apps.notifications.policies import Ability, abilities, may_issue, require, require_issuer
from apps.notifications.reply_form import KIND_NAMES
from apps.notifications.selectors import announcements as selectors
from apps.notifications.selectors.announcements import KIND

FILTERS = (("", "全部"), ("unread", "未读"), ("waiting", "待回执"), ("answered", "已回执"))
BLANK_ROWS = 4


def _page(announcement_id: int) -> str:
    return reverse("notifications:announcement", args=[announcement_id])


@require_GET
@signed_in
def announcements(request: HouseRequest) -> HttpResponse:
    """What reached the person, or with `tab=issued` what the person issued."""
    is_issued = request.GET.get("tab") == "issued"
    chosen = request.GET.get("filter", "")
    text = request.GET.get("q", "").strip()[:100]
    cursor = request.GET.get("cursor", "")[:400]
    page = (
        page_of(selectors.issued_by(request.actor), order=selectors.ORDER, cursor=cursor)
        if is_issued
        else selectors.announcements_page(request.actor, chosen=chosen, text=text, cursor=cursor)
    )
    context = {
        "page": page,
        "is_issued": is_issued,
        "filter": chosen,
        "filters": FILTERS,
        "text": text,
        "may_issue": may_issue(request.actor),
        "base": "tab=issued&" if is_issued else f"filter={chosen}&",
    }
    return render(request, "notifications/announcements.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def announcement_new(request: HouseRequest) -> HttpResponse:
    """An empty draft, opened for writing."""
    require_issuer(request.actor)
    if request.method == "GET":
        return render(request, "notifications/announcement_new.html", {"key": new_key()})
    made = services.announcement_create(actor=request.actor, key=request.POST.get("key", ""))
    return gone_to(request, reverse("notifications:announcement_edit", args=[made.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
def announcement_edit(request: HouseRequest, announcement_id: int) -> HttpResponse:
    """The draft: words, recipients, the form; saved, and published from here."""
    found = selectors.announcement_for(request.actor, announcement_id)
    require(Ability.EDIT, abilities(request.actor, found))
    if request.method == "POST":
        return _saved(request, announcement_id)
    context = {
        "announcement": found,
        "files": files_of(Subject(KIND, announcement_id)),
        "kinds": KIND_NAMES.items(),
        "rows": selectors.form_rows(found, BLANK_ROWS),
        **selectors.picked(found),
        "key": new_key(),
    }
    return render(request, "notifications/announcement_edit.html", context)


def _saved(request: HouseRequest, announcement_id: int) -> HttpResponse:
    form, actor = request.POST, request.actor
    version, draft = version_of(form), draft_of(form)
    if form.get("do") != "publish":
        services.announcement_save(
            actor=actor, announcement_id=announcement_id, expected_version=version, draft=draft
        )
        return gone_to(request, reverse("notifications:announcement_edit", args=[announcement_id]))
    services.announcement_save_publish(
        actor=actor,
        announcement_id=announcement_id,
        expected_version=version,
        draft=draft,
        key=form.get("key", ""),
    )
    return gone_to(request, _page(announcement_id))


@require_GET
@signed_in
def announcement(request: HouseRequest, announcement_id: int) -> HttpResponse:
    """The notice; opening it is reading it."""
    found = selectors.announcement_for(request.actor, announcement_id)
    services.announcement_read(actor=request.actor, announcement=found)
    can = abilities(request.actor, found)
    context = {
        "announcement": found,
        "files": files_of(Subject(KIND, announcement_id)),
        "can": {ability.value: True for ability in can},
        "slips": selectors.slips_of(request.actor, found) if found.wants_reply else [],
        "board": selectors.answer_board(found) if found.issuer_id == request.actor.person_id else None,
        "key": new_key(),
    }
    return render(request, "notifications/announcement.html", context)


@require_POST
@signed_in
def reply(request: HouseRequest, announcement_id: int, recipient_id: int) -> HttpResponse:
    """Answer, or correct the answer."""
    services.reply_give(
        actor=request.actor,
        announcement_id=announcement_id,
        recipient_id=recipient_id,
        expected_version=version_of(request.POST),
        given=answers_of(request.POST),
    )
    return gone_to(request, _page(announcement_id))


@require_POST
@signed_in
def announcement_act(request: HouseRequest, announcement_id: int, act: str) -> HttpResponse:
    """What the issuer does with a published one; deletes a draft."""
    if act not in ACTS:
        raise NotFound
    ACTS[act](request, announcement_id)
    if act == "delete":
        return gone_to(request, reverse("notifications:announcements") + "?tab=issued")
    return gone_to(request, _page(announcement_id))


def _withdraw(request: HouseRequest, pk: int) -> None:
    reason = request.POST.get("reason", "")
    services.announcement_withdraw(actor=request.actor, announcement_id=pk, reason=reason)


def _extend(request: HouseRequest, pk: int) -> None:
    moment = moment_of(request.POST, "deadline_at")
    if moment is None:
        raise ValidationFailed("请选择新的回执时限。")
    services.announcement_extend(actor=request.actor, announcement_id=pk, deadline_at=moment)


def _close(request: HouseRequest, pk: int) -> None:
    services.announcement_close(actor=request.actor, announcement_id=pk)


def _delete(request: HouseRequest, pk: int) -> None:
    services.announcement_delete(actor=request.actor, announcement_id=pk)


def _urge_unread(request: HouseRequest, pk: int) -> None:
    count = services.announcement_urge(actor=request.actor, announcement_id=pk, unanswered=False)
    messages.success(request, f"已提醒 {count} 人查看。" if count else "所有对象都已阅读，无需提醒。")


def _urge_unanswered(request: HouseRequest, pk: int) -> None:
    count = services.announcement_urge(actor=request.actor, announcement_id=pk, unanswered=True)
    messages.success(request, f"已提醒 {count} 人回执。" if count else "所有对象都已回执，无需提醒。")


ACTS = {
    "withdraw": _withdraw,
    "extend": _extend,
    "close": _close,
    "delete": _delete,
    "urge_unread": _urge_unread,
    "urge_unanswered": _urge_unanswered,
}


@require_GET
@signed_in
def answers_export(request: HouseRequest, announcement_id: int) -> HttpResponse:
    """All answers as Excel; written down."""
    board, title = services.answers_taken_out(actor=request.actor, announcement_id=announcement_id)
    heads, cells = selectors.export_rows(board)
    return xlsx_response(f"回执-{title[:40]}", heads, cells)
