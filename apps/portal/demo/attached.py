"""Office files that go with the notice about the training: the day's plan, the return slip as a table, the slides."""

import io
from datetime import date
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from apps.core.actors import Actor
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import subject_of
from apps.files.enums import UploadPurpose
from apps.files.services import file_store_bytes
from apps.portal.demo.texts import filled
from apps.typesetting.word_styles import faces_set

SLIDES = Path(__file__).parent / "files" / "format_points.pptx"
OPEN_XML = "application/vnd.openxmlformats-officedocument"
COLUMNS = (("序号", 8), ("单位", 30), ("姓名", 12), ("职务", 22), ("联系电话", 18), ("是否住宿", 12))
PLACES = 16
WIDTHS = (34, 66, 26, 26)  # millimetres, of the plan of the day
HOURS = (
    ("09:00—09:30", "开班动员", "周明远", "报告厅"),
    ("09:30—11:30", "党政机关公文格式要点", "高文澜", "报告厅"),
    ("14:00—15:30", "公文拟制与常见错误", "林知夏", "报告厅"),
    ("15:40—17:00", "办文系统操作演示和答疑", "何书航", "2号教室"),
)


def training_files_add(*, actor: Actor, document: OutgoingDocument, day: date) -> None:
    """The three files on the draft, in the order of its 附件说明."""
    for name, kind, data in (
        ("培训日程安排.docx", "wordprocessingml.document", _plan(day)),
        ("参训人员回执表.xlsx", "spreadsheetml.sheet", _slip()),
        ("公文格式要点.pptx", "presentationml.presentation", SLIDES.read_bytes()),
    ):
        file_store_bytes(
            actor=actor,
            subject=subject_of(document),
            purpose=UploadPurpose.ATTACHMENT,
            name=name,
            data=data,
            content_type=f"{OPEN_XML}.{kind}",
        )


def _plan(day: date) -> bytes:
    """The plan of the day as a Word file."""
    word = docx.Document()
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    _written(word.add_paragraph("培训日程安排"), "黑体", 20).alignment = WD_ALIGN_PARAGRAPH.CENTER
    words = "全市公文处理培训班于{weekday8}在市委党校2号教学楼举办，日程安排如下。"
    _written(word.add_paragraph(f"　　{filled(words, day)}"), "仿宋", 15)
    table = word.add_table(rows=0, cols=len(HOURS[0]), style="Table Grid")
    for place, cells in enumerate((("时间", "内容", "主讲人", "地点"), *HOURS)):
        for cell, text, wide in zip(table.add_row().cells, cells, WIDTHS, strict=True):
            cell.text, cell.width = text, Mm(wide)
            _written(cell.paragraphs[0], "宋体" if place else "黑体", 12)
    word.add_paragraph()
    words = "　　请参训人员提前10分钟入场，将手机置于静音状态；教材在报到处领取。"
    _written(word.add_paragraph(words), "仿宋", 15)
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _written(paragraph: Paragraph, face: str, size: int) -> Paragraph:
    """The paragraph in this face and size."""
    for run in paragraph.runs:
        run.font.size = Pt(size)
        faces_set(run._r.get_or_add_rPr(), face)  # noqa: SLF001  # python-docx has no other way to Chinese faces
    return paragraph


def _slip() -> bytes:
    """The return slip: one line a person, two persons a unit."""
    book = Workbook()
    sheet = book.active
    sheet.title = "回执"
    thin = Side(style="thin", color="8A94A3")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS))
    sheet["A1"] = "参训人员回执表"
    sheet["A1"].font, sheet["A1"].alignment = Font(name="黑体", size=18), Alignment(horizontal="center")
    sheet.row_dimensions[1].height = 36
    for row in range(2, PLACES + 3):
        for column, (head, width) in enumerate(COLUMNS, start=1):
            cell = sheet.cell(row, column, head if row == 2 else row - 2 if column == 1 else None)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(horizontal="center", vertical="center")
            cell.font = Font(name="黑体" if row == 2 else "宋体", size=12)
            if row == 2:
                cell.fill = PatternFill("solid", fgColor="E9EFF7")
                sheet.column_dimensions[cell.column_letter].width = width
        sheet.row_dimensions[row].height = 24
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
