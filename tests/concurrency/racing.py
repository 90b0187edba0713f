"""Threads that start at one moment, each with its own database connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Start all runners together; their results, or the exceptions they raised, in order."""
    barrier = Barrier(len(runners))

    def run(runner: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return runner()
        except Exception as error:  # noqa: BLE001  # the test looks at what each thread met
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(run, runners))
