"""The database role of web, worker and beat: it may do everything to rows except change what is append-only.

Row triggers already refuse such changes; a role that owns nothing cannot set the triggers aside either.
"""

import pgtrigger
from django.db import connection
from psycopg import sql

from config.stack.postgres import WEB_ROLE


def fixed_tables() -> dict[str, list[str]]:
    """Tables whose rows are protected without condition, and the verbs that are therefore taken away."""
    taken: dict[str, list[str]] = {"django_migrations": ["INSERT", "UPDATE", "DELETE"]}
    for model, trigger in pgtrigger.registered():
        if isinstance(trigger, pgtrigger.Protect) and trigger.condition is None:
            verbs = str(trigger.operation).upper().split(" OR ")
            taken.setdefault(model._meta.db_table, []).extend(verbs)  # noqa: SLF001  # Django's public underscore
    return taken


def grant(password: str) -> None:
    """Make the role when absent, give it its password and exactly its rights."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statements = [
            sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(WEB_ROLE), sql.Literal(password)
            ),
            *_rights(),
        ]
        for statement in statements:
            cursor.execute(statement.as_string())


def _rights() -> list[sql.Composed]:
    role = sql.Identifier(WEB_ROLE)
    tables = sql.SQL("ALL TABLES IN SCHEMA public")
    rights = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        sql.SQL("REVOKE ALL ON {} FROM {}").format(tables, role),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(tables, role),
        sql.SQL("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}").format(role),
    ]
    for table, verbs in fixed_tables().items():
        words = sql.SQL(", ").join(sql.SQL(verb) for verb in verbs)
        rights.append(sql.SQL("REVOKE {} ON {} FROM {}").format(words, sql.Identifier(table), role))
    return rights
