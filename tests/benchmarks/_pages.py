"""Pages asked for as a browser does, in turn from a small and a large database: how long each kind takes in either."""

import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks._copies import inside

Databases = list[BaseDatabaseWrapper]
Times = dict[str, list[list[float]]]
Asked = tuple[str, str, str | tuple[str, str]]
"""Name of the operation, whose session, address (one for each database where they differ)."""


def asked(session: str, address: str) -> float:
    """Milliseconds. Raises when the page is not there."""
    client = Client()
    client.cookies["sessionid"] = session
    started = time.perf_counter()
    answer = client.get(address, headers={"host": "127.0.0.1"})
    seconds = time.perf_counter() - started
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return seconds * 1000


def measured(both: Databases, pages: Iterable[Asked]) -> Times:
    """Milliseconds of each page in both: the better of two, for on a busy machine the worst twentieth is others' work."""
    times: Times = defaultdict(lambda: [[], []])
    for name, session, address in pages:
        best = [math.inf, math.inf]
        for place in (0, 1, 1, 0) if len(times[name][0]) % 2 else (1, 0, 0, 1):
            with inside(both[place]):
                best[place] = min(best[place], asked(session, _address(address, place)))
        for place in (0, 1):
            times[name][place].append(best[place])
    return dict(times)


def queries_differ(both: Databases, pages: Iterable[Asked]) -> list[str]:
    """Addresses that cost another number of queries in the one database than in the other."""
    differing = []
    for name, session, address in pages:
        counts = []
        for place in (0, 1):
            with inside(both[place]), CaptureQueriesContext(connection) as captured:
                asked(session, _address(address, place))
            counts.append(len(captured))
        if counts[0] != counts[1]:
            differing.append(f"{name} {_address(address, 1)}: {counts[0]}/{counts[1]}")
    return differing


def _address(address: str | tuple[str, str], place: int) -> str:
    return address if isinstance(address, str) else address[place]


def p95(times: list[float]) -> float:
    """Of twenty the slowest but one."""
    return statistics.quantiles(times, n=20)[18]


def worst_ratio(times: Times) -> float:
    """Of the operation that suffers most."""
    return max(p95(slow) / p95(fast) for fast, slow in times.values())


def shown(name: str, turns: list[Times]) -> str:
    """The operation with its p95 in both, over all turns."""
    fast, slow = (statistics.median(p95(times[name][place]) for times in turns) for place in (0, 1))
    return f"{name} {fast:.1f}/{slow:.1f}"
