"""The embedded PostgreSQL: reached by a socket in its folder, and over TCP where a socket cannot lie."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import env
from config.stack.postgres import TEST_OPTIONS, Postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, and open to the server's own user."""
    made = Path(tempfile.mkdtemp(prefix="tongzhou-pg-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize(("name", "has_socket"), [("pg", True), ("数据 库", False), ("d" * 90, False)])
def test_a_server_is_reached_however_its_folder_is_called(
    folder: Path, name: str, *, has_socket: bool
) -> None:
    server = Postgres(folder / name, options=TEST_OPTIONS)
    server.start()
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.info.host == (str(server.folder) if has_socket else "127.0.0.1")
        with psycopg.connect(server.url, host="127.0.0.1") as connection:
            assert connection.info.port == server.port
        again = Postgres(folder / name, options=TEST_OPTIONS)
        again.start()
        assert again.adopted
        assert again.url == server.url
    finally:
        server.stop()


def test_an_address_may_name_a_socket() -> None:
    """As libpq has it; the folder's name keeps its capitals."""
    found = env.database("postgres://u:p%40ss@127.0.0.1:5433/tongzhou?host=/var/Run/pg", pool=False)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/var/Run/pg", "5433", "tongzhou")
    assert (
        env.database("postgres://u@db.example.invalid/tongzhou", pool=False)["HOST"] == "db.example.invalid"
    )
