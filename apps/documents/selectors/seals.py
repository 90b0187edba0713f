"""Reads of seals: where keys lie, what verifies, what stands before a sealing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from apps.accounts.models import Appointment, Organ
from apps.core.errors import HouseError, InvalidState, ValidationFailed
from apps.documents.enums import DocumentFormat, OutgoingStatus, SealStatus
from apps.documents.models import ESeal, OutgoingDocument, SealedFile, SealUseRequest, SignatureStamp
from apps.files.selectors import file_bytes
from apps.typesetting import SealReport, TypesettingError, child
from apps.workflow.models import Task

AUTHORITY = "seal-authority"
VERIFY_LIMIT = 30 * 1024 * 1024
VERIFY_SECONDS = 20.0
CHUNK = 200


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What a check of a file found. `is_archived`: byte for byte the file this system sealed and keeps."""

    report: SealReport
    sha256: str
    is_archived: bool

    @property
    def is_good(self) -> bool:
        """The seal is valid, or the file is the kept one of a document issued without seal."""
        return self.report.valid or self.is_archived


def seal_path(name: str, kind: str) -> Path:
    """Where a seal's key or the authority's certificate lies."""
    return Path(settings.SECRETS_ROOT) / "seals" / f"{name}.{kind}"


def trusted_roots() -> list[bytes]:
    """Root certificates by which seals are verified; empty before the first seal was made."""
    path = seal_path(AUTHORITY, "crt")
    return [path.read_bytes()] if path.is_file() else []


def file_verified(data: bytes) -> Verification:
    """Check the seal of a PDF in a killable child. Raises `ValidationFailed` for what is too large or breaks the child."""
    if len(data) > VERIFY_LIMIT:
        raise ValidationFailed(
            f"文件超过{VERIFY_LIMIT // 1024 // 1024}MB，不能在线验证。", fields={"file": "文件过大。"}
        )
    try:
        report: SealReport = child.run(
            "verify_pdf", {"pdf": data, "trusted_roots": trusted_roots()}, seconds=VERIFY_SECONDS
        )
    except TypesettingError as problem:
        raise ValidationFailed(str(problem), fields={"file": str(problem)}) from problem
    digest = hashlib.sha256(data).hexdigest()
    archived = SealedFile.objects.filter(sha256=digest).exists()
    return Verification(report=report, sha256=digest, is_archived=archived)


def document_verified(document: OutgoingDocument) -> Verification | None:
    """Check the kept final file of a document now; None before it has one."""
    sealed = SealedFile.objects.select_related("file").filter(document=document).first()
    return file_verified(file_bytes(sealed.file)) if sealed else None


def sealed_files_verified() -> Iterator[tuple[str, str]]:
    """Every sealed file, the newest first: its digest, and what is wrong with it (empty when nothing is).

    Bytes are held against the digest kept at the sealing, then the seal itself is verified.
    """
    for sealed in SealedFile.objects.select_related("file").order_by("-sealed_at").iterator(CHUNK):
        yield sealed.sha256, _sealed_fault(sealed)


def _sealed_fault(sealed: SealedFile) -> str:
    try:
        data = file_bytes(sealed.file)
        if hashlib.sha256(data).hexdigest() != sealed.sha256:
            return "内容与用印时的摘要不符"
        if sealed.seal_id is None:
            return ""
        return "；".join(file_verified(data).report.problems)
    except OSError as problem:
        return f"文件读不出来（{problem.strerror}）"
    except HouseError as problem:
        return problem.message


def active_seal(organ_id: int) -> ESeal | None:
    """The seal in use of an organ."""
    return ESeal.objects.filter(organ_id=organ_id, person__isnull=True, status=SealStatus.ACTIVE).first()


def signer_for(document: OutgoingDocument, organ_id: int) -> Appointment | None:
    """Who signed for the organ: for the lead organ the signer, for a joint one whoever countersigned for it last."""
    if organ_id == document.issuing_organ_id:
        return document.signer
    done = Task.objects.filter(
        matter=document.matter_id, step_code=OutgoingStatus.COSIGN, state=Task.State.DONE
    )
    of_organ = done.filter(appointment__organ_id=organ_id).select_related("appointment__person")
    task = of_organ.order_by("done_at").last()
    return task.appointment if task else None


def seal_to_set(document: OutgoingDocument, organ_id: int) -> ESeal | None:
    """What is set for an organ: its seal, on an order the stamp of who signed for it (7.3.5.3), where the organ keeps one.

    The lead organ's stamp may as well be kept by the organ that drafts for it, as a government's office does.
    """
    if document.layout != DocumentFormat.ORDER:
        return active_seal(organ_id)
    signer = signer_for(document, organ_id)
    if signer is None:
        return None
    keeping = {organ_id, document.organ_id} if organ_id == document.issuing_organ_id else {organ_id}
    stamps = SignatureStamp.objects.filter(person_id=signer.person_id, status=SealStatus.ACTIVE)
    return stamps.filter(organ_id__in=keeping).order_by("pk").first()


def seal_required(document: OutgoingDocument, organ: Organ) -> ESeal:
    """What is set for the organ. Raises `InvalidState`, saying what is missing and who helps."""
    seal = seal_to_set(document, organ.pk)
    if seal is None:
        raise InvalidState(f"{seal_lack(document, organ)}，请联系管理员制作或启用。")
    return seal


def seal_lack(document: OutgoingDocument, organ: Organ) -> str:
    """What is missing where nothing can be set for the organ."""
    if document.layout != DocumentFormat.ORDER:
        return f"{organ.full_name}没有在用的电子印章"
    signer = signer_for(document, organ.pk)
    return f"{organ.full_name}没有{signer.person.name if signer else '签发人'}在用的签名章"


def sealing_organ_id(document: OutgoingDocument, task: Task | None) -> int:
    """Whose seal the holder of `task` sets now: the own organ's at 联署用印, else the lead organ's."""
    if task is not None and document.status == OutgoingStatus.JOINT_SEAL:
        return task.appointment.organ_id
    return document.issuing_organ_id


def open_seal_use(document: OutgoingDocument, seal: ESeal | None) -> SealUseRequest | None:
    """The confirmation for this seal that waits for the sealing. Laying out again asks for a new one."""
    layout = layout_id(document)
    if seal is None or layout is None:
        return None
    uses = document.seal_uses.select_related("seal", "requested_by").filter(used_at__isnull=True)
    return uses.filter(seal=seal, layout_id=layout).order_by("-pk").first()


def layout_id(document: OutgoingDocument) -> int | None:
    """The file of the last laying out, which seals of joint organs leave the same; None before there is one."""
    laid_out: int | None = document.typeset_facts.get("layout", document.typeset_facts.get("file"))
    return laid_out
