"""Content as data laid out by a Typst template that stands alone: cards, plans, tables, forms."""

import functools
import json
from datetime import UTC, datetime
from typing import Any

import typst

from apps.typesetting.errors import TypesettingError
from apps.typesetting.faces import FontLibrary, font_library
from apps.typesetting.layout import TEMPLATES

_STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def laid_out(template: str, content: dict[str, Any], library: FontLibrary | None = None) -> bytes:
    """The PDF. The template reads the content, the faces and the Latin font from `sys.inputs.sheet`. Raises `TypesettingError`."""
    library = library or font_library()
    faces = {face: list(chain) for face, chain in library.chains.items()}
    data = content | {"faces": faces, "latin": library.latin}
    with library.lock:
        try:
            pdf = _compiler(library, template).compile(
                sys_inputs={"sheet": json.dumps(data, ensure_ascii=False)}, format="pdf", timestamp=_STAMP
            )
        except typst.TypstError as problem:
            raise TypesettingError(f"排版失败：{problem.message}") from problem
    if not isinstance(pdf, bytes):
        raise TypesettingError("排版没有产生 PDF。")
    return pdf


@functools.lru_cache(maxsize=6)
def _compiler(library: FontLibrary, template: str) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=library.fonts,
        ignore_system_fonts=True,
    )
