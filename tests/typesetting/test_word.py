"""The Word file: the standard's elements as named styles, its measures, its texts complete."""

import io
from dataclasses import replace
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.shared import Mm

from apps.typesetting import Cell, Heading, OfficialSheet, Paragraph, Table, compose_docx
from tests.typesetting.sheets import NOTICE, notice
from tests.typesetting.test_formats import LETTER, MINUTES, ORDER, joint

RICH = replace(
    notice(
        urgency="特急",
        attachments=("任务分工表", "联系人名单"),
        note="此件公开发布",
        signatories=("沈亦舟", "周明远", "高文澜"),
    ),
    blocks=(
        Paragraph("现将有关事项通知如下。"),
        Heading(1, "一、总体要求"),
        Heading(2, "（一）压实责任。各单位要认真落实。"),
        Table(
            (
                (Cell("单位", colspan=2), Cell("数")),
                (Cell("甲"), Cell("乙", rowspan=2), Cell("1")),
                (Cell("丙"), Cell("2")),
            ),
            1,
        ),
        Paragraph("特此通知。"),
    ),
)


def read(sheet: OfficialSheet) -> Document:
    return docx.Document(io.BytesIO(compose_docx(sheet)))


def by_style(document: Document, style: str) -> list[str]:
    in_tables = (line for table in document.tables for cell in table._cells for line in cell.paragraphs)
    lines = [*document.paragraphs, *in_tables]
    return [line.text for line in lines if line.style is not None and line.style.name == style]


def test_every_element_stands_in_a_style_named_by_the_standard() -> None:
    document = read(RICH)
    assert by_style(document, "紧急程度") == ["特急"]
    assert by_style(document, "发文机关标志") == ["岱海市人民政府办公室文件"]
    assert by_style(document, "发文字号") == ["\t签发人：沈亦舟　周明远", "岱政办发〔2026〕37号\t高文澜"]
    assert by_style(document, "公文标题")[0].replace("\n", "") == RICH.title
    assert by_style(document, "主送机关")[
        -1
    ] != "" or "各县（区）人民政府，市政府各部门、各直属机构：" in by_style(document, "主送机关")
    assert by_style(document, "公文正文") == ["现将有关事项通知如下。", "特此通知。"]
    assert by_style(document, "一级标题") == ["一、总体要求"]
    assert by_style(document, "二级标题") == ["（一）压实责任。各单位要认真落实。"]
    assert by_style(document, "附件说明") == ["附件：1.任务分工表", "　　　2.联系人名单"]
    assert by_style(document, "发文机关署名") == ["岱海市人民政府办公室"]
    assert by_style(document, "成文日期") == ["2026年11月22日"]
    assert by_style(document, "附注") == ["（此件公开发布）"]
    assert by_style(document, "抄送机关") == ["抄送：市委各部门，市人大常委会办公室，市政协办公室。"]
    assert by_style(document, "印发机关和印发日期") == ["岱海市人民政府办公室\t2026年11月23日印发"]


def test_5_2_1_paper_and_type_area_are_the_standards() -> None:
    section = read(NOTICE).sections[0]
    assert (section.page_width or 0) / Mm(1) == pytest.approx(210, abs=0.1)
    assert (section.page_height or 0) / Mm(1) == pytest.approx(297, abs=0.1)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin / Mm(1)) for margin in margins if margin is not None] == [37, 35, 28, 26]


def test_a_table_keeps_its_spans_its_head_repeats_and_no_row_breaks_between_pages() -> None:
    document = read(RICH)
    table, imprint = document.tables
    assert 'w:tblpYSpec="bottom"' in imprint._tbl.xml
    assert table.cell(0, 0)._tc is table.cell(0, 1)._tc
    assert table.cell(1, 1)._tc is table.cell(2, 1)._tc
    assert [cell.text for cell in table.rows[2].cells] == ["丙", "乙", "2"]
    assert ["w:tblHeader" in row._tr.xml for row in table.rows] == [True, False, False]
    assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_7_5_page_numbers_stand_outside_and_a_letter_has_none_on_its_first_page() -> None:
    document = read(LETTER)
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    assert section.different_first_page_header_footer
    assert "PAGE" in section.footer._element.xml
    assert "PAGE" in section.even_page_footer._element.xml
    assert "PAGE" not in section.first_page_footer._element.xml
    assert "thickThinSmallGap" in section.first_page_header._element.xml
    assert "thinThickSmallGap" in section.first_page_footer._element.xml
    assert "印发" not in "".join(line.text for line in document.paragraphs)


def test_an_order_has_its_stamp_and_no_title_minutes_their_attendance_and_no_signature() -> None:
    order, minutes = read(ORDER), read(MINUTES)
    assert by_style(order, "公文标题") == []
    assert by_style(order, "签名章") == ["市长　　沈亦舟"]
    assert [line.split("：")[0] for line in by_style(minutes, "出席人员")] == ["出席", "请假", "列席"]
    assert by_style(minutes, "发文机关署名") == []


def test_a_joint_issue_names_every_organ_once_in_mark_and_signature() -> None:
    document = read(joint(3))
    assert by_style(document, "发文机关标志") == ["岱海市教育局", "岱海市财政局　文件", "岱海市大数据局"]
    assert by_style(document, "发文机关署名") == ["岱海市教育局", "岱海市财政局", "岱海市大数据局"]


@pytest.mark.parametrize(
    "hostile", ["<w:p/>&amp;", "\x00\x0b标\ufeff题\u2028", "=cmd|' /C calc'!A1", "标" * 500]
)
def test_hostile_text_stays_text(hostile: str) -> None:
    data = compose_docx(replace(NOTICE, title=hostile or "标题", blocks=(Paragraph(hostile),)))
    with ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
    assert docx.Document(io.BytesIO(data)).paragraphs


def test_the_same_sheet_gives_the_same_parts() -> None:
    first, second = (ZipFile(io.BytesIO(compose_docx(RICH))) for _ in range(2))
    assert {name: first.read(name) for name in first.namelist()} == {
        name: second.read(name) for name in second.namelist()
    }


@pytest.mark.parametrize("sheet", [NOTICE, LETTER], ids=["notice", "letter"])
def test_8_a_landscape_table_lies_in_a_section_of_its_own_that_the_text_leaves_again(
    sheet: OfficialSheet,
) -> None:
    table = Table(((Cell("甲"), Cell("乙")),), landscape=True)
    blocks = (Paragraph("请见下表。"), table, Paragraph("特此通知。"))
    before, turned, after = read(replace(sheet, blocks=blocks)).sections
    assert (turned.page_width, turned.page_height) == (before.page_height, before.page_width)
    assert (turned.top_margin, turned.left_margin) == (before.left_margin, before.bottom_margin)
    upright = [(one.page_width, one.top_margin, one.left_margin, one.orientation) for one in (before, after)]
    assert upright[0] == upright[1]
    assert not turned.different_first_page_header_footer
    assert not after.different_first_page_header_footer
