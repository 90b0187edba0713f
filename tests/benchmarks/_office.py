"""A warm LibreOffice that turns .docx into PDF, driven over UNO by a Python that knows it. Only a baseline: nothing needs it."""

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph

from apps.typesetting import OfficialSheet, Picture, Table
from apps.typesetting.sheet import printed_names

STARTS_WITHIN = 60.0
BODY_SIZE = 16
PYTHONS = ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", "/opt/libreoffice/program/python")
DRIVER = """
import sys, time, uno
from com.sun.star.beans import PropertyValue
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
deadline = time.monotonic() + float(sys.argv[2])
while True:
    try:
        context = resolver.resolve("uno:pipe,name=" + sys.argv[1] + ";urp;StarOffice.ComponentContext")
        break
    except Exception:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.2)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())
print("ready", flush=True)
for line in sys.stdin:
    source = line.rstrip("\\n")
    started = time.perf_counter()
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(source), "_blank", 0, properties(Hidden=True))
    document.storeToURL(uno.systemPathToFileUrl(source + ".pdf"), properties(FilterName="writer_pdf_Export"))
    document.close(True)
    print(time.perf_counter() - started, flush=True)
"""


class OfficeMissing(RuntimeError):
    """Why LibreOffice cannot be measured here; a Chinese sentence."""


class Office:
    """The running listener, with our fonts. Raises `OfficeMissing` on entry when it or its Python is not on this machine."""

    def __init__(self, folder: Path, fonts: Path) -> None:
        self._folder = folder
        self._fonts = fonts
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Office":
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            raise OfficeMissing("本机没有 LibreOffice，未测")
        python = next((path for path in PYTHONS if _knows_uno(path)), None)
        if python is None:
            raise OfficeMissing("本机的 LibreOffice 没有 Python 接口（python3-uno），未测")
        (self._folder / "share").mkdir()
        (self._folder / "share" / "fonts").symlink_to(self._fonts)
        name = f"tongzhou-{time.monotonic_ns()}"
        try:
            self._started(
                program,
                "--headless", "--norestore", "--nologo", "--nodefault",
                f"-env:UserInstallation=file://{self._folder / 'profile'}",
                f"--accept=pipe,name={name};urp;",
            )  # fmt: skip
            self._driver = self._started(python, "-c", DRIVER, name, str(STARTS_WITHIN))
            if self._answer() != "ready":
                raise OfficeMissing("本机的 LibreOffice 没有启动，未测")
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def seconds(self, path: Path) -> float:
        """Seconds of loading and exporting one document, measured beside the listener. Raises when no PDF came out."""
        assert self._driver.stdin is not None  # opened below
        self._driver.stdin.write(f"{path}\n")
        self._driver.stdin.flush()
        answer = self._answer()
        if not Path(f"{path}.pdf").is_file():
            raise RuntimeError(f"LibreOffice did not convert {path.name}")
        return float(answer)

    def _answer(self) -> str:
        assert self._driver.stdout is not None  # opened below
        answer: str = self._driver.stdout.readline()
        return answer.strip()

    def _started(self, *command: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            env={**os.environ, "XDG_DATA_HOME": str(self._folder / "share")},
        )
        self._stack.callback(_ended, process)
        return process


def written_docx(sheet: OfficialSheet, path: Path) -> Path:
    """The sheet's texts as a .docx in the usual sizes and line pitch: what an office would hand to LibreOffice."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    _line(document.add_paragraph("".join(sheet.marks)), 40, centre)
    _line(document.add_paragraph(sheet.document_number), 16, centre)
    _line(document.add_paragraph(sheet.title), 22, centre)
    _line(document.add_paragraph(f"{printed_names(sheet.main_recipients)}："), 16)
    for block in sheet.blocks:
        if not isinstance(block, Table | Picture):
            _line(document.add_paragraph(block.text), 16, indent=True)
    _line(document.add_paragraph("　".join(sheet.signatures)), 16, right)
    _line(document.add_paragraph(sheet.document_date), 16, right)
    _line(document.add_paragraph(f"抄送：{printed_names(sheet.cc_recipients)}。"), 14)
    _line(document.add_paragraph(f"{sheet.printing_organ}　{sheet.printing_date}印发"), 14)
    document.save(str(path))
    return path


def _line(
    paragraph: DocxParagraph, size: int, alignment: WD_ALIGN_PARAGRAPH | None = None, *, indent: bool = False
) -> None:
    if alignment is not None:
        paragraph.alignment = alignment
    shape = paragraph.paragraph_format
    shape.line_spacing, shape.space_after = Mm(225 / 22), Pt(0)
    shape.first_line_indent = Pt(2 * size) if indent else None
    for run in paragraph.runs:
        run.font.size = Pt(size)
        run.font.name = "Noto Serif SC"
        face = "FandolFang R" if size <= BODY_SIZE else "Noto Serif SC"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _knows_uno(python: str) -> bool:
    if not Path(python).exists():
        return False
    return subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def _ended(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
        return
    process.kill()
    process.wait()
