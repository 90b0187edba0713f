"""排版: the formal text of a numbered document as PDF, once; what is sealed later is this very file."""

from dataclasses import asdict, replace
from datetime import date

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import InvalidState, UpstreamFailed, ValidationFailed
from apps.core.events import publish
from apps.documents.events import DocumentSealed
from apps.documents.models import OutgoingDocument, SealedFile
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of, require
from apps.documents.rules import findings_of
from apps.documents.selectors.checks import paper_of
from apps.documents.selectors.joint import joint_keepers
from apps.documents.selectors.outgoing import content_of, document_for, subject_of
from apps.documents.selectors.pictures import pictures_drawn
from apps.documents.selectors.sheets import sheet_of
from apps.documents.services.steps import (
    blocks_refuse,
    document_hold,
    findings_required,
    step_keep,
    version_required,
)
from apps.files.models import StoredFile
from apps.files.services import file_store_bytes
from apps.typesetting import LayoutImpossible, Typeset, TypesettingError, child
from apps.workflow.models import Opinion
from apps.workflow.services import task_complete

PDF = "application/pdf"
TYPESET_PURPOSE = "typeset"
FINAL_PURPOSE = "formal_text"
SECONDS = 30.0


def document_typeset(
    *, actor: Actor, document_id: int, expected_version: int, text: str = "", key: str = ""
) -> OutgoingDocument:
    """Lay out the formal text and send it on to sealing (or, unsealed by decision, to distribution).

    Refuses a text other than the signed one (D27), a first page without body (D24), an unfit date. Laying out happens
    before the row is locked; a change in between is a `Conflict`.
    """
    document = document_for(actor, document_id)
    require(Ability.TYPESET, abilities_with(actor, document, open_task_of(actor, document)))
    version_required(document=document, expected=expected_version)
    day = today()
    typeset = _laid_out(document, day)
    return _typeset_keep(
        actor=actor,
        document_id=document_id,
        expected_version=expected_version,
        text=text,
        key=key,
        typeset=typeset,
        day=day,
    )


def _laid_out(document: OutgoingDocument, day: date) -> Typeset:
    content = content_of(document)
    document.printing_date = day
    findings_required(document=document, content=content)
    try:
        what = {"sheet": sheet_of(document, content), "pictures": pictures_drawn(content.pictures)}
        typeset: Typeset = child.run("compose", what, seconds=SECONDS)
    except LayoutImpossible as problem:
        blocks_refuse(found=findings_of(replace(paper_of(document, content), layout_problem=str(problem))))
        raise
    except TypesettingError as problem:
        raise UpstreamFailed(f"{problem}文件没有变化，可稍后再试。") from problem
    if typeset.unshown:
        raise ValidationFailed(
            f"以下字没有字体可显示，不能生成正式文件：{typeset.unshown}。请改用通行字，或由管理员补装字体后重试。",
            fields={"body": "有字无法显示"},
        )
    return typeset


@transaction.atomic
def _typeset_keep(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    text: str,
    key: str,
    typeset: Typeset,
    day: date,
) -> OutgoingDocument:
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.TYPESET,
        expected_version=expected_version,
        verb="documents.typeset",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    document.printing_date = day
    findings_required(document=document, content=content_of(document))
    _file_keep(actor, document, typeset)
    keepers = joint_keepers(document) if document.is_sealed else []
    result = task_complete(
        actor=actor,
        task_id=held.task.pk,
        action=Opinion.Action.SUBMIT,
        text=text,
        chosen={"joint_seal": keepers} if keepers else None,
        facts={"is_joint_sealed": bool(keepers)},
    )
    return step_keep(document=document, result=result)


def _file_keep(actor: Actor, document: OutgoingDocument, typeset: Typeset) -> None:
    """Store the laid-out file and what is to be known of it; without a seal it is the final one."""
    file = file_store_bytes(
        actor=actor,
        subject=subject_of(document),
        purpose=TYPESET_PURPOSE if document.is_sealed else FINAL_PURPOSE,
        name=final_name(document=document),
        data=typeset.pdf,
        content_type=PDF,
    )
    document.typeset_facts = {
        "file": file.pk,
        "layout": file.pk,
        "sha256": file.sha256,
        "content_hash": document.signed_hash,
        "page_count": typeset.page_count,
        "seal_boxes": [asdict(box) for box in typeset.seal_boxes],
        "fonts": list(typeset.fonts),
        "warnings": list(typeset.warnings),
    }
    if not document.is_sealed:
        final_keep(actor=actor, document=document, file=file, seal_id=None)
    record(
        "documents.typeset",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number,
        facts={"file": file.pk, "sha256": file.sha256, "pages": typeset.page_count},
    )


def final_name(*, document: OutgoingDocument) -> str:
    """Name of the formal file, number first."""
    return f"{document.document_number} {document.title}"[:190] + ".pdf"


def final_keep(
    *, actor: Actor, document: OutgoingDocument, file: StoredFile, seal_id: int | None
) -> SealedFile:
    """Fix the final file of a document; from now on the database lets nothing of it change."""
    sealed = SealedFile.objects.create(
        document=document,
        file=file,
        sha256=file.sha256,
        content_hash=document.signed_hash,
        seal_id=seal_id,
        sealed_by_id=actor.person_id,
        sealed_at=now(),
    )
    publish(DocumentSealed(document_id=document.pk))
    return sealed


def typeset_file_of(*, document: OutgoingDocument) -> StoredFile:
    """The laid-out file that waits for its seal. Raises `InvalidState` when it is not of the signed text."""
    facts = document.typeset_facts
    file = StoredFile.objects.filter(pk=facts.get("file", 0), removed_at__isnull=True).first()
    if (
        file is None
        or facts.get("content_hash") != document.signed_hash
        or file.sha256 != facts.get("sha256")
    ):
        raise InvalidState("排版文件与签发的文本不一致，请退回“排版”环节重新生成后再用印。")
    return file
