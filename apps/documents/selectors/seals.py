"""Reads of seals: where keys lie, what verifies, what stands before a sealing."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from apps.core.errors import HouseError, ValidationFailed
from apps.documents.enums import OutgoingStatus, SealStatus
from apps.documents.models import ESeal, OutgoingDocument, SealedFile, SealUseRequest
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
    return ESeal.objects.filter(organ_id=organ_id, status=SealStatus.ACTIVE).first()


def sealing_organ_id(document: OutgoingDocument, task: Task | None) -> int:
    """Whose seal the holder of `task` sets now: the own organ's at 联署用印, else the lead organ's."""
    if task is not None and document.status == OutgoingStatus.JOINT_SEAL:
        return task.appointment.organ_id
    return document.issuing_organ_id


def open_seal_use(document: OutgoingDocument, organ_id: int) -> SealUseRequest | None:
    """The confirmation for the organ's seal that waits for the sealing."""
    uses = document.seal_uses.select_related("seal", "requested_by").filter(used_at__isnull=True)
    return uses.filter(seal__status=SealStatus.ACTIVE, seal__organ_id=organ_id).order_by("-pk").first()
