"""`manage.py transfer_files`: from the files root of the state folder into the object storage."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import HouseError
from apps.files.services.moving import bytes_transfer


class Command(BaseCommand):
    """May be broken off and run again; what is there already is not sent twice."""

    help = "把状态目录中的文件转入对象存储（换用对象存储或恢复备份之后运行）。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Transfer and count."""
        if "object_storage" not in settings.STORAGES["default"]["BACKEND"]:
            raise CommandError("没有配置对象存储。请先设置 TONGZHOU_OBJECT_STORAGE。", returncode=2)
        count, fresh = 0, 0
        try:
            for _key, is_new in bytes_transfer():
                count += 1
                fresh += is_new
        except HouseError as error:
            raise CommandError(f"{error.message}已转入 {fresh} 个，可再次运行。", returncode=1) from error
        self.stdout.write(f"共 {count} 个文件，新转入 {fresh} 个。")
