"""Lay out an official document in the general format of GB/T 9704-2012 with Typst.

One compile is the rule. What needs knowledge of the result is decided inside the template by measuring (recipients
too many for page 1) or by position (page of the imprint); a signature block hangs on the last line of text, so that
line goes with it to the page of the seal; the last two characters of a paragraph stay together, so no line holds one.
Only when even that leaves page 1 without body are the rows drawn closer (7.3.5.5), one more to the page each time.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from apps.typesetting.body_text import body_text
from apps.typesetting.errors import LayoutImpossible, TypesettingError
from apps.typesetting.faces import FontLibrary, font_library
from apps.typesetting.sheet import (
    Block,
    Heading,
    OfficialSheet,
    Paragraph,
    SealBox,
    Table,
    Typeset,
    printed_names,
)
from apps.typesetting.titles import mark_lines, text_width, title_lines

UNSHOWN = "〓"
TEMPLATES = Path(__file__).resolve().parent / "templates"
_MANY_RECIPIENTS = 56.0  # two full rows
ROWS = (22, 23, 24, 25)  # 22 by 5.2.3; closer only where 7.3.5.5 asks for it
MILLIMETRES_PER_POINT = 25.4 / 72
_AREA_HEIGHT_MM = 225.0
_FACES = {1: "hei", 2: "kai"}
_LONG_RUN = re.compile(r"[\x21-\x7e]{20,}")
_BASE_FONT = re.compile(rb"/BaseFont ?/[A-Z]{6}\+([A-Za-z0-9_-]+?)(?:-Identity-H)?(?=[\s/>])")
_TOKEN = re.compile(r"[0-9A-Za-z.%]+|\S")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def compose(sheet: OfficialSheet, *, seal_svg: str = "", library: FontLibrary | None = None) -> Typeset:
    """The sheet as PDF/A-2u; `LayoutImpossible` when page 1 cannot show body or the imprint exceeds a page.

    `seal_svg` draws a seal into the page itself (a specimen); a legal seal is set by `sign_pdf` at `seal_box` instead.
    """
    library = library or font_library()
    missing = library.without_glyph(_all_text(sheet))
    content = _shown(_content(sheet, library), missing) | {"seal_svg": seal_svg}
    for rows, is_moved in _attempts(sheet):
        attempt = content | {"rows": rows, "recipients_in_imprint": is_moved}
        pdf, report = _compile(library, attempt, _stamp(sheet))
        if _length(report["imprint"]) > _AREA_HEIGHT_MM:
            raise LayoutImpossible(
                "主送、抄送机关过多，版记一页排不下，请改用统称（如“各县（区）人民政府”）。"
            )
        if report["body"] == 1:
            break
    else:
        raise LayoutImpossible("公文首页必须显示正文，标题、签发人所占行数过多，请压缩标题后重试。")
    return Typeset(
        pdf=pdf,
        page_count=report["pages"],
        seal_box=_seal_box(report),
        fonts=tuple(sorted({name.decode() for name in _BASE_FONT.findall(pdf)})),
        warnings=_warnings(library, missing, rows),
        unshown=missing,
    )


def _attempts(sheet: OfficialSheet) -> Iterator[tuple[int, bool]]:
    """Rows to a page, and whether the recipients go to the imprint; the mildest remedy first (7.3.2, 7.3.5.5)."""
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
        input=str(TEMPLATES / "general.typ"),
        root=str(TEMPLATES),
        font_paths=library.fonts,
        ignore_system_fonts=True,
    )


def _content(sheet: OfficialSheet, library: FontLibrary) -> dict[str, Any]:
    """Everything the template reads; texts are cleaned of control characters."""
    recipients = _clean(printed_names(sheet.main_recipients))
    copies = _clean(printed_names(sheet.cc_recipients))
    blocks, attachments = _items(sheet)
    return {
        "faces": {**{face: list(chain) for face, chain in library.chains.items()}, "latin": library.latin},
        "mark": list(mark_lines(_clean(sheet.issuer_mark))),
        "corner": [sheet.urgency] if sheet.urgency else [],
        "number": _clean(sheet.document_number),
        "signatories": [_clean(name) for name in sheet.signatories],
        "red_rule_mm": sheet.red_rule_mm,
        "title": _clean(sheet.title),
        "author": _clean(sheet.issuer_signature),
        "title_lines": list(title_lines(_clean(sheet.title))),
        "recipients": _runs([["", f"{recipients}："]]),
        "recipients_listed": _runs([["", f"{recipients}。"]]),
        "recipients_names": recipients,
        "blocks": blocks,
        "attachments": attachments,
        "signature": _clean(sheet.issuer_signature),
        "date": _clean(sheet.document_date),
        "sealed": sheet.seal,
        "diameter_mm": sheet.seal_diameter_mm,
        "note": _clean(sheet.note),
        "cc": _runs([["", f"{copies}。"]]) if copies else None,
        "printing_organ": _clean(sheet.printing_organ),
        "printing_date": _clean(sheet.printing_date).removesuffix("印发"),
        "has_imprint": bool(copies or sheet.printing_organ or sheet.printing_date),
        "even_imprint": sheet.even_imprint,
    }


def _items(sheet: OfficialSheet) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Body and attachment note; the very last item carries the signature block."""
    blocks = [_block(block) for block in sheet.blocks] or [_block(Paragraph("\u3000"))]
    attachments = [_block(Paragraph(name.strip().rstrip("。；;"))) for name in sheet.attachments]
    last = (attachments or blocks)[-1]
    last["last"] = True
    if last["kind"] == "table":
        cut = _tail_rows(last["rows"])
        last["tail"], last["rows"] = last["rows"][cut:], last["rows"][:cut]
    return blocks, attachments


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block)
        case Heading(level=level, text=text):
            head, rest = _run_in(_clean(text))
            runs = [[_FACES.get(level, ""), head], *([["", rest]] if rest else [])]
        case Paragraph(text=text):
            runs = [["", _clean(text)]]
    return {"kind": "par", **_runs(runs), "last": False}


def _runs(runs: list[list[str]]) -> dict[str, Any]:
    """Pieces of a paragraph with their faces, the last two characters apart so that no line holds one alone."""
    face, text = runs[-1]
    start = _tail_start(text)
    kept = [*runs[:-1], [face, text[:start]]]
    return {
        "runs": [[name, _breakable(part)] for name, part in kept],
        "tail": None if start is None else [face, text[start:]],
    }


def _run_in(text: str) -> tuple[str, str]:
    """A heading's first sentence, and what runs in after it."""
    end = text.find("。") + 1
    return (text[:end], text[end:]) if end else (text, "")


def _tail_start(text: str) -> int | None:
    """Where the last two characters (a number or a word counts as one) begin; None when nothing can be glued."""
    tokens = [
        match for match in _TOKEN.finditer(text) if unicodedata.category(match.group()[0])[0] not in "PZ"
    ]
    if len(tokens) < 4 or text_width(text) < 20:
        return None
    start = tokens[-2].start()
    while start and unicodedata.category(text[start - 1]) in {"Ps", "Pi"}:
        start -= 1
    return start if text_width(text[start:]) <= 10 else None


def _breakable(text: str) -> str:
    """Long runs without a space (addresses, digests) may be broken anywhere instead of leaving the type area."""
    return _LONG_RUN.sub(lambda run: "\u200b".join(run.group()), text)


def _clean(text: str) -> str:
    """Without control characters, line ends and byte-order marks; white space inside stays."""
    if text.isprintable():  # by far most texts: none of these is printable
        return text.strip(" ")
    return "".join(
        c for c in text if c == "\u3000" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ).strip(" ")


def _table(table: Table) -> dict[str, Any]:
    columns = max((sum(cell.colspan for cell in row) for row in table.rows), default=1)
    longest = [2.0] * columns
    for row in table.rows:
        if len(row) == columns:
            longest = [max(width, text_width(cell.text)) for width, cell in zip(longest, row, strict=True)]
    rows = [
        [
            {
                "text": _breakable(_clean(cell.text)),
                "colspan": cell.colspan,
                "rowspan": cell.rowspan,
                "header": index < table.header_rows,
                "centred": index < table.header_rows or text_width(cell.text) <= 10,
            }
            for cell in row
        ]
        for index, row in enumerate(table.rows)
    ]
    return {
        "kind": "table",
        "widths": [min(width, 30.0) + 1.6 for width in longest],
        "header": rows[: table.header_rows],
        "rows": rows[table.header_rows :],
        "tail": [],
        "last": False,
    }


def _tail_rows(rows: list[list[dict[str, Any]]]) -> int:
    """The last row that may be parted from those above it: no cell spans across."""
    open_until = 0
    cut = 0
    for index, row in enumerate(rows):
        if index >= open_until:
            cut = index
        open_until = max([open_until, *(index + cell["rowspan"] for cell in row)])
    return cut


def _stamp(sheet: OfficialSheet) -> datetime:
    """The document's own date, so that the same sheet gives the same bytes."""
    found = _DATE.search(sheet.document_date)
    if found:
        try:
            year, month, day = (int(part) for part in found.groups())
            return datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            pass
    return datetime(2012, 7, 1, tzinfo=UTC)


def _length(text: str) -> float:
    return float(text.removesuffix("pt")) * MILLIMETRES_PER_POINT


def _seal_box(report: dict[str, Any]) -> SealBox | None:
    if not report["seal"]:
        return None
    at = report["seal"][0]
    return SealBox(at["page"], *(round(_length(at[key]), 3) for key in ("x", "y", "diameter")))


def _all_text(sheet: OfficialSheet) -> str:
    """Every character the sheet may print."""
    elements = [value for key, value in vars(sheet).items() if key != "blocks"]
    texts = [
        value if isinstance(value, str) else "".join(value)
        for value in elements
        if isinstance(value, str | tuple)
    ]
    return _clean("".join([*texts, body_text(sheet.blocks)]))


def _shown(content: Any, missing: str) -> Any:
    """The content with a mark in place of each character no font can show: PDF/A admits no empty box."""
    if not missing:
        return content
    if isinstance(content, str):
        return content.translate(dict.fromkeys(map(ord, missing), UNSHOWN))
    if isinstance(content, list):
        return [_shown(item, missing) for item in content]
    if isinstance(content, dict):
        return {key: item if key == "faces" else _shown(item, missing) for key, item in content.items()}
    return content


def _warnings(library: FontLibrary, missing: str, rows: int) -> tuple[str, ...]:
    found = list(library.substitutions)
    if missing:
        found.append(f"以下字没有字体可显示，暂以“{UNSHOWN}”代替，请由管理员补装字体：{missing}")
    if rows != ROWS[0]:
        found.append(f"为使首页显示正文，行距已调整为每页 {rows} 行。")
    return tuple(found)
