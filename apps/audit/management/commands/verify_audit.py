"""`manage.py verify_audit [--head FILE]…`: prove that nobody changed the record."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.audit.verify import HeadUnreadable, chain_verify, head_read


class Command(BaseCommand):
    """Walks the chain; exit code 0 whole, 1 tampered with, 2 a head that cannot be read."""

    help = "校验审计链：逐条核对摘要、逐块核对链，并与链首文件对照。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Heads kept outside; without one those in the state folder."""
        parser.add_argument(
            "--head", action="append", type=Path, metavar="FILE", help="在库外保存的链首文件，可给多个"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what was found."""
        files = options["head"] or sorted((settings.STATE / "audit-heads").glob("*.json"))
        try:
            heads = [head_read(file) for file in files]
        except HeadUnreadable as error:
            raise CommandError(str(error), returncode=2) from error
        report = chain_verify(heads)
        self.stdout.write(
            f"已核对 {report.entry_count} 条记录、{report.block_count} 个区块、{report.head_count} 个链首文件；"
            f"{report.waiting_count} 条待封存。"
        )
        for fault in report.faults:
            self.stdout.write(f"  {fault}")
        if not report.is_whole:
            raise CommandError("审计记录已被改动，请保护现场并报告保密、网信部门。", returncode=1)
        if not heads:
            self.stdout.write("没有链首文件：无法发现末尾被删除或整链被改写，请每日另行保存链首文件。")
        self.stdout.write("审计链完整。")
