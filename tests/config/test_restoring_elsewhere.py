"""A restore into a database of another server: an empty one only, wholly or not at all."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pytest_django.fixtures import Settings

from config.safekeeping import restoring
from config.safekeeping.backing import backup_make
from config.safekeeping.errors import SafekeepingFailed
from config.safekeeping.external import MADE, emptied_on_failure
from config.safekeeping.restoring import main, restore
from config.stack.postgres import Postgres
from tests.config.conftest import passable
from tests.factories.world import World

pytestmark = pytest.mark.long

PASSPHRASE = "岱海-一条鱼-两只鸟-三棵树"
OWNER_WORD = "Zhi-ku-2026/@"  # an address has to quote it


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL that is none of the installation's, with a role that may do little."""
    with passable() as folder:
        made = Postgres(folder / "pg", options=("fsync=off",))
        made.start()
        with psycopg.connect(made.url, autocommit=True) as session:
            session.execute(f"CREATE ROLE keeper LOGIN PASSWORD '{OWNER_WORD}'".encode())
            session.execute("CREATE ROLE guest LOGIN PASSWORD 'guest-of-the-house'")
        yield made
        made.stop()


@pytest.fixture
def address(server: Postgres) -> Iterator[str]:
    """An empty database of `keeper`, as `DATABASE_URL` names it; an extension was put there by somebody mightier."""
    with psycopg.connect(server.url, autocommit=True) as session:
        session.execute("CREATE DATABASE outer_house OWNER keeper")
    with psycopg.connect(server.url, dbname="outer_house", autocommit=True) as session:
        session.execute("CREATE EXTENSION pg_trgm")
    yield f"postgres://keeper:Zhi-ku-2026%2F%40@127.0.0.1:{server.port}/outer_house"
    with psycopg.connect(server.url, autocommit=True) as session:
        session.execute("DROP DATABASE outer_house WITH (FORCE)")


@pytest.fixture
def backup(transactional_db: None, settings: Settings, folder: Path) -> Path:
    """Of an installation with the cast and one secret."""
    state = folder / "living"
    (state / "secrets").mkdir(parents=True)
    (state / "secrets" / "django.key").write_text("the-key-of-the-living-installation")
    settings.STATE, settings.SECRETS_ROOT, settings.FILES_ROOT = state, state / "secrets", state / "files"
    World.build()
    return backup_make(folder / "one.backup", PASSPHRASE).path


def tables(address: str) -> list[str]:
    with psycopg.connect(address) as session:
        return [str(name) for _, name in session.execute(MADE.encode())]


def extensions(address: str) -> set[str]:
    with psycopg.connect(address) as session:
        return {str(name) for (name,) in session.execute("SELECT extname FROM pg_extension")}


def test_a_backup_comes_back_into_an_empty_database_of_another_server(
    backup: Path,
    folder: Path,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """By the command, as a role that only owns the database; the folder has files and secrets and no server of its own."""
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("TONGZHOU_BACKUP_PASSPHRASE", PASSPHRASE)
    assert main([str(backup)], folder / "new") == 0
    said = capfd.readouterr()
    assert "DATABASE_URL 指定的数据库" in said.out + said.err
    with psycopg.connect(address) as session:
        people = session.execute("SELECT count(*) FROM accounts_person WHERE name = '许若溪'").fetchone()
    assert people == (1,)
    assert (folder / "new" / "secrets" / "django.key").is_file()
    assert not (folder / "new" / "pg").exists()
    assert main([str(backup)], folder / "again") == 2
    refused = capfd.readouterr().err
    assert "不是空的" in refused
    assert "去掉环境变量 DATABASE_URL" in refused
    assert not (folder / "again").exists()
    with psycopg.connect(address) as session:
        assert session.execute("SELECT count(*) FROM accounts_person").fetchone() != (0,)


def test_a_restore_that_fails_leaves_the_database_empty(
    backup: Path, folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut short, one row too few, a full disk: tables, functions and extensions are gone, what the owner's server had stays."""
    before = sorted(path.name for path in folder.iterdir())
    data = backup.read_bytes()
    (folder / "short.backup").write_bytes(data[:-100])
    with pytest.raises(SafekeepingFailed, match="不完整或已被改动"):
        restore(folder / "short.backup", folder / "new", PASSPHRASE, address=address)
    assert (tables(address), extensions(address)) == ([], {"plpgsql", "pg_trgm"})
    with monkeypatch.context() as patch:
        patch.setattr(restoring, "differences", lambda *_: ["表 accounts_person 应有 2 行，实有 1 行"])
        with pytest.raises(SafekeepingFailed, match="与备份清单不符"):
            restore(backup, folder / "new", PASSPHRASE, address=address)
    assert (tables(address), extensions(address)) == ([], {"plpgsql", "pg_trgm"})
    with monkeypatch.context() as patch:
        patch.setattr(
            Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        with pytest.raises(SafekeepingFailed, match="磁盘空间不足"):
            restore(backup, folder / "new", PASSPHRASE, address=address)
    assert (tables(address), extensions(address)) == ([], {"plpgsql", "pg_trgm"})
    (folder / "short.backup").unlink()
    assert sorted(path.name for path in folder.iterdir()) == before
    restore(backup, folder / "new", PASSPHRASE, address=address)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE theirs (id int)",
        "CREATE SCHEMA own CREATE TABLE theirs (id int)",
        "CREATE FUNCTION theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TYPE theirs AS ENUM ('a')",
    ],
)
def test_whatever_stands_in_the_database_is_somebodys(address: str, statement: str) -> None:
    """One thing of any kind is enough to refuse, and it stays."""
    with psycopg.connect(address, autocommit=True) as session:
        session.execute(statement.encode())
    with (
        pytest.raises(SafekeepingFailed, match=r"不是空的（已有 .*theirs"),
        emptied_on_failure(address),
    ):
        pytest.fail("let in")
    assert len(tables(address)) == 1


def test_an_unfit_database_is_refused_in_words(server: Postgres, address: str) -> None:
    """Wrong password, nobody there, no right to create, another encoding, no address: nobody's password is repeated."""
    with psycopg.connect(server.url, autocommit=True) as session:
        session.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        )
    local = f"127.0.0.1:{server.port}"
    for wrong, words in (
        (f"postgres://keeper:not-the-word@{local}/outer_house", "连不上"),
        (f"postgres://keeper:not-the-word@{local}/absent", "连不上"),
        ("postgres://keeper:not-the-word@127.0.0.1:9/outer_house", "连不上"),
        (f"postgres://guest:guest-of-the-house@{local}/outer_house", "不能在数据库 outer_house 中建表"),
        (make_conninfo(server.url, dbname="latin"), "LATIN1"),
        ("keeper at the server", "写得不对"),
    ):
        with pytest.raises(SafekeepingFailed, match=words) as refused, emptied_on_failure(wrong):
            pytest.fail("let in")
        assert "not-the-word" not in str(refused.value)
    with psycopg.connect(server.url, autocommit=True) as session:
        session.execute("DROP DATABASE latin")


def test_two_restores_do_not_fill_one_database(address: str) -> None:
    """The second is told to wait."""
    with (
        emptied_on_failure(address),
        pytest.raises(SafekeepingFailed, match="另一个恢复"),
        emptied_on_failure(address),
    ):
        pytest.fail("let in")
