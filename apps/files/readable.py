"""The words of a file in reading order, for those whose pages cannot be drawn (pure; runs in a child process).

Sheets come row by row with tabs between cells; slides in their order. Old binary formats give nothing.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import unescape

from apps.files.inspection import text_decoded
from apps.files.kinds import KINDS
from apps.files.manuscripts import manuscript_read
from apps.files.packages import Refusal, text_of

TEXT_LIMIT = 200_000
CUT = "\n……（以下从略，仅显示前 20 万字）"
_SLIDE = re.compile(r"^ppt/slides/slide(\d+)\.xml$")
_WORDS = re.compile(r"<(?:\w+:)?t(?: [^<>]*)?>([^<]*)<")


def readable_text(path: Path, extension: str) -> str:
    """At most `TEXT_LIMIT` characters; empty when the words cannot be read."""
    family = KINDS[extension].family
    if family == "text":
        return _bounded([text_decoded(path.read_bytes()) or ""])
    if not zipfile.is_zipfile(path):
        return ""
    readers = {"word": _word, "sheet": _sheets, "slides": _slides, "ofd": _package}
    return _bounded(readers[family](path))


def _bounded(lines: Iterator[str] | list[str]) -> str:
    kept: list[str] = []
    left = TEXT_LIMIT
    for line in lines:
        kept.append(line[:left])
        left -= len(line) + 1
        if left <= 0:
            return "\n".join(kept) + CUT
    return "\n".join(kept).strip("\n")


def _word(path: Path) -> Iterator[str]:
    found = manuscript_read(path, "docx")
    if found.refusal or found.mark:
        yield from _package(path)
    for part in found.parts:
        if part.rows:
            yield from ("\t".join(cell.text.replace("\n", " ") for cell in row) for row in part.rows)
        else:
            yield part.text


def _sheets(path: Path) -> Iterator[str]:
    from openpyxl import load_workbook  # noqa: PLC0415  # only where needed: it loads a large library

    with path.open("rb") as source:
        book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            yield f"【{sheet.title}】"
            for row in sheet.iter_rows(values_only=True):
                cells = ["" if value is None else str(value) for value in row]
                if any(cells):
                    yield "\t".join(cells).rstrip("\t")


def _slides(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        found = {int(match[1]): match[0] for name in package.namelist() if (match := _SLIDE.match(name))}
        for place, number in enumerate(sorted(found), start=1):
            source = package.read(found[number]).decode("utf-8", "replace")
            yield f"【第{place}页】"
            paragraphs = ("".join(_WORDS.findall(part)) for part in source.split("</a:p>"))
            yield from filter(None, (unescape(words).strip() for words in paragraphs))


def _package(path: Path) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        try:
            yield from text_of(package, TEXT_LIMIT).splitlines()
        except Refusal:
            return
