"""What every test may use: the world, signed-in clients, drained events, flushes past the append-only triggers."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, settings

from apps.core import outbox, realtime, working_calendar
from apps.core.garbage import garbage_rarely
from tests.factories.world import World
from tests.helpers.replay import course_watched
from tests.helpers.rows import rows_told
from tests.migrated import migrated_once

OF_TABLES = {"django_content_type", "auth_permission"}
FROM_MIGRATIONS: dict[str, list[str]] = {}  # table → what puts its rows back
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "quick", max_examples=20, deadline=None, derandomize=True, suppress_health_check=QUIET
)
settings.register_profile("long", max_examples=1000, deadline=None, suppress_health_check=QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """As in the processes of a platform."""
    garbage_rarely()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each test database is a copy of a migrated one."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_once(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """What migrations have written, such as the years' working days, is remembered."""
    with django_db_blocker.unblock():
        filled = _filled({*connection.introspection.table_names()} - OF_TABLES - {"django_migrations"})
        FROM_MIGRATIONS.update({name: rows_told([connection.ops.quote_name(name)]) for name in filled})


@pytest.fixture(scope="session", autouse=True)
def _own_topics() -> None:
    """The workers share one Valkey, and their people have the same numbers: nobody hears what another worker's tests say."""
    realtime.PREFIX += f"{os.environ.get('PYTEST_XDIST_WORKER', '')}."


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    """Between transactional tests only tables that hold something are emptied, past the triggers of append-only ones.

    What migrations say of the tables themselves stays, so that nothing need be told anew; what they wrote is put back, for any
    test may be the next.
    """

    def sql_flush(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        filled = _filled({*tables} - OF_TABLES)
        emptied = [f"DELETE FROM {self.quote_name(name)}" for name in filled]  # noqa: S608  # names of ours
        if not emptied:
            return []
        kept = [told for name in tables for told in FROM_MIGRATIONS.get(name, ())]
        return [
            "SET session_replication_role = replica",
            *emptied,
            *kept,
            "SET session_replication_role = origin",
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "sql_flush", sql_flush)
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_, **__: None)
        yield


def _filled(tables: set[str]) -> list[str]:
    """Those with a row."""
    asked = [
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {connection.ops.quote_name(name)})"  # noqa: S608  # names of ours
        for name in sorted(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    """Caches of the process do not outlive a test."""
    cache.clear()
    working_calendar.calendar_changed()


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> Iterator[World]:
    """The city with its cast."""
    built = World.build()
    with course_watched(request):
        yield built


@pytest.fixture
def client_as(world: World) -> Callable[[str], Client]:
    """A browser session of one of the cast."""

    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(world.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def drain() -> Callable[[], int]:
    """Deliver all queued events now, as the worker would; returns how many deliveries ran."""

    def run() -> int:
        total = 0
        while done := outbox.sweep():
            total += done
        return total

    return run
