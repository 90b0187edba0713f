"""A database of somebody else's server as the place of a restore: looked at before, emptied again when the restore fails."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from apps.core.locks import lock_keys
from config.safekeeping.errors import SafekeepingFailed

OLDEST = 140000  # Django's oldest PostgreSQL, as the server numbers it
CONNECT_SECONDS = 10
TOOL_GONE_SECONDS = 30
NAMED = 3

Session = psycopg.Connection[tuple[object, ...]]

# What somebody made here: relations, functions and types outside the system's schemas, without what extensions brought.
MADE = """
SELECT made.kind, made.name FROM (
  SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE'
                        ELSE 'TABLE' END AS kind,
         format('%I.%I', n.nspname, c.relname) AS name, c.oid, 'pg_class'::regclass AS class, n.nspname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
  UNION ALL
  SELECT 'ROUTINE', p.oid::regprocedure::text, p.oid, 'pg_proc'::regclass, n.nspname
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL
  SELECT 'TYPE', format('%I.%I', n.nspname, t.typname), t.oid, 'pg_type'::regclass, n.nspname
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
) made
WHERE made.nspname !~ '^pg_' AND made.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = made.class AND d.objid = made.oid AND d.deptype = 'e')
ORDER BY array_position(ARRAY['VIEW', 'MATERIALIZED VIEW', 'TABLE', 'FOREIGN TABLE', 'SEQUENCE', 'ROUTINE', 'TYPE'], made.kind), 2
"""


@contextmanager
def emptied_on_failure(address: str) -> Iterator[None]:
    """The empty database at `address`, this restore's alone for the block; whatever fails inside, it is empty again after it.

    Raises `SafekeepingFailed` for a database that cannot be reached, is not empty, or will not take what is to come.
    """
    with _connected(address) as session:
        _claim(session)
        _refuse_unfit(session)
        extensions = _extensions(session)
        try:
            yield
        except BaseException:
            _empty(address, extensions)
            raise


def _connected(address: str) -> Session:
    try:
        facts = conninfo_to_dict(address)
        return psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS)
    except psycopg.ProgrammingError as error:
        raise SafekeepingFailed(
            "DATABASE_URL 写得不对，应为 postgres://用户:口令@主机:端口/库名，口令中的特殊字符须按网址编码。"
        ) from error
    except psycopg.Error as error:
        place = f"{facts.get('host', '本机')}:{facts.get('port', 5432)}/{facts.get('dbname', '')}"
        raise SafekeepingFailed(
            f"DATABASE_URL 指定的数据库（{place}）连不上，没有恢复：{str(error).strip().splitlines()[-1]}"
        ) from error


def _claim(session: Session) -> None:
    """Two restores into one database would each find it empty."""
    if _one(session, "SELECT pg_try_advisory_lock(%s, %s)", *lock_keys("safekeeping.restore")) is not True:
        raise SafekeepingFailed("另一个恢复正在使用 DATABASE_URL 指定的数据库，请等它结束。")


def _refuse_unfit(session: Session) -> None:
    if _one(session, "SELECT pg_is_in_recovery()"):
        raise SafekeepingFailed("DATABASE_URL 指定的是只读的备用库，请改为主库。")
    if int(str(_one(session, "SELECT current_setting('server_version_num')"))) < OLDEST:
        raise SafekeepingFailed("DATABASE_URL 指定的数据库版本过低，须为 PostgreSQL 14 或更高。")
    if (encoding := _one(session, "SELECT current_setting('server_encoding')")) != "UTF8":
        raise SafekeepingFailed(
            f"DATABASE_URL 指定的数据库编码是 {encoding}，须为 UTF8：建库时加 ENCODING 'UTF8' TEMPLATE template0。"
        )
    name = str(_one(session, "SELECT current_database()"))
    if made := _made(session):
        shown = "、".join(text for _, text in made[:NAMED])
        raise SafekeepingFailed(
            f"DATABASE_URL 指定的数据库 {name} 不是空的（已有 {shown} 等 {len(made)} 项），没有恢复，其中的数据没有动。"
            "请新建一个空库；要恢复到自带的数据库，请先去掉环境变量 DATABASE_URL。"
        )
    may = "SELECT has_database_privilege(current_database(), 'CREATE') AND has_schema_privilege('public', 'CREATE')"
    if not _one(session, may):
        raise SafekeepingFailed(
            f"DATABASE_URL 中的用户不能在数据库 {name} 中建表，请由数据库管理员把该库的属主改为这个用户。"
        )


def _empty(address: str, extensions: set[str]) -> None:
    """Take back what the restore made; the database held nothing before. Raises `SafekeepingFailed` when that fails too."""
    try:
        with _connected(address) as session:
            _await_tool(session)
            for name in sorted(_extensions(session) - extensions):
                session.execute(sql.SQL("DROP EXTENSION IF EXISTS {} CASCADE").format(sql.Identifier(name)))
            for kind, name in _made(session):
                session.execute(f"DROP {kind} IF EXISTS {name} CASCADE".encode())
    except (psycopg.Error, SafekeepingFailed) as error:
        raise SafekeepingFailed(
            f"恢复没有成功，DATABASE_URL 指定的数据库也没能清空，请新建一个空库后重试：{error}"
        ) from error


def _await_tool(session: Session) -> None:
    """A tool that was ended may still be taking its transaction back."""
    here = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pg_restore'"
    deadline = time.monotonic() + TOOL_GONE_SECONDS
    while _one(session, here) and time.monotonic() < deadline:
        time.sleep(0.1)


def _made(session: Session) -> list[tuple[str, str]]:
    return [(str(kind), str(name)) for kind, name in session.execute(MADE.encode())]


def _extensions(session: Session) -> set[str]:
    return {str(name) for (name,) in session.execute("SELECT extname FROM pg_extension")}


def _one(session: Session, query: str, *values: object) -> object:
    row = session.execute(query.encode(), values or None).fetchone()
    return row[0] if row else None
