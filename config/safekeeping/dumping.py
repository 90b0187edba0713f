"""The database into and out of an archive with PostgreSQL's own tools, and what they must agree on: the rows of each table."""

import contextlib
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.safekeeping.archive import ArchiveWriter
from config.safekeeping.errors import SafekeepingFailed
from config.stack.postgres import reachable_binaries
from config.stack.privilege import identity

PART = 8 << 20
SAID_LINES = 3


def rows_by_table(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, int]:
    """How many rows each table has, as the connection's snapshot sees them."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    counted = {}
    for (name,) in tables:
        row = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(name)))
        ).fetchone()
        counted[str(name)] = int(str(row[0])) if row else 0
    return counted


def dump_into(archive: ArchiveWriter, address: str, snapshot: str) -> None:
    """Write the database as of `snapshot` as numbered members. Raises `SafekeepingFailed` with what pg_dump said."""
    command = [
        _tool("pg_dump"), "--format=custom", "--compress=gzip:1", "--no-owner", "--no-privileges",
        f"--snapshot={snapshot}", "--dbname=" + _named(address),
    ]  # fmt: skip
    with _started(command, address, stdout=subprocess.PIPE) as (process, said):
        number = 0
        while part := _read_full(process.stdout, PART):
            number += 1
            archive.add("database/" + f"{number:06}", io.BytesIO(part), len(part))
        if process.wait() != 0:
            raise SafekeepingFailed(f"数据库没有备份成功：{_end_of(said)}")


class Restoring:
    """pg_restore, fed part by part. Everything happens in one transaction of the new database."""

    def __init__(self, address: str) -> None:
        self._opened = contextlib.ExitStack()
        command = [
            _tool("pg_restore"),
            "--no-owner",
            "--no-privileges",
            "--no-comments",  # those on extensions need their owner, who may be another
            "--single-transaction",
            "--dbname=" + _named(address),
        ]
        self._process, self._said = self._opened.enter_context(
            _started(command, address, stdin=subprocess.PIPE)
        )

    def feed(self, block: bytes) -> None:
        """More of the dump. Raises `SafekeepingFailed` when the tool has given up."""
        try:
            if self._process.stdin is not None:
                self._process.stdin.write(block)
        except BrokenPipeError as error:
            self._process.wait()
            raise SafekeepingFailed(f"数据库没有恢复成功：{_end_of(self._said)}") from error

    def finish(self) -> None:
        """Wait for the commit. Raises `SafekeepingFailed`."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._process.wait() != 0:
            raise SafekeepingFailed(f"数据库没有恢复成功：{_end_of(self._said)}")
        self._opened.close()

    def give_up(self) -> None:
        """End the tool; its transaction is rolled back."""
        self._opened.close()


@contextlib.contextmanager
def _started(
    command: list[str], address: str, *, stdin: int | None = None, stdout: int | None = None
) -> Iterator[tuple["subprocess.Popen[bytes]", IO[bytes]]]:
    """One of the tools; ended when the block is left, however that is. The password travels by the environment."""
    password = str(conninfo_to_dict(address).get("password") or "")
    environment = {**os.environ, "PGPASSWORD": password, "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=said, env=environment)
        try:
            yield process, said
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


def _named(address: str) -> str:
    """The address without its password, which other users would see in the list of processes."""
    facts = {key: str(value) for key, value in conninfo_to_dict(address).items() if key != "password"}
    return make_conninfo("", **facts)


def _tool(name: str) -> str:
    """The tool of our own PostgreSQL, else the one on PATH. Raises `SafekeepingFailed`."""
    with contextlib.suppress(RuntimeError, OSError):
        own = reachable_binaries(identity()) / name
        if own.exists():
            return str(own)
    if found := shutil.which(name):
        return str(Path(found).resolve())
    raise SafekeepingFailed(
        f"没有找到 {name}：请安装 PostgreSQL 客户端工具（例如 apt-get install postgresql-client）后重试。"
    )


def _read_full(stream: IO[bytes] | None, count: int) -> bytes:
    """`count` bytes, fewer only at the end."""
    gathered = bytearray()
    while stream is not None and len(gathered) < count and (data := stream.read(count - len(gathered))):
        gathered += data
    return bytes(gathered)


def _end_of(said: IO[bytes]) -> str:
    said.seek(0)
    text = said.read().decode(errors="replace")
    if "No space left on device" in text:
        return "磁盘空间不足。请腾出空间或换一个位置后重试。"
    lines = [line for line in text.splitlines() if line.strip()][:SAID_LINES]
    return "；".join(lines) or "没有说明原因。"
