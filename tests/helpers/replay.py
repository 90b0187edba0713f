"""What many tests begin with is built through the services once a worker, and then put back as the rows that came of it.

A helper marked `replayed` may be put back only where its test has written nothing else before: what it would find is then what
it found the first time. Everywhere else, and whenever a file of it is gone, it is built as ever. `--long` builds it always.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Model

from apps.core import clock
from apps.files.models import StoredFile
from tests.helpers.rows import carry_out, rows_told, tables_emptied, tables_touched

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
# Signing in is nobody's business but the browser's: it neither makes a difference nor is put back.
SESSIONS = ("django_session", "usersessions_usersession")
SIGNING_IN = (
    *(f'{verb} "{name}"' for name in SESSIONS for verb in ("INSERT INTO", "DELETE FROM", "UPDATE")),
    'UPDATE "accounts_person" SET "last_login"',
)
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE")
# What a test asks for that reaches beyond its rows: the house is another one, or others remember what it did.
OUTSIDE = {"monkeypatch", "settings", "transactional_db", "django_capture_on_commit_callbacks", "media"}


@dataclass(frozen=True)
class Built:
    """A row and all that came with it: the statements that put the tables back, the keys of files that belong to them."""

    kind: type[Model]
    key: Any
    statements: tuple[str, ...]
    files: frozenset[str]

    @classmethod
    def of(cls, row: Model) -> "Built":
        """As the database has it now."""
        tables = [name for name in tables_touched() if name not in SESSIONS]
        keys = StoredFile.objects.exclude(storage_key="").values_list("storage_key", flat=True)
        return cls(type(row), row.pk, (*tables_emptied(tables), *rows_told(tables)), frozenset(keys))


@dataclass
class Course:
    """What the running test has done to its database: the replayed helpers it called, or anything else (None)."""

    calls: tuple[str, ...] | None = ()

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Look at each statement on its way to the database."""
        said = str(sql).lstrip()
        if said[:8].upper().startswith(WRITES) and not said.startswith(SIGNING_IN):
            self.calls = None
        return execute(sql, *rest)


_course: list[Course] = []
_known: dict[tuple[str, ...], Built] = {}


@contextmanager
def course_watched(request: pytest.FixtureRequest) -> Iterator[None]:
    """From a world that stands alone: what a test writes from here on is noticed. Who changes the house builds it."""
    marker = request.node.get_closest_marker("django_db")
    if OUTSIDE & {*_asked_for(request)} or (marker and marker.kwargs.get("transaction")):
        yield
        return
    course = Course()
    _course.append(course)
    try:
        with connection.execute_wrapper(course):
            yield
    finally:
        _course.remove(course)


def replayed(helper: Callable[P, M]) -> Callable[P, M]:
    """Mark a helper of a world whose one row, with all that belongs to it, may be put back instead of being built."""

    @wraps(helper)
    def put_back_or_built(*args: P.args, **kwargs: P.kwargs) -> M:
        course = _course[-1] if _course else None
        if course is None or course.calls is None or _builds_always():
            return helper(*args, **kwargs)
        call = f"{helper.__module__}.{helper.__name__} {_said(args[1:])} {_said(kwargs)} {_moment()}"
        if " at 0x" in call:  # a value without words of its own
            return helper(*args, **kwargs)
        return _put_back(course, (*course.calls, call), lambda: helper(*args, **kwargs))

    return put_back_or_built


def _asked_for(request: pytest.FixtureRequest) -> Iterator[str]:
    """What the test and the fixtures of ours that it uses ask for by name."""
    info = request.node._fixtureinfo
    yield from info.argnames
    for definitions in info.name2fixturedefs.values():
        if definitions[-1].func.__module__.startswith("tests."):
            yield from definitions[-1].argnames


def _builds_always() -> bool:
    return os.environ.get("HYPOTHESIS_PROFILE") == "long"


def _said(value: Any) -> str:
    """A value in words that no other value has; a row is its number."""
    if isinstance(value, Model):
        return f"{value._meta.label} {value.pk}"
    if isinstance(value, tuple | list):
        return f"{type(value).__name__} {[_said(part) for part in value]}"
    if isinstance(value, dict):
        return f"{[(key, _said(part)) for key, part in sorted(value.items())]}"
    return repr(value)


def _moment() -> str:
    """Now, where the clock stands still; else the day."""
    moment = clock.now()
    return str(moment if moment == clock.now() else clock.today())


def _put_back(course: Course, calls: tuple[str, ...], build: Callable[[], M]) -> M:
    known = _known.get(calls)
    if known and all(default_storage.exists(key) for key in known.files):
        course.calls = None  # until it has come to a good end
        carry_out(known.statements)
        built: M = known.kind._default_manager.get(pk=known.key)  # type: ignore[assignment]  # the helper's own kind
    else:
        built = build()  # what it begins with may be put back: nothing else has been written yet
        _known[calls] = Built.of(built)
    course.calls = calls
    return built
