"""`fonts [--to DIR]`: bring the open fonts of typesetting onto the machine."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.typesetting.fonts import main


class Command(BaseCommand):
    """Idempotent; what is there is not fetched again."""

    help = "安装公文排版所需的开放字体（宋体、黑体、仿宋、楷体）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The font folder of the settings unless another is named."""
        parser.add_argument("--to", type=Path, default=settings.FONTS_ROOT, metavar="DIR", help="字体文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        """Install and pass the status on."""
        sys.exit(main(["--to", str(options["to"])]))
