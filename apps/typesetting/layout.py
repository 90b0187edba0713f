"""Lay out an official document in a format of GB/T 9704-2012 with Typst.

One compile is the rule. What needs knowledge of the result is decided inside the template by measuring (recipients
too many for page 1) or by position (page of the imprint); a signature block hangs on the last line of text, so that
line goes with it to the page of the seal; the last two characters of a paragraph stay together, so no line holds one.
Only when even that leaves page 1 without body are the rows drawn closer (7.3.5.5), one more to the page each time.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typst

from apps.typesetting.content import UNSHOWN, all_text, content_of, shown, stamp
from apps.typesetting.errors import LayoutImpossible, TypesettingError
from apps.typesetting.faces import FontLibrary, font_library
from apps.typesetting.sheet import FORMATS, MOST_ORGANS, OfficialSheet, SealBox, Table, Typeset, printed_names
from apps.typesetting.titles import text_width

TEMPLATES = Path(__file__).resolve().parent / "templates"
NO_RECIPIENTS = ("order", "minutes")  # their text has none: 10.2, 10.3
_MANY_RECIPIENTS = 56.0  # two full rows
ROWS = (22, 23, 24, 25)  # 22 by 5.2.3; closer only where 7.3.5.5 asks for it
MILLIMETRES_PER_POINT = 25.4 / 72
_AREA_HEIGHT_MM = 225.0
_BASE_FONT = re.compile(rb"/BaseFont ?/[A-Z]{6}\+([A-Za-z0-9_-]+?)(?:-Identity-H)?(?=[\s/>])")


def compose(
    sheet: OfficialSheet,
    *,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    seal_svgs: tuple[str, ...] = (),
    library: FontLibrary | None = None,
) -> Typeset:
    """The sheet as PDF/A-2u; `LayoutImpossible` when page 1 cannot show body or the imprint exceeds a page.

    `pictures`: the bytes of the body's pictures (PNG, JPEG) by digest. `seal_svgs` draw seals into the page itself
    (specimens); legal seals are set by `sign_pdf` at `seal_boxes` instead.
    """
    library = library or font_library()
    _required(sheet)
    missing = library.without_glyph(all_text(sheet))
    content = shown(content_of(sheet, library, pictures), missing) | {"seal_svgs": list(seal_svgs)}
    for rows, is_moved in _attempts(sheet):
        attempt = content | {"rows": rows, "recipients_in_imprint": is_moved}
        pdf, report = _compile(library, attempt, stamp(sheet))
        if _length(report["imprint"]) > _AREA_HEIGHT_MM:
            raise LayoutImpossible(
                "主送、抄送机关过多，版记一页排不下，请改用统称（如“各县（区）人民政府”）。"
            )
        if report["too-high"]:
            raise LayoutImpossible("横排表格中有一行过高，或跨行合并的行过多，一页排不下，请拆分后重试。")
        if report["body"] == 1:
            break
    else:
        raise LayoutImpossible("公文首页必须显示正文，标题、签发人所占行数过多，请压缩标题后重试。")
    return Typeset(
        pdf=pdf,
        page_count=report["pages"],
        seal_boxes=_seal_boxes(report),
        fonts=tuple(sorted({name.decode() for name in _BASE_FONT.findall(pdf)})),
        warnings=_warnings(library, missing, rows),
        unshown=missing,
    )


def _required(sheet: OfficialSheet) -> None:
    """What no layout could mend."""
    if sheet.format not in FORMATS:
        raise LayoutImpossible(f"没有“{sheet.format[:20]}”这种公文格式。")
    if len(sheet.signatures) > MOST_ORGANS or len(sheet.marks) > MOST_ORGANS:
        raise LayoutImpossible(f"联合行文的机关不超过{MOST_ORGANS}个，请核对发文机关。")
    last = sheet.blocks[-1] if sheet.blocks and not sheet.attachments else None
    if isinstance(last, Table) and last.landscape:
        raise LayoutImpossible("横排表格之后须有正文，落款才不会单独成页，请在表格后写一句结语。")


def _attempts(sheet: OfficialSheet) -> Iterator[tuple[int, bool]]:
    """Rows to a page, and whether the recipients go to the imprint; the mildest remedy first (7.3.2, 7.3.5.5)."""
    if sheet.format in NO_RECIPIENTS:
        yield from ((rows, True) for rows in ROWS)
        return
    yield ROWS[0], False
    if text_width(printed_names(sheet.main_recipients)) > _MANY_RECIPIENTS:
        yield ROWS[0], True
    for rows in ROWS[1:]:
        yield rows, False


def _compile(library: FontLibrary, content: dict[str, Any], stamp: datetime) -> tuple[bytes, dict[str, Any]]:
    compiler = _compiler(library)
    with library.lock:
        try:
            pdf = compiler.compile(
                sys_inputs={"sheet": json.dumps(content, ensure_ascii=False)},
                format="pdf",
                pdf_standards="a-2u",
                timestamp=stamp,
            )
            report = json.loads(compiler.query("<report>", field="value", one=True))
        except typst.TypstError as problem:
            raise TypesettingError(f"排版失败：{problem.message}") from problem
    if not isinstance(pdf, bytes):
        raise TypesettingError("排版没有产生 PDF。")
    return pdf, report


@functools.lru_cache(maxsize=2)
def _compiler(library: FontLibrary) -> typst.Compiler:
    return typst.Compiler(
        input=str(TEMPLATES / "official.typ"),
        root=str(TEMPLATES),
        font_paths=library.fonts,
        ignore_system_fonts=True,
    )


def _length(text: str) -> float:
    return float(text.removesuffix("pt")) * MILLIMETRES_PER_POINT


def _seal_boxes(report: dict[str, Any]) -> tuple[SealBox, ...]:
    ordered = sorted(report["seal"], key=lambda mark: int(mark["index"]))
    return tuple(
        SealBox(mark["page"], *(round(_length(mark[key]), 3) for key in ("x", "y", "diameter", "height")))
        for mark in ordered
    )


def _warnings(library: FontLibrary, missing: str, rows: int) -> tuple[str, ...]:
    found = list(library.substitutions)
    if missing:
        found.append(f"以下字没有字体可显示，暂以“{UNSHOWN}”代替，请由管理员补装字体：{missing}")
    if rows != ROWS[0]:
        found.append(f"为使首页显示正文，行距已调整为每页 {rows} 行。")
    return tuple(found)
