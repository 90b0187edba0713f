"""拟稿: creating, saving, copying, deleting a draft. A save never overwrites what it has not seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.accounts.models import Appointment, Role
from apps.accounts.selectors import holders
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, ValidationFailed
from apps.core.submissions import claim, made, made_before
from apps.documents.body import body_validated, empty_body
from apps.documents.enums import (
    TYPE_FORMATS,
    UNSEALED_FORMATS,
    Disclosure,
    DocumentFormat,
    DocumentType,
    OutgoingStatus,
    RoutingDirection,
)
from apps.documents.models import Addressee, DocumentRecipient, OutgoingDocument
from apps.documents.policies.outgoing import Ability
from apps.documents.rules import FIXED_DIRECTION
from apps.documents.selectors.outgoing import document_for, issuing_organs, subject_of
from apps.documents.selectors.sheets import standard_mark
from apps.documents.services.addressees import addressees_ordered
from apps.documents.services.joint import joint_issuers_keep
from apps.documents.services.pictures import pictures_copy, pictures_required
from apps.documents.services.steps import document_hold, document_touch
from apps.files.selectors import files_of
from apps.files.services import file_copy, file_remove, files_let_go
from apps.workflow.models import Urgency
from apps.workflow.services import matter_update

PEOPLE_LIMIT = 10_000
CHOICES: dict[str, tuple[str, list[Any]]] = {
    "document_type": ("文种", DocumentType.values),
    "routing_direction": ("行文方向", RoutingDirection.values),
    "urgency": ("紧急程度", Urgency.values),
    "disclosure": ("公开属性", Disclosure.values),
    "layout": ("格式", DocumentFormat.values),
}
LIMITS = {
    "title": ("标题", 300),
    "note": ("附注", 100),
    "issuer_mark": ("发文机关标志", 60),
    "issuer_signature": ("发文机关署名", 100),
    "main_recipients_text": ("主送印文", 500),
    "cc_recipients_text": ("抄送印文", 500),
    "attendees": ("出席人员", PEOPLE_LIMIT),
    "absentees": ("请假人员", PEOPLE_LIMIT),
    "observers": ("列席人员", PEOPLE_LIMIT),
}
PLAIN_FIELDS = (
    *CHOICES, *LIMITS, "is_important", "is_sealed", "is_leader_assigned", "is_government_approved", "copies",
)  # fmt: skip
COPIED_FIELDS = (
    "document_type", "routing_direction", "urgency", "title", "body", "note", "disclosure", "is_important", "is_sealed",
    "main_recipients_text", "cc_recipients_text", "copies", "layout", "attendees", "absentees", "observers",
)  # fmt: skip
RECIPIENT_LIMIT = 300
COSIGN_LIMIT = 30


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A chosen recipient: an organ of the system, or a name alone."""

    name: str
    organ_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class DraftChanges:
    """What a save brings; None leaves a field as it is."""

    document_type: str | None = None
    routing_direction: str | None = None
    urgency: str | None = None
    disclosure: str | None = None
    title: str | None = None
    note: str | None = None
    issuer_mark: str | None = None
    issuer_signature: str | None = None
    main_recipients_text: str | None = None
    cc_recipients_text: str | None = None
    layout: str | None = None
    attendees: str | None = None
    absentees: str | None = None
    observers: str | None = None
    is_important: bool | None = None
    is_sealed: bool | None = None
    is_leader_assigned: bool | None = None
    is_government_approved: bool | None = None
    copies: int | None = None
    body: dict[str, Any] | None = None
    issuing_organ_id: int | None = None
    signatories: tuple[str, ...] | None = None
    main_recipients: tuple[Recipient, ...] | None = None
    cc_recipients: tuple[Recipient, ...] | None = None
    cosign_ids: tuple[int, ...] | None = None
    joint_ids: tuple[int, ...] | None = None


@transaction.atomic
def outgoing_create(*, actor: Actor, document_type: str, key: str = "") -> OutgoingDocument:
    """A fresh draft of the actor's organ with everything preset that follows from type and organ. Refuses people without a post."""
    post = drafting_post(actor=actor)
    if document_type not in DocumentType.values:
        raise ValidationFailed("请选择十五种公文之一。", fields={"document_type": "请选择文种。"})
    if not claim(person_id=actor.person_id, key=key, verb="documents.create"):
        return made_before(OutgoingDocument.objects, person_id=actor.person_id, key=key)
    kind = DocumentType(document_type)
    layout = TYPE_FORMATS.get(kind, DocumentFormat.GENERAL)
    elements = {
        "document_type": kind,
        "routing_direction": FIXED_DIRECTION.get(kind, RoutingDirection.DOWNWARD),
        "body": empty_body(),
        "layout": layout,
        "is_sealed": layout not in UNSEALED_FORMATS,
    }
    return draft_keep(post=post, elements=elements, actor=actor, key=key, facts={"type": document_type})


def draft_keep(
    *,
    actor: Actor,
    post: Appointment,
    elements: dict[str, Any],
    key: str,
    facts: dict[str, Any],
    copied_from: OutgoingDocument | None = None,
) -> OutgoingDocument:
    """A new draft of the post with the elements; mark, signature and signatories follow from organ and format. Recorded."""
    document = OutgoingDocument(
        **elements,
        organ=post.organ,
        issuing_organ=post.organ,
        issuer_mark=standard_mark(post.organ, elements["layout"]),
        issuer_signature=post.organ.full_name,
        drafter_id=actor.person_id,
        drafter_appointment=post,
        drafting_unit=post.unit,
        copied_from=copied_from,
        created_at=now(),
        updated_at=now(),
    )
    document.signatories = _default_signatories(document)
    document.save()
    made(person_id=actor.person_id, key=key, row_id=document.pk)
    record("documents.create", actor=actor, subject=subject_of(document), facts=facts)
    return document


def drafting_post(*, actor: Actor) -> Appointment:
    """The post the actor drafts in. Refuses people without one."""
    if actor.appointment_id is None:
        raise Forbidden("您当前没有任职，不能拟稿，请联系管理员。", rule="post")
    return Appointment.objects.select_related("organ__superior", "unit").get(pk=actor.appointment_id)


def _default_signatories(document: OutgoingDocument) -> list[str]:
    """On 上行文 the principal head's name, known before signing because only that person may sign."""
    if document.routing_direction != RoutingDirection.UPWARD:
        return []
    for organ_id in (document.issuing_organ_id, document.organ_id):
        if head := holders(organ_id=organ_id, role=Role.PRINCIPAL_HEAD).first():
            return [head.person.name]
    return []


@transaction.atomic
def outgoing_autosave(
    *, actor: Actor, document_id: int, expected_version: int, changes: DraftChanges
) -> OutgoingDocument:
    """Keep `changes`; version + 1. Refuses whoever may not edit now, and a stale version with the present text in the error's data."""
    document = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.EDIT,
        expected_version=expected_version,
        verb="documents.autosave",
        key="",
    ).document
    changes_keep(document=document, changes=changes)
    return document


def changes_keep(*, document: OutgoingDocument, changes: DraftChanges) -> None:
    """Bring a held document to what was written, as its next version. Raises `ValidationFailed` with every wrong field."""
    _check(changes)
    _apply(document, changes)
    document_touch(document=document)
    _recipients_keep(document, changes)
    if changes.cosign_ids is not None:
        document.cosign_appointments.set(_cosigners(document, changes.cosign_ids))
    if changes.joint_ids is not None:
        joint_issuers_keep(document=document, organ_ids=changes.joint_ids)
    if document.matter is not None:
        matter_update(matter=document.matter, title=document.title, urgency=document.urgency)


def _check(changes: DraftChanges) -> None:
    if wrong := changes_wrong(changes=changes):
        first = next(iter(wrong.values()))
        raise ValidationFailed(f"{first}其余内容仍在页面上，改正后会自动保存。", fields=wrong)


def changes_wrong(*, changes: DraftChanges) -> dict[str, str]:
    """Shapes that the database would refuse, said in words by field, all at once."""
    wrong: dict[str, str] = {}
    for name, (label, values) in CHOICES.items():
        value = getattr(changes, name)
        if value is not None and value not in values:
            wrong[name] = f"{label}的选项不存在，请重新选择。"
    for name, (label, limit) in LIMITS.items():
        value = getattr(changes, name)
        if value is not None and len(value) > limit:
            wrong[name] = f"{label}有{len(value)}个字，最多{limit}个字，请精简。"
    if changes.copies is not None and not 1 <= changes.copies <= 10_000:
        wrong["copies"] = "份数须在1至10000之间。"
    for name in ("main_recipients", "cc_recipients"):
        entries = getattr(changes, name)
        if entries is not None and len(entries) > RECIPIENT_LIMIT:
            wrong[name] = f"收文机关最多{RECIPIENT_LIMIT}个。"
    if changes.cosign_ids is not None and len(changes.cosign_ids) > COSIGN_LIMIT:
        wrong["cosign"] = f"会签人最多{COSIGN_LIMIT}名。"
    return wrong


def _apply(document: OutgoingDocument, changes: DraftChanges) -> None:
    standard = standard_mark(document.issuing_organ, document.layout)
    for name in PLAIN_FIELDS:
        value = getattr(changes, name)
        if value is not None:
            setattr(document, name, as_printed(name=name, text=value) if name in LIMITS else value)
    if changes.body is not None:
        document.body = body_validated(changes.body)
        pictures_required(document=document)
    if changes.issuing_organ_id is not None and changes.issuing_organ_id != document.issuing_organ_id:
        _issuer_change(document, changes.issuing_organ_id)
    if document.layout in UNSEALED_FORMATS:
        document.is_sealed = False
    if document.issuer_mark in {"", standard}:  # a mark of one's own stays
        document.issuer_mark = standard_mark(document.issuing_organ, document.layout)
    if changes.signatories is not None:
        names = (_one_line(name)[:40] for name in changes.signatories[:10])
        document.signatories = [name for name in names if name]
    if not document.signatories:
        document.signatories = _default_signatories(document)
    if document.routing_direction != RoutingDirection.UPWARD:
        document.signatories = []


def as_printed(*, name: str, text: str) -> str:
    """One line; the marks after 主送 and 抄送 are set by the typesetter (D21)."""
    line = _one_line(text)
    return line.rstrip("：:。，、") if name in {"main_recipients_text", "cc_recipients_text"} else line


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _issuer_change(document: OutgoingDocument, organ_id: int) -> None:
    """Issue in another organ's name; mark and signature follow it."""
    allowed = {organ.pk: organ for organ in issuing_organs(document.organ)}
    organ = allowed.get(organ_id)
    if organ is None:
        raise ValidationFailed(
            "只能以本机关或受权以本级政府的名义发文。", fields={"issuing_organ": "请重新选择发文机关。"}
        )
    document.issuing_organ = organ
    document.issuer_mark, document.issuer_signature = "", organ.full_name
    document.signatories = []


def _recipients_keep(document: OutgoingDocument, changes: DraftChanges) -> None:
    """Replace the lists that were sent; an organ stands once, 主送 before 抄送. Untouched lists cost nothing."""
    wanted = {
        DocumentRecipient.Kind.MAIN: changes.main_recipients,
        DocumentRecipient.Kind.CC: changes.cc_recipients,
    }
    if all(entries is None for entries in wanted.values()):
        return
    present = list(document.recipients.all())
    rows: list[DocumentRecipient] = []
    for kind, entries in wanted.items():
        if entries is None:
            rows += [entry for entry in present if entry.kind == kind]
        else:
            rows += [
                DocumentRecipient(document=document, kind=kind, organ_id=entry.organ_id, name=entry.name)
                for entry in entries
            ]
    rows = addressees_ordered(rows=rows)
    if [(row.kind, row.organ_id, row.name) for row in rows] == [
        (row.kind, row.organ_id, row.name) for row in present
    ]:
        return
    document.recipients.all().delete()
    for row in rows:
        row.pk = None
    DocumentRecipient.objects.bulk_create(rows)


def _cosigners(document: OutgoingDocument, wanted: tuple[int, ...]) -> list[Appointment]:
    """The chosen countersigners that still hold their posts; the drafter cannot countersign the own draft."""
    posts = Appointment.objects.filter(pk__in=wanted, person__is_active=True, ended_on__isnull=True)
    found = list(posts.exclude(person_id=document.drafter_id))
    if len(found) != len(set(wanted)):
        raise ValidationFailed(
            "有会签人已离任，或选了拟稿人本人，请重新选择会签人。", fields={"cosign": "请重新选择会签人。"}
        )
    return found


@transaction.atomic
def outgoing_copy(*, actor: Actor, document_id: int, key: str = "") -> OutgoingDocument:
    """A fresh draft with the text, recipients and attachments of a document the actor may see; nothing of its flow."""
    source = document_for(actor, document_id)
    post = drafting_post(actor=actor)
    if not claim(person_id=actor.person_id, key=key, verb="documents.copy"):
        return made_before(OutgoingDocument.objects, person_id=actor.person_id, key=key)
    document = draft_keep(
        actor=actor,
        post=post,
        elements={name: getattr(source, name) for name in COPIED_FIELDS},
        key=key,
        facts={"copied_from": source.pk},
        copied_from=source,
    )
    recipients_copy(document=document, rows=source.recipients.all())
    joint_issuers_keep(
        document=document, organ_ids=tuple(source.joint_issuers.values_list("organ_id", flat=True))
    )
    for file in files_of(subject_of(source)):
        file_copy(actor=actor, file=file, subject=subject_of(document), purpose="attachment")
    pictures_copy(actor=actor, source=subject_of(source), document=document)
    return document


def recipients_copy(*, document: OutgoingDocument, rows: Iterable[Addressee]) -> None:
    """Give a new draft the recipients of another document or of a template, in their order."""
    own = [
        DocumentRecipient(document=document, kind=row.kind, organ_id=row.organ_id, name=row.name)
        for row in rows
    ]
    DocumentRecipient.objects.bulk_create(addressees_ordered(rows=own))


@transaction.atomic
def outgoing_delete_draft(*, actor: Actor, document_id: int, expected_version: int) -> None:
    """Delete a draft that was never submitted, files included. Refuses everything else."""
    document = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.DELETE,
        expected_version=expected_version,
        verb="documents.delete_draft",
        key="",
    ).document
    subject = subject_of(document)
    for file in files_of(subject):
        file_remove(actor=actor, file_id=file.pk)
    files_let_go(subjects=[subject])
    record("documents.delete_draft", actor=actor, subject=subject, subject_text=document.title[:200])
    document.cosign_appointments.clear()
    OutgoingDocument.objects.filter(pk=document.pk, status=OutgoingStatus.DRAFT).delete()
