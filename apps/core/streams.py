"""Lists that are the union of several streams, each in the order of an index: a page costs the same whatever there is behind it.

What a person may see is a union (what the organ issued, what one drafted, what one has a part in), and no index orders a union. Each
stream therefore gives its next rows, and the page is taken from these. A search looks at the newest of each stream first; if the page
is not full then, the index of words gives all that has the words. What is found equals a scan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, Model, QuerySet

from apps.core.paging import PAGE_SIZE, Page, Walk, after, page_from, walk_of
from apps.core.shell import COUNT_LIMIT
from apps.core.words import rows_with, text_has_sql

M = TypeVar("M", bound=Model)
Statement = tuple[str, list[Any]]
WINDOW = 2000  # rows of each stream a search looks through before it asks the index of words
FIRST = "SELECT DISTINCT {keys} FROM ({rows}) AS found({keys}) ORDER BY {order} LIMIT {count}"
COUNTED = "(SELECT count(DISTINCT {key}) FROM ({rows}) AS found({keys}))"
# `seen`: down to where all windows reach, NULL when none was cut, for then they show everything
FOUND = """
WITH {windows}, seen AS MATERIALIZED (
  SELECT {first}(least) AS upto FROM ({ends}) AS ends
), near AS MATERIALIZED (
  SELECT DISTINCT {keys} FROM ({looked}) AS looked
  WHERE {has} AND (key0 {beyond} (SELECT upto FROM seen)) IS NOT FALSE ORDER BY {order} LIMIT {count}
), hits(id) AS MATERIALIZED ({hits})
SELECT DISTINCT {keys} FROM (
  SELECT {keys} FROM near
  UNION ALL SELECT * FROM ({rest}) AS rest
  WHERE (SELECT upto FROM seen) IS NOT NULL AND (SELECT count(*) FROM near) < {count}
) AS found({keys}) ORDER BY {order} LIMIT {count}
"""
WINDOWED = "window{place}({keys}, words) AS MATERIALIZED ({rows})"
LOOKED = "SELECT * FROM window{place}"
END = "SELECT {last}(key0) AS least FROM window{place} HAVING count(*) >= {window}"
# an array, so that the planner begins at the hits: a join it would begin at the list, comparing each row with all of them
AMONG_HITS = "%(expressions)s = ANY(ARRAY(SELECT hits.id FROM hits))"
NOTHING = "SELECT NULL, NULL LIMIT 0"


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A part of a list, from whatever table. `keys` are the paths that stand for the fields of the list's order, the last for its id.

    `text` is the path of the text that is searched, `text_id` of the row that has it.
    """

    rows: QuerySet[Any]
    keys: tuple[str, ...]
    text: str = "search_text"
    text_id: str = "pk"


@dataclass(frozen=True, kw_only=True)
class Union:
    """A list: its streams, and the rows whose texts are searched for `words`."""

    streams: Sequence[Stream]
    texts: QuerySet[Any]
    words: list[str]


def union_page(
    shown: QuerySet[M], union: Union, *, order: tuple[str, ...], cursor: str = "", size: int = PAGE_SIZE
) -> Page[M]:
    """A page of the union in `order` (see `core.paging.page_of`); `shown` are the rows as they are read. Two queries."""
    walk = walk_of(shown.model, order=order, cursor=cursor)
    return page_from(_read(shown, _ids(union, walk, size + 1)), order=order, walk=walk, size=size)


def union_rows(shown: QuerySet[M], union: Union, *, order: tuple[str, ...], limit: int) -> list[M]:
    """The first rows of the union. Two queries."""
    return _read(shown, _ids(union, Walk(order, None, is_backwards=False), limit))


def union_counts(wanted: Mapping[str, Union], *, order: tuple[str, ...]) -> dict[str, int]:
    """How many rows each union has, counted up to just above what is shown; words are not looked at. One query."""
    parts: list[str] = []
    given: list[Any] = []
    walk = Walk(order, None, is_backwards=False)
    names = {"keys": _keys(order), "key": f"key{len(order) - 1}"}
    for union in wanted.values():
        rows, parameters = _all([_next(stream, walk, COUNT_LIMIT + 1) for stream in union.streams])
        parts.append(COUNTED.format(rows=rows, **names))
        given += parameters
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), given)
        found = cursor.fetchone() or ()
    return {name: min(count, COUNT_LIMIT + 1) for name, count in zip(wanted, found, strict=True)}


def _read(shown: QuerySet[M], ids: list[Any]) -> list[M]:
    """The rows in the order of their ids."""
    rows = {row.pk: row for row in shown.filter(pk__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]


def _ids(union: Union, walk: Walk, count: int) -> list[Any]:
    """Ids of the next rows, as walked."""
    make = _found if union.words and union.streams else _first
    sql, parameters = make(union, walk, count)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[-1] for row in cursor.fetchall()]


def _first(union: Union, walk: Walk, count: int) -> Statement:
    rows, given = _all([_next(stream, walk, count) for stream in union.streams])
    keys, order = _keys(walk.order), _order(walk.order)
    return FIRST.format(rows=rows, keys=keys, order=order, count=count), given


def _found(union: Union, walk: Walk, count: int) -> Statement:
    """From the windows of all streams what has the words, down to where the first of them ends; else from the index of words."""
    keys, is_falling = _keys(walk.order), walk.order[0].startswith("-")
    looked = [_next(stream, walk, WINDOW, with_text=True) for stream in union.streams]
    looked = [(sql, given) for sql, given in looked if sql]
    has, words = text_has_sql(union.words, "words")
    hits, hit_words = _sql(rows_with(union.texts, union.words).order_by().values_list("pk"))
    rest, rest_words = _all([_next(_held(stream), walk, count) for stream in union.streams])
    places = range(len(looked))
    last = "min" if is_falling else "max"
    sql = FOUND.format(
        windows=", ".join(WINDOWED.format(place=place, keys=keys, rows=looked[place][0]) for place in places),
        ends=" UNION ALL ".join(END.format(last=last, place=place, window=WINDOW) for place in places),
        looked=" UNION ALL ".join(LOOKED.format(place=place) for place in places),
        first="max" if is_falling else "min",
        beyond=">" if is_falling else "<",
        has=has,
        hits=hits,
        rest=rest,
        keys=keys,
        order=_order(walk.order),
        count=count,
    )
    return sql, [*(value for _, given in looked for value in given), *words, *hit_words, *rest_words]


def _held(stream: Stream) -> Stream:
    """The stream's rows that the index of words gave."""
    rows = stream.rows.filter(Func(F(stream.text_id), template=AMONG_HITS, output_field=BooleanField()))
    return Stream(rows=rows, keys=stream.keys, text=stream.text, text_id=stream.text_id)


def _next(stream: Stream, walk: Walk, count: int, *, with_text: bool = False) -> Statement:
    """The stream's next rows; empty for a stream that has none whatever happens."""
    order = tuple(
        f"-{key}" if name.startswith("-") else key for name, key in zip(walk.order, stream.keys, strict=True)
    )
    rows = stream.rows.order_by(*order)
    if walk.values is not None:
        rows = rows.filter(after(order, walk.values))
    columns = (*stream.keys, stream.text) if with_text else stream.keys
    return _sql(rows.values_list(*columns)[:count])


def _sql(rows: QuerySet[Any, Any]) -> Statement:
    try:
        sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return "", []
    return sql, list(parameters)


def _all(statements: list[Statement]) -> Statement:
    asked = [statement for statement in statements if statement[0]] or [(NOTHING, [])]
    return " UNION ALL ".join(f"({sql})" for sql, _ in asked), [
        value for _, given in asked for value in given
    ]


def _keys(order: tuple[str, ...]) -> str:
    return ", ".join(f"key{place}" for place in range(len(order)))


def _order(order: tuple[str, ...]) -> str:
    return ", ".join(
        f"key{place}{' DESC' if name.startswith('-') else ''}" for place, name in enumerate(order)
    )
