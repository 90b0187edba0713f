"""Acts on an outgoing document: each parses its form, calls one service and comes back to the page."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.core.errors import NotFound, ValidationFailed
from apps.core.http import HouseRequest, signed_in
from apps.documents.services import drafting, flow, numbering
from apps.documents.services.exchange import document_distribute
from apps.documents.services.filing import outgoing_file
from apps.documents.services.sealing import document_seal, seal_use_request
from apps.documents.services.typesetting_room import document_typeset

Act = Callable[[Any, int, QueryDict], str]


def _version(form: QueryDict) -> int:
    value = form.get("expected_version", "")
    if not value.isdecimal():
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    return int(value)


def _strokes(form: QueryDict) -> dict[str, Any] | None:
    raw = form.get("strokes", "")
    if not raw:
        return None
    try:
        found = json.loads(raw)
    except ValueError:
        raise ValidationFailed("笔迹没有完整送达，请重新书写。") from None
    if not isinstance(found, dict):
        raise ValidationFailed("笔迹没有完整送达，请重新书写。")
    return found


def _optional(form: QueryDict, name: str) -> int | None:
    value = form.get(name, "")
    return int(value) if value.isdecimal() else None


def submit(actor: Any, document_id: int, form: QueryDict) -> str:
    """提交."""
    flow.outgoing_submit(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "已提交。"


def advance(actor: Any, document_id: int, form: QueryDict) -> str:
    """同意、会签、审核、签发、复核."""
    flow.outgoing_advance(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        text=form.get("text", ""),
        strokes=_strokes(form),
        signer_id=_optional(form, "signer"),
        recorded_for_leader=form.get("recorded_for_leader") == "1",
        key=form.get("key", ""),
    )
    return "已办理，转入下一环节。"


def send_back(actor: Any, document_id: int, form: QueryDict) -> str:
    """退回."""
    flow.outgoing_return(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        to=form.get("to", "previous"),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "已退回。"


def withdraw(actor: Any, document_id: int, form: QueryDict) -> str:
    """撤回."""
    flow.outgoing_withdraw(actor=actor, document_id=document_id, key=form.get("key", ""))
    return "已撤回。"


def urge(actor: Any, document_id: int, form: QueryDict) -> str:
    """催办."""
    count = flow.outgoing_urge(actor=actor, document_id=document_id, text=form.get("text", ""))
    return f"已催办 {count} 人。"


def number(actor: Any, document_id: int, form: QueryDict) -> str:
    """编号."""
    document = numbering.number_use(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        series_id=_optional(form, "series"),
        number_id=_optional(form, "number"),
        key=form.get("key", ""),
    )
    return f"已编号：{document.document_number}。"


def typeset(actor: Any, document_id: int, form: QueryDict) -> str:
    """排版."""
    document_typeset(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "正式文件已生成。"


def seal(actor: Any, document_id: int, form: QueryDict) -> str:
    """用印: the confirmation is recorded first, then the seal is set."""
    version, key = _version(form), form.get("key", "")
    seal_use_request(
        actor=actor,
        document_id=document_id,
        expected_version=version,
        copies=_optional(form, "copies") or 1,
        key=f"{key[:60]}.ask" if key else "",
    )
    document_seal(
        actor=actor, document_id=document_id, expected_version=version, text=form.get("text", ""), key=key
    )
    return "已用印，文件内容不再变动。"


def distribute(actor: Any, document_id: int, form: QueryDict) -> str:
    """分发."""
    document_distribute(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return "已分发至全部收文机关。"


def file(actor: Any, document_id: int, form: QueryDict) -> str:
    """办结归档."""
    document = outgoing_file(
        actor=actor,
        document_id=document_id,
        expected_version=_version(form),
        year=_optional(form, "year") or 0,
        retention_period=form.get("retention_period", ""),
        text=form.get("text", ""),
        key=form.get("key", ""),
    )
    return f"已归档，件号 {document.item_number}。"


def cancel(actor: Any, document_id: int, form: QueryDict) -> str:
    """作废."""
    flow.outgoing_cancel(
        actor=actor, document_id=document_id, expected_version=_version(form), reason=form.get("text", "")
    )
    return "已作废。"


ACTS: dict[str, Act] = {
    "submit": submit,
    "advance": advance,
    "return": send_back,
    "withdraw": withdraw,
    "urge": urge,
    "number": number,
    "typeset": typeset,
    "seal": seal,
    "distribute": distribute,
    "file": file,
    "cancel": cancel,
}


@require_POST
@signed_in
def outgoing_act(request: HouseRequest, document_id: int, act: str) -> HttpResponse:
    """Do one act; back to the document with a word of what happened."""
    if act not in ACTS:
        raise NotFound
    messages.success(request, ACTS[act](request.actor, document_id, request.POST))
    return HttpResponseRedirect(reverse("documents:outgoing_detail", args=[document_id]), status=303)


@require_POST
@signed_in
def outgoing_copy(request: HouseRequest, document_id: int) -> HttpResponse:
    """A new draft from an old document."""
    document = drafting.outgoing_copy(
        actor=request.actor, document_id=document_id, key=request.POST.get("key", "")
    )
    messages.success(request, "已复制为新草稿。")
    return HttpResponseRedirect(reverse("documents:outgoing_edit", args=[document.pk]), status=303)


@require_POST
@signed_in
def outgoing_delete(request: HouseRequest, document_id: int) -> HttpResponse:
    """Delete a draft that was never submitted."""
    drafting.outgoing_delete_draft(
        actor=request.actor, document_id=document_id, expected_version=_version(request.POST)
    )
    messages.success(request, "草稿已删除。")
    return HttpResponseRedirect(f"{reverse('portal:desk')}?tab=draft", status=303)
