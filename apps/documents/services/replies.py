"""请示 ↔ 批复: which document answers which, bound by hand, by drafting the answer, or by the answer's arrival."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound, ValidationFailed
from apps.core.submissions import claim, made, made_before
from apps.documents.body import body_from_text
from apps.documents.enums import ReplyDirection
from apps.documents.models import IncomingDocument, OutgoingDocument, ReplyLink
from apps.documents.policies.incoming import Ability, abilities_with, open_task_of, require
from apps.documents.selectors.incoming import incoming_for, subject_of
from apps.documents.selectors.outgoing import document_for
from apps.documents.selectors.replies import reply_opening, reply_title, reply_type
from apps.documents.services.drafting import DraftChanges, Recipient, outgoing_autosave, outgoing_create


@transaction.atomic
def reply_draft(*, actor: Actor, incoming_id: int, key: str = "") -> OutgoingDocument:
    """起草复文: a draft that answers the document, its type, title, recipient and opening preset, bound to it at once."""
    incoming = _for(actor, incoming_id)
    if not claim(person_id=actor.person_id, key=key, verb="documents.reply_draft"):
        return made_before(OutgoingDocument.objects, person_id=actor.person_id, key=key)
    kind = reply_type(incoming)
    draft = outgoing_create(actor=actor, document_type=kind)
    organ = incoming.source_organ
    name = organ.full_name if organ else incoming.source_name
    draft = outgoing_autosave(
        actor=actor,
        document_id=draft.pk,
        expected_version=draft.version,
        changes=DraftChanges(
            title=reply_title(incoming, kind, draft.issuing_organ.full_name),
            body=body_from_text(reply_opening(incoming, kind)),
            main_recipients=(Recipient(name=name, organ_id=organ.pk if organ else None),),
        ),
    )
    _bind(actor, incoming, draft, ReplyDirection.WE_ANSWER)
    made(person_id=actor.person_id, key=key, row_id=draft.pk)
    return draft


@transaction.atomic
def reply_bind(
    *, actor: Actor, incoming_id: int, outgoing_id: int, direction: str, key: str = ""
) -> ReplyLink:
    """Say that a document of this organ answers the incoming one, or is answered by it. Both must be visible to the actor."""
    incoming = _for(actor, incoming_id)
    outgoing = document_for(actor, outgoing_id)
    if direction not in ReplyDirection.values:
        raise ValidationFailed("请选择哪一件是复文。", fields={"direction": "请选择。"})
    if outgoing.organ_id != incoming.organ_id:
        raise ValidationFailed("只能与本机关的发文建立来复文关系。", fields={"outgoing": "请重新选择。"})
    if not claim(person_id=actor.person_id, key=key, verb="documents.reply_bind"):
        return ReplyLink.objects.get(incoming=incoming, outgoing=outgoing)
    if ReplyLink.objects.filter(incoming=incoming, outgoing=outgoing).exists():
        raise ValidationFailed("这两件公文已建立来复文关系。", fields={"outgoing": "已建立关系。"})
    return _bind(actor, incoming, outgoing, ReplyDirection(direction))


@transaction.atomic
def reply_unbind(*, actor: Actor, incoming_id: int, link_id: int) -> None:
    """Take a wrong relation away; the documents stay as they are."""
    incoming = _for(actor, incoming_id)
    link = ReplyLink.objects.filter(pk=link_id, incoming=incoming).first()
    if link is None:
        raise NotFound("没有找到该来复文关系，可能已被解除。")
    facts = {"outgoing": link.outgoing_id, "direction": link.direction}
    link.delete()
    _audit(actor, incoming, "documents.reply_unbind", facts)


def replies_follow(*, incoming: IncomingDocument, document: OutgoingDocument) -> None:
    """An answer arrives: bind it to what the receiving organ had sent. Part of the distribution."""
    links = ReplyLink.objects.filter(outgoing=document, direction=ReplyDirection.WE_ANSWER)
    for link in links.select_related("incoming__dispatch__document"):
        dispatch = link.incoming.dispatch
        if dispatch is not None and dispatch.document.organ_id == incoming.organ_id:
            ReplyLink.objects.get_or_create(
                incoming=incoming,
                outgoing=dispatch.document,
                defaults={"direction": ReplyDirection.THEY_ANSWER, "made_at": now()},
            )


def _for(actor: Actor, incoming_id: int) -> IncomingDocument:
    incoming = incoming_for(actor, incoming_id, lock=True)
    require(Ability.RELATE, abilities_with(actor, incoming, open_task_of(actor, incoming)))
    return incoming


def _bind(
    actor: Actor, incoming: IncomingDocument, outgoing: OutgoingDocument, direction: ReplyDirection
) -> ReplyLink:
    link = ReplyLink.objects.create(
        incoming=incoming,
        outgoing=outgoing,
        direction=direction,
        made_by_id=actor.person_id,
        made_at=now(),
    )
    _audit(actor, incoming, "documents.reply_bind", {"outgoing": outgoing.pk, "direction": direction.value})
    return link


def _audit(actor: Actor, incoming: IncomingDocument, action: str, facts: dict[str, object]) -> None:
    record(
        action,
        actor=actor,
        subject=subject_of(incoming),
        subject_text=incoming.register_number or incoming.source_number or incoming.title[:200],
        facts=facts,
    )
