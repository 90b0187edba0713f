"""What may stay: content against extension, programs, bombs, macros, secrecy marks."""

import io
import zipfile
from pathlib import Path

import pytest

from apps.files.inspection import Verdict, inspect
from apps.files.packages import BOMB, LOCKED, MACRO
from tests.files.samples import compound_of, docx_of, package_of, pdf_of, picture_of, program


def look(folder: Path, name: str, data: bytes) -> Verdict:
    """Inspect `data` as `name`."""
    path = folder / "upload"
    path.write_bytes(data)
    return inspect(path, name.rpartition(".")[2])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("通知.docx", docx_of("关于召开会议的通知", "要求保守秘密，机密事项不上网。")),
        ("通知.pdf", pdf_of("hello")),
        ("照片.png", picture_of("PNG")),
        ("照片.jpg", picture_of("JPEG")),
        ("照片.jpeg", picture_of("JPEG")),
        ("动图.gif", picture_of("GIF")),
        ("扫描.tiff", picture_of("TIFF")),
        ("照片.bmp", picture_of("BMP")),
        ("说明.txt", "各单位：请于周五前报送。".encode()),
        ("说明.txt", "各单位：请于周五前报送。".encode("gb18030")),
        ("说明.txt", "各单位".encode("utf-16")),
        ("名单.csv", "姓名,单位\n许若溪,综合科\n".encode()),
        ("旧文.doc", compound_of("WordDocument", "1Table")),
        ("旧表.xls", compound_of("Workbook")),
        ("旧片.ppt", compound_of("PowerPoint Document")),
        ("金山.wps", compound_of("WordDocument")),
        ("金山.et", compound_of("Workbook")),
        ("金山.wps", package_of({"word/document.xml": b"<w:document/>"})),
        ("表.xlsx", package_of({"xl/workbook.xml": b"<workbook/>"}, main="spreadsheetml.sheet")),
        ("片.pptx", package_of({"ppt/presentation.xml": b"<p/>"}, main="presentationml.presentation")),
        ("版式.ofd", package_of({"OFD.xml": b"<ofd:OFD/>"})),
    ],
)
def test_honest_files_may_stay(tmp_path: Path, name: str, data: bytes) -> None:
    """Each accepted kind passes in the shape offices use."""
    verdict = look(tmp_path, name, data)
    assert (verdict.refusal, verdict.mark) == ("", "")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.doc", "a.txt", "a.png", "a.ofd", "a.wps"])
def test_a_renamed_program_is_refused(tmp_path: Path, name: str) -> None:
    """Whatever it calls itself."""
    for data in (program(), b"\x7fELF\x02\x01\x01" + b"\0" * 600, b"#!/bin/sh\nrm -rf /\n"):
        assert "文件内容与扩展名不符" in look(tmp_path, name, data).refusal


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.png", "a.pdf", "a.docx"])
@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf<!DOCTYPE html><script>alert(1)</script>",
        b"  <!-- x --> <html><body onload=alert(1)>",
        b"<?xml version='1.0'?><svg/>",
    ],
)
def test_hostile_markup_is_refused_under_any_name(tmp_path: Path, name: str, data: bytes) -> None:
    """No web page and no drawing with code comes in."""
    assert "网页或矢量图代码" in look(tmp_path, name, data).refusal


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", picture_of("JPEG")),
        ("a.jpg", picture_of("PNG")),
        ("a.pdf", picture_of("PNG")),
        ("a.docx", pdf_of("x")),
        ("a.docx", package_of({"xl/workbook.xml": b""}, main="spreadsheetml.sheet")),
        ("a.xls", compound_of("WordDocument")),
        ("a.doc", compound_of("!_StringData")),
        ("a.docx", compound_of("WordDocument")),
        ("a.ofd", package_of({"word/document.xml": b""})),
        ("a.txt", picture_of("PNG")),
    ],
)
def test_content_that_belies_its_extension_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    """The sentence says so."""
    assert "文件内容与扩展名不符" in look(tmp_path, name, data).refusal


def test_a_package_that_unpacks_to_hundreds_of_megabytes_is_refused(tmp_path: Path) -> None:
    """A bomb by ratio, one by count, one by total, one nested."""
    by_ratio = package_of({"word/media/a.xml": b"0" * 30_000_000})
    by_count = package_of({f"word/{n}.xml": b"" for n in range(10_001)})
    nested = package_of({"word/media/b.xml": package_of({"x": b"1"})})
    for data in (by_ratio, by_count, nested):
        assert look(tmp_path, "a.docx", data).refusal == BOMB
        assert look(tmp_path, "a.ofd", data).refusal == BOMB


@pytest.mark.long
def test_a_package_that_lies_about_its_size_is_still_bounded(tmp_path: Path) -> None:
    """The declared total counts, overlapping entries or not."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(80):
            package.writestr(f"word/{number}.xml", b"0" * 8_000_000)
    assert look(tmp_path, "a.docx", sink.getvalue()).refusal == BOMB


@pytest.mark.parametrize("entry", ["setup.exe", "word/run.JS", "word/media/x.lnk", "inner.zip", "x/inner.7z"])
def test_programs_and_archives_inside_a_package_are_refused(tmp_path: Path, entry: str) -> None:
    """By name."""
    assert look(tmp_path, "a.docx", package_of({entry: b"1"})).refusal


def test_a_program_hidden_under_another_name_inside_a_package_is_refused(tmp_path: Path) -> None:
    """By content."""
    for entry in ("word/media/photo.png", "word/embeddings/oleObject1.bin"):
        data = package_of({entry: program() if "media" in entry else b"\0" * 5000 + program()})
        assert "可执行程序" in look(tmp_path, "a.docx", data).refusal


def test_a_package_that_climbs_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    """Zip slip."""
    assert look(tmp_path, "a.docx", package_of({"../../etc/passwd": b"x"})).refusal


def test_macros_are_refused_in_new_and_old_formats(tmp_path: Path) -> None:
    """Programs in documents are programs."""
    assert look(tmp_path, "a.docx", package_of({"word/vbaProject.bin": b"1"})).refusal == MACRO
    assert look(tmp_path, "a.doc", compound_of("WordDocument", "Macros", "VBA")).refusal == MACRO


def test_files_under_a_password_are_refused(tmp_path: Path) -> None:
    """What cannot be looked into cannot come in."""
    assert look(tmp_path, "a.docx", compound_of("EncryptedPackage", "EncryptionInfo")).refusal == LOCKED


def test_broken_files_are_refused_with_a_sentence(tmp_path: Path) -> None:
    """Truncated package, picture, PDF and compound file."""
    assert look(tmp_path, "a.docx", docx_of("x")[:2000]).refusal
    assert look(tmp_path, "a.png", picture_of("PNG", size=(400, 400))[:300]).refusal
    assert look(tmp_path, "a.pdf", b"%PDF-1.7\nnothing").refusal
    assert look(tmp_path, "a.doc", compound_of("WordDocument")[:900]).refusal


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", docx_of("秘密★1年", "关于……的通知")),
        ("a.docx", docx_of("正文", "密级：机密")),
        ("a.txt", "绝 密 ★ 长期".encode()),
        ("a.txt", "密级: 秘密\n".encode("gb18030")),
        ("a.csv", "标题,级别\n通知,机密★10年\n".encode()),
        ("a.doc", compound_of("WordDocument", tail="机密★5年".encode("utf-16-le"))),
        ("a.wps", compound_of("WordDocument", tail="秘密 ★".encode("gb18030"))),
        (
            "a.xlsx",
            package_of(
                {"xl/sharedStrings.xml": "<si><t>密级：</t></si><si><t>秘密</t></si>".encode()},
                main="spreadsheetml.sheet",
            ),
        ),
        (
            "a.ofd",
            package_of(
                {
                    "OFD.xml": b"<o/>",
                    "Doc_0/Pages/Page_0/Content.xml": "<ofd:TextCode>机</ofd:TextCode><ofd:TextCode>密★</ofd:TextCode>".encode(),
                }
            ),
        ),
    ],
)
def test_secrecy_marks_in_the_text_are_found(tmp_path: Path, name: str, data: bytes) -> None:
    """Whatever the format (domain.md §10.3)."""
    assert look(tmp_path, name, data).mark


def test_a_mark_split_over_runs_is_found(tmp_path: Path) -> None:
    """Word splits text as it likes."""
    body = "<w:p><w:r><w:t>秘</w:t></w:r><w:r><w:t>密</w:t></w:r><w:r><w:t>★1年</w:t></w:r></w:p>".encode()
    assert look(tmp_path, "a.docx", package_of({"word/document.xml": body})).mark


def test_the_number_of_pages_is_told(tmp_path: Path) -> None:
    """For PDF."""
    assert look(tmp_path, "a.pdf", pdf_of("one", "two", "three")).pages == 3
