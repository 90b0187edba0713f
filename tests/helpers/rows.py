"""Tables as they stand, told in statements that put them back; for tests that need not build the same again."""

from collections.abc import Iterable

from django.db import connection

TOUCHED = """
    SELECT format('%I', relname) FROM pg_stat_xact_user_tables
    WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname
"""
COLUMNS = """
    SELECT string_agg(format('%%I', attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def tables_touched() -> list[str]:
    """All that this connection has written to in its present transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED)
        return [name for (name,) in cursor.fetchall()]


def rows_told(tables: Iterable[str]) -> list[str]:
    """Statements that write the rows of these tables once more."""
    told = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT jsonb_agg(to_jsonb(t))::text FROM {table} t")  # noqa: S608  # names of ours
            (rows,) = cursor.fetchone()
            if not rows:
                continue
            cursor.execute(COLUMNS, [table])
            (columns,) = cursor.fetchone()
            said = rows.replace("'", "''")
            told.append(
                f"INSERT INTO {table} ({columns})"  # noqa: S608  # what the database itself has said
                f" SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, '{said}')"
            )
    return told


def tables_emptied(tables: Iterable[str]) -> list[str]:
    """Statements after which these tables hold nothing."""
    return [f"DELETE FROM {table}" for table in tables]  # noqa: S608  # names of ours


def carry_out(statements: Iterable[str]) -> None:
    """At once, past triggers and constraints: the rows have passed them already."""
    said = ("SET session_replication_role = replica", *statements, "SET session_replication_role = origin")
    with connection.cursor() as cursor:
        cursor.execute("; ".join(said))
