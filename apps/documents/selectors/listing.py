"""Lists of documents, outgoing and incoming: what one may see as a union of streams, each in the order of an index."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.core.actors import Actor
from apps.core.streams import Stream, Union
from apps.core.words import words_of
from apps.workflow.policies import Reach, reach_of
from apps.workflow.selectors import done_for_others, parts_of, still_opens


@dataclass(frozen=True, kw_only=True)
class Side:
    """Outgoing or incoming: its rows, its kind as a subject, the way to it from a matter, the field its lists are ordered by."""

    rows: QuerySet[Any]
    kind: str
    name: str
    dated: str

    @property
    def path(self) -> str:
        """From a participation or a to-do."""
        return f"matter__{self.name}"


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """Lookups on the document; `is_open`: they leave only documents whose flow is not over; `is_own`: only by the given grounds."""

    lookups: dict[str, Any]
    is_open: bool = False
    is_own: bool = False
    text: str = ""


def union_of(
    actor: Actor, side: Side, grounds: Iterable[Q], narrowing: Narrowing, reach: Reach | None = None
) -> Union:
    """The documents under the narrowing that the actor may see: by `grounds`, or by a part in them."""
    lookups = narrowing.lookups
    own = [
        Stream(rows=side.rows.filter(ground, **lookups), keys=(side.dated, "id"), text_id="id")
        for ground in grounds
    ]
    others = [] if narrowing.is_own else _by_part(side, narrowing, reach or reach_of(actor.person_id))
    return Union(streams=[*own, *others], texts=side.rows, words=words_of(narrowing.text))


def _by_part(side: Side, narrowing: Narrowing, reach: Reach) -> list[Stream]:
    parts = parts_of(reach, side.kind, is_open=narrowing.is_open)
    tasks = done_for_others(reach, side.kind).distinct()  # several in a matter are one line
    return [
        Stream(
            rows=rows.filter(**_lookups_on(side, narrowing.lookups, dated)),
            keys=(dated, subject),
            only=only,
            text=Subquery(side.rows.filter(pk=OuterRef(subject)).values("search_text")),
            text_id=f"{side.path}__id",
        )
        for rows, only, dated, subject in (
            (parts, still_opens(reach), "dated_at", "subject_id"),
            (tasks, None, "matter__dated_at", "matter__subject_id"),
        )
    ]


FACETS = {
    "urgency": "urgency",
    "document_type": "form",
}  # by the document's name, as a card and a part have them


def _lookups_on(side: Side, lookups: dict[str, Any], dated: str) -> dict[str, Any]:
    """The lookups from another table; those on what it, or its card, has itself on that, for the index has it."""
    here = dated.removesuffix("dated_at")
    known = {name: f"{here}{facet}" for name, facet in FACETS.items()}
    return {
        dated + name.removeprefix(side.dated)
        if name.startswith(f"{side.dated}__")
        else known.get(name, f"{side.path}__{name}"): value
        for name, value in lookups.items()
    }
