"""Queries that are asked all day: worded once a process, asked with other values each time.

Django builds and words a query anew whenever it is asked, which takes several times as long as the database needs for the answer.
Where a query's words never change, its values are left open (`slot`) and its SQL is kept. Rows come as the query set would give them.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet, prefetch_related_objects
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

from apps.core.actors import Actor

M = TypeVar("M", bound=Model)


def slot(name: str) -> Any:
    """The place of a value that is given when the query is asked, under this name. Conditions take it for the value."""
    return _Slot(name)


def among(field: str, name: str) -> Any:
    """The condition that `field` is one of a list of values given when the query is asked, as `__in` would have it."""
    return Func(
        F(field), slot(name), template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )


class _Slot(Expression):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002  # Django's signature
        """The place, with itself as its value."""
        return "%s", (self,)


@dataclass
class _Asked:
    """What Django's row maker wants to know of a query set."""

    compiler: Any
    db: str
    _known_related_objects: dict[Any, Any] = field(default_factory=dict)

    @property
    def query(self) -> "_Asked":
        return self

    def get_compiler(self, using: str) -> Any:  # noqa: ARG002  # Django's signature
        return self.compiler


class Prepared(Generic[M]):
    """A query set whose values are slots. `build` is called once, when the query is first asked: it must not look at the clock.

    What is to be prefetched is named here.
    """

    def __init__(self, build: Callable[[], QuerySet[M]], *prefetched: str) -> None:
        self._build = build
        self._prefetched = prefetched
        self._kept: tuple[Any, str, tuple[Any, ...]] | None = None

    def rows(self, **values: Any) -> list[M]:
        """The rows with all that belongs to them. Raises `KeyError` for a slot without a value."""
        worded, sql, params = self._kept or self._worded()
        compiler = copy(worded)  # threads share the words, not the connection
        compiler.connection = connections[compiler.using]
        if compiler.query.select_for_update and not compiler.connection.in_atomic_block:
            raise TransactionManagementError("rows are locked within a transaction only")
        bound = _bound(params, values)
        compiler.as_sql = lambda: (sql, bound)
        found: list[M] = list(ModelIterable(_Asked(compiler, compiler.using)))  # type: ignore[arg-type]  # see `_Asked`
        if self._prefetched:
            prefetch_related_objects(found, *self._prefetched)
        return found

    def row(self, **values: Any) -> M | None:
        """The first row, if any."""
        found = self.rows(**values)
        return found[0] if found else None

    def count(self, **values: Any) -> int:
        """How many rows there are, up to the limit the query set has."""
        worded, sql, params = self._kept or self._worded()
        if not sql:
            return 0
        with connections[worded.using].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", _bound(params, values))  # noqa: S608  # Django's words
            (found,) = cursor.fetchone()
        return int(found)

    def _worded(self) -> tuple[Any, str, tuple[Any, ...]]:
        queryset = self._build()
        compiler = queryset.query.get_compiler(queryset.db)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:  # its conditions can never hold; Django takes no words for no rows
            sql, params = "", ()
        self._kept = compiler, sql, tuple(params)
        return self._kept


class PreparedFor(Generic[M]):
    """A prepared query for each kind of actor there is: by roles and by what an actor lacks. Its numbers are slots.

    `build` gets an actor of that kind without a name; other values are slots of their own.
    """

    def __init__(self, build: Callable[[Actor], QuerySet[M]]) -> None:
        self._build = build
        self._kinds: dict[tuple[Any, ...], Prepared[M]] = {}

    def row(self, actor: Actor, **values: Any) -> M | None:
        """The first row for the actor, if any."""
        return self._for(actor).row(**_numbers(actor), **values)

    def count(self, actor: Actor, **values: Any) -> int:
        """How many rows there are for the actor, up to the limit the query set has."""
        return self._for(actor).count(**_numbers(actor), **values)

    def _for(self, actor: Actor) -> Prepared[M]:
        kind = (actor.roles, *(number is None for number in _numbers(actor).values()))
        if kind not in self._kinds:
            anybody = _anybody(actor)
            self._kinds[kind] = Prepared(lambda: self._build(anybody))
        return self._kinds[kind]


def _numbers(actor: Actor) -> dict[str, int | None]:
    return {
        "person_id": actor.person_id,
        "appointment_id": actor.appointment_id,
        "organ_id": actor.organ_id,
        "unit_id": actor.unit_id,
    }


def _anybody(actor: Actor) -> Actor:
    slots: dict[str, Any] = {
        name: None if number is None else slot(name) for name, number in _numbers(actor).items()
    }
    return Actor(name="", login_name="", roles=actor.roles, **slots)


def _bound(params: tuple[Any, ...], values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[value.name] if isinstance(value, _Slot) else value for value in params)
