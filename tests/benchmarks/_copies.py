"""Copies of the database as it stands, side by side on the same server, each with a connection of Django's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def address(name: str) -> dict[str, Any]:
    """What psycopg needs to reach database `name` on the server of the default connection."""
    parameters = dict(connection.get_connection_params())
    for one in ("pool", "isolation_level", "cursor_factory"):
        parameters.pop(one, None)
    return {**parameters, "dbname": name}


@contextmanager
def copies(*names: str) -> Iterator[list[BaseDatabaseWrapper]]:
    """One copy of the default database a name; they go at the end."""
    origin = connection.settings_dict["NAME"]
    connection.close()
    made: list[BaseDatabaseWrapper] = []
    with psycopg.connect(**address("postgres"), autocommit=True) as server:
        try:
            for name in names:
                _drop(server, name)
                server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"')
                made.append(_connected(name))
            yield made
        finally:
            for other in made:
                other.close()
            for name in names:
                _drop(server, name)


@contextmanager
def kept(*names: str) -> Iterator[list[BaseDatabaseWrapper]]:
    """Databases that stand on the server and stay there."""
    there = [_connected(name) for name in names]
    try:
        yield there
    finally:
        for other in there:
            other.close()


def stand(*names: str) -> bool:
    """Whether all of these are databases of the server."""
    with psycopg.connect(**address("postgres")) as server:
        found = server.execute(
            "SELECT count(*) FROM pg_database WHERE datname = ANY(%s)", [list(names)]
        ).fetchone()
    return found == (len(names),)


def keep(copy: str, name: str) -> None:
    """Give a copy nobody is connected to a name that stays, for `kept`."""
    with psycopg.connect(**address("postgres"), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{copy}" RENAME TO "{name}"')


def _connected(name: str) -> BaseDatabaseWrapper:
    other = connections["default"].copy()
    other.settings_dict["NAME"] = name
    return other


def _drop(server: "psycopg.Connection[Any]", name: str) -> None:
    server.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def inside(other: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything in this thread that asks the default database asks this one."""
    usual = connections["default"]
    connections["default"] = other
    try:
        yield
    finally:
        connections["default"] = usual
