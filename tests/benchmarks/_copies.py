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
                other = connections["default"].copy()
                other.settings_dict["NAME"] = name
                made.append(other)
            yield made
        finally:
            for other in made:
                other.close()
            for name in names:
                _drop(server, name)


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
