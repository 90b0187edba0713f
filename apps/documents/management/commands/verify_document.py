"""`verify_document FILE`: whether a PDF is as it was sealed here; exit 1 when one byte differs."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.clock import local
from apps.core.errors import HouseError
from apps.documents.selectors.seals import file_verified, sealed_files_verified


class Command(BaseCommand):
    """Check the seal of a file."""

    help = "验证用印文件：印章签名是否有效、内容是否被改动、是否与本系统存档一致。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to check, or all that are kept."""
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="PDF 文件")
        parser.add_argument("--all", action="store_true", dest="every", help="验证存档中的全部用印文件")

    def handle(self, *_arguments: Any, file: Path | None, every: bool, **_options: Any) -> None:
        """Print what was found; exit 1 unless the file is good, or all are."""
        if every:
            self._verify_all()
        elif file is None:
            raise CommandError("请指定 PDF 文件，或用 --all 验证全部用印文件。", returncode=2)
        else:
            self._verify(file)

    def _verify_all(self) -> None:
        count, wrong = 0, 0
        for sha256, fault in sealed_files_verified():
            count += 1
            if fault:
                wrong += 1
                self.stdout.write(f"{sha256}　{fault}")
        if wrong:
            raise CommandError(f"{count} 份用印文件中有 {wrong} 份验证不通过。", returncode=1)
        self.stdout.write(f"{count} 份用印文件全部验证通过。")

    def _verify(self, file: Path) -> None:
        try:
            found = file_verified(file.read_bytes())
        except OSError as problem:
            raise CommandError(f"读不了 {file}：{problem.strerror}。", returncode=2) from problem
        except HouseError as problem:
            raise CommandError(problem.message, returncode=1) from problem
        report = found.report
        self.stdout.write(f"文件　　{file}\n摘要　　{found.sha256}")
        if report.signer:
            self.stdout.write(f"印章　　{report.signer}（{report.organ}）")
        if report.signed_at:
            self.stdout.write(f"用印　　{local(report.signed_at):%Y-%m-%d %H:%M:%S}　{report.reason}")
        self.stdout.write(f"存档　　{'与本系统存档一致' if found.is_archived else '不在本系统存档中'}")
        for problem_found in report.problems:
            self.stdout.write(f"问题　　{problem_found}")
        self.stdout.write("结论　　验证通过" if found.is_good else "结论　　验证不通过")
        if not found.is_good:
            sys.exit(1)
