"""The embedded PostgreSQL: reached by a socket in its folder, and over TCP where a socket cannot lie."""

import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config import env
from config.stack.postgres import TEST_OPTIONS, Postgres


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


class Dry(socket.socket):
    """As on a file system that has no sockets."""

    def bind(self, address: Any) -> None:
        """TCP only."""
        if self.family == socket.AF_UNIX:
            raise PermissionError(1, "Operation not permitted")
        super().bind(address)


def test_a_file_system_without_sockets_leaves_tcp(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", Dry)
    server = Postgres(folder / "pg", options=TEST_OPTIONS)
    server.start()
    try:
        with psycopg.connect(server.url) as connection:
            assert connection.info.host == "127.0.0.1"
    finally:
        server.stop()


def test_what_a_killed_server_left_goes(folder: Path) -> None:
    """Its socket has the name of a port nobody listens to."""
    server = Postgres(folder / "pg", options=TEST_OPTIONS)
    server.start()
    os.kill(server.server_pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while server._living()[0] and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1)  # its children notice
    assert list(server.folder.glob(".s.PGSQL.*"))
    again = Postgres(folder / "pg", options=TEST_OPTIONS)
    again.start()
    try:
        found = {path.name for path in again.folder.glob(".s.PGSQL.*")}
        assert found == {f".s.PGSQL.{again.port}", f".s.PGSQL.{again.port}.lock"}
    finally:
        again.stop()


def test_an_address_may_name_a_socket() -> None:
    """As libpq has it; the folder's name keeps its capitals."""
    found = env.database("postgres://u:p%40ss@127.0.0.1:5433/tongzhou?host=/var/Run/pg", pool=False)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("/var/Run/pg", "5433", "tongzhou")
    assert (
        env.database("postgres://u@db.example.invalid/tongzhou", pool=False)["HOST"] == "db.example.invalid"
    )
