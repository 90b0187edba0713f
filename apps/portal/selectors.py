"""Reads of the desk: seven lists, their live numbers and filters; each page costs a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now, today
from apps.core.paging import page_of
from apps.core.shell import COUNT_LIMIT
from apps.core.streams import Stream, Union, union_page, union_rows
from apps.core.subjects import Subject, url_of
from apps.core.words import text_has, words_of
from apps.documents.enums import OutgoingStatus
from apps.documents.models import OutgoingDocument
from apps.portal.desk import ROWS, DeskRow, Tab, todo_row
from apps.workflow.models import Matter, Urgency
from apps.workflow.selectors import inbox

# Order of each list; the last field is unique, so that the keyset never repeats a row.
ORDERS: dict[Tab, tuple[str, ...]] = {
    Tab.TODO: ("-arrived_at", "-id"),
    Tab.READING: ("-sent_at", "-id"),
    Tab.DONE: ("-done_at", "-id"),
    Tab.READ: ("-read_at", "-id"),
    Tab.INITIATED: ("-created_at", "-id"),
    Tab.DRAFT: ("-updated_at", "-id"),
    Tab.FOLLOWED: ("-created_at", "-id"),
}
DUE_ORDER = ("due_sort", "-id")
MATTER_PREFIX = {
    Tab.TODO: "matter__",
    Tab.READING: "matter__",
    Tab.DONE: "matter__",
    Tab.READ: "matter__",
    Tab.FOLLOWED: "matter__",
}
PLACE_LIMIT = 300
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=CITY_ZONE)


@dataclass(frozen=True)
class DeskQuery:
    """What the person asked to see. `only`: all, extra_urgent, urgent, today, overdue; `sort`: arrived or due (to-dos)."""

    tab: Tab = Tab.TODO
    only: str = "all"
    category: str = ""
    text: str = ""
    sort: str = "arrived"
    cursor: str = ""


@dataclass(frozen=True)
class DeskPage:
    """Rows with cursors."""

    rows: list[DeskRow]
    next_cursor: str | None
    previous_cursor: str | None


def _drafts(actor: Actor) -> QuerySet[Any]:
    """One's own drafts that were never submitted; a returned document is a to-do."""
    return OutgoingDocument.objects.filter(
        drafter_id=actor.person_id, status=OutgoingStatus.DRAFT, submitted_at__isnull=True
    ).defer("body")


_SOURCES: dict[Tab, Callable[[Actor], QuerySet[Any]]] = {
    Tab.TODO: inbox.tasks_todo,
    Tab.DONE: inbox.tasks_done,
    Tab.READING: inbox.readings_todo,
    Tab.READ: inbox.readings_done,
    Tab.INITIATED: inbox.matters_initiated,
    Tab.DRAFT: _drafts,
    Tab.FOLLOWED: inbox.matters_followed,
}


def desk_page(actor: Actor, query: DeskQuery) -> DeskPage:
    """One page of the asked list."""
    order = ORDERS[query.tab]
    if query.tab is Tab.TODO and query.sort == "due":
        rows = _filtered(_SOURCES[query.tab](actor), query).annotate(
            due_sort=Coalesce(F("due_at"), NO_DEADLINE)
        )
        has = text_has(words_of(query.text), MATTER_PREFIX[query.tab])
        page = page_of(rows.filter(has), order=DUE_ORDER, cursor=query.cursor)
    else:
        page = union_page(_SOURCES[query.tab](actor), _union(actor, query), order=order, cursor=query.cursor)
    return DeskPage(
        [_row(actor, query.tab, row) for row in page.rows], page.next_cursor, page.previous_cursor
    )


def _row(actor: Actor, tab: Tab, row: Any) -> DeskRow:
    return todo_row(row, person_id=actor.person_id) if tab is Tab.TODO else ROWS[tab](row)


def desk_export(actor: Actor, query: DeskQuery, *, limit: int = 5000) -> list[DeskRow]:
    """All rows of the asked list, at most `limit`, for the Excel export."""
    rows = union_rows(_SOURCES[query.tab](actor), _union(actor, query), order=ORDERS[query.tab], limit=limit)
    return [_row(actor, query.tab, row) for row in rows]


def _union(actor: Actor, query: DeskQuery) -> Union:
    """The tab's list under the filter, scoped to the person; to-dos also of those for whom the person may act."""
    prefix = MATTER_PREFIX.get(query.tab, "")
    is_done = query.tab is Tab.DONE
    parts = inbox.done_streams(actor) if is_done else [_SOURCES[query.tab](actor)]
    streams = [
        Stream(
            rows=_filtered(rows, query),
            keys=tuple(name.lstrip("-") for name in ORDERS[query.tab]),
            only=inbox.is_latest(actor) if is_done else None,
            text=f"{prefix}search_text",
            text_id="matter_id" if prefix else "id",
        )
        for rows in parts
    ]
    texts = OutgoingDocument.objects.all() if query.tab is Tab.DRAFT else Matter.objects.all()
    return Union(streams=streams, texts=texts, words=words_of(query.text))


def _filtered(rows: QuerySet[Any], query: DeskQuery) -> QuerySet[Any]:
    prefix = MATTER_PREFIX.get(query.tab, "")
    if query.only in (Urgency.EXTRA_URGENT, Urgency.URGENT):
        rows = rows.filter(**{f"{prefix}urgency": query.only})
    elif query.tab is Tab.TODO and query.only == "today":
        rows = rows.filter(_due_today())
    elif query.tab is Tab.TODO and query.only == "overdue":
        rows = rows.filter(due_at__lt=now())
    if query.category and query.tab is not Tab.DRAFT:
        rows = rows.filter(**{f"{prefix}category": query.category})
    return rows


def _due_today() -> Q:
    end = datetime.combine(today(), time.max, tzinfo=CITY_ZONE)
    return Q(due_at__gte=now(), due_at__lte=end)


def todo_numbers(actor: Actor) -> dict[str, int]:
    """Counts behind the filter pills and the light summary, of the to-dos up to just above what is shown, in one query."""
    rows = inbox.tasks_todo(actor).annotate(
        extra_urgent=_whether(Q(matter__urgency=Urgency.EXTRA_URGENT)),
        urgent=_whether(Q(matter__urgency=Urgency.URGENT)),
        today=_whether(_due_today()),
        overdue=_whether(Q(due_at__lt=now())),
    )
    names = ("extra_urgent", "urgent", "today", "overdue")
    found = list(rows.values_list(*names)[: COUNT_LIMIT + 1])
    return {"all": len(found)} | {name: sum(row[at] for row in found) for at, name in enumerate(names)}


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0))


def tab_counts(actor: Actor, numbers: dict[str, int]) -> dict[Tab, int]:
    """Live numbers of the tabs that have one (待办, 待阅, 草稿)."""
    return {Tab.TODO: numbers["all"], Tab.READING: inbox.reading_count(actor), Tab.DRAFT: draft_count(actor)}


def draft_count(actor: Actor) -> int:
    """Drafts of one's own."""
    return _drafts(actor)[: COUNT_LIMIT + 1].count()


@dataclass(frozen=True)
class Place:
    """Where a matter stands in the to-do list: `position` from 1 (0: no longer there), and the addresses beside it."""

    position: int
    count: int
    previous_url: str
    next_url: str


def place_of(actor: Actor, matter_id: int) -> Place:
    """The matter's place in the to-do list by arrival; once it is done, the first to-do comes next. One query."""
    rows = list(
        inbox.tasks_todo(actor)
        .order_by(*ORDERS[Tab.TODO])
        .values_list("matter_id", "matter__subject_kind", "matter__subject_id")[:PLACE_LIMIT]
    )
    ids = [row[0] for row in rows]
    urls = [url_of(Subject(kind, pk)) for _, kind, pk in rows]
    if matter_id not in ids:
        return Place(0, len(ids), "", urls[0] if urls else "")
    at = ids.index(matter_id)
    return Place(at + 1, len(ids), urls[at - 1] if at else "", urls[at + 1] if at + 1 < len(urls) else "")
