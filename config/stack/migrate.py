"""`python -m config.stack.migrate`: bring the tables up to date, unless a newer program has been here."""

import os
import sys

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.stack.grants import grant

UNKNOWN_SHOWN = 3


def main() -> int:
    """Exit code 0 done, 3 refused."""
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
    call_command("migrate", interactive=False, verbosity=0)
    if password := os.environ.get("TONGZHOU_WEB_ROLE_PASSWORD"):
        grant(password)
    return 0


if __name__ == "__main__":
    sys.exit(main())
