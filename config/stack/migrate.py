"""`python -m config.stack.migrate`: bring the tables up to date, a real installation after a backup; refuse a newer program's."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from config.safekeeping.errors import SafekeepingFailed
from config.stack.grants import grant

UNKNOWN_SHOWN = 3


def main() -> int:
    """Exit code 0 done, 3 refused, 4 not even backed up."""
    django.setup()
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations or {}) | set(loader.graph.nodes)
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations or {}
        if app in loader.migrated_apps and (app, name) not in known
    )
    if unknown:
        more = " 等" if len(unknown) > UNKNOWN_SHOWN else ""
        sys.stderr.write(
            f"数据库由更新的程序升级过（{'、'.join(unknown[:UNKNOWN_SHOWN])}{more}），当前程序不能使用。"
            "请升级程序，或用 --state 指定其他目录。\n"
        )
        return 3
    try:
        backup_first()
    except SafekeepingFailed as error:
        sys.stderr.write(f"升级前的备份没有做成，数据库没有改动：{error}\n")
        return 4
    call_command("migrate", interactive=False, verbosity=0)
    if password := os.environ.get("TONGZHOU_WEB_ROLE_PASSWORD"):
        grant(password)
    return 0


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
