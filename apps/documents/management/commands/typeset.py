"""`typeset INPUT.json --out DIR`: one document laid out to GB/T 9704-2012, as PDF, page pictures and a Word file."""

import re
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.typesetting import (
    FontsMissing,
    OfficialSheet,
    TypesettingError,
    compose,
    compose_docx,
    page_images,
    seal_svg,
)
from apps.typesetting.fonts import fonts_ready
from apps.typesetting.sheet_input import SheetInputInvalid, sheet_from_json

DPI = 150
SPECIMEN = "样章"


class Command(BaseCommand):
    """Needs no database; wrong input is told line by line and ends with status 2."""

    help = "按 GB/T 9704-2012 排版一份公文：写出 document.pdf、document.docx 和逐页的 page-N.png。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file in, one folder out."""
        parser.add_argument("input", type=Path, metavar="INPUT.json", help="公文各要素")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="输出文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, lay out, write."""
        sheet = self._sheet(options["input"])
        try:
            fonts_ready(settings.FONTS_ROOT, self.stdout.write)
            typeset = compose(sheet, seal_svgs=self._specimens(sheet))
            pictures = page_images(typeset.pdf, DPI)
            word = compose_docx(sheet)
        except FontsMissing as problem:
            self._refuse([str(problem)], status=1)
        except TypesettingError as problem:
            self._refuse([str(problem)])
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.iterdir():
                if re.fullmatch(r"page-\d+\.png", old.name):
                    old.unlink()
            (folder / "document.pdf").write_bytes(typeset.pdf)
            (folder / "document.docx").write_bytes(word)
            for number, picture in enumerate(pictures, start=1):
                (folder / f"page-{number}.png").write_bytes(picture)
        except OSError as problem:
            self._refuse([f"不能写入文件夹 {folder}：{problem.strerror}。"])
        self.stdout.write(f"已排版 {typeset.page_count} 页：{folder / 'document.pdf'}")
        for box in typeset.seal_boxes:
            self.stdout.write(
                f"印章位置：第 {box.page} 页，距左 {box.x_mm:.1f} mm、距上 {box.y_mm:.1f} mm，"
                f"直径 {box.diameter_mm:g} mm（此处印的是样章，正式用印在平台办理）。"
            )
        for warning in typeset.warnings:
            self.stdout.write(f"提示：{warning}")

    def _sheet(self, path: Path) -> OfficialSheet:
        try:
            return sheet_from_json(path.read_bytes())
        except OSError as problem:
            reason = {FileNotFoundError: "文件不存在", IsADirectoryError: "这是一个文件夹"}.get(
                type(problem), "文件无法读取"
            )
            self._refuse([f"{path}：{reason}。"])
        except SheetInputInvalid as problem:
            self._refuse(problem.problems)

    def _specimens(self, sheet: OfficialSheet) -> tuple[str, ...]:
        """Seals that show their places and say that they are none."""
        names = sheet.signatures if sheet.seal else ()
        return tuple(seal_svg(name, sheet.seal_diameter_mm, SPECIMEN) for name in names)

    def _refuse(self, lines: list[str] | tuple[str, ...], status: int = 2) -> NoReturn:
        for line in lines:
            self.stderr.write(line)
        sys.exit(status)
