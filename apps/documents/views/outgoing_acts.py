"""Acts on an outgoing document: each parses its form, calls one service and comes back to the page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.documents.enums import OutgoingStatus
from apps.documents.forms.incoming import ids_of
from apps.documents.forms.outgoing import changes_from_form, number_of, reasons_of, terms_of_form, version_of
from apps.documents.selectors.incoming import dispatch_board
from apps.documents.services import circulation, drafting, exchange, filing, flow, numbering, sealing
from apps.documents.services.typesetting_room import document_typeset
from apps.workflow.forms import strokes_of

Act = Callable[[Actor, int, QueryDict], str]
SEALED = {
    OutgoingStatus.JOINT_SEAL: "已加盖本机关印章，待其他联署机关用印。",
    OutgoingStatus.SEAL_USE: "已加盖本机关印章，转主办机关用印。",
}


def submit(actor: Actor, document_id: int, form: QueryDict) -> str:
    """提交, with what the page holds."""
    document = flow.outgoing_submit(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        changes=changes_from_form(form) if "title" in form else None,
        text=form.get("text", ""),
        reasons=reasons_of(form),
        key=form.get("key", ""),
    )
    return f"已提交，转{document.get_status_display()}。"


def advance(actor: Actor, document_id: int, form: QueryDict) -> str:
    """同意、会签、审核、签发、复核."""
    document = flow.outgoing_advance(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        text=form.get("text", ""),
        strokes=strokes_of(form),
        signer_id=number_of(form, "signer"),
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        reasons=reasons_of(form),
        key=form.get("key", ""),
    )
    return f"已办理，文件在“{document.get_status_display()}”环节。"


def send_back(actor: Actor, document_id: int, form: QueryDict) -> str:
    """退回."""
    document = flow.outgoing_return(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        to=form.get("to", "previous"),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return f"已退回到“{document.get_status_display()}”。"


def withdraw(actor: Actor, document_id: int, form: QueryDict) -> str:
    """撤回."""
    document = flow.outgoing_withdraw(actor=actor, document_id=document_id, key=form.get("key", ""))
    return f"已撤回到“{document.get_status_display()}”。"


def urge(actor: Actor, document_id: int, form: QueryDict) -> str:
    """催办."""
    count = flow.outgoing_urge(actor=actor, document_id=document_id, text=form.get("text", ""))
    return f"已催办{count}人。"


def cancel(actor: Actor, document_id: int, form: QueryDict) -> str:
    """作废."""
    flow.outgoing_cancel(
        actor=actor, document_id=document_id, expected_version=version_of(form), reason=form.get("text", "")
    )
    return "文件已作废。"


def circulate(actor: Actor, document_id: int, form: QueryDict) -> str:
    """送传阅."""
    fresh = circulation.outgoing_circulate(
        actor=actor,
        document_id=document_id,
        appointment_ids=ids_of(form, "readers"),
        unit_ids=ids_of(form, "reader_units"),
        key=form.get("key", ""),
    )
    return f"已送{len(fresh)}人传阅。"


def number(actor: Actor, document_id: int, form: QueryDict) -> str:
    """编号."""
    document = numbering.number_use(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        series_id=number_of(form, "series"),
        number_id=number_of(form, "number"),
        key=form.get("key", ""),
    )
    return f"已编号：{document.document_number}。"


def typeset(actor: Actor, document_id: int, form: QueryDict) -> str:
    """排版."""
    document = document_typeset(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return f"正式文件已生成，共{document.typeset_facts['page_count']}页。"


def seal_request(actor: Actor, document_id: int, form: QueryDict) -> str:
    """用印审批."""
    sealing.seal_use_request(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        copies=number_of(form, "copies") or 0,
        key=form.get("key", ""),
    )
    return "用印单已确认，请核对版面后加盖印章。"


def seal(actor: Actor, document_id: int, form: QueryDict) -> str:
    """用印."""
    document = sealing.document_seal(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return SEALED.get(OutgoingStatus(document.status), "已用印，转分发。")


def distribute(actor: Actor, document_id: int, form: QueryDict) -> str:
    """分发."""
    document = exchange.document_distribute(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        leave_out=ids_of(form, "leave_out"),
        terms=terms_of_form(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    if not dispatch_board(document).total:
        return "本文件没有收文机关，已转办结归档；需要送达的，可在“阅读情况”中增发。"
    return "已分发，可在“阅读情况”中查看各单位签收。"


def put_on_file(actor: Actor, document_id: int, form: QueryDict) -> str:
    """归档."""
    document = filing.outgoing_file(
        actor=actor,
        document_id=document_id,
        expected_version=version_of(form),
        year=number_of(form, "year") or 0,
        retention_period=form.get("retention_period", ""),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return f"已归档，件号{document.item_number}。"


ACTS: dict[str, Act] = {
    "submit": submit,
    "advance": advance,
    "return": send_back,
    "withdraw": withdraw,
    "urge": urge,
    "cancel": cancel,
    "circulate": circulate,
    "number": number,
    "typeset": typeset,
    "seal_request": seal_request,
    "seal": seal,
    "distribute": distribute,
    "file": put_on_file,
}


@require_POST
@signed_in
def outgoing_act(request: HouseRequest, document_id: int, act: str) -> HttpResponse:
    """Do one act; back to the document with a word of what happened."""
    if act not in ACTS:
        raise NotFound
    messages.success(request, ACTS[act](request.actor, document_id, request.POST))
    return gone_to(request, reverse("documents:outgoing_detail", args=[document_id]))


@require_POST
@signed_in
def outgoing_copy(request: HouseRequest, document_id: int) -> HttpResponse:
    """A new draft from an old document."""
    document = drafting.outgoing_copy(
        actor=request.actor, document_id=document_id, key=request.POST.get("key", "")
    )
    messages.success(request, "已复制为新草稿。")
    return gone_to(request, reverse("documents:outgoing_edit", args=[document.pk]))


@require_POST
@signed_in
def outgoing_delete(request: HouseRequest, document_id: int) -> HttpResponse:
    """Delete a draft that was never submitted."""
    drafting.outgoing_delete_draft(
        actor=request.actor, document_id=document_id, expected_version=version_of(request.POST)
    )
    messages.success(request, "草稿已删除。")
    return gone_to(request, f"{reverse('documents:outgoing_list')}?tab=draft")
