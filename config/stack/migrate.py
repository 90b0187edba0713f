"""`python -m config.stack.migrate`: bring the tables up to date, a real installation after a backup; refuse what does not fit."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from config.safekeeping.errors import SafekeepingFailed
from config.stack.grants import grant

SHOWN = 3
WHAT_NOW = {
    "demo": "演示数据可以重建：删去这个状态目录再启动，或用 --state 指定其他目录。",
    "real": "请用写成它的那个版本的程序启动；升级只能从首个正式版本起逐版进行。数据没有改动。",
}


def main() -> int:
    """Exit code 0 done, 3 refused, 4 not even backed up, 5 failed on the way."""
    django.setup()
    if reason := misfit():
        sys.stderr.write(f"{reason}\n")
        return 3
    try:
        made = backup_first()
    except SafekeepingFailed as error:
        sys.stderr.write(f"升级前的备份没有做成，数据库没有改动：{error}\n")
        return 4
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Error as error:
        way_back = f"升级前的备份在 {made}，可用 restore 恢复到新目录。" if made else ""
        sys.stderr.write(f"数据库升级中断：{str(error).splitlines()[0]}。{way_back}\n")
        return 5
    if password := os.environ.get("TONGZHOU_WEB_ROLE_PASSWORD"):
        grant(password)
    return 0


def misfit() -> str:
    """Why these tables are not for this program, in a sentence; empty when they are. Nothing is changed."""
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations or {}) | set(loader.graph.nodes)
    applied = [key for key in loader.applied_migrations or {} if key[0] in loader.migrated_apps]
    what_now = WHAT_NOW.get(settings.TONGZHOU_MODE, WHAT_NOW["real"])
    if unknown := sorted(f"{app}.{name}" for app, name in applied if (app, name) not in known):
        return (
            f"数据库里有当前程序不认识的升级记录（{_some(unknown)}），"
            f"由更新的或首个正式版本之前的程序写成，当前程序不能使用。{what_now}"
        )
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory:
        return f"数据库的升级记录前后不一，不是当前程序的升级顺序，不能使用。{what_now}"
    if differing := _differing_tables(loader, applied):
        return f"数据库的表与升级记录不符（{_some(differing)}），由首个正式版本之前的程序写成或被改动过，不能使用。{what_now}"
    return ""


def _differing_tables(loader: MigrationLoader, applied: list[tuple[str, str]]) -> list[str]:
    """Tables whose columns are not those that the applied migrations make."""
    if not applied:
        return []
    present: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        for table, column in cursor.fetchall():
            present.setdefault(table, set()).add(column)
    wanted = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}  # noqa: SLF001  # Django's documented name
        for model in loader.project_state(applied).apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy  # noqa: SLF001  # as above
    }
    return sorted(table for table, columns in wanted.items() if present.get(table) != columns)


def _some(names: list[str]) -> str:
    return "、".join(names[:SHOWN]) + (" 等" if len(names) > SHOWN else "")


def backup_first() -> Path | None:
    """Where a real installation was backed up because its tables are about to change; None when nothing had to be done."""
    executor = MigrationExecutor(connection)
    is_new = not executor.loader.applied_migrations
    if settings.TONGZHOU_MODE != "real" or is_new:
        return None
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return None
    from config.safekeeping.nightly import backup_before_upgrade  # noqa: PLC0415  # models need the settings first

    made = backup_before_upgrade()
    sys.stdout.write(f"升级前已备份到 {made}。\n")
    return made


if __name__ == "__main__":
    sys.exit(main())
