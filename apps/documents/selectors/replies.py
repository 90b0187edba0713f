"""来复文 of a document, from either side, and what an answer is called."""

import re
from dataclasses import dataclass
from datetime import date

from apps.core.actors import Actor
from apps.documents.enums import DocumentType, ReplyDirection
from apps.documents.models import IncomingDocument, OutgoingDocument, ReplyLink
from apps.documents.policies import outgoing as outgoing_policy
from apps.documents.policies.incoming import visible_to
from apps.documents.selectors.duplicates import number_key

MATTER = re.compile(rf"关于(?P<matter>.+)的(?:{'|'.join(DocumentType.labels)})$")
ANSWERS = {DocumentType.REQUEST: DocumentType.REPLY, DocumentType.LETTER: DocumentType.LETTER}
ENDS = {
    DocumentType.REPORT: "有关情况的报告",
    DocumentType.LETTER: "有关情况的函",
    DocumentType.NOTICE: "有关事项的通知",
}
OPENINGS = {
    DocumentType.REPLY: "经研究，现批复如下：",
    DocumentType.REPORT: "现将有关情况报告如下：",
    DocumentType.LETTER: "现将有关情况函告如下：",
    DocumentType.NOTICE: "现就有关事项通知如下：",
}
TITLE_LIMIT = 300
OFFERED = 20


def reply_type(incoming: IncomingDocument) -> DocumentType:
    """批复 for a request, 函 for a letter; otherwise a report upwards, a notice downwards, a letter to all others."""
    answered, sender = DocumentType(incoming.document_type), incoming.source_organ
    if answered in ANSWERS:
        return ANSWERS[answered]
    if sender is not None and incoming.organ.path.startswith(sender.path):
        return DocumentType.REPORT
    if sender is not None and sender.path.startswith(incoming.organ.path):
        return DocumentType.NOTICE
    return DocumentType.LETTER


def reply_title(incoming: IncomingDocument, kind: DocumentType, issuer: str) -> str:
    """What the answer is called: 关于…的批复, 关于…的复函, 关于…有关情况的报告; the drafter corrects it."""
    found = MATTER.search(incoming.title)
    matter = found["matter"] if found else incoming.title
    answered = DocumentType(incoming.document_type)
    end = {DocumentType.REQUEST: "的批复", DocumentType.LETTER: "的复函"}.get(answered)
    return f"{issuer}关于{matter}{end or ENDS[kind]}"[:TITLE_LIMIT]


def reply_opening(incoming: IncomingDocument, kind: DocumentType) -> str:
    """The first sentence of the answer: it cites what it answers, title first, then number."""
    number = f"（{number_key(incoming.source_number)}）" if incoming.source_number else ""
    called = {DocumentType.REPLY: "你单位", DocumentType.LETTER: "贵单位"}.get(kind, "")
    end = "经研究，现函复如下：" if incoming.document_type == DocumentType.LETTER else OPENINGS[kind]
    return f"{called}《{incoming.title}》{number}收悉。{end}"


@dataclass(frozen=True, kw_only=True)
class Related:
    """A document at the other end of the relation. `id` None: the reader may not open it and sees its existence only."""

    link_id: int
    role: str
    id: int | None
    title: str
    number: str
    state: str
    day: date | None


def replies_of_incoming(actor: Actor, document: IncomingDocument) -> list[Related]:
    """The organ's own documents that answer it or are answered by it; titles only of those the actor may see. Two queries."""
    links = list(document.reply_links.select_related("outgoing"))
    wanted = [link.outgoing_id for link in links]
    seen = set(
        outgoing_policy.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True) if wanted else ()
    )
    words = {ReplyDirection.WE_ANSWER: "复文", ReplyDirection.THEY_ANSWER: "去文"}
    return [
        _shown(
            link,
            words[ReplyDirection(link.direction)],
            link.outgoing.pk if link.outgoing_id in seen else None,
            (
                link.outgoing.title,
                link.outgoing.document_number,
                link.outgoing.get_status_display(),
                link.outgoing.document_date,
            ),
        )
        for link in links
    ]


def replies_of_outgoing(actor: Actor, document: OutgoingDocument) -> list[Related]:
    """The incoming documents it answers or that answer it. Two queries."""
    links = list(document.reply_links.select_related("incoming"))
    wanted = [link.incoming_id for link in links]
    seen = set(visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True) if wanted else ())
    words = {ReplyDirection.WE_ANSWER: "来文", ReplyDirection.THEY_ANSWER: "复文"}
    return [
        _shown(
            link,
            words[ReplyDirection(link.direction)],
            link.incoming.pk if link.incoming_id in seen else None,
            (
                link.incoming.title,
                link.incoming.source_number,
                link.incoming.get_status_display(),
                link.incoming.received_at.date(),
            ),
        )
        for link in links
    ]


def _shown(
    link: ReplyLink, role: str, target: int | None, facts: tuple[str, str, str, date | None]
) -> Related:
    title, number, state, day = facts if target is not None else ("您无权查看该公文", "", "", None)
    return Related(link_id=link.pk, role=role, id=target, title=title, number=number, state=state, day=day)


def bindable(actor: Actor, document: IncomingDocument) -> list[OutgoingDocument]:
    """The organ's newest visible documents that could be bound, those with the sender among their recipients first."""
    rows = outgoing_policy.visible_to(actor).filter(organ_id=document.organ_id)
    rows = rows.exclude(status="cancelled").exclude(reply_links__incoming=document)
    return list(rows.order_by("-created_at", "-id")[:OFFERED])
