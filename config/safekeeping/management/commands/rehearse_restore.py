"""`manage.py rehearse_restore [FILE]`: prove that a backup can be restored, without touching the installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.clock import now
from config.safekeeping.errors import SafekeepingFailed
from config.safekeeping.models import UpkeepRun
from config.safekeeping.nightly import newest
from config.safekeeping.passphrases import passphrase_given, passphrase_kept
from config.safekeeping.recording import run_record
from config.safekeeping.rehearsing import default_beside, rehearse
from config.stack.postgres import PostgresFailed
from config.stack.state import StateRefused


class Command(BaseCommand):
    """Exit code 0 everything as promised, 1 not."""

    help = "恢复演练：在旁边恢复最近的每夜备份（或指定的备份），核对行数、文件摘要、审计链与用印文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, and where to restore it in passing."""
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="备份文件，默认最近的每夜备份")
        parser.add_argument("--passphrase-file", type=Path, help="存放备份口令的文件")
        parser.add_argument(
            "--beside", type=Path, metavar="DIR", help="临时恢复到哪个目录之下，默认状态目录旁边"
        )

    def handle(self, *args: Any, file: Path | None, **options: Any) -> None:
        """Rehearse, record, say what was found."""
        started, source = now(), file or newest(settings.STATE / "backups")
        if source is None:
            raise CommandError(
                "还没有每夜备份。请先运行 python3 manage.py backup_nightly，或指定备份文件。", returncode=1
            )
        try:
            passphrase = (
                passphrase_given(options["passphrase_file"], twice=False)
                if file or options["passphrase_file"]
                else passphrase_kept(Path(settings.SECRETS_ROOT))
            )
            found = rehearse(source, passphrase, beside=options["beside"] or default_beside())
            is_good, lines = not found.faults, [*found.said, *found.faults]
        except (SafekeepingFailed, StateRefused, PostgresFailed) as error:
            is_good, lines = False, [str(error).rstrip("。")]
        text = "；".join(line.rstrip("。") for line in lines) + "。"
        run_record(
            kind=UpkeepRun.Kind.REHEARSAL,
            is_good=is_good,
            text=text,
            file_name=source.name,
            started_at=started,
        )
        if not is_good:
            raise CommandError(f"恢复演练没有通过：{text}", returncode=1)
        self.stdout.write(
            f"恢复演练通过：{source.name}，{text}用时 {(now() - started).total_seconds():.0f} 秒。"
        )
