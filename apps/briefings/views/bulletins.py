"""Pages of bulletins: series and issues, one issue from its composition to its readers."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.briefings import services
from apps.briefings.enums import IssueState
from apps.briefings.forms import id_of, ids_of, instruction_of, order_of
from apps.briefings.papers import issue_pdf
from apps.briefings.policies.desk import has_desk
from apps.briefings.selectors.bulletins import (
    LIST_ORDER,
    bulletins_of,
    entries_of,
    issue_for,
    issue_page,
    issues_found,
)
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.paging import page_of
from apps.core.submissions import new_key
from apps.files.responses import made_file
from apps.workflow.forms import strokes_of
from apps.workflow.services import matter_read


def _page(issue_id: int) -> str:
    return reverse("briefings:issue", args=[issue_id])


@require_GET
@signed_in
def issue_list(request: HouseRequest) -> HttpResponse:
    """刊物: issues one may see; for the desk the series too."""
    bulletin_id, state = id_of(request.GET.get("bulletin", "")), request.GET.get("state", "")
    rows = issues_found(request.actor, bulletin_id=bulletin_id, state=state)
    query = request.GET.copy()
    query.pop("cursor", None)
    desk = has_desk(request.actor)
    context = {
        "page": page_of(rows, order=LIST_ORDER, cursor=request.GET.get("cursor", "")[:400]),
        "base": f"{query.urlencode()}&" if query else "",
        "state": state,
        "states": IssueState.choices,
        "chosen": bulletin_id,
        "at_desk": desk,
        "bulletins": bulletins_of(request.actor.organ_id) if desk and request.actor.organ_id else [],
        "key": new_key(),
    }
    return render(request, "briefings/issues.html", context)


@require_POST
@signed_in
def bulletin_keep(request: HouseRequest) -> HttpResponse:
    """Found a series, or change it."""
    form = request.POST
    kept = services.bulletin_keep(
        actor=request.actor,
        name=form.get("name", ""),
        publisher=form.get("publisher", ""),
        is_active=form.get("is_active", "1") == "1",
        bulletin_id=id_of(form.get("bulletin", "")),
        expected_version=id_of(form.get("expected_version", "")),
    )
    messages.success(request, f"已保存《{kept.name}》。")
    return gone_to(request, reverse("briefings:issues"))


@require_POST
@signed_in
def issue_begin(request: HouseRequest) -> HttpResponse:
    """A new issue of a series."""
    begun = services.issue_begin(
        actor=request.actor,
        bulletin_id=id_of(request.POST.get("bulletin", "")) or 0,
        key=request.POST.get("key", ""),
    )
    return gone_to(request, _page(begun.pk))


@require_GET
@signed_in
def issue(request: HouseRequest, issue_id: int) -> HttpResponse:
    """One issue, as its desk, its signer or its readers see it; reading it is noted."""
    found = issue_for(request.actor, issue_id)
    if found.matter is not None and found.state == IssueState.ISSUED:
        matter_read(actor=request.actor, matter=found.matter)
    context = {"issue": found, "matter": found.matter, "key": new_key()}
    return render(request, "briefings/issue.html", context | issue_page(request.actor, found))


@require_GET
@signed_in
def paper(request: HouseRequest, issue_id: int) -> HttpResponse:
    """The issue as PDF."""
    found = issue_for(request.actor, issue_id)
    data = issue_pdf(found, entries_of(found))
    return made_file(data, name=f"{found.title}.pdf", content_type="application/pdf")


def _add(actor: Actor, issue_id: int, form: QueryDict) -> str:
    adoption_id = id_of(form.get("adoption", "")) or 0
    services.issue_entry_add(actor=actor, issue_id=issue_id, adoption_id=adoption_id)
    return "已编入本期。"


def _remove(actor: Actor, issue_id: int, form: QueryDict) -> str:
    services.issue_entry_remove(actor=actor, issue_id=issue_id, entry_id=id_of(form.get("entry", "")) or 0)
    return "已移出本期。"


def _arrange(actor: Actor, issue_id: int, form: QueryDict) -> str:
    services.issue_arrange(
        actor=actor,
        issue_id=issue_id,
        order=order_of(form),
        note=form.get("note", ""),
        expected_version=id_of(form.get("expected_version", "")),
    )
    return "已保存次序和编者按。"


def _submit(actor: Actor, issue_id: int, form: QueryDict) -> str:
    services.issue_submit(
        actor=actor,
        issue_id=issue_id,
        signer_id=id_of(form.get("signer", "")),
        expected_version=id_of(form.get("expected_version", "")),
        key=form.get("key", ""),
    )
    return "已送签。"


def _sign(actor: Actor, issue_id: int, form: QueryDict) -> str:
    services.issue_sign(
        actor=actor,
        issue_id=issue_id,
        text=form.get("text", ""),
        strokes=strokes_of(form),
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        key=form.get("key", ""),
    )
    return "已签发，采编人员会收到通知。"


def _send_back(actor: Actor, issue_id: int, form: QueryDict) -> str:
    services.issue_send_back(
        actor=actor, issue_id=issue_id, text=form.get("text", ""), key=form.get("key", "")
    )
    return "已退回采编人员。"


def _withdraw(actor: Actor, issue_id: int, _form: QueryDict) -> str:
    services.issue_withdraw(actor=actor, issue_id=issue_id)
    return "已撤回，可修改后重新送签。"


def _publish(actor: Actor, issue_id: int, form: QueryDict) -> str:
    done = services.issue_publish(
        actor=actor, issue_id=issue_id, recipient_ids=ids_of(form, "recipients"), key=form.get("key", "")
    )
    return f"已编发{done.title}。"


def _send(actor: Actor, issue_id: int, form: QueryDict) -> str:
    sent = services.issue_send(actor=actor, issue_id=issue_id, recipient_ids=ids_of(form, "recipients"))
    return f"已增发给 {sent} 人。" if sent else "所选人员均已发送过。"


def _instruct(actor: Actor, issue_id: int, form: QueryDict) -> str:
    services.issue_instruct(
        actor=actor, issue_id=issue_id, draft=instruction_of(form), key=form.get("key", "")
    )
    return "已记录批示，报送单位会收到通知。"


ACTS: dict[str, Callable[[Actor, int, QueryDict], str]] = {
    "add": _add,
    "remove": _remove,
    "arrange": _arrange,
    "submit": _submit,
    "sign": _sign,
    "return": _send_back,
    "withdraw": _withdraw,
    "publish": _publish,
    "send": _send,
    "instruct": _instruct,
}


@require_POST
@signed_in
def issue_act(request: HouseRequest, issue_id: int, act: str) -> HttpResponse:
    """One act, then back to the page; a dropped issue leads to the list."""
    if act == "drop":
        services.issue_drop(actor=request.actor, issue_id=issue_id)
        return gone_to(request, reverse("briefings:issues"))
    done = ACTS.get(act)
    if done is None:
        raise NotFound
    messages.success(request, done(request.actor, issue_id, request.POST))
    return gone_to(request, _page(issue_id))


@require_POST
@signed_in
def instruction_cancel(request: HouseRequest, instruction_id: int) -> HttpResponse:
    """Take a wrongly recorded 批示 back."""
    reason = request.POST.get("reason", "")
    done = services.instruction_cancel(actor=request.actor, instruction_id=instruction_id, reason=reason)
    messages.success(request, "已撤销批示。")
    return gone_to(request, _page(done.issue_id))
