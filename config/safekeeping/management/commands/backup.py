"""`manage.py backup FILE`: the whole installation in one sealed file, while people work."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.clock import now
from config.safekeeping.backing import backup_make
from config.safekeeping.errors import SafekeepingFailed
from config.safekeeping.models import UpkeepRun
from config.safekeeping.nightly import summary
from config.safekeeping.passphrases import passphrase_given
from config.safekeeping.recording import run_record


class Command(BaseCommand):
    """Writes, records, says what it holds. Exit code 1 when the store has lost files the database names, 2 not done."""

    help = "备份：数据库、文件、密钥写成一个加密文件；平台运行时也可以备份。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and the passphrase's file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="备份文件，须尚不存在")
        parser.add_argument("--passphrase-file", type=Path, help="存放备份口令的文件")

    def handle(self, *args: Any, file: Path, passphrase_file: Path | None, **options: Any) -> None:
        """Make it."""
        started = now()
        try:
            made = backup_make(file.resolve(), passphrase_given(passphrase_file, twice=True))
        except SafekeepingFailed as error:
            raise CommandError(str(error), returncode=2) from error
        text, is_good = summary(made), not made.manifest.faults
        run_record(
            kind=UpkeepRun.Kind.BACKUP, is_good=is_good, text=text, file_name=file.name, started_at=started
        )
        self.stdout.write(f"已备份到 {made.path}：{text}。")
        if not is_good:
            raise CommandError(
                "备份已写成，但存放的文件在备份之前就有缺损，请从更早的备份中找回。", returncode=1
            )
        self.stdout.write("口令不在备份文件中，请另行妥善保管；没有口令，任何人都不能恢复。")
