"""`manage.py backup_nightly`: tonight's backup now, as the clock would make it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.safekeeping.nightly import backup_nightly


class Command(BaseCommand):
    """Exit code 0 done and copied, 1 not."""

    help = "立即做一次每夜备份：保留七天，并复制到第二处（TONGZHOU_BACKUP_COPY_TO）。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say how it went."""
        run = backup_nightly()
        if run is None:
            raise CommandError("另一次备份正在进行，请等它结束。", returncode=1)
        if not run.is_good:
            raise CommandError(run.text, returncode=1)
        self.stdout.write(f"{run.file_name}：{run.text}")
