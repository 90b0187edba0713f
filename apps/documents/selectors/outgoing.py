"""Reads of outgoing documents: the gate, the content that is hashed and signed, the lists."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from apps.accounts.models import Appointment, Organ, Role
from apps.accounts.selectors import holders
from apps.audit.digests import canonical
from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import NotFound
from apps.core.paging import Page
from apps.core.prepared import Prepared, PreparedFor, slot
from apps.core.streams import Union, union_counts, union_page, union_rows
from apps.core.subjects import Subject
from apps.documents.enums import IN_HAND, DocumentType, OutgoingStatus
from apps.documents.models import DocumentRecipient, DocumentRevision, JointIssuer, OutgoingDocument
from apps.documents.policies.outgoing import (
    KIND,
    Ability,
    abilities_with,
    open_task_of,
    own_grounds,
    visible_to,
)
from apps.documents.selectors.gate import Gate
from apps.documents.selectors.joint import AFTER_COSIGN, cosigners_missing, joint_organs
from apps.documents.selectors.listing import Narrowing, Side, union_of
from apps.documents.selectors.pictures import pictures_of
from apps.files.models import StoredFile
from apps.files.selectors import uploads_of
from apps.workflow.policies import Reach, reach_of

RELATED = (
    "organ", "issuing_organ__superior", "drafter", "drafter_appointment", "drafting_unit", "matter", "signer__person",
)  # fmt: skip
# fields that are signed besides recipients and attachments; a change of one reopens signing
SIGNED_FIELDS = (
    "document_type", "routing_direction", "urgency", "title", "body", "note", "disclosure", "is_important", "is_sealed",
    "issuer_mark", "issuer_signature", "signatories", "main_recipients_text", "cc_recipients_text", "issuing_organ_id",
    "layout", "attendees", "absentees", "observers",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Content:
    """All that a signature covers, read once: recipients with their organs, attachments, the value that is hashed.

    With it the chosen countersigners who have not countersigned although that step is behind.
    """

    recipients: tuple[DocumentRecipient, ...]
    attachments: tuple[StoredFile, ...]
    pictures: tuple[StoredFile, ...]
    joint: tuple[Organ, ...]
    cosigners_missing: tuple[str, ...]
    value: dict[str, Any]
    digest: str

    @property
    def main(self) -> tuple[DocumentRecipient, ...]:
        """主送."""
        return tuple(entry for entry in self.recipients if entry.kind == DocumentRecipient.Kind.MAIN)

    @property
    def cc(self) -> tuple[DocumentRecipient, ...]:
        """抄送."""
        return tuple(entry for entry in self.recipients if entry.kind == DocumentRecipient.Kind.CC)


def subject_of(document: OutgoingDocument) -> Subject:
    """The document as other apps bind to it."""
    return Subject(KIND, document.pk)


def document_for(
    actor: Actor, document_id: int, *, lock: bool = False, reach: Reach | None = None
) -> OutgoingDocument:
    """The document if the actor may see it, its row locked when it is to change. Raises `NotFound` alike for absent and invisible."""
    document = _GATE.row(actor, document_id, lock=lock, reach=reach)
    if document is None:
        raise NotFound("没有找到该文件，或您无权查看。")
    return document


_GATE = Gate(visible_to, RELATED)


def content_of(document: OutgoingDocument) -> Content:
    """What a signature over the document covers now."""
    recipients, joint, missing = _parties(document)
    attachments = tuple(uploads_of(subject_of(document)))
    value: dict[str, Any] = {name: getattr(document, name) for name in SIGNED_FIELDS}
    value["recipients"] = [[entry.kind, entry.organ_id, entry.name] for entry in recipients]
    if joint:
        value["joint_issuers"] = [organ.pk for organ in joint]
    value["attachments"] = [[file.name, file.sha256] for file in attachments]
    if pictures := pictures_of(subject_of(document), document.body):
        value["pictures"] = [[file.pk, file.sha256] for file in pictures]
    digest = hashlib.sha256(canonical(value)).hexdigest()
    return Content(
        recipients=recipients,
        attachments=attachments,
        pictures=pictures,
        joint=joint,
        cosigners_missing=missing,
        value=value,
        digest=digest,
    )


def _parties(
    document: OutgoingDocument,
) -> tuple[tuple[DocumentRecipient, ...], tuple[Organ, ...], tuple[str, ...]]:
    """Recipients, joint organs and countersigners that are missing, for an ordinary document by one query."""
    is_past_cosign = document.status in AFTER_COSIGN and document.matter_id is not None
    asked = _RECIPIENTS_AFTER_COSIGN if is_past_cosign else _RECIPIENTS
    recipients: tuple[Any, ...] = tuple(asked.rows(document=document.pk, matter=document.matter_id))
    if recipients:
        joint = tuple(joint_organs(document)) if recipients[0].joint_ids else ()
        return recipients, joint, tuple(recipients[0].missing or ()) if is_past_cosign else ()
    missing = (
        cosigners_missing(document.pk, document.matter_id or 0)
        if is_past_cosign
        else Appointment.objects.none()
    )
    return (), tuple(joint_organs(document)), tuple(missing.values_list("person__name", flat=True))


def _recipients() -> QuerySet[DocumentRecipient]:
    joint = JointIssuer.objects.filter(document=OuterRef("document_id")).order_by()
    rows = DocumentRecipient.objects.filter(document_id=slot("document")).select_related("organ")
    return rows.annotate(joint_ids=ArraySubquery(joint.values("organ_id")))


_RECIPIENTS = Prepared(_recipients)
_RECIPIENTS_AFTER_COSIGN = Prepared(
    lambda: _recipients().annotate(
        missing=ArraySubquery(cosigners_missing(slot("document"), slot("matter")).values("person__name"))
    )
)


def is_changed_since_signing(document: OutgoingDocument, content: Content) -> bool:
    """Whether the text differs from the one that was signed."""
    return bool(document.signed_hash) and document.signed_hash != content.digest


def issuing_organs(organ: Organ) -> list[Organ]:
    """In whose name an organ may issue: its own, and for a government's office also the government's."""
    if organ.kind == Organ.Kind.OFFICE and organ.superior is not None:
        return [organ, organ.superior]
    return [organ]


def signer_candidates(document: OutgoingDocument) -> list[Appointment]:
    """Who may sign, in rank order: heads of the drafting and the issuing organ; where the law wants it the latter's principal."""
    roles, organ_ids = [Role.PRINCIPAL_HEAD], {document.issuing_organ_id}
    if not needs_principal_head(document):
        roles.append(Role.DEPUTY_HEAD)
        organ_ids.add(document.organ_id)
    found = {
        post.pk: post
        for organ_id in organ_ids
        for role in roles
        for post in holders(organ_id=organ_id, role=role)
    }
    acting = Appointment.objects.filter(
        organ_id__in=organ_ids, kind=Appointment.Kind.ACTING, started_on__lte=today(), person__is_active=True
    ).filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today()))
    found |= {post.pk: post for post in acting.select_related("person", "organ", "unit")}
    return sorted(found.values(), key=lambda post: (not is_principal(post), post.rank_order, post.pk))


def needs_principal_head(document: OutgoingDocument) -> bool:
    """上行文, orders and important documents (条例 art. 22)."""
    is_order = document.document_type == DocumentType.ORDER
    return is_order or document.is_important or document.routing_direction == "upward"


def is_principal(post: Appointment) -> bool:
    """Whether the post is a principal head's or a recorded 主持工作."""
    return post.kind == Appointment.Kind.ACTING or any(
        held.role == Role.PRINCIPAL_HEAD for held in post.roles.all()
    )


def revisions_of(document: OutgoingDocument) -> QuerySet[DocumentRevision]:
    """Kept revisions, newest first."""
    return document.revisions.select_related("author")


TABS: dict[str, tuple[str, tuple[OutgoingStatus, ...]]] = {
    "all": ("全部", ()),
    "draft": ("草稿", (OutgoingStatus.DRAFT,)),
    "review": (
        "审签中",
        (
            OutgoingStatus.DEPT_REVIEW,
            OutgoingStatus.COSIGN,
            OutgoingStatus.OFFICE_REVIEW,
            OutgoingStatus.SIGNING,
        ),
    ),
    "office": (
        "待印发",
        (
            OutgoingStatus.RECHECK,
            OutgoingStatus.NUMBERING,
            OutgoingStatus.TYPESET,
            OutgoingStatus.JOINT_SEAL,
            OutgoingStatus.SEAL_USE,
            OutgoingStatus.DISTRIBUTE,
        ),
    ),
    "filing": ("待归档", (OutgoingStatus.FILING,)),
    "filed": ("已归档", (OutgoingStatus.FILED,)),
}
LIST_ORDER = ("-created_at", "-id")
EXPORT_LIMIT = 5000


@dataclass(frozen=True, kw_only=True)
class OutgoingFilter:
    """What the list is narrowed to; empty fields do not narrow."""

    tab: str = "all"
    text: str = ""
    document_type: str = ""
    urgency: str = ""
    year: int | None = None
    mine: bool = False


SIDE = Side(rows=OutgoingDocument.objects.all(), kind=KIND, name="outgoing_document", dated="created_at")


def documents_page(actor: Actor, wanted: OutgoingFilter, cursor: str = "") -> Page[OutgoingDocument]:
    """A page of the actor's documents under the filter. Cancelled ones only under 全部."""
    return union_page(documents_shown(), documents_union(actor, wanted), order=LIST_ORDER, cursor=cursor)


def documents_first(actor: Actor, wanted: OutgoingFilter, limit: int) -> list[OutgoingDocument]:
    """The newest of them, for export and search."""
    return union_rows(documents_shown(), documents_union(actor, wanted), order=LIST_ORDER, limit=limit)


def documents_shown() -> QuerySet[OutgoingDocument]:
    """Rows as lists read them."""
    return OutgoingDocument.objects.select_related("drafter", "drafting_unit", "organ", "matter").defer(
        "body", "search_text"
    )


def documents_union(actor: Actor, wanted: OutgoingFilter, reach: Reach | None = None) -> Union:
    """The actor\'s documents under the filter, by whatever ground they may be seen."""
    statuses = TABS.get(wanted.tab, TABS["all"])[1]
    lookups: dict[str, Any] = _of_statuses(statuses)
    if wanted.document_type:
        lookups["document_type"] = wanted.document_type
    if wanted.urgency:
        lookups["urgency"] = wanted.urgency
    if wanted.year:
        lookups["created_at__year"] = wanted.year
    grounds = [Q(drafter_id=actor.person_id)] if wanted.mine else own_grounds(actor).values()
    is_open = bool(statuses) and set(statuses) <= set(IN_HAND)
    narrowing = Narrowing(lookups=lookups, is_open=is_open, is_own=wanted.mine, text=wanted.text)
    return union_of(actor, SIDE, grounds, narrowing, reach)


def _of_statuses(statuses: tuple[OutgoingStatus, ...]) -> dict[str, Any]:
    if len(statuses) == 1:
        return {"status": statuses[0].value}
    return {"status__in": [status.value for status in statuses]} if statuses else {}


COUNTED_TABS = ("draft", "review", "office", "filing")


def tab_counts(actor: Actor) -> dict[str, int]:
    """How many of the actor's documents stand under each tab of work in hand, up to just above what is shown."""
    reach = reach_of(actor.person_id)
    wanted = {code: documents_union(actor, OutgoingFilter(tab=code), reach) for code in COUNTED_TABS}
    return union_counts(wanted, order=LIST_ORDER)


def list_years() -> list[int]:
    """The years the list may be narrowed to, newest first."""
    return [today().year - back for back in range(4)]


def recent_documents(actor: Actor) -> list[OutgoingDocument]:
    """What the actor drafted or may see of late, to copy from."""
    lasting = [status.value for status in OutgoingStatus if status is not OutgoingStatus.CANCELLED]
    narrowing = Narrowing(lookups={"submitted_at__isnull": False, "status__in": lasting})
    union = union_of(actor, SIDE, own_grounds(actor).values(), narrowing)
    return union_rows(OutgoingDocument.objects.defer("body"), union, order=LIST_ORDER, limit=6)


def drafts_count(actor: Actor) -> int:
    """Drafts of the actor that were never submitted."""
    return _DRAFTS.count(actor)


_DRAFTS = PreparedFor(
    lambda actor: OutgoingDocument.objects.filter(
        drafter_id=actor.person_id, status=OutgoingStatus.DRAFT, submitted_at__isnull=True
    )
)


def outgoing_by_id(document_id: int) -> OutgoingDocument | None:
    """The document for listeners and tasks, which act for the house and not for a person."""
    return OutgoingDocument.objects.select_related(*RELATED).filter(pk=document_id).first()


def outgoing_title(document_id: int) -> str:
    """Title for other apps that are bound to the document."""
    return OutgoingDocument.objects.filter(pk=document_id).values_list("title", flat=True).first() or ""


def may_read_outgoing(actor: Actor, document_id: int) -> bool:
    """Whether the document, and with it its files, is open to the actor."""
    return visible_to(actor).filter(pk=document_id).exists()


def may_attach_outgoing(actor: Actor, document_id: int) -> bool:
    """Whether the actor may add or remove attachments now: whoever may edit the text."""
    document = (
        visible_to(actor).select_related("matter", "drafter_appointment").filter(pk=document_id).first()
    )
    if document is None:
        return False
    return Ability.EDIT in abilities_with(actor, document, open_task_of(actor, document))
