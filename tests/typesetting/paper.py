"""Reads a PDF back as positions in millimetres from the top-left corner of the page (pypdfium2)."""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pypdfium2
from pypdfium2 import raw

MM = 25.4 / 72
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
ROW = 225 / 22
ADVANCE = 156 / 28
_INVISIBLE = {0, 10, 13, 32, 0x200B, 0xFFFE, 0xFFFF}


@dataclass(frozen=True)
class Glyph:
    """One printed character: its ink and its origin on the base line."""

    page: int
    char: str
    left: float
    top: float
    right: float
    bottom: float
    x: float
    base: float
    size: float
    font: str
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Rule:
    """One horizontal line."""

    page: int
    left: float
    right: float
    y: float
    width: float
    colour: tuple[int, int, int]


@dataclass(frozen=True)
class Line:
    """Glyphs on one base line, from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def left(self) -> float:
        return min(glyph.left for glyph in self.glyphs)

    @property
    def right(self) -> float:
        return max(glyph.right for glyph in self.glyphs)

    @property
    def x(self) -> float:
        return self.glyphs[0].x

    @property
    def base(self) -> float:
        return self.glyphs[0].base

    @property
    def page(self) -> int:
        return self.glyphs[0].page

    @property
    def top(self) -> float:
        """Top of the em box of the line's first glyph."""
        return self.base - 0.88 * self.glyphs[0].size

    @property
    def bottom(self) -> float:
        return self.base + 0.12 * self.glyphs[0].size


@dataclass
class Paper:
    """A document as it lies on the table."""

    pages: int
    glyphs: list[Glyph]
    rules: list[Rule]
    sizes: list[tuple[float, float]]
    fonts: set[str] = field(default_factory=set)

    def lines(self, page: int | None = None) -> list[Line]:
        """Lines in reading order."""
        rows: dict[tuple[int, float], list[Glyph]] = {}
        for glyph in self.glyphs:
            if page is None or glyph.page == page:
                rows.setdefault((glyph.page, round(glyph.base * 2) / 2), []).append(glyph)
        return [Line(tuple(sorted(rows[key], key=lambda g: g.x))) for key in sorted(rows)]

    def line(self, start: str, page: int | None = None) -> Line:
        """The first line that begins with these characters."""
        return next(line for line in self.lines(page) if line.text.startswith(start))

    def find(self, text: str) -> list[Glyph]:
        """The glyphs of a text in printing order."""
        body = [glyph for glyph in self.glyphs if glyph.base <= BOTTOM + 5]
        printed = "".join(glyph.char for glyph in body)
        start = printed.index(text)
        return body[start : start + len(text)]

    def find_on(self, page: int, text: str) -> list[Glyph]:
        """The glyphs of a text on a page where it stands last there, by their places on one row."""
        rows = [line for line in self.lines(page) if text in line.text]
        line = rows[-1]
        start = line.text.rindex(text)
        return list(line.glyphs[start : start + len(text)])

    def find_last(self, text: str) -> list[Glyph]:
        """The glyphs of a text where it stands last in the document, the imprint apart."""
        page = max(
            line.glyphs[0].page for line in self.lines() if text in line.text and "印发" not in line.text
        )
        return self.find_on(page, text)

    def text(self, page: int | None = None) -> str:
        return "".join(glyph.char for glyph in self.glyphs if page is None or glyph.page == page)

    def numbers(self) -> dict[int, str]:
        """Page numbers by page: what stands below the type area."""
        return {line.page: line.text for line in self.lines() if line.top > BOTTOM}


def row_of(base: float) -> float:
    """Which row of the grid a base line of 3号 text is on, 0 at the top; whole when it is on the grid."""
    size = 16 * MM
    return (base - TOP - (ROW - size) / 2 - 0.88 * size) / ROW


def read(pdf: bytes) -> Paper:
    """Everything visible of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    paper = Paper(len(document), [], [], [])
    for index in range(len(document)):
        page = document[index]
        paper.sizes.append((page.get_width() * MM, page.get_height() * MM))
        paper.glyphs.extend(_glyphs(page, index + 1))
        paper.rules.extend(_rules(page, index + 1))
    paper.fonts = {glyph.font for glyph in paper.glyphs}
    return paper


def _glyphs(page: pypdfium2.PdfPage, number: int) -> Iterator[Glyph]:
    height = page.get_height()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in _INVISIBLE or chr(code).isspace():
            continue
        left, bottom, right, top = text.get_charbox(index)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        name = ctypes.create_string_buffer(128)
        raw.FPDFText_GetFontInfo(text, index, name, 128, ctypes.c_int())
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
        yield Glyph(
            page=number,
            char=chr(code),
            left=left * MM,
            top=(height - top) * MM,
            right=right * MM,
            bottom=(height - bottom) * MM,
            x=x.value * MM,
            base=(height - y.value) * MM,
            size=raw.FPDFText_GetFontSize(text, index) * MM,
            font=name.value.decode().split("+")[-1],
            colour=(red.value, green.value, blue.value),
        )


def _rules(page: pypdfium2.PdfPage, number: int) -> Iterator[Rule]:
    height = page.get_height()
    for item in _paths(page.get_objects(max_depth=8)):
        left, bottom, right, top = item.get_bounds()
        if right - left < 100 or top - bottom > 6:
            continue
        width = ctypes.c_float()
        raw.FPDFPageObj_GetStrokeWidth(item.raw, width)
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        raw.FPDFPageObj_GetStrokeColor(item.raw, red, green, blue, alpha)
        middle = (height - (top + bottom) / 2) * MM
        yield Rule(
            number, left * MM, right * MM, middle, width.value * MM, (red.value, green.value, blue.value)
        )


def _paths(objects: Iterable[pypdfium2.PdfObject]) -> Iterator[pypdfium2.PdfObject]:
    return (item for item in objects if item.type == raw.FPDF_PAGEOBJ_PATH)
