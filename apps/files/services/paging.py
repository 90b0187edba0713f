"""Page images: made once per file in a killable child, kept under their digests."""

import tempfile
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.files import storage
from apps.files.children import ChildFailed, run_child
from apps.files.kinds import PREVIEWED
from apps.files.models import PageImage, StoredFile
from apps.files.selectors import page_for
from apps.files.services.storing import bytes_hold, bytes_kept
from apps.files.watermarks import watermark_font, watermark_lines

log = structlog.get_logger(__name__)

PAGES_SECONDS = 100
PAGES_MEGABYTES = 2048
MARK_SECONDS = 20
MARK_MEGABYTES = 1024


def file_pages_make(*, file_id: int) -> int:
    """Make the page images of a ready PDF or picture. Returns how many; 0 when there are none to make or it cannot be."""
    file = StoredFile.objects.filter(
        pk=file_id, state=StoredFile.State.READY, removed_at__isnull=True
    ).first()
    if file is None or file.page_count is not None:
        return 0
    if file.content_type not in PREVIEWED:
        return _settle(file, [], Path())
    if taken := _taken_over(file):
        return taken
    with tempfile.TemporaryDirectory(prefix="tongzhou-pages-") as name:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as sink:
            for block in storage.blocks_of(file.storage_key):
                sink.write(block)
        try:
            pages = run_child(
                "pages",
                str(source),
                name,
                file.content_type,
                seconds=PAGES_SECONDS,
                megabytes=PAGES_MEGABYTES,
            )
        except ChildFailed as error:
            log.warning("files.pages_failed", file_id=file.pk, error=str(error))
            pages = []
        return _settle(file, pages, folder)


@transaction.atomic
def _taken_over(file: StoredFile) -> int:
    """The pages of another file with the same bytes, such as one sent to twelve organs. Returns how many; 0: none has any yet."""
    twin = StoredFile.objects.filter(
        storage_key=file.storage_key, content_type=file.content_type, page_count__gt=0
    ).first()
    if twin is None:
        return 0
    row = StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if row.page_count is not None or row.removed_at is not None:
        return 0
    pages = list(twin.pages.all())
    for page in pages:
        bytes_hold(key=page.storage_key)
    if len(pages) != twin.page_count or not all(storage.is_kept(page.storage_key) for page in pages):
        return 0
    PageImage.objects.bulk_create(
        PageImage(
            file=row,
            number=page.number,
            storage_key=page.storage_key,
            width=page.width,
            height=page.height,
        )
        for page in pages
    )
    row.page_count = len(pages)
    row.save(update_fields=["page_count"])
    return len(pages)


@transaction.atomic
def _settle(file: StoredFile, pages: list[dict[str, Any]], folder: Path) -> int:
    row = StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if row.page_count is not None or row.removed_at is not None:
        return 0
    images = []
    for number, page in enumerate(pages, start=1):
        _, key = bytes_kept(data=(folder / page["name"]).read_bytes())
        images.append(
            PageImage(file=row, number=number, storage_key=key, width=page["width"], height=page["height"])
        )
    PageImage.objects.bulk_create(images)
    row.page_count = len(images)
    row.save(update_fields=["page_count"])
    return len(images)


def page_mark(*, actor: Actor, file_id: int, number: int) -> bytes:
    """PNG of a page with the reader's mark burnt in, for paper and for taking away. Raises `NotFound`, `InvalidState`."""
    page = page_for(actor, file_id, number)
    font = watermark_font()
    if font is None:
        raise InvalidState("中文字体尚未准备好，暂不能输出带水印的页面，请稍后再试。")
    with tempfile.TemporaryDirectory(prefix="tongzhou-mark-") as name:
        source, target = Path(name) / "page.png", Path(name) / "marked.png"
        source.write_bytes(storage.bytes_of(page.storage_key))
        text = "\n".join(watermark_lines(actor))
        try:
            run_child(
                "mark",
                str(source),
                str(target),
                text,
                str(font),
                seconds=MARK_SECONDS,
                megabytes=MARK_MEGABYTES,
            )
        except ChildFailed as error:
            raise InvalidState("带水印的页面生成失败，请稍后再试。") from error
        return target.read_bytes()
