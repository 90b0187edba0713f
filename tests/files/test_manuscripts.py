"""Words of a Word or text file for an editor: what the reader of the file sees, and what is refused."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from apps.files.manuscripts import Manuscript, manuscript_read
from tests.files.samples import docx_of, package_of


def read(folder: Path, data: bytes, extension: str = "docx") -> Manuscript:
    """The manuscript in `data`."""
    path = folder / f"manuscript.{extension}"
    path.write_bytes(data)
    return manuscript_read(path, extension)


def saved(document: Any) -> bytes:
    """The document's bytes."""
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def lines(manuscript: Manuscript) -> list[tuple[int, str]]:
    """Levels and texts."""
    return [(part.level, part.text) for part in manuscript.parts]


def test_headings_by_style_and_lines_come_out_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("总体要求", 1)
    document.add_paragraph("正文第一行").add_run("\n第二行")
    document.add_heading("目标", 2)
    assert lines(read(tmp_path, saved(document))) == [
        (1, "总体要求"), (0, "正文第一行"), (0, "第二行"), (2, "目标"),
    ]  # fmt: skip


def test_numbers_that_word_counts_are_written_out(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("甲", "乙"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("点", style="List Bullet")
    assert lines(read(tmp_path, saved(document))) == [(0, "1.甲"), (0, "2.乙"), (0, "点")]


def test_numbers_are_written_in_chinese_where_word_shows_them_so(tmp_path: Path) -> None:
    document = docx.Document()
    for node in document.part.numbering_part.element.iter(qn("w:lvl")):
        if node.get(qn("w:ilvl")) == "0" and node.find(qn("w:numFmt")).get(qn("w:val")) == "decimal":
            node.find(qn("w:numFmt")).set(qn("w:val"), "chineseCountingThousand")
            node.find(qn("w:lvlText")).set(qn("w:val"), "（%1）")
    for place in range(11):
        document.add_paragraph(str(place), style="List Number")
    assert lines(read(tmp_path, saved(document)))[-1] == (0, "（十一）10")


def test_merged_cells_keep_their_spans(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "横"
    table.cell(0, 2).merge(table.cell(1, 2)).text = "纵"
    (part,) = read(tmp_path, saved(document)).parts
    assert [[(cell.text, cell.colspan, cell.rowspan) for cell in row] for row in part.rows] == [
        [("横", 2, 1), ("纵", 1, 2)],
        [("", 1, 1), ("", 1, 1)],
    ]


def test_struck_words_are_gone_and_inserted_ones_stay(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("甲")
    for tag, word in (("w:del", "删"), ("w:ins", "增")):
        mark, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement("w:t")
        text.text = word
        run.append(text)
        mark.append(run)
        paragraph._p.append(mark)
    found = read(tmp_path, saved(document))
    assert lines(found) == [(0, "甲增")]
    assert found.left_out == ("2处修订（已按接受修订导入）",)


def test_a_table_within_a_table_is_refused_in_words(tmp_path: Path) -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "外层"
    cell.add_table(1, 1)
    assert "嵌有表格" in read(tmp_path, saved(document)).refusal


def test_macros_are_refused(tmp_path: Path) -> None:
    data = package_of({"word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"})
    assert "宏" in read(tmp_path, data).refusal


def test_a_secrecy_mark_is_found(tmp_path: Path) -> None:
    assert read(tmp_path, docx_of("机密★10年")).mark


def test_a_broken_package_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, package_of({"word/document.xml": b"<w"})).refusal


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_text_is_read_in_the_encoding_it_was_written_in(tmp_path: Path, encoding: str) -> None:
    assert lines(read(tmp_path, "一、要求\r\n内容".encode(encoding), "txt")) == [(0, "一、要求"), (0, "内容")]


def test_too_many_lines_are_refused(tmp_path: Path) -> None:
    assert "拆分" in read(tmp_path, b"a\n" * 6000, "txt").refusal
