"""The named styles of an official document in Word: one per element of the standard, so that a clerk changes all at once."""

from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell

FANGSONG, KAI, HEI, BIAOSONG, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
BLACK = RGBColor(0, 0, 0)
RED = RGBColor(0xE6, 0x00, 0x12)
ADVANCE = Pt(156 / 25.4 * 72 / 28)  # one of 28 characters a row (5.2.3)
PITCH = Pt(28.95)  # 225 mm / 22 rows is 28.99; a little less keeps the last row on the page
THICK, THIN = 8, 6  # 0.35 mm and 0.25 mm in eighths of a point (7.4.1)
_TIGHTER = "-4"  # twentieths of a point: 28 characters of 16 pt would be 2 mm too wide
_CENTRE, _RIGHT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY


@dataclass(frozen=True)
class Look:
    """Face, size in points, alignment, first-line indent in characters, whether red, whether lines grow."""

    face: str
    size: float = 16
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    indent: float = 0
    is_red: bool = False
    is_open: bool = False  # as high as what stands in it: a fixed line would cut a picture


LOOKS = {
    "公文正文": Look(FANGSONG, align=_JUSTIFY, indent=2),
    "紧急程度": Look(HEI),
    "发文机关标志": Look(BIAOSONG, 40, _CENTRE, is_red=True),
    "发文字号": Look(FANGSONG, align=_CENTRE),
    "签发人": Look(KAI),
    "公文标题": Look(BIAOSONG, 22, _CENTRE),
    "主送机关": Look(FANGSONG, align=_JUSTIFY),
    "一级标题": Look(HEI, align=_JUSTIFY, indent=2),
    "二级标题": Look(KAI, align=_JUSTIFY, indent=2),
    "三级标题": Look(FANGSONG, align=_JUSTIFY, indent=2),
    "四级标题": Look(FANGSONG, align=_JUSTIFY, indent=2),
    "附件说明": Look(FANGSONG, align=_JUSTIFY),
    "发文机关署名": Look(FANGSONG, align=_RIGHT),
    "成文日期": Look(FANGSONG, align=_RIGHT),
    "签名章": Look(KAI, 26, _RIGHT, is_red=True),
    "附注": Look(FANGSONG, align=_JUSTIFY, indent=2),
    "出席人员": Look(FANGSONG, align=_JUSTIFY),
    "表格文字": Look(FANGSONG, 12),
    "图片": Look(FANGSONG, 12, _CENTRE, is_open=True),
    "图片说明": Look(FANGSONG, 12, _CENTRE),
    "抄送机关": Look(FANGSONG, 14, _JUSTIFY),
    "印发机关和印发日期": Look(FANGSONG, 14),
    "页码": Look(SONG, 14),
}
HEADINGS = {1: "一级标题", 2: "二级标题", 3: "三级标题", 4: "四级标题"}


def styles_make(document: Document) -> None:
    """Put every style into the document."""
    for name, look in LOOKS.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if not isinstance(style, ParagraphStyle):
            raise TypeError(name)
        style.font.size = Pt(look.size)
        if look.is_red:
            style.font.color.rgb = RED
        faces_set(style.element.get_or_add_rPr(), look.face, is_tight=look.size == 16)
        _paragraph_set(style, look)


def _paragraph_set(style: ParagraphStyle, look: Look) -> None:
    form = style.paragraph_format
    form.alignment = look.align
    form.space_before = form.space_after = Pt(0)
    form.first_line_indent = Length(int(ADVANCE * look.indent))
    form.widow_control = False
    if look.size <= 22 and not look.is_open:
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = Pt(18) if look.size == 12 else Pt(28) if look.size == 14 else PITCH


def faces_set(properties: BaseOxmlElement, face: str, *, is_tight: bool = False) -> None:
    """The face for Chinese; digits and letters take it too, as the standard knows one face for a text."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(script), face)
    if is_tight:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), _TIGHTER)
        properties.append(spacing)


def page_set(document: Document) -> None:
    """A4 with the type area of 5.2.1, rows without a grid of characters (which doubles the pitch in some readers)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(30), Mm(24)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001  # python-docx names no grid
    if grid is not None:
        section._sectPr.remove(grid)  # noqa: SLF001


def section_turn(section: Section) -> None:
    """A quarter to the left for an upright section, back for one that lies; its pages have no first-page header of their own."""
    upright = (section.orientation or WD_ORIENT.PORTRAIT) == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if upright else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width
    top, right, bottom, left = (
        section.top_margin, section.right_margin, section.bottom_margin, section.left_margin,
    )  # fmt: skip
    if upright:  # binding edge on top
        top, right, bottom, left = left, top, right, bottom
    else:
        top, right, bottom, left = right, bottom, left, top
    section.top_margin, section.right_margin = top, right
    section.bottom_margin, section.left_margin = bottom, left
    section.different_first_page_header_footer = False


def border(
    paragraph_properties: BaseOxmlElement, side: str, kind: str, eighths: int, gap_points: int
) -> None:
    """A red line above or below a paragraph: its width in eighths of a point, its distance in points."""
    borders = paragraph_properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        paragraph_properties.insert_element_before(borders, *_AFTER_BORDERS)
    borders.append(_element(f"w:{side}", val=kind, sz=eighths, space=gap_points, color="E60012"))


def floating(table: Table, width: Length) -> None:
    """Hang the table at the foot of the type area of the page where the text ends."""
    table.autofit = False
    for cell in table.columns[0].cells:
        cell.width = width
    place = {"horzAnchor": "margin", "tblpXSpec": "left", "vertAnchor": "margin", "tblpYSpec": "bottom"}
    properties = table._tbl.tblPr  # noqa: SLF001  # python-docx knows no floating tables
    properties.insert(1, _element("w:tblpPr", **place))
    margins = OxmlElement("w:tblCellMar")
    margins.extend(_element(f"w:{side}", w=0, type="dxa") for side in ("left", "right"))
    properties.append(margins)


def cell_rules(cell: _Cell, *, top: int, bottom: int) -> None:
    """Lines over and under a cell, in eighths of a point; 0 for none."""
    borders = OxmlElement("w:tcBorders")
    for side, eighths in (("top", top), ("bottom", bottom)):
        if eighths:
            borders.append(_element(f"w:{side}", val="single", sz=eighths, space=0, color="000000"))
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001


def _element(tag: str, **attributes: str | int) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


_AFTER_BORDERS = (
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:spacing",
    "w:ind",
    "w:jc",
    "w:rPr",
    "w:sectPr",
)


def field(code: str) -> Iterator[BaseOxmlElement]:
    """The pieces of a Word field such as PAGE."""
    for kind in ("begin", "", "end"):
        if kind:
            piece = OxmlElement("w:fldChar")
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece = OxmlElement("w:instrText")
            piece.set(qn("xml:space"), "preserve")
            piece.text = f" {code} "
        yield piece
