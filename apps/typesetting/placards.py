"""桌签 and 座次图: names on folded cards, and a plan of seats on one landscape page. Content is data, never Typst source."""

import functools
import json
from datetime import UTC, datetime

import typst

from apps.typesetting.errors import TypesettingError
from apps.typesetting.faces import FontLibrary, font_library
from apps.typesetting.layout import TEMPLATES

_STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def compose_placards(names: list[str], *, library: FontLibrary | None = None) -> bytes:
    """Cards of 200 × 100 mm, two to an A4 page, each name twice so that the folded card reads from both sides."""
    return _compiled({"kind": "placards", "names": names}, library)


def compose_seat_plan(title: str, parts: list[list[object]], *, library: FontLibrary | None = None) -> bytes:
    """A plan: `parts` are [heading, rows], a row is a list of names, empty for a free seat."""
    return _compiled({"kind": "plan", "title": title, "parts": parts}, library)


def _compiled(content: dict[str, object], library: FontLibrary | None) -> bytes:
    library = library or font_library()
    faces = {face: list(chain) for face, chain in library.chains.items()}
    data = content | {"faces": faces, "latin": library.latin}
    with library.lock:
        try:
            pdf = _compiler(library).compile(
                sys_inputs={"sheet": json.dumps(data, ensure_ascii=False)}, format="pdf", timestamp=_STAMP
            )
        except typst.TypstError as problem:
            raise TypesettingError(f"排版失败：{problem.message}") from problem
    if not isinstance(pdf, bytes):
        raise TypesettingError("排版没有产生 PDF。")
    return pdf


@functools.lru_cache(maxsize=2)
def _compiler(library: FontLibrary) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / "placards.typ"),
        root=str(TEMPLATES),
        font_paths=library.fonts,
        ignore_system_fonts=True,
    )
