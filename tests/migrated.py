"""Migrations run once: test databases are copies of one that has them, kept from run to run while no migration changes.

What is kept is a dump under `.cache/test`, named by all that decides the tables; Django still
looks for migrations that a copy lacks. `python -m tests.migrated` makes the dump beforehand, so that no test waits for it.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from config.stack.postgres import TEST_OPTIONS, Postgres, reachable_binaries
from config.stack.privilege import identity
from config.stack.services import ROOT

KEPT = ROOT / ".cache" / "test"
OTHER_CAUSES = ("config/requirements.lock", "config/stack/postgres.py")


def migrated_once(address: str) -> str:
    """Name of a database on that server in which all migrations have run; made when it is not there yet."""
    name = _name()
    kept = _kept(name)
    with _alone(), psycopg.connect(_at(address, "postgres"), autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        server.execute("DROP DATABASE IF EXISTS being_migrated WITH (FORCE)")
        server.execute("CREATE DATABASE being_migrated")
        unready = _at(address, "being_migrated")
        if not (kept.exists() and _restored(unready, kept)):
            _migrate(unready)
            _keep(unready, kept)
        server.execute(sql.SQL("ALTER DATABASE being_migrated RENAME TO {}").format(sql.Identifier(name)))
    return name


def prepare() -> None:
    """Have the dump, with a server for this alone; nothing when it is there."""
    if _kept(_name()).exists():
        return
    with tempfile.TemporaryDirectory(prefix="tongzhou-migrating-") as folder:
        Path(folder).chmod(0o755)  # the server has a user of its own
        server = Postgres(Path(folder) / "pg", options=TEST_OPTIONS)
        server.start()
        try:
            migrated_once(server.url)
        finally:
            server.stop()


def _name() -> str:
    return f"migrated_{_causes()}"


def _kept(name: str) -> Path:
    return KEPT / f"{name}.dump"


def _causes() -> str:
    """A digest of the migrations, the locked packages and how the server is made."""
    digest = hashlib.sha256()
    for file in sorted([*ROOT.glob("apps/*/migrations/*.py"), *(ROOT / name for name in OTHER_CAUSES)]):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """The other workers of this checkout wait."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _at(address: str, database: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{database}"))


def _migrate(address: str) -> None:
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--settings=config.settings.test"]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "DATABASE_URL": address})


def _restored(address: str, kept: Path) -> bool:
    """Whether the dump is in the database now; one of another version or half of one is not."""
    command = [_tool("pg_restore"), "--single-transaction", f"--dbname={address}", str(kept)]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0


def _keep(address: str, kept: Path) -> None:
    """Write the dump and forget earlier ones. A server whose version the tool does not know is migrated each time."""
    half = kept.with_suffix(".half")
    command = [_tool("pg_dump"), "--format=custom", f"--file={half}", address]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        half.unlink(missing_ok=True)
        return
    for old in KEPT.glob("migrated_*.dump"):
        old.unlink()
    half.rename(kept)


def _tool(name: str) -> str:
    return str(reachable_binaries(identity()) / name)


if __name__ == "__main__":
    prepare()
