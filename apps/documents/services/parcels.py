"""A copy of a sealed document for an organ: its dispatch, its incoming document, its files."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.accounts.models import Organ
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import InvalidState, ValidationFailed
from apps.core.events import publish
from apps.documents.events import DocumentDistributed
from apps.documents.models import Dispatch, IncomingDocument, OutgoingDocument, SealedFile
from apps.documents.selectors.duplicates import keys_of
from apps.documents.selectors.incoming import FORMAL_TEXT, receiving_organ
from apps.documents.selectors.incoming import subject_of as incoming_subject
from apps.documents.selectors.outgoing import subject_of
from apps.documents.selectors.winding_up import is_abolished
from apps.documents.services.replies import replies_follow
from apps.files.models import StoredFile
from apps.files.selectors import files_of
from apps.files.services import file_copy


@dataclass(frozen=True)
class _Parcel:
    """What every organ gets a copy of."""

    document: OutgoingDocument
    sealed: StoredFile
    attachments: tuple[StoredFile, ...]
    note: str


def copies_send(
    *, actor: Actor, document: OutgoingDocument, wanted: Sequence[tuple[Organ, str]], note: str = ""
) -> list[int]:
    """One dispatch, one incoming document and its copied files for each organ; `note` says why the scope is widened."""
    sealed = SealedFile.objects.select_related("file").filter(document=document).first()
    if sealed is None:
        raise InvalidState("文件还没有生成正式文件，不能分发，请先完成排版和用印。")
    parcel = _Parcel(document, sealed.file, tuple(files_of(subject_of(document))), note)
    ids = [_copy_send(actor, parcel, organ, kind) for organ, kind in wanted]
    publish(DocumentDistributed(document_id=document.pk, dispatch_ids=ids))
    record(
        "documents.distribute",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number or document.title[:200],
        facts={"organs": [organ.pk for organ, _ in wanted], "dispatches": ids, "sha256": sealed.sha256},
    )
    return ids


def _copy_send(actor: Actor, parcel: _Parcel, organ: Organ, kind: str) -> int:
    moment, document = now(), parcel.document
    dispatch = Dispatch.objects.create(
        document=document, organ=organ, kind=kind, sent_at=moment, reason=parcel.note
    )
    incoming = IncomingDocument.objects.create(
        organ=receiving_organ(organ),
        dispatch=dispatch,
        source_organ_id=document.issuing_organ_id,
        source_name=document.issuing_organ.short_name,
        title=document.title,
        source_number=document.document_number,
        document_type=document.document_type,
        urgency=document.urgency,
        received_at=moment,
        **keys_of(document.document_number, document.title),
    )
    replies_follow(incoming=incoming, document=document)
    subject = incoming_subject(incoming)
    file_copy(actor=actor, file=parcel.sealed, subject=subject, purpose=FORMAL_TEXT)
    for file in parcel.attachments:
        file_copy(actor=actor, file=file, subject=subject, purpose="attachment")
    return dispatch.pk


def abolished_refuse(*, organs: Sequence[Organ]) -> None:
    """Raise `ValidationFailed` that names organs which no longer exist."""
    gone = [organ for organ in organs if is_abolished(organ)]
    if gone:
        names = "、".join(organ.full_name for organ in gone)
        raise ValidationFailed(
            f"{names}已撤销，不能分发。请改发承接其职能的机关，或勾选“不再分发”并写明原因。",
            fields={"leave_out": f"{names}已撤销。"},
            organs=[organ.pk for organ in gone],
        )
