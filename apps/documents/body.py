"""The body of a document as ProseMirror JSON: one small schema, checked on the server; pure.

`doc > (heading{level 1..4} | paragraph | table | picture{file, width, caption})+`; headings and paragraphs hold plain text, no
marks, no breaks; `table{landscape} > table_row+ > (table_cell | table_header){colspan, rowspan} > paragraph+`. Heading nodes hold text
without number: the numbers 一、（一）1.（1） are computed here (GB/T 9704-2012 7.3.3) and by counters in the editor. A picture names
a stored file of the document; its width is in hundredths of the type area's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.errors import ValidationFailed

Node = dict[str, Any]
LEVELS = 4
BLOCK_LIMIT = 3000
TEXT_LIMIT = 200_000
ROW_LIMIT = 300
CELL_LIMIT = 6000
SPAN_LIMIT = 50
PICTURE_LIMIT = 40
CAPTION_LIMIT = 100
TOO_LONG = "内容仍在页面上，请删减，或将长篇内容作为附件；离开页面前请自行留存。"
TOO_WIDE = "内容仍在页面上，请拆成几个表格，或将大表作为附件。"
NARROWEST = 20
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ud800-\udfff\ufeff\ufff9-\uffff]")
OBJECT = "\ufffc"  # stands for a table or picture in plain lines; CONTROL takes it out of what people write
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Line:
    """A heading (level 1–4, text with its number) or a paragraph (level 0) as printed."""

    level: int
    text: str


@dataclass(frozen=True)
class GridCell:
    """A table cell as printed; spans count columns and rows."""

    text: str
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Grid:
    """A table as printed: rows of cells, how many rows at the top are heads, whether it lies on pages of its own (§8)."""

    rows: tuple[tuple[GridCell, ...], ...]
    header_rows: int
    landscape: bool = False


@dataclass(frozen=True)
class Figure:
    """A picture as printed: the stored file, its width in hundredths of the type area's, the words below it."""

    file: int
    width: int = 100
    caption: str = ""


Part = Line | Grid | Figure


def empty_body() -> Node:
    """What a fresh draft holds."""
    return {"type": "doc", "content": [{"type": "paragraph"}]}


def body_validated(raw: object) -> Node:
    """`raw` rebuilt from known parts only. Raises `ValidationFailed` for anything the schema does not know."""
    reader = _Reader()
    if not isinstance(raw, dict) or raw.get("type") != "doc":
        raise _refused("正文不是本系统编辑器的内容")
    blocks = [reader.block(node) for node in _content(raw)]
    if len(blocks) > BLOCK_LIMIT:
        raise _refused(f"正文超过{BLOCK_LIMIT}段", TOO_LONG)
    return {"type": "doc", "content": blocks or [{"type": "paragraph"}]}


def body_text(body: Node) -> str:
    """The body's plain text, a paragraph or heading a line, headings with their numbers, cells by tabs."""
    return "\n".join(part_text(part) for part in body_parts(body))


def part_text(part: Part) -> str:
    """The words of a part: cells by tabs, rows by lines; of a picture those below it."""
    match part:
        case Line(text=text):
            return text
        case Figure(caption=caption):
            return caption
    return "\n".join("\t".join(cell.text for cell in row) for row in part.rows)


def body_parts(body: Node) -> Iterator[Part]:
    """The body in printed order with computed numbers; empty paragraphs are left out."""
    counts = [0] * LEVELS
    for node in body.get("content", []):
        kind, text = node.get("type"), _text(node)
        if kind == "table":
            yield _grid(node)
        elif kind == "picture":
            yield Figure(**node["attrs"])
        elif kind == "heading" and text:
            level = int(node["attrs"]["level"])
            counts[level - 1] += 1
            counts[level:] = [0] * (LEVELS - level)
            yield Line(level, heading_number(level, counts[level - 1]) + text)
        elif text:
            yield Line(0, text)


def heading_number(level: int, count: int) -> str:
    """The number of the `count`-th heading of a level: 一、（一）1.（1）."""
    if level == 1:
        return f"{chinese_number(count)}、"
    if level == 2:
        return f"（{chinese_number(count)}）"
    return f"{count}." if level == 3 else f"（{count}）"


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese numerals; beyond that Arabic."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def body_lines(body: Node) -> str:
    """The body's plain text with one line of the sign `OBJECT` for each table or picture."""
    return "\n".join(part.text if isinstance(part, Line) else OBJECT for part in body_parts(body))


def objects_of(body: Node) -> list[Node]:
    """The tables and pictures of a body in their order."""
    return [node for node in body.get("content", []) if node.get("type") in {"table", "picture"}]


def figures_of(body: Node) -> tuple[Figure, ...]:
    """The pictures of a body in their order."""
    return tuple(part for part in body_parts(body) if isinstance(part, Figure))


def with_files(body: Node, files: Mapping[int, int]) -> Node:
    """The body with other files in the place of its pictures', by id; a picture not in `files` is left out."""
    blocks = []
    for node in body.get("content", []):
        if node.get("type") != "picture":
            blocks.append(node)
        elif (file := files.get(node["attrs"]["file"])) is not None:
            blocks.append({**node, "attrs": {**node["attrs"], "file": file}})
    return {**body, "content": blocks or [{"type": "paragraph"}]}


def body_from_text(text: str, objects: Sequence[Node] = ()) -> Node:
    """A body of plain paragraphs and headings recognised by their numbers, a line each; a line `OBJECT` is the next of `objects`."""
    blocks: list[Node] = []
    left = iter(objects)
    for line in text.splitlines():
        bare = line.strip()
        if not bare:
            continue
        if bare == OBJECT:
            blocks += [node for node in (next(left, None),) if node is not None]
            continue
        for level, pattern in HEADING_NUMBERS:
            found = pattern.match(bare)
            if found:
                node: Node = {"type": "heading", "attrs": {"level": level}}
                blocks.append(_with_text(node, bare[found.end() :].strip()))
                break
        else:
            blocks.append(_with_text({"type": "paragraph"}, bare))
    return {"type": "doc", "content": blocks or [{"type": "paragraph"}]}


HEADING_NUMBERS = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、")),
    (2, re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    (3, re.compile(r"\d{1,2}[.．](?!\d)")),
    (4, re.compile(r"[（(]\d{1,2}[）)]")),
)


def _text(node: Node) -> str:
    return "".join(child.get("text", "") for child in node.get("content", []) if child.get("type") == "text")


def _grid(table: Node) -> Grid:
    rows: list[tuple[GridCell, ...]] = []
    heads = 0
    for row in table.get("content", []):
        cells = row.get("content", [])
        if heads == len(rows) and cells and all(cell["type"] == "table_header" for cell in cells):
            heads += 1
        rows.append(tuple(_grid_cell(cell) for cell in cells))
    return Grid(tuple(rows), heads, _is_landscape(table))


def _is_landscape(table: Node) -> bool:
    attrs = table.get("attrs")
    return isinstance(attrs, dict) and attrs.get("landscape") is True


def _grid_cell(cell: Node) -> GridCell:
    spans = cell.get("attrs", {})
    text = "\n".join(_text(part) for part in cell.get("content", []))
    return GridCell(text, int(spans.get("colspan", 1)), int(spans.get("rowspan", 1)))


def _content(node: Node) -> list[Any]:
    content = node.get("content", [])
    if not isinstance(content, list):
        raise _refused("正文结构有误")
    return content


def _refused(what: str, way: str = "请用编辑器重新粘贴为标题、段落、表格或图片。") -> ValidationFailed:
    return ValidationFailed(f"{what}，没有保存。{way}", fields={"body": f"{what}。"})


def _with_text(node: Node, text: str) -> Node:
    return {**node, "content": [{"type": "text", "text": text}]} if text else node


class _Reader:
    """Rebuilds nodes and counts what they hold over the whole body."""

    def __init__(self) -> None:
        self.characters = 0
        self.cells = 0
        self.pictures = 0

    def block(self, node: Any) -> Node:
        match node:
            case {"type": "paragraph"}:
                return self.line(node, {"type": "paragraph"})
            case {"type": "heading", "attrs": {"level": int(level)}} if 1 <= level <= LEVELS:
                return self.line(node, {"type": "heading", "attrs": {"level": level}})
            case {"type": "table"}:
                rows = [self.row(row) for row in _content(node)]
                if not 0 < len(rows) <= ROW_LIMIT:
                    raise _refused(f"表格须有1至{ROW_LIMIT}行", TOO_WIDE)
                turned = {"attrs": {"landscape": True}} if _is_landscape(node) else {}
                return {"type": "table", **turned, "content": rows}
            case {"type": "picture", "attrs": {"file": int(file)} as attrs} if 1 < file + 1 < 2**63:
                return self.picture(file, attrs)
        raise _refused("正文含有不支持的内容")

    def picture(self, file: int, attrs: Node) -> Node:
        """A picture; that its file belongs to the document is for the one who saves to see."""
        self.pictures += 1
        if self.pictures > PICTURE_LIMIT:
            raise _refused(f"正文图片超过{PICTURE_LIMIT}幅")
        width, caption = attrs.get("width", 100), attrs.get("caption", "")
        if isinstance(width, bool) or not isinstance(width, int) or not NARROWEST <= width <= 100:
            raise _refused(f"图片宽度须在版心的{NARROWEST}%至100%之间")
        if not isinstance(caption, str) or len(caption) > CAPTION_LIMIT:
            raise _refused(f"图片说明超过{CAPTION_LIMIT}字")
        caption = CONTROL.sub("", caption.replace("\n", " ").replace("\t", " ")).strip()
        return {"type": "picture", "attrs": {"file": file, "width": width, "caption": caption}}

    def line(self, node: Node, rebuilt: Node) -> Node:
        """A heading or paragraph with its texts joined; marks fall off, control and direction characters too."""
        texts = []
        for child in _content(node):
            if (
                not isinstance(child, dict)
                or child.get("type") != "text"
                or not isinstance(child.get("text"), str)
            ):
                raise _refused("段落中含有不支持的内容")
            texts.append(CONTROL.sub("", child["text"].replace("\n", " ").replace("\t", " ")))
        text = "".join(texts)
        self.characters += len(text)
        if self.characters > TEXT_LIMIT:
            raise _refused(f"正文超过{TEXT_LIMIT // 10_000}万字", TOO_LONG)
        return _with_text(rebuilt, text)

    def row(self, node: object) -> Node:
        if not isinstance(node, dict) or node.get("type") != "table_row":
            raise _refused("表格结构有误")
        cells = [self.cell(cell) for cell in _content(node)]
        if not cells:
            raise _refused("表格中有空行")
        return {"type": "table_row", "content": cells}

    def cell(self, node: object) -> Node:
        if not isinstance(node, dict) or node.get("type") not in {"table_cell", "table_header"}:
            raise _refused("表格结构有误")
        self.cells += 1
        if self.cells > CELL_LIMIT:
            raise _refused(f"表格超过{CELL_LIMIT}格", TOO_WIDE)
        attrs = node.get("attrs") if isinstance(node.get("attrs"), dict) else {}
        spans = {name: _span(attrs, name) for name in ("colspan", "rowspan")}
        paragraphs = []
        for part in _content(node):
            if not isinstance(part, dict) or part.get("type") != "paragraph":
                raise _refused("表格单元格中只能有文字")
            paragraphs.append(self.line(part, {"type": "paragraph"}))
        return {"type": node["type"], "attrs": spans, "content": paragraphs or [{"type": "paragraph"}]}


def _span(attrs: Any, name: str) -> int:
    value = attrs.get(name, 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= SPAN_LIMIT:
        raise _refused("表格合并单元格的数目有误")
    return value
