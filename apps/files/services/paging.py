"""Page images: made once per file in a killable child, kept under their digests."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.files import storage
from apps.files.children import ChildFailed, run_child
from apps.files.kinds import DRAWN, KINDS, OFFICE_FAMILIES, PREVIEWED, extension_of_type
from apps.files.models import PageImage, PlainText, StoredFile
from apps.files.office import office_program, opens
from apps.files.policies import require_print
from apps.files.selectors import page_for
from apps.files.services.storing import bytes_hold, bytes_kept, pages_copy
from apps.files.watermarks import watermark_font, watermark_lines

log = structlog.get_logger(__name__)

PAGES_SECONDS = 100
PAGES_MEGABYTES = 2048
OFFICE_SECONDS = 110  # for LibreOffice, started twice at most, and the pictures of its pages
OFFICE_MEGABYTES = 3072
TEXT_SECONDS = 15
TEXT_MEGABYTES = 1024
MARK_SECONDS = 20
MARK_MEGABYTES = 1024
NO_PROGRAM = "服务器没有安装文档转换程序（LibreOffice），不能生成页面图像"
NO_PART = "服务器上的文档转换程序（LibreOffice）没有安装打开这类文件的组件，不能生成页面图像"
NOT_CONVERTED = "文件未能转换成页面，可能设有密码、已损坏或过于复杂"
NOT_DRAWN = "文件未能生成页面图像，可能已损坏或过于复杂"
NO_PAGES = "这类文件没有固定的页面"
NO_OFD = "暂不能生成 OFD 文件的页面图像"


@dataclass(frozen=True)
class _Preview:
    """What was made: pages (as the child told them) of so many in all, or words and the reason why there are no pages."""

    pages: Sequence[dict[str, Any]] = ()
    total: int = 0
    text: str = ""
    reason: str = ""


def file_pages_make(*, file_id: int) -> int:
    """Make the page images of a ready file, else keep its words and why. Returns how many pages; 0 when there are none."""
    file = StoredFile.objects.filter(
        pk=file_id, state=StoredFile.State.READY, removed_at__isnull=True
    ).first()
    if file is None or file.page_count is not None:
        return 0
    extension = extension_of_type(file.content_type)
    if not extension:
        return _settle(file, _Preview(reason=NO_PAGES), Path())
    if taken := _taken_over(file):
        return taken
    room = Path(settings.CONVERSIONS_ROOT)
    room.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="pages-", dir=room) as name:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as sink:
            for block in storage.blocks_of(file.storage_key):
                sink.write(block)
        return _settle(file, _made(file, source, extension), folder)


def _made(file: StoredFile, source: Path, extension: str) -> _Preview:
    """Outside any transaction: the child's pages, else the words."""
    try:
        if file.content_type in DRAWN:
            found = run_child(
                "pages", str(source), str(source.parent), file.content_type,
                seconds=PAGES_SECONDS, megabytes=PAGES_MEGABYTES,
            )  # fmt: skip
            return _Preview(**found)
        if KINDS[extension].family not in OFFICE_FAMILIES:
            reason = NO_OFD if KINDS[extension].family == "ofd" else NO_PAGES
            return _Preview(text=_words(file, source, extension), reason=reason)
        program = office_program()
        if not program or not opens(program, KINDS[extension].family):
            return _Preview(text=_words(file, source, extension), reason=NO_PART if program else NO_PROGRAM)
        found = run_child(
            "office", str(source), str(source.parent), extension, program, str(settings.FONTS_ROOT),
            seconds=OFFICE_SECONDS, megabytes=OFFICE_MEGABYTES,
        )  # fmt: skip
        return _Preview(**found)
    except ChildFailed as error:
        log.warning("files.pages_failed", file_id=file.pk, error=str(error))
    if file.content_type in DRAWN:
        return _Preview(reason=NOT_DRAWN)
    return _Preview(text=_words(file, source, extension), reason=NOT_CONVERTED)


def _words(file: StoredFile, source: Path, extension: str) -> str:
    """Read by the child, or known from another file with the same bytes."""
    twins = PlainText.objects.filter(
        file__storage_key=file.storage_key, file__content_type=file.content_type
    ).exclude(text="")
    if known := twins.values_list("text", flat=True).first():
        return known
    try:
        text: str = run_child("text", str(source), extension, seconds=TEXT_SECONDS, megabytes=TEXT_MEGABYTES)
    except ChildFailed as error:
        log.warning("files.text_failed", error=str(error))
        return ""
    return text.replace("\x00", "")


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
    pages_copy(source=twin, target=row)
    row.page_count, row.page_total = len(pages), twin.page_total
    row.save(update_fields=["page_count", "page_total"])
    return len(pages)


@transaction.atomic
def _settle(file: StoredFile, made: _Preview, folder: Path) -> int:
    row = StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if row.page_count is not None or row.removed_at is not None:
        return 0
    images = []
    for number, page in enumerate(made.pages, start=1):
        _, key = bytes_kept(data=(folder / page["name"]).read_bytes())
        images.append(
            PageImage(file=row, number=number, storage_key=key, width=page["width"], height=page["height"])
        )
    PageImage.objects.bulk_create(images)
    if not images:
        PlainText.objects.create(file=row, text=made.text, reason=made.reason or NOT_DRAWN)
    row.page_count, row.page_total = len(images), made.total
    row.save(update_fields=["page_count", "page_total"])
    return len(images)


@transaction.atomic
def pages_renew() -> int:
    """Have files without pages tried again, as after LibreOffice was installed. Returns how many wait now."""
    rows = StoredFile.objects.filter(
        state=StoredFile.State.READY, page_count=0, content_type__in=PREVIEWED, removed_at__isnull=True
    )
    ids = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    PlainText.objects.filter(file_id__in=ids).delete()
    return StoredFile.objects.filter(pk__in=ids).update(page_count=None)


def page_mark(*, actor: Actor, file_id: int, number: int) -> bytes:
    """PNG of a page with the reader's mark burnt in, for paper. Raises `NotFound`, `Forbidden`, `InvalidState`."""
    page = page_for(actor, file_id, number)
    require_print(actor, page.file)
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
