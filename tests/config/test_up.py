"""`manage.py up` for real: a page, adoption after kill -9, orderly stop, and the death of a child."""

import os
import re
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from config.stack.processes import exists
from tests.helpers.platform import PATIENCE, Up, running_up

pytestmark = [pytest.mark.chaos, pytest.mark.long]
# What web, worker and beat must not be able to do, and one thing they must.
REFUSED: tuple[LiteralString, ...] = (
    "UPDATE audit_auditentry SET id = id",
    "DELETE FROM audit_auditentry",
    "TRUNCATE audit_auditentry CASCADE",
    "UPDATE workflow_opinion SET id = id",
    "DELETE FROM documents_sealedfile",
    "UPDATE documents_documentrevision SET id = id",
    "SET session_replication_role = replica",
    "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
    "DELETE FROM django_migrations",
)
ALLOWED: LiteralString = "UPDATE accounts_person SET name = name"
USERS: LiteralString = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'web'"


@pytest.fixture
def up() -> Iterator[Up]:
    """A platform that is gone after the test, however it went."""
    with running_up("--bare") as running:
        yield running


def error_of(url: str, statement: LiteralString) -> str:
    """What the database says to a statement; empty when it obeys. Nothing is kept."""
    with psycopg.connect(url) as connection:
        try:
            connection.execute(statement)
        except psycopg.Error as error:
            return type(error).__name__
        finally:
            connection.rollback()
    return ""


def status(address: str) -> int:
    """HTTP status of a page."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  # our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_killed_platform_is_started_again_on_its_living_database_and_stops_in_order(up: Up) -> None:
    """Page → rights in the database → second start refused → command beside it → kill -9 → adoption → orderly stop."""
    up.start()
    assert status(f"http://127.0.0.1:{up.port}/accounts/login/") == 200
    with psycopg.connect(up.facts()["environment"]["DATABASE_URL"]) as connection:
        assert connection.execute(USERS).fetchall() == [("tongzhou_web",)]
    assert {error_of(up.web_database(), statement) for statement in REFUSED} == {"InsufficientPrivilege"}
    assert error_of(up.web_database(), ALLOWED) == ""
    second = up.run("up")
    assert second.returncode == 2
    assert "另一个同舟正在使用" in second.stdout
    beside = up.run("showmigrations", "core")
    assert beside.returncode == 0, beside.stderr
    assert "[X] 0001" in beside.stdout

    children, database = up.numbers(), up.database_number()
    assert set(children) == {"web", "worker", "slow", "beat", "media"}
    up.end(signal.SIGKILL)
    assert exists(database)
    up.start()
    assert "接管了上次意外退出后仍在运行的数据库" in up.said()
    assert up.database_number() == database
    assert not [tag for tag, number in children.items() if exists(number)]
    assert f"端口 {up.port} 已被占用" not in up.said()
    assert status(f"http://127.0.0.1:{up.port}/healthz") == 200

    children = up.numbers()
    assert up.end() == 0
    order = re.findall(r"│ (\w+) 已停止。", up.said())
    assert order == ["media", "beat", "slow", "worker", "web", "valkey", "postgres"]
    assert not [number for number in (*children.values(), database) if exists(number)]
    assert up.facts()["processes"] == {}


def test_the_death_of_a_child_ends_the_platform_with_its_name_and_last_lines(up: Up) -> None:
    """Exit code 1; the others are stopped in order."""
    up.start()
    children, database = up.numbers(), up.database_number()
    os.kill(children["worker"], signal.SIGKILL)
    assert up.process is not None
    assert up.process.wait(PATIENCE) == 1
    assert "worker 被信号 SIGKILL 终止，全部停止" in up.said()
    assert not [number for number in (*children.values(), database) if exists(number)]


def test_the_death_of_the_database_ends_the_platform(up: Up) -> None:
    """It is not a child, but it is watched; the end of its log is shown."""
    up.start()
    database = up.database_number()
    os.kill(database, signal.SIGQUIT)
    assert up.process is not None
    assert up.process.wait(PATIENCE) == 1
    assert "postgres 意外结束，全部停止" in up.said()


def test_a_command_without_a_running_platform_brings_its_own_database(up: Up) -> None:
    """It makes the tables of a fresh folder, runs, and leaves no process behind."""
    done = up.run("showmigrations", "core")
    assert done.returncode == 0, done.stderr
    assert "[X] 0001" in done.stdout
    own = up.run("verify_audit")
    assert own.returncode == 0, own.stderr
    assert "审计链完整" in own.stdout
    assert up.run("verify_audi").returncode != 0
    assert not (up.state / "pg" / "data" / "postmaster.pid").exists()
