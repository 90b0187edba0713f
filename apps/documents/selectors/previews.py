"""Laid-out pages of drafts, kept on disk under the digest of what was laid out; anybody who may see the text may see them."""

import hmac
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from apps.core.errors import NotFound
from apps.documents.models import OutgoingDocument, SealedFile
from apps.documents.selectors.outgoing import content_of
from apps.documents.selectors.sheets import sheet_digest, sheet_of
from apps.files.models import StoredFile
from apps.typesetting import OfficialSheet

META = "pages.json"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What can be shown of a draft now: `ready` pages, `pending` while they are made, or `failed` with the reason."""

    state: str
    digest: str
    page_count: int = 0
    warnings: tuple[str, ...] = ()
    message: str = ""

    @property
    def numbers(self) -> range:
        """Page numbers from 1."""
        return range(1, self.page_count + 1)


def previews_root() -> Path:
    """Folder of all previews; its content can be made again at any time."""
    return Path(settings.STATE) / "previews"


def preview_folder(digest: str) -> Path:
    """Folder of one preview."""
    return previews_root() / digest[:2] / digest


def fonts_mark() -> str:
    """A mark that changes when fonts are installed, so that pages are laid out anew."""
    folder = Path(settings.FONTS_ROOT)
    if not folder.is_dir():
        return ""
    return "|".join(
        sorted(f"{entry.name}:{entry.stat().st_size}" for entry in folder.iterdir() if entry.is_file())
    )


@dataclass(frozen=True)
class Wanted:
    """The sheet to lay out, its pictures, and the digest its pages are kept under."""

    sheet: OfficialSheet
    pictures: tuple[StoredFile, ...]
    digest: str


def preview_wanted(document: OutgoingDocument) -> Wanted:
    """What the document as it stands is laid out of."""
    content = content_of(document)
    sheet = sheet_of(document, content)
    return Wanted(sheet, content.pictures, sheet_digest(sheet, fonts_mark()))


def preview_found(digest: str) -> Preview | None:
    """The pages kept under `digest`, if they were made."""
    try:
        meta = json.loads((preview_folder(digest) / META).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Preview(state="ready", digest=digest, page_count=meta["pages"], warnings=tuple(meta["warnings"]))


def document_preview_page(document: OutgoingDocument, digest: str, number: int) -> bytes:
    """One kept page under an address that names the text; `NotFound` for another text's digest or a page not there."""
    if not hmac.compare_digest(digest, preview_wanted(document).digest):
        raise NotFound
    try:
        return (preview_folder(digest) / f"{number}.png").read_bytes()
    except FileNotFoundError:
        raise NotFound("页面正在排版，请稍候。") from None


def final_file_of(document: OutgoingDocument) -> StoredFile | None:
    """The final file, sealed where a seal is due; nothing before there is one."""
    sealed = SealedFile.objects.select_related("file").filter(document=document).first()
    return sealed.file if sealed is not None else None


def formal_file_of(document: OutgoingDocument) -> StoredFile | None:
    """The final file, else the laid-out one of the signed text that waits for its seal, else nothing."""
    final = final_file_of(document)
    if final is not None:
        return final
    facts = document.typeset_facts
    if not facts or facts.get("content_hash") != document.signed_hash:
        return None
    return StoredFile.objects.filter(pk=facts.get("file", 0), removed_at__isnull=True).first()
