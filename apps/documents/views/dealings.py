"""Acts between organs about an incoming document: answer, draft the answer, bind 来复文, pass on to organs below."""

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.core.actors import Actor
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.documents.forms.incoming import first_id, ids_of
from apps.documents.services import forwarding, replies, responding


def respond(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """答复."""
    said = responding.incoming_respond(
        actor=actor,
        incoming_id=incoming_id,
        text=form.get("response", ""),
        is_final=form.get("is_final") == "1",
        key=form.get("key", ""),
    )
    return "已答复来文单位。" if said.is_final else "阶段性答复已发出。"


def relate(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """Bind a document of one's own organ."""
    replies.reply_bind(
        actor=actor,
        incoming_id=incoming_id,
        outgoing_id=first_id(form, "outgoing"),
        direction=form.get("direction", ""),
        key=form.get("key", ""),
    )
    return "已建立来复文关系。"


def unrelate(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """Undo a binding."""
    replies.reply_unbind(actor=actor, incoming_id=incoming_id, link_id=first_id(form, "link"))
    return "已解除来复文关系。"


def forward(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """Ask for 转发, or forward what came from outside."""
    asked = forwarding.forwarding_ask(
        actor=actor,
        incoming_id=incoming_id,
        organ_ids=ids_of(form, "organs"),
        reason=form.get("reason", ""),
        leave=form.get("leave", ""),
        key=form.get("key", ""),
    )
    return "已转发。" if asked.state == "granted" else "已向发文机关申请转发，同意后自动发出。"


def forward_withdraw(actor: Actor, incoming_id: int, form: QueryDict) -> str:
    """Take the application back."""
    forwarding.forwarding_withdraw(
        actor=actor, incoming_id=incoming_id, forwarding_id=first_id(form, "forwarding")
    )
    return "已收回转发申请。"


def decide(actor: Actor, document_id: int, form: QueryDict) -> str:
    """The issuer's answer to an application."""
    is_granted = form.get("decision") == "grant"
    decided = forwarding.forwarding_decide(
        actor=actor,
        document_id=document_id,
        forwarding_id=first_id(form, "forwarding"),
        is_granted=is_granted,
        answer=form.get("answer", ""),
        key=form.get("key", ""),
    )
    if not is_granted:
        return "已答复不同意转发。"
    return f"已同意，文件已发出：{decided.answer}。" if decided.answer else "已同意，文件已发往所列单位。"


@require_POST
@signed_in
def incoming_reply(request: HouseRequest, incoming_id: int) -> HttpResponse:
    """起草复文: to the draft."""
    draft = replies.reply_draft(actor=request.actor, incoming_id=incoming_id, key=request.POST.get("key", ""))
    return gone_to(request, reverse("documents:outgoing_edit", args=[draft.pk]))
