"""`manage.py export_logs FILE [--from DAY] [--to DAY]`: logs of all processes and the audit record of a period, with digests."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.safekeeping.errors import SafekeepingFailed
from config.safekeeping.exporting import logs_export


class Command(BaseCommand):
    """Exit code 0 written, 2 not."""

    help = "导出一段时间的运行日志和审计记录（ZIP，含 SHA-256 清单）；运行日志至少保存 183 天，审计记录永久保存。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and the days, both included."""
        parser.add_argument("file", type=Path, metavar="FILE", help="ZIP 文件，须尚不存在")
        parser.add_argument(
            "--from", dest="first", type=date.fromisoformat, default=date.min, help="起始日期，如 2026-05-01"
        )
        parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date.max, help="截止日期")

    def handle(self, *args: Any, file: Path, first: date, last: date, **options: Any) -> None:
        """Write and say how much."""
        try:
            entries, files = logs_export(file, first=first, last=last)
        except SafekeepingFailed as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"已导出到 {file}：审计记录 {entries} 条，运行日志 {files} 个文件。")
