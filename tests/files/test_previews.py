"""Office files become page images where LibreOffice is found, else words marked as such; neither obeys what it reads."""

import io
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest
from django.core.management import call_command
from django.test import Client
from docx.opc.constants import RELATIONSHIP_TYPE
from PIL import Image
from pytest_django.fixtures import Settings

from apps.files import services, storage
from apps.files.children import run_child
from apps.files.models import PageImage, PlainText, StoredFile
from apps.files.office import office_program
from apps.files.packages import LOCKED, MACRO
from apps.files.pages import MAX_PAGES
from apps.files.selectors import pages_of
from apps.files.services import paging
from tests.factories.world import World
from tests.files.conftest import Folder
from tests.files.samples import docx_of, package_of, pdf_of, picture_of
from tests.files.test_uploads import sent

needs_office = pytest.mark.skipif(not office_program(), reason="no LibreOffice on this machine")
TEXT = "各县（市、区）人民政府："


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without LibreOffice."""
    monkeypatch.setattr(paging, "office_program", lambda: "")


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program in the place of LibreOffice that misbehaves."""
    path = tmp_path / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(paging, "office_program", lambda: str(path))


def xlsx_of(*rows: list[object]) -> bytes:
    """An Excel file with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "下达计划"
    for row in rows:
        sheet.append(row)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def pptx_of(*pages: str) -> bytes:
    """The bones of a PowerPoint file."""
    slides = {
        f"ppt/slides/slide{number}.xml": f"<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>".encode()
        for number, text in enumerate(pages, start=1)
    }
    return package_of(slides, main="presentationml.presentation")


def ink(page: PageImage) -> bool:
    """Whether anything is drawn on the page."""
    with Image.open(io.BytesIO(storage.bytes_of(page.storage_key))) as image:
        return sum(image.convert("L").histogram()[:100]) > 0


@needs_office
def test_a_word_file_becomes_page_images(
    world: World, folder: Folder, client_as: Callable[[str], Client], settings: Settings
) -> None:
    """Drawn, shown under the reader's mark, nothing left in the working folder."""
    file = sent(world, folder, "方案.docx", docx_of(*[TEXT * 8] * 40))
    assert file.page_count is None
    assert services.file_pages_make(file_id=file.pk) > 1
    assert all(ink(page) for page in pages_of(file))
    shown = client_as("section_chief").get(f"/files/{file.pk}/view/").content.decode()
    assert f"/files/{file.pk}/pages/2.png" in shown
    assert "仅文本预览" not in shown
    assert list(Path(settings.CONVERSIONS_ROOT).iterdir()) == []


@needs_office
def test_a_picture_linked_from_the_servers_disk_is_not_drawn(
    world: World, folder: Folder, tmp_path: Path
) -> None:
    """A Word file may name any path or address; LibreOffice is told to follow none."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture_of(size=(900, 900)))
    document = docx.Document()
    document.add_picture(io.BytesIO(picture_of("JPEG", size=(900, 900))))
    link = document.part.relate_to(secret.as_uri(), RELATIONSHIP_TYPE.IMAGE, is_external=True)
    picture = document.element.body.xpath(".//a:blip")[0]
    embedded = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
    picture.set(embedded.replace("embed", "link"), link)
    del picture.attrib[embedded]
    sink = io.BytesIO()
    document.save(sink)
    file = sent(world, folder, "a.docx", sink.getvalue())
    assert services.file_pages_make(file_id=file.pk) == 1
    with Image.open(io.BytesIO(storage.bytes_of(pages_of(file)[0].storage_key))) as page:
        green = page.convert("RGB").getchannel("G").histogram()
    assert sum(green[:100]) == 0


def test_without_the_program_the_words_are_shown_as_such(
    world: World, folder: Folder, client_as: Callable[[str], Client], no_office: None
) -> None:
    """Marked, with the reason, under the reader's mark; nothing to print."""
    file = sent(world, folder, "方案.docx", docx_of(TEXT, "<b>请认真落实</b>"))
    assert services.file_pages_make(file_id=file.pk) == 0
    shown = client_as("section_chief").get(f"/files/{file.pk}/view/").content.decode()
    assert "仅文本预览" in shown
    assert "没有安装文档转换程序" in shown
    assert TEXT in shown
    assert "&lt;b&gt;请认真落实" in shown
    assert "/files/watermark.svg" in shown
    assert "打印" not in shown


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("计划.xlsx", xlsx_of(["单位", "亩数"], ["东山县", 1200]), "东山县\t1200"),
        ("汇报.pptx", pptx_of("总体情况", "下一步打算"), "【第2页】\n下一步打算"),
        ("表格.pptx", pptx_of("<a:id>{5C22}</a:id></a:t><a:t>R&amp;D"), "【第1页】\nR&D"),
        ("名单.csv", "姓名,单位\n张三,东山县".encode("gb18030"), "张三,东山县"),
        ("说明.txt", "第一行\n第二行".encode(), "第一行\n第二行"),
    ],
)
def test_words_come_in_reading_order(world: World, folder: Folder, name: str, data: bytes, line: str) -> None:
    """Sheets by row, slides by number, text in the encoding it was written in."""
    file = sent(world, folder, name, data)
    services.file_pages_make(file_id=file.pk)
    assert line in PlainText.objects.get(file=file).text


@pytest.mark.parametrize("script", ["exit 1", "sleep 60", "kill -9 $$"])
def test_a_file_that_libreoffice_cannot_open_keeps_its_words(
    world: World, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """Broken, endless or crashing: a sentence, the words, and no process left behind."""
    monkeypatch.setattr(paging, "OFFICE_SECONDS", 1)
    monkeypatch.setattr("apps.files.children.GRACE_SECONDS", 1)
    stand_in(tmp_path, monkeypatch, script.replace("sleep 60", f"sleep 60; echo {tmp_path}"))
    file = sent(world, folder, "方案.docx", docx_of(TEXT))
    assert services.file_pages_make(file_id=file.pk) == 0
    words = PlainText.objects.get(file=file)
    assert words.text == TEXT
    assert "未能转换成页面" in words.reason
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path / "soffice") not in running


@pytest.mark.parametrize(
    ("part", "told"), [("libswlo.so", "没有安装打开这类文件的组件"), ("none", "未能转换成页面")]
)
def test_a_part_of_libreoffice_that_is_not_installed_is_told_from_a_broken_file(
    world: World, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, part: str, told: str
) -> None:
    """The administrator learns what to install, and nobody thinks that the file is damaged."""
    stand_in(tmp_path, monkeypatch, "exit 1")
    (tmp_path / part).touch()
    file = sent(world, folder, "计划.xlsx", xlsx_of(["单位", "亩数"]))
    assert services.file_pages_make(file_id=file.pk) == 0
    assert told in PlainText.objects.get(file=file).reason


def test_words_are_copied_with_the_file(world: World, folder: Folder, no_office: None) -> None:
    """As pages are."""
    file = sent(world, folder, "方案.docx", docx_of(TEXT))
    services.file_pages_make(file_id=file.pk)
    file.refresh_from_db()
    copied = services.file_copy(actor=world.actor("drafter"), file=file, subject=folder.subject, purpose="x")
    assert PlainText.objects.get(file=copied).text == TEXT


def test_the_words_of_the_same_bytes_are_read_once(
    world: World, folder: Folder, no_office: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a file that went to twelve organs before anybody looked at it; another file is read for itself."""
    asked: list[str] = []

    def child(job: str, *arguments: str, seconds: int, megabytes: int) -> Any:
        asked.append(job)
        return run_child(job, *arguments, seconds=seconds, megabytes=megabytes)

    monkeypatch.setattr(paging, "run_child", child)
    same = docx_of(TEXT)
    files = [
        sent(world, folder, name, data)
        for name, data in (("a.docx", same), ("b.docx", same), ("c.docx", docx_of("另文")))
    ]
    for file in files:
        services.file_pages_make(file_id=file.pk)
    assert [PlainText.objects.get(file=file).text for file in files] == [TEXT, TEXT, "另文"]
    assert asked == ["text", "text"]


@needs_office
def test_once_the_program_is_there_files_are_tried_again(
    world: World, folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By `renew_previews`; files that have pages are left alone."""
    drawn = sent(world, folder, "a.pdf", pdf_of("one"))
    services.file_pages_make(file_id=drawn.pk)
    with monkeypatch.context() as bare:
        bare.setattr(paging, "office_program", lambda: "")
        file = sent(world, folder, "方案.docx", docx_of(TEXT))
        services.file_pages_make(file_id=file.pk)
    call_command("renew_previews")
    assert "1 个文件" in capsys.readouterr().out
    assert services.file_pages_make(file_id=file.pk) == 1
    assert not PlainText.objects.exists()


def test_of_a_file_of_many_pages_it_is_said_how_many_are_shown(
    world: World, folder: Folder, client_as: Callable[[str], Client]
) -> None:
    """On its page and before it is printed; a copy knows it too, and a file that is whole says nothing."""
    blank, sink = pikepdf.new(), io.BytesIO()
    for _ in range(MAX_PAGES + 1):
        blank.add_blank_page(page_size=(30, 40))
    blank.save(sink)
    file, twin, whole = (
        sent(world, folder, name, data)
        for name, data in (
            ("厚.pdf", sink.getvalue()),
            ("又.pdf", sink.getvalue()),
            ("薄.pdf", pdf_of("one")),
        )
    )
    for one, count in ((file, MAX_PAGES), (twin, MAX_PAGES), (whole, 1)):
        assert services.file_pages_make(file_id=one.pk) == count
    client = client_as("section_chief")
    for one in (file, twin):
        for address in (f"/files/{one.pk}/view/", f"/files/{one.pk}/print/"):
            assert "仅显示前 300 页，全文共 301 页" in client.get(address).content.decode()
    assert "共 301 页" in client.get(f"/files/{file.pk}/view/").content.decode()
    assert "仅显示前" not in client.get(f"/files/{whole.pk}/view/").content.decode()


def test_a_working_folder_of_a_killed_worker_is_swept(settings: Settings, tmp_path: Path) -> None:
    """After an hour; younger ones are in use."""
    settings.CONVERSIONS_ROOT = tmp_path
    old, young = tmp_path / "pages-old", tmp_path / "pages-young"
    old.mkdir()
    young.mkdir()
    subprocess.run(["touch", "-d", "2 hours ago", str(old)], check=True)
    assert services.conversions_tidy() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pages-young"]


def test_hostile_and_locked_files_are_refused_in_clear_sentences(world: World, folder: Folder) -> None:
    """A picture of 200 megapixels, a PDF under a password, a Word file with macros: kept nowhere, said why."""
    sink = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(sink, "PNG")
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of("one"))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    macros = package_of({"word/document.xml": b"<w:p/>", "word/vbaProject.bin": b"1"})
    told = [
        sent(world, folder, name, data).refusal
        for name, data in (
            ("航拍.png", sink.getvalue()), ("方案.pdf", locked.getvalue()), ("方案.docx", macros),
        )
    ]  # fmt: skip
    assert told == ["图片尺寸 20000×10000 过大（超过 12000 万像素），请缩小后重新上传。", LOCKED, MACRO]
    assert not StoredFile.objects.filter(state=StoredFile.State.READY).exists()
