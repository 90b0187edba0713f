"""`manage.py demo --documents N`: fills a demo state folder with documents for measuring."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from apps.core.errors import HouseError
from apps.portal.demo.cast import DEMO_PASSWORD
from apps.portal.demo.crowd import PEOPLE, PREFIX
from apps.portal.demo.filling import LEAST, MOST, database_fill

TOLD = (
    "填充的是成批写入的测量数据：流程、办理人、意见和流转记录与逐件办理的一致，正文取自 50 篇文稿；没有用印文件和分发记录，"
    "也不写审计记录（没有人办过这些事）。请只用于测量。"
)


class Command(BaseCommand):
    """Refuses a real state folder: what it writes nobody ever did."""

    help = "向演示环境填充大量公文，供测量性能使用。例：demo --documents 1000000"

    def add_arguments(self, parser: CommandParser) -> None:
        """How many."""
        parser.add_argument(
            "--documents", type=int, required=True, metavar="件数", help=f"公文件数，{LEAST} 至 {MOST}"
        )

    def handle(self, *args: Any, documents: int, **options: Any) -> None:
        """Say what comes, fill, say how to look at it."""
        if settings.TONGZHOU_MODE != "demo":
            raise CommandError("这是正式环境，不能填充测量数据。请用 TONGZHOU_MODE=demo 和一个空的状态目录。")
        if not LEAST <= documents <= MOST:
            raise CommandError(f"公文件数须在 {LEAST} 至 {MOST} 之间。")
        if not _is_owner():
            raise CommandError("当前数据库帐号不是数据库管理员，不能成批写入。请使用内置数据库。")
        self.stdout.write(TOLD)
        try:
            crowd = database_fill(self.stdout.write, documents, make_password(DEMO_PASSWORD))
        except HouseError as refused:
            raise CommandError(refused.message) from refused
        names = "、".join(f"{post.person.name}（{PREFIX}-{key}）" for key, post in crowd.posts.items())
        self.stdout.write(
            f"已填充 {documents} 件公文、{PEOPLE} 名人员。可用演示口令登录查看：{names}。数据库占用 {_size()}。"
        )


def _is_owner() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool((cursor.fetchone() or (False,))[0])


def _size() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return str((cursor.fetchone() or ("",))[0])
