"""`manage.py renew_previews`: files that had no pages are tried again, a few every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.files.services import pages_renew


class Command(BaseCommand):
    """May be run again; files that have pages are left alone."""

    help = "重新生成没有页面图像的文件的预览（安装 LibreOffice 之后运行）。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Put them back in line."""
        self.stdout.write(f"{pages_renew()} 个文件将重新生成预览，由后台逐个完成。")
