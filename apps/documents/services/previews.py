"""版式预览: drafts laid out in a killable child, at most two seconds of a reader's time; longer work goes to a worker."""

import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from django.core.cache import cache
from django.db import transaction

from apps.core.clock import now
from apps.core.events import publish
from apps.documents.events import PreviewWanted
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import outgoing_by_id
from apps.documents.selectors.pictures import pictures_drawn
from apps.documents.selectors.previews import (
    META,
    Preview,
    Wanted,
    preview_folder,
    preview_found,
    preview_wanted,
    previews_root,
)
from apps.typesetting import Typeset, TypesettingError, child
from apps.typesetting.errors import ChildTimedOut

log = structlog.get_logger(__name__)
PATIENCE_SECONDS = 2.0
WORKER_SECONDS = 60.0
REFUSED_SECONDS = 60.0  # how long a worker's failure is told before it is tried again
KEPT = timedelta(days=7)


def preview_ready(*, document: OutgoingDocument) -> Preview:
    """The pages of the document as it stands: kept ones, made within two seconds, or promised by a worker."""
    wanted = preview_wanted(document)
    digest = wanted.digest
    if found := preview_found(digest):
        return found
    if refused := cache.get(f"preview.refused.{digest}"):
        return Preview(state="failed", digest=digest, message=refused)
    if cache.get(f"preview.pending.{digest}"):
        return Preview(state="pending", digest=digest)
    try:
        return _made(wanted, PATIENCE_SECONDS)
    except ChildTimedOut:
        if cache.add(f"preview.pending.{digest}", 1, WORKER_SECONDS):
            with transaction.atomic():
                publish(PreviewWanted(document_id=document.pk))
        return Preview(state="pending", digest=digest)
    except TypesettingError as problem:
        log.warning("preview_failed", document=document.pk, reason=str(problem))
        return Preview(state="failed", digest=digest, message=str(problem))


def preview_make(*, document_id: int) -> None:
    """Lay out the document as it stands now, with a worker's patience; returns at once when it is there or gone.

    What even a worker cannot lay out is told to the readers who wait, once, instead of being tried for ever.
    """
    document = outgoing_by_id(document_id)
    if document is None:
        return
    wanted = preview_wanted(document)
    try:
        if preview_found(wanted.digest) is None:
            _made(wanted, WORKER_SECONDS)
    except TypesettingError as problem:
        log.warning("preview_failed", document=document.pk, reason=str(problem))
        cache.set(f"preview.refused.{wanted.digest}", str(problem), REFUSED_SECONDS)
    finally:
        cache.delete(f"preview.pending.{wanted.digest}")


def _made(wanted: Wanted, seconds: float) -> Preview:
    deadline = time.monotonic() + seconds
    what = {"sheet": wanted.sheet, "pictures": pictures_drawn(wanted.pictures)}
    typeset: Typeset = child.run("compose", what, seconds=seconds)
    left = max(deadline - time.monotonic(), 0.2)
    pages: list[bytes] = child.run("page_images", {"pdf": typeset.pdf}, seconds=left)
    _keep(wanted.digest, pages, typeset.warnings)
    return Preview(state="ready", digest=wanted.digest, page_count=len(pages), warnings=typeset.warnings)


def _keep(digest: str, pages: Sequence[bytes], warnings: Sequence[str]) -> None:
    """Write pages beside and move them into place whole; who comes second leaves the first ones' be."""
    target = preview_folder(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=".part-"))
    for number, page in enumerate(pages, start=1):
        (aside / f"{number}.png").write_bytes(page)
    meta = {"pages": len(pages), "warnings": list(warnings)}
    (aside / META).write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    try:
        aside.rename(target)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)


def previews_tidy() -> int:
    """Forget previews nobody has made anew for a week. Returns how many."""
    limit = (now() - KEPT).timestamp()
    old = [folder for folder in previews_root().glob("??/*") if folder.stat().st_mtime < limit]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
