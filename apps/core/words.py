"""Finding words in titles and numbers, complete from one character on, by one index.

A text is kept folded (full-width forms, letter case, runs of space) in the column `search_text`. Its characters and pairs of
neighbours, as numbers, are what the index knows (`text_words` in the database). A word of one or two characters is one such number,
of a longer one all its pairs must be there; what the index gives is compared once more, so that the result equals a scan.
"""

import re
import unicodedata
from itertools import pairwise
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection
from django.db.models import F, Func, IntegerField, Q, QuerySet

MOST_WORDS = 5
SERIAL = re.compile(r"[1-9]\d{0,4}号")
LOW_BITS = 0xFFFF
# frequencies end with the least and the greatest of those listed; what is not listed is rarer than the least
MOST_WITH = """
SELECT reltuples * (SELECT min(coalesce(freqs[array_position(elements, number)], freqs[cardinality(elements) + 1]))
                    FROM unnest(%s::int[]) AS number)
FROM (
  SELECT own.reltuples, told.most_common_elems::text::int[] AS elements, told.most_common_elem_freqs AS freqs
  FROM pg_index JOIN pg_class AS own ON own.oid = indrelid JOIN pg_class AS words ON words.oid = indexrelid
  JOIN pg_stats AS told ON told.tablename = words.relname AND told.attname = 'text_words'
  WHERE indrelid = %s::regclass AND told.schemaname = current_schema()
) AS known WHERE elements IS NOT NULL AND reltuples >= 0
"""


def folded(text: str) -> str:
    """As it is compared: NFKC, lower case, each run of space one space; the same as `text_folded` in the database."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def words_of(text: str) -> list[str]:
    """The words asked for, folded; no more than five."""
    return folded(text.replace("\x00", "")).split()[:MOST_WORDS]


def word_numbers(word: str) -> list[int]:
    """Numbers a folded text must have to contain the folded `word`; agrees with `text_words` in the database."""
    points = [ord(character) & LOW_BITS for character in word]
    if len(points) == 1:
        return points
    pairs = dict.fromkeys(pairwise(points))
    return [_signed(first << 16 | second) for first, second in pairs]


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number


def words_index(name: str) -> GinIndex:
    """The index of a table's `search_text`."""
    # no list of pending entries: each search would read it through
    return GinIndex(_numbers(), name=name, fastupdate=False)


def _numbers() -> Func:
    return Func(F("search_text"), function="text_words", output_field=ArrayField(IntegerField()))


def text_has(words: list[str], prefix: str = "") -> Q:
    """Condition: every word is in the text. `17号` is a whole serial and does not find 117号. `prefix` reaches the row that has it."""
    condition = Q()
    for word in words:
        pattern = _whole(word)
        found = {"regex": pattern} if pattern else {"contains": word}
        condition &= Q(**{f"{prefix}search_text__{lookup}": value for lookup, value in found.items()})
    return condition


def text_has_sql(words: list[str], column: str) -> tuple[str, list[str]]:
    """The same condition on an SQL `column`, with its parameters."""
    patterns = [_whole(word) for word in words]
    parts = [f"{column} ~ %s" if pattern else f"strpos({column}, %s) > 0" for pattern in patterns]
    return " AND ".join(parts) or "true", [
        pattern or word for pattern, word in zip(patterns, words, strict=True)
    ]


def _whole(word: str) -> str:
    """The pattern of a word that is a serial; empty for others."""
    return f"(^|[^0-9]){word}" if SERIAL.fullmatch(word) else ""


def rows_with(rows: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
    """Those of the rows that have every word, by the index. Without words none is left out."""
    numbers = [number for word in words for number in word_numbers(word)]
    found: QuerySet[Any] = rows.alias(text_numbers=_numbers()).filter(
        text_has(words), text_numbers__contains=numbers
    )
    return found


def most_with(rows: QuerySet[Any], words: list[str]) -> int | None:
    """At most about so many rows of the table have every word, by the statistics of its index; None when there are none yet."""
    numbers = [number for word in words for number in word_numbers(word)]
    with connection.cursor() as cursor:
        cursor.execute(MOST_WITH, [numbers, rows.model._meta.db_table])  # noqa: SLF001  # Django's public model API
        found = cursor.fetchone()
    return None if found is None else int(found[0])
