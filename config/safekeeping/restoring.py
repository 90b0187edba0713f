"""`manage.py restore FILE --state NEW`: a new state folder from a backup, or nothing at all.

The database goes into the folder's own PostgreSQL, or into the empty one that `DATABASE_URL` names.
"""

import argparse
import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg

from config.safekeeping.archive import ArchiveReader, Manifest
from config.safekeeping.dumping import Restoring, rows_by_table
from config.safekeeping.errors import SafekeepingFailed, disk_trouble
from config.safekeeping.external import emptied_on_failure
from config.safekeeping.passphrases import passphrase_given
from config.safekeeping.sealing import SealedReader
from config.stack.console import say
from config.stack.postgres import Postgres, PostgresFailed
from config.stack.privilege import own_tree
from config.stack.state import State, StateRefused

FAULTS_SHOWN = 5


def main(arguments: list[str], target: Path | None) -> int:
    """Restore and say how it went. Exit code 0 done, 2 refused or failed with nothing left behind."""
    parser = argparse.ArgumentParser(prog="manage.py restore", description="把备份恢复到一个新的状态目录。")
    parser.add_argument("file", type=Path, metavar="FILE", help="备份文件")
    parser.add_argument("--passphrase-file", type=Path, help="存放备份口令的文件")
    parser.add_argument("--state", type=Path, metavar="NEW", help="新的状态目录，须不存在或为空")
    chosen = parser.parse_args(arguments)
    address = os.environ.get("DATABASE_URL", "")
    try:
        if target is None:
            raise SafekeepingFailed(
                "请用 --state 指定一个新的状态目录：python3 manage.py restore 备份文件 --state 新目录"
            )
        passphrase = passphrase_given(chosen.passphrase_file, twice=False)
        manifest = restore(chosen.file, target, passphrase, address=address)
    except (SafekeepingFailed, StateRefused) as error:
        say(str(error), "red")
        return 2
    for fault in manifest.faults[:FAULTS_SHOWN]:
        say(f"· 备份时已有的问题：{fault}", "yellow")
    where = f"{target} 和 DATABASE_URL 指定的数据库" if address else target
    say(
        f"已恢复到 {where}：{len(manifest.rows)} 张表 {manifest.row_count} 行，{manifest.file_count} 个文件，均与备份清单一致。\n"
        f"启动{'（环境变量 DATABASE_URL 不变）' if address else ''}：python3 manage.py up --state {target}",
        "green",
    )
    return 0


def restore(source: Path, target: Path, passphrase: str, *, address: str = "") -> Manifest:
    """Make `target` of the backup `source`, with the database in it or, by an `address`, in an empty one elsewhere.

    Raises `SafekeepingFailed` or `StateRefused`; then nothing is left, there or here.
    """
    target = target.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SafekeepingFailed(f"{target} 已被使用，不能恢复到那里。请用 --state 指定一个新的空目录。")
    try:
        with source.open("rb") as stream:
            reader = SealedReader(stream, passphrase)
            elsewhere = emptied_on_failure(address) if address else contextlib.nullcontext()
            with elsewhere, _built_aside(target) as folder:
                return _fill(folder, reader, address)
    except OSError as error:
        raise disk_trouble(error, "恢复") from error
    except (PostgresFailed, psycopg.Error) as error:
        if "No space left on device" in str(error):
            raise disk_trouble(OSError(errno.ENOSPC, ""), "恢复") from error
        raise SafekeepingFailed(f"恢复所用的数据库出错，已撤销：{error}") from error


@contextlib.contextmanager
def _built_aside(target: Path) -> Iterator[Path]:
    """A folder beside `target` that takes its place at the end."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.parent / f".{target.name}.restoring-{os.getpid()}"
    try:
        yield aside
        if target.exists():
            target.rmdir()
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _fill(folder: Path, sealed: SealedReader, address: str) -> Manifest:
    state = State.at(folder)
    with _database(folder, address) as url:
        reader = ArchiveReader(sealed)  # type: ignore[arg-type]  # tarfile asks for `read` only
        _unpack(reader, folder, url)
        sealed.drain()
        os.sync()  # once for all files: the folder takes its place only when they are on disk
        manifest = reader.check()
        with psycopg.connect(url) as connection:
            wrong = differences(manifest, rows_by_table(connection))
        if wrong:
            raise SafekeepingFailed(
                f"恢复后的数据与备份清单不符，已撤销：{'；'.join(wrong[:FAULTS_SHOWN])}。"
            )
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ANALYZE")
    state.note(mode=manifest.mode, jobs=manifest.jobs)
    own_tree(folder, state.who)
    return manifest


@contextlib.contextmanager
def _database(folder: Path, address: str) -> Iterator[str]:
    """The address of the database to fill: the one that was named, else the folder's own."""
    if address:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield address
        return
    with running(folder) as postgres:
        yield postgres.url


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """The embedded PostgreSQL of a state folder, for the time of the block."""
    postgres = Postgres(folder / "pg")
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.stop()


def differences(manifest: Manifest, rows: dict[str, int]) -> list[str]:
    """Tables whose number of rows is not the manifest's, in words."""
    tables = sorted(manifest.rows.keys() | rows.keys())
    return [
        f"表 {name} 应有 {manifest.rows.get(name, 0)} 行，实有 {rows.get(name, 0)} 行"
        for name in tables
        if manifest.rows.get(name) != rows.get(name)
    ]


def _unpack(reader: ArchiveReader, folder: Path, address: str) -> None:
    database: Restoring | None = None
    try:
        for name, blocks in reader.members():
            if name.startswith("database/"):
                database = database or Restoring(address)
                for block in blocks:
                    database.feed(block)
            else:
                _write(folder / name, blocks)
        if database is not None:
            database.finish()
    except BaseException:
        if database is not None:
            database.give_up()
        raise


def _write(path: Path, blocks: Iterator[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as sink:
        for block in blocks:
            sink.write(block)
