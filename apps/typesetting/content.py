"""What the template reads of a sheet: texts cleaned, runs with their faces, tails glued, tables measured."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.typesetting.body_text import body_text
from apps.typesetting.faces import FontLibrary
from apps.typesetting.pictures import picture_svg, printed_size
from apps.typesetting.sheet import Heading, OfficialSheet, Paragraph, Picture, Table, printed_names
from apps.typesetting.titles import mark_lines, text_width, title_lines

UNSHOWN = "〓"
SUFFIX = "文件"
_FACES = {1: "hei", 2: "kai"}
_LONG_RUN = re.compile(r"[\x21-\x7e]{20,}")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_TOKEN = re.compile(r"[0-9A-Za-z.%]+|\S")


def content_of(sheet: OfficialSheet, library: FontLibrary, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Everything the template reads; texts are cleaned of control characters."""
    recipients = clean(printed_names(sheet.main_recipients))
    copies = clean(printed_names(sheet.cc_recipients))
    blocks, attachments = _items(sheet, pictures)
    return {
        "faces": {**{face: list(chain) for face, chain in library.chains.items()}, "latin": library.latin},
        **_mark(sheet),
        "format": sheet.format,
        "corner": [sheet.urgency] if sheet.urgency else [],
        "number": clean(sheet.document_number),
        "signatories": [clean(name) for name in sheet.signatories],
        "red_rule_mm": sheet.red_rule_mm,
        "title": clean(sheet.title),
        "author": clean("、".join(sheet.signatures)),
        "title_lines": []
        if sheet.format == "order"
        else list(title_lines(clean(sheet.title), names=sheet.signatures)),
        "recipients": _runs([["", f"{recipients}："]]),
        "recipients_listed": _runs([["", f"{recipients}。"]]),
        "recipients_names": recipients,
        "blocks": blocks,
        "pictures": {digest: picture_svg(data) for digest, data in pictures.items()},
        "attachments": attachments,
        "signatures": [clean(name) for name in sheet.signatures] or [""],
        "signers": _signers(sheet),
        "attendance": [[clean(label), _runs([["", clean(names)]])] for label, names in sheet.attendance],
        "date": clean(sheet.document_date),
        "sealed": sheet.seal,
        "seal_svgs": [],
        "diameter_mm": sheet.seal_diameter_mm,
        "note": clean(sheet.note),
        "cc": _runs([["", f"{copies}。"]]) if copies else None,
        "printing_organ": clean(sheet.printing_organ),
        "printing_date": clean(sheet.printing_date).removesuffix("印发"),
        "has_imprint": bool(
            copies or (sheet.format != "letter" and (sheet.printing_organ or sheet.printing_date))
        ),
        "even_imprint": sheet.even_imprint and sheet.format != "letter",
    }


def _signers(sheet: OfficialSheet) -> list[dict[str, str]]:
    """Who stamps in the place of a seal, the lead organ's first; nobody on most documents."""
    if not (sheet.signer_name or sheet.signer_post):
        return []
    everybody = ((sheet.signer_post, sheet.signer_name, sheet.stamp_svg), *sheet.joint_signers)
    return [{"post": clean(post), "name": clean(name), "stamp": svg} for post, name, svg in everybody]


def _mark(sheet: OfficialSheet) -> dict[str, Any]:
    """The mark on its lines, or the organs of a joint one with 文件 apart (7.2.4)."""
    if len(sheet.marks) < 2:
        return {"mark": list(mark_lines(clean("".join(sheet.marks)))), "joint_mark": [], "mark_suffix": ""}
    names = [clean(name) for name in sheet.marks]
    has_suffix = any(name.endswith(SUFFIX) for name in names)
    names = [bare for name in names if (bare := name.removesuffix(SUFFIX).strip())]
    return {"mark": [], "joint_mark": names, "mark_suffix": SUFFIX if has_suffix else ""}


def _items(
    sheet: OfficialSheet, pictures: Mapping[str, bytes]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Body and attachment note; the very last item carries the signature block, where there is one."""
    blocks = [
        _picture(block, pictures[block.sha256]) if isinstance(block, Picture) else _block(block)
        for block in sheet.blocks
    ] or [_block(Paragraph("\u3000"))]
    attachments = [_block(Paragraph(name.strip().rstrip("。；;"))) for name in sheet.attachments]
    if sheet.format == "minutes":
        return blocks, attachments
    last = (attachments or blocks)[-1]
    last["last"] = True
    if last["kind"] == "table":
        cut = _tail_rows(last["rows"])
        last["tail"], last["rows"] = last["rows"][cut:], last["rows"][:cut]
    return blocks, attachments


def _picture(picture: Picture, data: bytes) -> dict[str, Any]:
    width, height = printed_size(data, picture.width)
    size = {"width_mm": width, "height_mm": height}
    named = {"picture": picture.sha256, "caption": clean(picture.caption)}
    return {"kind": "picture", **named, **size, "last": False}


def _block(block: Heading | Paragraph | Table) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block)
        case Heading(level=level, text=text):
            head, rest = run_in(clean(text))
            runs = [[_FACES.get(level, ""), head], *([["", rest]] if rest else [])]
        case Paragraph(text=text):
            runs = [["", clean(text)]]
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


def run_in(text: str) -> tuple[str, str]:
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


def clean(text: str) -> str:
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
                "text": _breakable(clean(cell.text)),
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
        "landscape": table.landscape,
        "groups": _row_groups(rows[table.header_rows :]) if table.landscape else [],
    }


def _row_groups(rows: list[list[dict[str, Any]]]) -> list[list[list[dict[str, Any]]]]:
    """Rows that a page may not part, as a cell spans across them."""
    groups: list[list[list[dict[str, Any]]]] = []
    open_until = 0
    for index, row in enumerate(rows):
        if index >= open_until:
            groups.append([])
        groups[-1].append(row)
        open_until = max([open_until, *(index + cell["rowspan"] for cell in row)])
    return groups


def _tail_rows(rows: list[list[dict[str, Any]]]) -> int:
    """The last row that may be parted from those above it: no cell spans across."""
    open_until = 0
    cut = 0
    for index, row in enumerate(rows):
        if index >= open_until:
            cut = index
        open_until = max([open_until, *(index + cell["rowspan"] for cell in row)])
    return cut


def all_text(sheet: OfficialSheet) -> str:
    """Every character the sheet may print."""
    elements = {
        key: value
        for key, value in vars(sheet).items()
        if key not in {"blocks", "stamp_svg", "joint_signers", "format"}
    }
    texts = [
        value if isinstance(value, str) else "".join("".join(part) for part in value)
        for value in elements.values()
        if isinstance(value, str | tuple)
    ]
    signers = [post + name for post, name, _ in sheet.joint_signers]
    return clean("".join([*texts, *signers, body_text(sheet.blocks)]))


def shown(content: Any, missing: str) -> Any:
    """The content with a mark in place of each character no font can show: PDF/A admits no empty box."""
    if not missing:
        return content
    if isinstance(content, str):
        return content.translate(dict.fromkeys(map(ord, missing), UNSHOWN))
    if isinstance(content, list):
        return [shown(item, missing) for item in content]
    if isinstance(content, dict):
        return {
            key: item if key in {"faces", "pictures", "stamp"} else shown(item, missing)
            for key, item in content.items()
        }
    return content


def stamp(sheet: OfficialSheet) -> datetime:
    """The document's own date, so that the same sheet gives the same bytes."""
    found = _DATE.search(sheet.document_date)
    if found:
        try:
            year, month, day = (int(part) for part in found.groups())
            return datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            pass
    return datetime(2012, 7, 1, tzinfo=UTC)
