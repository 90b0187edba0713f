"""收文办理单 on A4, many in one PDF: facts in a red-ruled form, opinions in their columns, handwriting as ink."""

import functools
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apps.typesetting.errors import TypesettingError
from apps.typesetting.faces import FontLibrary, font_library

if TYPE_CHECKING:
    import typst  # whoever only fills in sheets does not need it

_STAMP = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SheetOpinion:
    """Words or ink (an SVG) in a column, with who and when. `is_void`: the act was taken back."""

    column: str
    words: str
    by: str
    ink: str = ""
    is_leader: bool = False
    is_void: bool = False


@dataclass(frozen=True)
class HandlingSheet:
    """One sheet: `pairs` are short facts, two to a row; `rows` are facts that want the whole width."""

    heading: str
    pairs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str], ...]
    opinions: tuple[SheetOpinion, ...]
    foot: str


def compose_handling_sheets(
    sheets: tuple[HandlingSheet, ...], *, library: FontLibrary | None = None
) -> bytes:
    """All sheets, each beginning a page. Content is data, never Typst source."""
    import typst  # noqa: PLC0415  # see above

    library = library or font_library()
    data = {
        "sheets": [asdict(sheet) for sheet in sheets],
        "faces": {face: list(chain) for face, chain in library.chains.items()},
        "latin": library.latin,
    }
    with library.lock:
        try:
            pdf = _compiler(library).compile(
                sys_inputs={"content": json.dumps(data, ensure_ascii=False)}, format="pdf", timestamp=_STAMP
            )
        except typst.TypstError as problem:
            raise TypesettingError(f"排版失败：{problem.message}") from problem
    if not isinstance(pdf, bytes):
        raise TypesettingError("排版没有产生 PDF。")
    return pdf


@functools.lru_cache(maxsize=2)
def _compiler(library: FontLibrary) -> "typst.Compiler":
    import typst  # noqa: PLC0415  # see above

    from apps.typesetting.layout import TEMPLATES  # noqa: PLC0415

    return typst.Compiler(
        input=str(TEMPLATES / "handling_sheets.typ"),
        root=str(TEMPLATES),
        font_paths=library.fonts,
        ignore_system_fonts=True,
    )
