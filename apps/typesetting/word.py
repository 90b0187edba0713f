"""The same sheet as a Word file an office can go on working with: the standard's elements in styles of their own.

Word breaks lines and pages by itself, so what needs the finished layout (the seal, the imprint on an even page, text on the
page of the seal) belongs to the PDF; the imprint hangs in a table at the foot of the type area of its page.
"""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.section import _Footer
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from apps.typesetting.content import SUFFIX, clean, run_in, stamp
from apps.typesetting.pictures import printed_size
from apps.typesetting.sheet import Block, Heading, OfficialSheet, Paragraph, Picture, Table, printed_names
from apps.typesetting.titles import mark_lines, text_width, title_lines
from apps.typesetting.word_styles import (
    ADVANCE,
    BLACK,
    HEADINGS,
    KAI,
    PITCH,
    THICK,
    THIN,
    border,
    cell_rules,
    faces_set,
    field,
    floating,
    page_set,
    section_turn,
    styles_make,
)

AREA = Mm(156)
_MARK_POINTS = 425  # 150 mm
_LONGEST_PROPERTY = 255


def compose_docx(sheet: OfficialSheet, *, pictures: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The sheet as .docx; the same sheet gives the same text, styles and dates. `pictures` as for `compose`."""
    document = docx.Document()
    page_set(document)
    styles_make(document)
    _Writer(document, sheet, pictures).write()
    properties = document.core_properties
    properties.title = clean(sheet.title)[:_LONGEST_PROPERTY]
    properties.author = "、".join(sheet.signatures)[:_LONGEST_PROPERTY]
    properties.created = properties.modified = stamp(sheet).astimezone(UTC).replace(tzinfo=None)
    properties.last_printed = datetime(2012, 7, 1)  # noqa: DTZ001  # the template's own is removed
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


class _Writer:
    def __init__(self, document: Document, sheet: OfficialSheet, pictures: Mapping[str, bytes]) -> None:
        self.document = document
        self.sheet = sheet
        self.pictures = pictures

    def write(self) -> None:
        """Everything from the mark to the imprint."""
        {"letter": self._letter_head, "order": self._order_head}.get(self.sheet.format, self._head)()
        if self.sheet.format != "order":
            self._line(
                "公文标题", "\n".join(title_lines(clean(self.sheet.title), names=self.sheet.signatures))
            )
            self._blank()
        recipients = clean(printed_names(self.sheet.main_recipients))
        if recipients and self.sheet.format in {"general", "letter"}:
            self._line("主送机关", f"{recipients}：")
        for block in self.sheet.blocks:
            self._block(block)
        self._attachments()
        self._ending()
        if self.sheet.note:
            self._line("附注", f"（{clean(self.sheet.note)}）")
        self._imprint(recipients)
        self._page_numbers()

    # ---- header blocks ----
    def _head(self) -> None:
        self._corner(Mm(35))
        self._marks()
        self._blank(2)
        number = clean(self.sheet.document_number)
        if self.sheet.format == "minutes":
            self._line("发文字号", number)
            number = f"{'、'.join(self.sheet.signatures)}\t{clean(self.sheet.document_date)}"
            line = self._line("发文字号", number)
            self._sides(line)
        elif self.sheet.signatories:
            line = self._upward(number)
        else:
            line = self._line("发文字号", number)
        border(line._p.get_or_add_pPr(), "bottom", "single", round(self.sheet.red_rule_mm / 25.4 * 576), 11)  # noqa: SLF001
        self._blank(2)

    def _upward(self, number: str) -> WordParagraph:
        """Number left, signatories right, two to a row (7.2.5, 7.2.6)."""
        names = [clean(name) for name in self.sheet.signatories]
        rows = [names[at : at + 2] for at in range(0, len(names), 2)]
        line = None
        for index, row in enumerate(rows):
            is_last = index == len(rows) - 1
            line = self._line("发文字号", number if is_last else "")
            self._sides(line)
            line.add_run("\t" + ("签发人：" if index == 0 else ""))
            faces_set(line.add_run("　".join(row))._r.get_or_add_rPr(), KAI)  # noqa: SLF001
        return line or self._line("发文字号", number)

    def _letter_head(self) -> None:
        """The mark with its double rule in the header of page 1, the other rule in its footer (10.1)."""
        section = self.document.sections[0]
        section.different_first_page_header_footer = True
        mark = section.first_page_header.paragraphs[0]
        mark.style = self.document.styles["发文机关标志"]
        mark.add_run("".join(mark_lines(clean(self.sheet.marks[0]))))
        foot = section.first_page_footer.paragraphs[0]
        foot.style = self.document.styles["页码"]
        for paragraph, side, kind in (
            (mark, "bottom", "thickThinSmallGap"),
            (foot, "top", "thinThickSmallGap"),
        ):
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(-7)
            border(paragraph._p.get_or_add_pPr(), side, kind, 24, 11 if side == "bottom" else 1)  # noqa: SLF001
        line = self._line("紧急程度", clean(self.sheet.urgency))
        line.paragraph_format.tab_stops.add_tab_stop(AREA, WD_TAB_ALIGNMENT.RIGHT)
        number = line.add_run(f"\t{clean(self.sheet.document_number)}")
        faces_set(number._r.get_or_add_rPr(), "仿宋_GB2312")  # noqa: SLF001
        self._blank(2)

    def _order_head(self) -> None:
        self._corner(Mm(20))
        self._marks()
        self._blank(2)
        self._line("发文字号", clean(self.sheet.document_number))
        self._blank(2)

    def _corner(self, height: Length) -> None:
        """Urgency in the first row; the mark begins `height` below the top of the type area."""
        line = self._line("紧急程度", clean(self.sheet.urgency))
        line.paragraph_format.space_after = Length(height - PITCH)

    def _marks(self) -> None:
        marks = [clean(mark) for mark in self.sheet.marks]
        if len(marks) == 1:
            marks = list(mark_lines(marks[0]))
        size = min(40.0, _MARK_POINTS / max(text_width(mark) for mark in marks))
        has_suffix = len(marks) > 1 and any(mark.endswith(SUFFIX) for mark in self.sheet.marks)
        names = [mark.removesuffix(SUFFIX) if has_suffix else mark for mark in marks]
        if has_suffix and len(self.sheet.marks) > 1:
            names[len(names) // 2] += f"　{SUFFIX}"
        for name in names:
            for run in self._line("发文机关标志", name).runs:
                run.font.size = Pt(size)

    def _sides(self, line: WordParagraph) -> None:
        """Left and right, each a character from the edge."""
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = ADVANCE
        line.paragraph_format.tab_stops.add_tab_stop(Length(AREA - ADVANCE), WD_TAB_ALIGNMENT.RIGHT)

    # ---- body ----
    def _block(self, block: Block) -> None:
        match block:
            case Heading(level=level, text=text):
                head, rest = run_in(clean(text))
                line = self._line(HEADINGS[level], head)
                if rest:
                    faces_set(line.add_run(rest)._r.get_or_add_rPr(), "仿宋_GB2312")  # noqa: SLF001
            case Paragraph(text=text):
                self._line("公文正文", clean(text))
            case Table(landscape=True):
                self._turned(block)
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)

    def _picture(self, picture: Picture) -> None:
        data = self.pictures[picture.sha256]
        line = self._line("图片", "")
        line.paragraph_format.keep_with_next = bool(picture.caption)
        width, height = printed_size(data, picture.width)
        line.add_run().add_picture(io.BytesIO(data), Mm(width), Mm(height))
        if picture.caption:
            self._line("图片说明", clean(picture.caption))

    def _turned(self, table: Table) -> None:
        """On pages of its own lying across, the head at what is the left edge of an upright page (§8)."""
        section_turn(self.document.add_section(WD_SECTION.NEW_PAGE))
        self._table(table)
        section_turn(self.document.add_section(WD_SECTION.NEW_PAGE))

    def _table(self, table: Table) -> None:
        columns = max((sum(cell.colspan for cell in row) for row in table.rows), default=1)
        grid = self.document.add_table(len(table.rows), columns, style="Table Grid")
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        taken: set[tuple[int, int]] = set()
        for y, row in enumerate(table.rows):
            x = 0
            for cell in row:
                while (y, x) in taken:
                    x += 1
                width, height = min(cell.colspan, columns - x), min(cell.rowspan, len(table.rows) - y)
                if width < 1:
                    break
                taken |= {(y + down, x + right) for down in range(height) for right in range(width)}
                place = grid.cell(y, x).merge(grid.cell(y + height - 1, x + width - 1))
                place.paragraphs[0].style = self.document.styles["表格文字"]
                place.paragraphs[0].add_run(clean(cell.text))
                x += width
        for y, row_made in enumerate(grid.rows):
            properties = row_made._tr.get_or_add_trPr()  # noqa: SLF001
            properties.append(OxmlElement("w:cantSplit"))
            if y < table.header_rows:
                properties.append(OxmlElement("w:tblHeader"))

    def _attachments(self) -> None:
        if not self.sheet.attachments:
            return
        self._blank()
        is_many = len(self.sheet.attachments) > 1
        for index, name in enumerate(self.sheet.attachments):
            label = "附件：" if index == 0 else "　　　"
            line = self._line(
                "附件说明", f"{label}{f'{index + 1}.' if is_many else ''}{clean(name).rstrip('。；;')}"
            )
            hang = 5 + (1 if is_many else 0)
            line.paragraph_format.left_indent = Length(int(ADVANCE * hang))
            line.paragraph_format.first_line_indent = Length(int(ADVANCE * (2 - hang)))

    # ---- what closes the text ----
    def _ending(self) -> None:
        if self.sheet.format == "minutes":
            self._attendance()
        elif self.sheet.signer_name or self.sheet.signer_post:
            self._blank(2)
            lead = (self.sheet.signer_post, self.sheet.signer_name, "")
            for post, name, _ in (lead, *self.sheet.joint_signers):
                self._signer(clean(post), clean(name))
                self._blank()
            self._indented(self._line("成文日期", clean(self.sheet.document_date)), 4)
        else:
            self._signatures()

    def _signer(self, post: str, name: str) -> None:
        """The post and, where the stamp will stand, the name (7.3.5.3)."""
        line = self._line("签名章", "")
        run = line.add_run(f"{post}　　")
        faces_set(run._r.get_or_add_rPr(), "仿宋_GB2312")  # noqa: SLF001
        run.font.size, run.font.color.rgb = Pt(16), BLACK
        line.add_run(name)
        self._indented(line, 4)

    def _signatures(self) -> None:
        """Name and date where the seal will press them, or without one (7.3.5.1, 7.3.5.2)."""
        date = clean(self.sheet.document_date)
        names = [clean(name) for name in self.sheet.signatures]
        self._blank(2 if self.sheet.seal else 1)
        widest = max((text_width(name) for name in names), default=0.0)
        if self.sheet.seal:
            date_right = 4.0
            name_right = max(0.0, date_right - (widest - text_width(date)) / 2)
        else:
            name_right = max(2.0, 4.0 + text_width(date) - widest)
            date_right = max(2.0, name_right + widest - text_width(date) - 2)
        for name in names:
            self._indented(self._line("发文机关署名", name), name_right + (widest - text_width(name)) / 2)
        self._indented(self._line("成文日期", date), date_right)

    def _attendance(self) -> None:
        self._blank()
        for label, names in self.sheet.attendance:
            line = self._line("出席人员", "")
            faces_set(line.add_run(f"{clean(label)}：")._r.get_or_add_rPr(), "黑体")  # noqa: SLF001
            line.add_run(clean(names))
            width = 2 + text_width(label) + 1
            line.paragraph_format.left_indent = Length(int(ADVANCE * width))
            line.paragraph_format.first_line_indent = Length(int(ADVANCE * (2 - width)))

    def _indented(self, line: WordParagraph, characters: float) -> None:
        line.paragraph_format.right_indent = Length(int(ADVANCE * characters))

    # ---- imprint and page numbers ----
    def _imprint(self, recipients: str) -> None:
        """Copies and printing organ in a frame at the foot of the type area (7.4); a letter has no lines (10.1)."""
        copies = clean(printed_names(self.sheet.cc_recipients))
        lines: list[tuple[str, str]] = []
        if recipients and self.sheet.format in {"order", "minutes"}:
            lines.append(("抄送机关", f"主送：{recipients}。"))
        if copies:
            lines.append(("抄送机关", f"抄送：{copies}。"))
        printing = clean(self.sheet.printing_date).removesuffix("印发")
        if self.sheet.format != "letter" and (self.sheet.printing_organ or printing):
            date = f"\t{printing}印发" if printing else ""
            lines.append(("印发机关和印发日期", f"{clean(self.sheet.printing_organ)}{date}"))
        if lines:
            self._imprint_table(lines)

    def _imprint_table(self, lines: list[tuple[str, str]]) -> None:
        grid = self.document.add_table(len(lines), 1)
        floating(grid, AREA)
        for index, (style, text) in enumerate(lines):
            cell = grid.cell(index, 0)
            line = cell.paragraphs[0]
            line.style = self.document.styles[style]
            line.add_run(text)
            line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
            line.paragraph_format.tab_stops.add_tab_stop(Length(AREA - Pt(14)), WD_TAB_ALIGNMENT.RIGHT)
            is_last = index == len(lines) - 1
            line.paragraph_format.keep_with_next = not is_last
            if self.sheet.format != "letter":
                top = THICK if index == 0 else THIN if style == "印发机关和印发日期" else 0
                cell_rules(cell, top=top, bottom=THICK if is_last else 0)
        anchor = self._line(
            "主送机关", ""
        ).paragraph_format  # a floating table hangs on the paragraph after it
        anchor.line_spacing_rule, anchor.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)

    def _page_numbers(self) -> None:
        """— 1 — outside: odd right, even left, a character in (7.5)."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        self._number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
        self._number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)

    def _number(self, footer: _Footer, align: WD_ALIGN_PARAGRAPH) -> None:
        line = footer.paragraphs[0]
        line.style = self.document.styles["页码"]
        line.alignment = align
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
        line.add_run("— ")
        number = line.add_run()
        for piece in field("PAGE"):
            number._r.append(piece)  # noqa: SLF001
        line.add_run(" —")

    # ---- lines ----
    def _line(self, style: str, text: str) -> WordParagraph:
        return self.document.add_paragraph(text, style=style)

    def _blank(self, count: int = 1) -> None:
        for _ in range(count):
            self._line("主送机关", "")
