"""Pictures of the pages of a PDF."""

import io
from collections.abc import Iterator

import pypdfium2

from apps.typesetting.errors import TypesettingError

POINTS_PER_INCH = 72
_LARGEST_PIXELS = 40_000_000


def page_images(pdf: bytes, dpi: int = 110) -> list[bytes]:
    """One PNG per page; `TypesettingError` when the bytes are no PDF or a page would be monstrous."""
    return list(_drawn(pdf, dpi))


def page_image(pdf: bytes, number: int, dpi: int = 110) -> bytes:
    """The PNG of one page, counted from 1."""
    return next(_drawn(pdf, dpi, only=number))


def _drawn(pdf: bytes, dpi: int, only: int | None = None) -> Iterator[bytes]:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as problem:
        raise TypesettingError("文件不是完整的 PDF，无法生成页面图像。") from problem
    try:
        document.init_forms()  # a seal is the picture of a signature field
        if only is not None and not 1 <= only <= len(document):
            raise TypesettingError(f"没有第 {only} 页，全文共 {len(document)} 页。")
        for index in range(len(document)) if only is None else [only - 1]:
            page = document[index]
            scale = dpi / POINTS_PER_INCH
            if page.get_width() * page.get_height() * scale * scale > _LARGEST_PIXELS:
                raise TypesettingError("页面尺寸过大，无法生成图像。")
            picture = page.render(scale=scale).to_pil()
            target = io.BytesIO()
            picture.save(target, "PNG", compress_level=1)
            yield target.getvalue()
    finally:
        document.close()
