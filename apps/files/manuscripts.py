"""Reads a Word or text file that people wrote into plain parts: lines, headings, tables (pure; runs in a child process).

Words come out as the reader of the file sees them: numbers that Word counts itself are written out, struck changes are gone,
merged cells keep their spans. What has no place in the text of an official document is named in `left_out`. Refused are tables
inside tables, more than `PART_LIMIT` parts, and what the inspection of files refuses (macros, passwords, programs, bombs).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.files.inspection import inspect, text_decoded
from apps.files.packages import BROKEN, Refusal

PART_LIMIT = 5000
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
DIGITS = "零一二三四五六七八九"
HEADING_STYLE = re.compile(r"^(?:heading|标题)\s*([1-4])$", re.IGNORECASE)
CHINESE_COUNTS = frozenset(
    {"chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting", "taiwaneseCounting",
     "ideographDigital", "taiwaneseCountingThousand"}
)  # fmt: skip
SKIPPED = frozenset({f"{W}del", f"{W}moveFrom", f"{W}txbxContent", f"{W}instrText"})


@dataclass(frozen=True)
class Part:
    """A line of text (`level` 1–4 for a heading by style, else 0) or, with `rows`, a table of cells."""

    text: str = ""
    level: int = 0
    rows: tuple[tuple["CellPart", ...], ...] = ()


@dataclass(frozen=True)
class CellPart:
    """A cell: its paragraphs by line ends, its spans, whether it stands in a repeated head row."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    is_head: bool = False


@dataclass(frozen=True)
class Manuscript:
    """`refusal` is the Chinese reason and `mark` the secrecy mark; both empty when the parts may be used."""

    refusal: str = ""
    mark: str = ""
    parts: tuple[Part, ...] = ()
    left_out: tuple[str, ...] = ()


def manuscript_read(path: Path, extension: str) -> Manuscript:
    """What the file at `path` says; `extension` is `docx` or `txt`."""
    verdict = inspect(path, extension)
    if verdict.refusal or verdict.mark:
        return Manuscript(refusal=verdict.refusal, mark=verdict.mark)
    try:
        return _plain(path) if extension == "txt" else _word(path)
    except Refusal as refusal:
        return Manuscript(refusal=str(refusal))


def _plain(path: Path) -> Manuscript:
    text = text_decoded(path.read_bytes()) or ""
    return Manuscript(parts=_limited(Part(line) for line in text.splitlines()))


def _limited(parts: Iterator[Part]) -> tuple[Part, ...]:
    found: list[Part] = []
    for part in parts:
        if len(found) >= PART_LIMIT:
            raise Refusal(f"文件超过{PART_LIMIT}段，请拆分后分别导入。")
        found.append(part)
    return tuple(found)


def _word(path: Path) -> Manuscript:
    import docx  # noqa: PLC0415  # only where needed
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415

    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise Refusal(BROKEN) from error
    reader = _Reader(document)
    return Manuscript(parts=_limited(reader.parts()), left_out=tuple(reader.left_out()))


@dataclass
class _Reader:
    """Walks the main story of a Word document."""

    document: Any
    counts: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.styles = {style.style_id: style.name or "" for style in self.document.styles}
        self.numbers = _Numbers(self.document)
        self.body = self.document.element.body

    def parts(self) -> Iterator[Part]:
        for node in _blocks(self.body):
            if node.tag == f"{W}tbl":
                yield Part(rows=tuple(_rows(node)))
                continue
            level = self._level(node)
            number = self.numbers.next(node)
            for place, line in enumerate(_lines(node)):
                yield Part(line if place or level else number + line, level)

    def left_out(self) -> Iterator[str]:
        """What a reader of the file saw and will miss."""
        kinds = (
            ("幅图片", ("{http://schemas.openxmlformats.org/drawingml/2006/main}blip", f"{W}pict")),
            ("个文本框", (f"{W}txbxContent",)),
            ("处公式", (MATH,)),
            ("处脚注、尾注", (f"{W}footnoteReference", f"{W}endnoteReference")),
            ("处修订（已按接受修订导入）", (f"{W}del", f"{W}ins")),
        )
        for name, tags in kinds:
            count = sum(1 for tag in tags for _ in self.body.iter(tag))
            if count:
                yield f"{count}{name}"

    def _level(self, paragraph: Any) -> int:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        found = HEADING_STYLE.match(self.styles.get(style.get(f"{W}val"), "")) if style is not None else None
        return int(found[1]) if found else 0


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside content controls too."""
    for node in parent:
        if node.tag in {f"{W}p", f"{W}tbl"}:
            yield node
        elif node.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}smartTag"}:
            yield from _blocks(node)


def _lines(paragraph: Any) -> list[str]:
    return "".join(_words(paragraph)).split("\n")


def _words(node: Any) -> Iterator[str]:
    for child in node:
        tag = child.tag
        if tag in SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{W}t":
            yield (child.text or "").replace("\n", " ")
        elif tag in {f"{W}br", f"{W}cr"}:
            yield "\n"
        elif tag == f"{W}tab":
            yield " "
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        else:
            yield from _words(child)


def _rows(table: Any) -> Iterator[tuple[CellPart, ...]]:
    """Rows of cells with their spans; a cell merged into the one above is part of it."""
    if next(table.iter(f"{W}tc"), None) is None:
        return
    for cell in table.iter(f"{W}tc"):
        if next(cell.iter(f"{W}tbl"), None) is not None:
            words = "".join(_words(cell))[:20]
            raise Refusal(f"表格“{words}”里还嵌有表格，公文不能这样排版，请先把嵌套的表格拆开再导入。")
    grid = [list(_placed(row)) for row in table.iter(f"{W}tr")]
    for index, row in enumerate(grid):
        cells = []
        for column, cell, span, merge in row:
            if merge == "continue":
                continue
            below = _merged_below(grid[index + 1 :], column) if merge == "restart" else 0
            text = "\n".join(line for paragraph in cell.iter(f"{W}p") for line in _lines(paragraph)).strip()
            cells.append(CellPart(text, span, below + 1, _is_head(cell)))
        if cells:
            yield tuple(cells)


def _placed(row: Any) -> Iterator[tuple[int, Any, int, str]]:
    """Column, cell, columns spanned, and whether a merge downwards begins or goes on."""
    column = 0
    for cell in row.iter(f"{W}tc"):
        span_node, merge_node = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
        span = int(span_node.get(f"{W}val") or 1) if span_node is not None else 1
        merge = (merge_node.get(f"{W}val") or "continue") if merge_node is not None else ""
        yield column, cell, max(span, 1), merge
        column += max(span, 1)


def _merged_below(rows: list[list[tuple[int, Any, int, str]]], column: int) -> int:
    count = 0
    for row in rows:
        if not any(at == column and merge == "continue" for at, _, _, merge in row):
            break
        count += 1
    return count


def _is_head(cell: Any) -> bool:
    return cell.getparent().find(f"{W}trPr/{W}tblHeader") is not None


class _Numbers:
    """The numbers Word counts by itself, written out as the reader sees them: 一、 （一） 1. ①; bullets have none."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.by_style: dict[str, tuple[str, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstracts = {node.get(f"{W}abstractNumId"): node for node in root.iter(f"{W}abstractNum")}
        for node in root.iter(f"{W}num"):
            reference = node.find(f"{W}abstractNumId")
            abstract = abstracts.get(reference.get(f"{W}val")) if reference is not None else None
            if abstract is not None:
                self.levels[node.get(f"{W}numId")] = dict(map(_level_of, abstract.iter(f"{W}lvl")))
        for style in document.styles.element.iter(f"{W}style"):
            found = _number_of(style)
            if found:
                self.by_style[style.get(f"{W}styleId")] = found

    def next(self, paragraph: Any) -> str:
        """The number before a paragraph; the lower levels begin anew."""
        found = _number_of(paragraph)
        if found is None:
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            found = self.by_style.get(style.get(f"{W}val")) if style is not None else None
        if found is None or found[1] not in self.levels.get(found[0], {}):
            return ""
        number, depth = found
        levels, counts = self.levels[number], self.counts.setdefault(number, {})
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if levels[depth][0] in {"bullet", "none"}:
            return ""
        return re.sub(
            r"%(\d)",
            lambda mark: _written(
                counts.get(int(mark[1]) - 1, 1), levels.get(int(mark[1]) - 1, levels[depth])[0]
            ),
            levels[depth][1],
        )


def _level_of(node: Any) -> tuple[int, tuple[str, str, int]]:
    def value(name: str, fallback: str) -> str:
        found = node.find(f"{W}{name}")
        return (found.get(f"{W}val") or fallback) if found is not None else fallback

    return int(node.get(f"{W}ilvl")), (
        value("numFmt", "decimal"),
        value("lvlText", ""),
        int(value("start", "1")),
    )


def _number_of(node: Any) -> tuple[str, int] | None:
    number, level = node.find(f"{W}pPr/{W}numPr/{W}numId"), node.find(f"{W}pPr/{W}numPr/{W}ilvl")
    if number is None or number.get(f"{W}val") in {None, "0"}:
        return None
    return number.get(f"{W}val"), int(level.get(f"{W}val")) if level is not None else 0


def _written(count: int, style: str) -> str:
    if style in CHINESE_COUNTS and 0 < count < 100:
        tens, ones = divmod(count, 10)
        return (("" if tens < 2 else DIGITS[tens]) + "十" if tens else "") + (DIGITS[ones] if ones else "")
    if style == "decimalEnclosedCircle" and 0 < count <= 20:
        return chr(0x2460 + count - 1)
    if style in {"lowerLetter", "upperLetter"} and 0 < count <= 26:
        return chr(ord("a" if style == "lowerLetter" else "A") + count - 1)
    return str(count)
