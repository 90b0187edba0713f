"""Lists that are the union of several streams, each in the order of an index: a page costs the same whatever there is behind it.

What a person may see is a union (what the organ issued, what one drafted, what one has a part in), and no index orders a union. Each
stream therefore gives its next rows, and the page is taken from these. A search for words that few texts have begins at the index of
words; for others it looks at the newest of each stream, and the index gives the rest if the page is not full then. What is found
equals a scan.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, Q, QuerySet
from django.db.models.expressions import Combinable

from apps.core.paging import PAGE_SIZE, Page, Walk, after, page_from, page_of, walk_of
from apps.core.shell import COUNT_LIMIT
from apps.core.words import most_with, rows_with, text_has_sql

M = TypeVar("M", bound=Model)
Statement = tuple[str, list[Any]]
FEW = 3000  # texts that may have the words for the search to begin at the index
WINDOW = 10_000  # rows of each stream it looks through otherwise, if it must: some twenty of them have words of more than few texts
FIRST = "SELECT DISTINCT {keys} FROM ({rows}) AS found({keys}) ORDER BY {order} LIMIT {count}"
COUNTED = "(SELECT count(DISTINCT {key}) FROM ({rows}) AS found({keys}))"
# streams of which each row is asked whether it counts are not read where the others fill the count
COUNTED_BOTH = """(WITH plain({keys}) AS MATERIALIZED ({rows})
SELECT count(DISTINCT {key}) FROM (
  SELECT * FROM plain UNION ALL SELECT * FROM ({asked}) AS asked WHERE (SELECT count(DISTINCT {key}) FROM plain) < {limit}
) AS found({keys}))"""
# A window is read as far as `found` needs it. `seen`: down to where all windows reach that did not fill the page by themselves;
# NULL when none was cut, for then they show everything
FOUND = """
WITH {windows}, seen AS MATERIALIZED (
  SELECT {first}(least) AS upto FROM ({ends}) AS ends
), near AS MATERIALIZED (
  SELECT DISTINCT {keys} FROM ({found}) AS found
  WHERE (key0 {beyond} (SELECT upto FROM seen)) IS NOT FALSE ORDER BY {order} LIMIT {count}
), hits(id) AS MATERIALIZED ({hits})
SELECT DISTINCT {keys} FROM (
  SELECT {keys} FROM near
  UNION ALL SELECT * FROM ({rest}) AS rest
  WHERE (SELECT upto FROM seen) IS NOT NULL AND (SELECT count(*) FROM near) < {count}
) AS found({keys}) ORDER BY {order} LIMIT {count}
"""
RARE = """
WITH hits(id) AS MATERIALIZED ({hits}) SELECT DISTINCT {keys} FROM ({rest}) AS rest({keys}) ORDER BY {order} LIMIT {count}
"""
WINDOWED = """window{place}({keys}, words, row) AS MATERIALIZED ({rows}), found{place} AS MATERIALIZED (
  SELECT DISTINCT {keys} FROM window{place} WHERE {has} AND {counts} ORDER BY {order} LIMIT {count}
)"""
COUNTS = "({only}) IS NOT NULL"  # not EXISTS, which would be asked for all rows at once
FOUND_THERE = "SELECT * FROM found{place}"
END = """SELECT {last}(key0) AS least FROM window{place}
WHERE (SELECT count(*) FROM found{place}) < {count} HAVING count(*) >= {window}"""
# an array, so that the planner begins at the hits: a join it would begin at the list, comparing each row with all of them
AMONG_HITS = "%(expressions)s = ANY(ARRAY(SELECT hits.id FROM hits))"
NOTHING = "SELECT NULL, NULL LIMIT 0"


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A part of a list, from whatever table. `keys` are the paths that stand for the fields of the list's order, the last for its id.

    Of the `rows` those count that meet `only`: what is dear to ask is asked there, of rows that have the words. `text` is (the path
    of) the text that is searched, `text_id` the path of the id of the row that has it.
    """

    rows: QuerySet[Any]
    keys: tuple[str, ...]
    only: Q | None = None
    text: str | Combinable = "search_text"
    text_id: str = "pk"

    @property
    def counted(self) -> QuerySet[Any]:
        """Those that count."""
        return self.rows if self.only is None else self.rows.filter(self.only)


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


def searched_page(
    rows: QuerySet[M], words: list[str], *, order: tuple[str, ...], cursor: str = "", size: int = PAGE_SIZE
) -> Page[M]:
    """A page of one list: those of `rows` that have every word, of a model that keeps a `search_text`. At most two queries."""
    if not words:
        return page_of(rows, order=order, cursor=cursor, size=size)
    return union_page(rows, _alone(rows, words, order), order=order, cursor=cursor, size=size)


def searched_rows(rows: QuerySet[M], words: list[str], *, order: tuple[str, ...], limit: int) -> list[M]:
    """The first of them, for export and search. At most two queries."""
    if not words:
        return list(rows.order_by(*order)[:limit])
    return union_rows(rows, _alone(rows, words, order), order=order, limit=limit)


def _alone(rows: QuerySet[M], words: list[str], order: tuple[str, ...]) -> Union:
    stream = Stream(rows=rows, keys=tuple(name.lstrip("-") for name in order), text_id="id")
    return Union(streams=[stream], texts=rows.model._default_manager.all(), words=words)  # noqa: SLF001  # Django's public model API


def union_counts(wanted: Mapping[str, Union], *, order: tuple[str, ...]) -> dict[str, int]:
    """How many rows each union has, counted up to just above what is shown; words are not looked at. One query."""
    parts: list[str] = []
    given: list[Any] = []
    for union in wanted.values():
        counted, parameters = _counted(union, order)
        parts.append(counted)
        given += parameters
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), given)
        found = cursor.fetchone() or ()
    return {name: min(count, COUNT_LIMIT + 1) for name, count in zip(wanted, found, strict=True)}


def _counted(union: Union, order: tuple[str, ...]) -> Statement:
    limit, walk = COUNT_LIMIT + 1, Walk(order, None, is_backwards=False)
    names = {"keys": _keys(order), "key": f"key{len(order) - 1}", "limit": limit}
    plain, asked = (
        [_next(stream, walk, limit) for stream in union.streams if (stream.only is None) == is_plain]
        for is_plain in (True, False)
    )
    if not (any(sql for sql, _ in plain) and any(sql for sql, _ in asked)):
        rows, given = _all([*plain, *asked])
        return COUNTED.format(rows=rows, **names), given
    rows, given = _all(plain)
    others, more = _all(asked)
    return COUNTED_BOTH.format(rows=rows, asked=others, **names), [*given, *more]


def _read(shown: QuerySet[M], ids: list[Any]) -> list[M]:
    """The rows in the order of their ids."""
    rows = {row.pk: row for row in shown.filter(pk__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]


def _ids(union: Union, walk: Walk, count: int) -> list[Any]:
    """Ids of the next rows, as walked."""
    make = _way(union)
    sql, parameters = make(union, walk, count)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[-1] for row in cursor.fetchall()]


def _way(union: Union) -> Callable[[Union, Walk, int], Statement]:
    if not (union.words and union.streams):
        return _first
    most = most_with(union.texts, union.words)
    return _found if most is None or most > FEW else _rare


def _first(union: Union, walk: Walk, count: int) -> Statement:
    rows, given = _all([_next(stream, walk, count) for stream in union.streams])
    keys, order = _keys(walk.order), _order(walk.order)
    return FIRST.format(rows=rows, keys=keys, order=order, count=count), given


def _found(union: Union, walk: Walk, count: int) -> Statement:
    """From the windows of all streams what has the words, down to where the first of them ends; else from the index of words."""
    keys, is_falling = _keys(walk.order), walk.order[0].startswith("-")
    shape = {"keys": keys, "order": _order(walk.order), "count": count, "window": WINDOW}
    windows, given = _windows(union, walk, shape)
    if not windows:
        return _first(union, walk, count)
    hits, rest, words = _by_index(union, walk, count)
    places = range(len(windows))
    last = "min" if is_falling else "max"
    sql = FOUND.format(
        windows=", ".join(windows),
        ends=" UNION ALL ".join(END.format(last=last, place=place, **shape) for place in places),
        found=" UNION ALL ".join(FOUND_THERE.format(place=place) for place in places),
        first="max" if is_falling else "min",
        beyond=">" if is_falling else "<",
        hits=hits,
        rest=rest,
        **shape,
    )
    return sql, [*given, *words]


def _rare(union: Union, walk: Walk, count: int) -> Statement:
    """All that the index of words gives, and of it the streams' rows."""
    hits, rest, words = _by_index(union, walk, count)
    return RARE.format(
        hits=hits, rest=rest, keys=_keys(walk.order), order=_order(walk.order), count=count
    ), words


def _by_index(union: Union, walk: Walk, count: int) -> tuple[str, str, list[Any]]:
    """The texts that have the words, the streams' rows among them, and the parameters of both."""
    hits, words = _sql(rows_with(union.texts, union.words).order_by().values_list("pk"))
    rest, given = _all([_next(_held(stream), walk, count) for stream in union.streams])
    return hits, rest, [*words, *given]


def _windows(union: Union, walk: Walk, shape: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """A window of each stream that has rows, with what is found there; and their parameters."""
    has, words = text_has_sql(union.words, "words")
    windows: list[str] = []
    given: list[Any] = []
    for stream in union.streams:
        rows, looked = _window(stream, walk)
        if not rows:
            continue
        place = len(windows)
        counts, asked = _counts(stream, place)
        windows.append(WINDOWED.format(place=place, rows=rows, has=has, counts=counts, **shape))
        given += [*looked, *words, *asked]
    return windows, given


def _counts(stream: Stream, place: int) -> Statement:
    """Whether a row of the stream's window counts."""
    if stream.only is None:
        return "true", []
    row = Func(template=f"window{place}.row", output_field=BigIntegerField())
    only, given = _sql(stream.rows.model._default_manager.filter(stream.only, pk=row).values("pk"))  # noqa: SLF001  # Django's public model API
    return (COUNTS.format(only=only), given) if only else ("false", [])


def _held(stream: Stream) -> Stream:
    """The stream's rows that the index of words gave."""
    among = Func(F(stream.text_id), template=AMONG_HITS, output_field=BooleanField())
    return replace(stream, rows=stream.rows.filter(among))


def _window(stream: Stream, walk: Walk) -> Statement:
    """The stream's next rows with their texts, whether they count or not."""
    return _sql(_walked(stream.rows, stream, walk).values_list(*stream.keys, stream.text, "pk")[:WINDOW])


def _next(stream: Stream, walk: Walk, count: int) -> Statement:
    """The stream's next rows; empty for a stream that has none whatever happens."""
    return _sql(_walked(stream.counted, stream, walk).values_list(*stream.keys)[:count])


def _walked(rows: QuerySet[Any], stream: Stream, walk: Walk) -> QuerySet[Any]:
    order = tuple(
        f"-{key}" if name.startswith("-") else key for name, key in zip(walk.order, stream.keys, strict=True)
    )
    rows = rows.order_by(*order)
    return rows.filter(after(order, walk.values)) if walk.values is not None else rows


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
