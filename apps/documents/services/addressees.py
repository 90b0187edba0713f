"""Lists of recipients as they are kept, of documents and of templates alike."""

from collections.abc import Iterable
from typing import TypeVar

from apps.accounts.models import Organ
from apps.documents.models import Addressee

A = TypeVar("A", bound=Addressee)
NAME_LIMIT = 100


def addressees_ordered(*, rows: Iterable[A]) -> list[A]:
    """The rows numbered in their order: organs of the system by their standard name, each recipient once.

    Unknown ids and empty names fall out.
    """
    kept = _once(_named(list(rows)))
    for order, row in enumerate(kept):
        row.rank_order = order
    return kept


def _named(rows: list[A]) -> list[A]:
    ids = [row.organ_id for row in rows if row.organ_id]
    names = dict(Organ.objects.filter(pk__in=ids).values_list("pk", "full_name"))
    for row in rows:
        row.name = names.get(row.organ_id, "") if row.organ_id else " ".join(row.name.split())[:NAME_LIMIT]
    return [row for row in rows if row.name]


def _once(rows: list[A]) -> list[A]:
    seen: set[tuple[int | None, str]] = set()
    kept = []
    for row in rows:
        mark = (row.organ_id, "" if row.organ_id else row.name)
        if mark not in seen:
            seen.add(mark)
            kept.append(row)
    return kept
