"""Acts on incoming documents and on exchange: each parses its form, calls one service and comes back to the page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.submissions import new_key
from apps.documents.forms.incoming import (
    day_of,
    ids_of,
    moment_of,
    registration_of,
    units_of,
    version_of,
)
from apps.documents.forms.outgoing import terms_required
from apps.documents.policies.exchange import manages_dispatches
from apps.documents.selectors.forwarding import open_forwardings
from apps.documents.selectors.incoming import dispatch_board
from apps.documents.selectors.outgoing import document_for
from apps.documents.selectors.terms import terms_of
from apps.documents.services import circulation, exchange, incoming, registration, validity
from apps.documents.views import dealings
from apps.workflow.forms import strokes_of

Act = Callable[[Actor, int, QueryDict], str]


def sign(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """签收 one document."""
    exchange.dispatch_sign(actor=actor, incoming_ids=[incoming_id], key=form.get("key", ""))
    return "已签收，请登记。"


def send_back(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """退文."""
    exchange.dispatch_return(
        actor=actor,
        incoming_id=incoming_id,
        reason=form.get("text", ""),
        failings=form.getlist("failings"),
        key=form.get("key", ""),
    )
    return "已退回来文单位。"


def register(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """登记."""
    document = registration.incoming_register(
        actor=actor,
        incoming_id=incoming_id,
        expected_version=version_of(form),
        registration=registration_of(form),
        key=form.get("key", ""),
    )
    return f"已登记：{document.register_number}。"


def propose(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """拟办."""
    incoming.incoming_propose(
        actor=actor,
        incoming_id=incoming_id,
        expected_version=version_of(form),
        text=form.get("text", ""),
        leader_ids=ids_of(form, "leaders"),
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        key=form.get("key", ""),
    )
    return "拟办意见已提交。"


def instruct(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """批示 in words or by pen, or 圈阅."""
    is_circled = form.get("circle") == "1"
    incoming.incoming_instruct(
        actor=actor,
        incoming_id=incoming_id,
        text=form.get("text", ""),
        strokes=strokes_of(form),
        is_circled=is_circled,
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        key=form.get("key", ""),
    )
    return "已圈阅。" if is_circled else "批示已提交。"


def assign(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """交办."""
    incoming.incoming_assign(
        actor=actor,
        incoming_id=incoming_id,
        expected_version=version_of(form),
        units=units_of(form),
        deadline_at=moment_of(form, "deadline_at"),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "已交办。"


def handle(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """承办."""
    incoming.incoming_handle(
        actor=actor, incoming_id=incoming_id, text=form.get("text", ""), key=form.get("key", "")
    )
    return "办理情况已提交。"


def complete(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """办结."""
    incoming.incoming_complete(
        actor=actor,
        incoming_id=incoming_id,
        expected_version=version_of(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "已办结。"


def go_back(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """退回 inside the organ."""
    incoming.incoming_return(
        actor=actor,
        incoming_id=incoming_id,
        to=form.get("to") or "previous",
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "已退回。"


def withdraw(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """撤回."""
    incoming.incoming_withdraw(actor=actor, incoming_id=incoming_id, key=form.get("key", ""))
    return "已撤回，文件回到您手中。"


def urge(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """催办."""
    count = incoming.incoming_urge(actor=actor, incoming_id=incoming_id, text=form.get("text", ""))
    return f"已催办 {count} 人。"


def circulate(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """传阅."""
    sent = circulation.incoming_circulate(
        actor=actor,
        incoming_id=incoming_id,
        appointment_ids=ids_of(form, "readers"),
        unit_ids=ids_of(form, "reader_units"),
        key=form.get("key", ""),
    )
    return f"已送 {len(sent)} 人传阅。"


def readings_cancel(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """取消传阅."""
    count = circulation.incoming_readings_cancel(
        actor=actor, incoming_id=incoming_id, reading_ids=ids_of(form, "reading")
    )
    return f"已取消 {count} 人的传阅。"


def readings_urge(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """催阅 all who have not read, or those named."""
    count = circulation.incoming_readings_urge(
        actor=actor,
        incoming_id=incoming_id,
        reading_ids=ids_of(form, "reading") or None,
        key=form.get("key", ""),
    )
    return f"已提醒 {count} 人。"


ACTS: dict[str, Act] = {
    "readings-cancel": readings_cancel,
    "readings-urge": readings_urge,
    "sign": sign,
    "send-back": send_back,
    "register": register,
    "propose": propose,
    "instruct": instruct,
    "assign": assign,
    "handle": handle,
    "complete": complete,
    "return": go_back,
    "withdraw": withdraw,
    "urge": urge,
    "circulate": circulate,
    "respond": dealings.respond,
    "relate": dealings.relate,
    "unrelate": dealings.unrelate,
    "forward": dealings.forward,
    "forward-withdraw": dealings.forward_withdraw,
}


@require_POST
@signed_in
def incoming_act(request: HouseRequest, incoming_id: int, act: str) -> HttpResponse:
    """Do one act; back to the document with a word of what happened."""
    if act not in ACTS:
        raise NotFound
    messages.success(request, ACTS[act](request.actor, incoming_id, request.POST))
    return gone_to(request, reverse("documents:incoming_detail", args=[incoming_id]))


@require_POST
@signed_in
def incoming_sign_batch(request: HouseRequest) -> HttpResponse:
    """签收 all chosen documents; what could not be signed for is named."""
    result = exchange.dispatch_sign(
        actor=request.actor, incoming_ids=ids_of(request.POST, "selected"), key=request.POST.get("key", "")
    )
    messages.success(request, f"已签收 {len(result.signed)} 件。")
    for refusal in result.refusals[:5]:
        messages.warning(request, refusal)
    return gone_to(request, f"{reverse('documents:incoming_list')}?tab=signed_for")


@require_GET
@signed_in
def dispatches(request: HouseRequest, document_id: int) -> HttpResponse:
    """Fragment: 分发情况 of an outgoing document."""
    document = document_for(request.actor, document_id)
    context = {
        "document": document,
        "board": dispatch_board(document),
        "forwardings": open_forwardings(document),
        "may_manage": manages_dispatches(request.actor, document),
        "terms": terms_of(document),
        "key": new_key(),
    }
    return render(request, "documents/_dispatches.html", context)


def urge_receipt(actor: Actor, document_id: int, form: QueryDict) -> str:
    """催收 all units that have not signed for, or one of them."""
    urged = exchange.dispatch_urge(
        actor=actor, document_id=document_id, dispatch_ids=ids_of(form, "dispatch") or None
    )
    left = f"{'、'.join(urged.unmanned)}已无人签收，没有催收。" if urged.unmanned else ""
    return f"已催收 {urged.count} 个单位。{left}"


def recall(actor: Actor, document_id: int, form: QueryDict) -> str:
    """撤回 one unit's copy."""
    exchange.dispatch_recall(
        actor=actor,
        dispatch_id=next(iter(ids_of(form, "dispatch")), 0),
        reason=form.get("reason", ""),
        key=form.get("key", ""),
    )
    return "已撤回。"


def add(actor: Actor, document_id: int, form: QueryDict) -> str:
    """增发."""
    sent = exchange.dispatch_add(
        actor=actor,
        document_id=document_id,
        organ_ids=ids_of(form, "organs"),
        reason=form.get("reason", ""),
        key=form.get("key", ""),
    )
    return f"已增发 {len(sent)} 个单位。"


def set_terms(actor: Actor, document_id: int, form: QueryDict) -> str:
    """接收单位可打印、下载."""
    terms = exchange.terms_set(
        actor=actor, document_id=document_id, terms=terms_required(form), key=form.get("key", "")
    )
    return f"接收单位现在{terms.words}。"


def set_validity(actor: Actor, document_id: int, form: QueryDict) -> str:
    """废止、失效、恢复有效."""
    validity.validity_set(
        actor=actor,
        document_id=document_id,
        state=form.get("state", ""),
        effective_on=day_of(form, "effective_on"),
        reason=form.get("reason", ""),
        key=form.get("key", ""),
    )
    return "已登记公文效力，收文单位在文件页上看得到。"


DISPATCH_ACTS: dict[str, Act] = {
    "validity": set_validity,
    "urge": urge_receipt,
    "recall": recall,
    "add": add,
    "forwarding": dealings.decide,
    "terms": set_terms,
}


@require_POST
@signed_in
def dispatch_act(request: HouseRequest, document_id: int, act: str) -> HttpResponse:
    """Urge, recall or add; back to the document."""
    if act not in DISPATCH_ACTS:
        raise NotFound
    messages.success(request, DISPATCH_ACTS[act](request.actor, document_id, request.POST))
    return gone_to(request, reverse("documents:outgoing_detail", args=[document_id]))
