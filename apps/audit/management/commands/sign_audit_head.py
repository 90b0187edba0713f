"""`manage.py sign_audit_head FILE`: sign the chain's head now, to be kept outside."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.services import audit_seal, head_sign


class Command(BaseCommand):
    """Seals what waits, then writes the signed head."""

    help = "立即封存并签出链首文件，供库外保存。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to write."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write and say where."""
        while audit_seal():
            pass
        try:
            written = head_sign(target=options["file"])
        except OSError as error:
            raise CommandError(f"无法写入 {options['file']}：{error.strerror}。", returncode=2) from error
        if written is None:
            raise CommandError("还没有审计记录，无从签出。", returncode=1)
        self.stdout.write(f"链首已签出：{written}")
