"""Ten thousand documents or a million of the same two thousand people: do the desk and the lists get slower?

Two databases side by side on one server, filled as `manage.py demo --documents` fills. A clerk, an office director whose organ has
three documents of five, and a principal who has read 200,000 ask for their lists in turn from the one and the other, by the pages
themselves: first page, the page after fifty, every filter, searches of words from common to absent, with the counts they show.

A million takes longer to fill than a measurement may last: `bench inbox --prepare` fills both beforehand and keeps them. Without
that the larger one has as many documents as fit into the time.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlencode

from django.contrib.sessions.models import Session
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse

from apps.accounts.models import Person
from apps.accounts.selectors import actor_for
from apps.core.actors import Actor
from apps.documents.selectors.incoming import TABS as INCOMING_TABS
from apps.documents.selectors.incoming import IncomingFilter, incoming_page
from apps.documents.selectors.outgoing import TABS as OUTGOING_TABS
from apps.documents.selectors.outgoing import OutgoingFilter, documents_page
from apps.portal.demo.crowd import PEOPLE, PREFIX
from apps.portal.demo.filling import Report, database_fill
from apps.portal.desk import Tab
from apps.portal.selectors import DeskQuery, desk_page
from apps.portal.views import FILTERS
from apps.workflow.models import Matter
from config.stack.bench import BenchResult
from tests.benchmarks._copies import copies, inside, keep, kept, stand
from tests.benchmarks._pages import Asked, Databases, Times, measured, p95, queries_differ, shown, worst_ratio
from tests.benchmarks._stage import signed_in

REPEATS = 5
SMALL = 10_000
MILLION = int(os.environ.get("BENCH_DOCUMENTS", "1000000"))  # what --prepare fills
FITTING = int(os.environ.get("BENCH_DOCUMENTS", "200000"))  # what is filled within the measurement
KEPT = ("inbox_small", "inbox_large")
STEPS = 50
ENOUGH_SECONDS = 560  # no repetition is begun that would end after that, going by the last
READERS = ("clerk", "director", "principal")
WORDS = ("关于", "安全生产", "灯塔", "茶马古道 意见", "龘")
DEEP_TABS = (Tab.DONE, Tab.READ, Tab.INITIATED)
PageRead = Callable[[Actor, str], str | None]
"""Whose list, from which cursor; the next cursor."""


def prepare(told: Report) -> None:
    """Fill ten thousand documents and a million, and keep both."""
    halves = [f"{name}_half" for name in KEPT]
    with copies(*halves) as both:
        for other, name, count in zip(both, KEPT, (SMALL, MILLION), strict=True):
            told(f"{count} 件公文：")
            with inside(other):
                database_fill(told, count, "!", people=PEOPLE)
            other.close()
            keep(f"{name}_half", name)


def run(
    repeats: int = REPEATS,
    small: int = SMALL,
    large: int = FITTING,
    people: int = PEOPLE,
    readers: tuple[str, ...] = READERS,
) -> BenchResult:
    """In both, walk to the pages after fifty, count queries (which warms), then ask for page after page in turn."""
    began = time.monotonic()
    with prepared() if stand(*KEPT) else filled(small, large, people) as (both, told):
        for other in both:
            with inside(other):
                Session.objects.all().delete()
                sessions = signed_in([_person(key) for key in readers])
        gc.collect()
        gc.freeze()
        pages = list(_pages(dict(zip(readers, sessions, strict=True)), _deep(both, STEPS, readers)))
        differing = queries_differ(both, pages)
        turns: list[Times] = []
        for _ in range(repeats):
            begun = time.monotonic()
            turns.append(measured(both, pages))
            if 2 * time.monotonic() - begun - began > ENOUGH_SECONDS:
                break
    told = f"{told}，逐页交替，每页两遍取快；"
    notes = {
        "p95_ratio_worst": f"{told}{len(turns)} 轮，各页 p95 的中位数（毫秒，少/多）："
        + "，".join(shown(name, turns) for name in turns[0]),
        "queries_equal": f"{len(pages)} 个页面的查询数逐个比较；" + ("；".join(differing[:5]) or "全部相等"),
        "p95_ms_worst": "件数多的一库中最慢一类页面的 p95",
    }
    return BenchResult(
        {
            "p95_ratio_worst": [worst_ratio(times) for times in turns],
            "queries_equal": [float(not differing)],
            "p95_ms_worst": [max(p95(slow) for _, slow in times.values()) for times in turns],
        },
        notes,
    )


@contextmanager
def prepared() -> Iterator[tuple[Databases, str]]:
    """The databases that `prepare` kept, and what they are."""
    with kept(*KEPT) as both:
        counts = []
        for other in both:
            with inside(other):
                counts.append(Matter.objects.count())
        yield both, f"{PEOPLE} 人，{counts[0]} 件与 {counts[1]} 件公文各一库（--prepare 预先填充）"


@contextmanager
def filled(small: int, large: int, people: int) -> Iterator[tuple[Databases, str]]:
    """Databases filled here and now, and what they are."""
    seconds: list[float] = []
    with copies("bench_inbox_small", "bench_inbox_large") as both:
        for other, count in zip(both, (small, large), strict=True):
            started = time.monotonic()
            with inside(other):
                database_fill(lambda _: None, count, "!", people=people)
            seconds.append(time.monotonic() - started)
        yield (
            both,
            f"{people} 人，{small} 件与 {large} 件公文各一库（填充 {seconds[0]:.0f} 秒与 {seconds[1]:.0f} 秒）",
        )


def _person(key: str) -> Person:
    return Person.objects.get(login_name=f"{PREFIX}-{key}")


def _lists() -> Iterator[tuple[str, str, PageRead]]:
    """Every list that has pages behind pages: its address, what narrows to it, and how to read on."""
    for tab in DEEP_TABS:
        yield reverse("portal:desk"), f"tab={tab}", partial(_desk_on, tab)
    yield reverse("documents:outgoing_list"), "", _outgoing_on
    yield reverse("documents:incoming_list"), "", _incoming_on


def _desk_on(tab: Tab, actor: Actor, cursor: str) -> str | None:
    return desk_page(actor, DeskQuery(tab=tab, cursor=cursor)).next_cursor


def _outgoing_on(actor: Actor, cursor: str) -> str | None:
    return documents_page(actor, OutgoingFilter(), cursor).next_cursor


def _incoming_on(actor: Actor, cursor: str) -> str | None:
    return incoming_page(actor, IncomingFilter(), cursor).next_cursor


def _deep(
    both: Databases, steps: int, readers: tuple[str, ...] = READERS
) -> dict[str, list[tuple[str, str]]]:
    """For each reader the addresses, in either database, so many pages on (or where the list ends)."""
    found: dict[str, list[tuple[str, str]]] = {key: [] for key in readers}
    for key in readers:
        for address, query, read_on in _lists():
            ends = tuple(_walked(other, key, read_on, steps) for other in both)
            found[key].append((f"{address}?{query}&cursor={ends[0]}", f"{address}?{query}&cursor={ends[1]}"))
    return found


def _walked(other: BaseDatabaseWrapper, key: str, read_on: PageRead, steps: int) -> str:
    with inside(other):
        actor, cursor = actor_for(_person(key)), ""
        for _ in range(steps):
            following = read_on(actor, cursor)
            if following is None:
                break
            cursor = following
    return cursor


def _pages(sessions: dict[str, str], deep: dict[str, list[tuple[str, str]]]) -> Iterator[Asked]:
    """All that is asked for in a turn, by name of operation."""
    for key, session in sessions.items():
        yield from (("首页", session, f"{reverse('portal:desk')}?tab={tab}") for tab in Tab)
        for address, query, _ in _lists():
            yield "首页", session, f"{address}?{query}"
            for word in WORDS:
                yield "搜索", session, f"{address}?{query}&{urlencode({'q': word})}"
        yield from (("五十页后", session, addresses) for addresses in deep[key])
        yield from (("筛选", session, address) for address in _filters())


def _filters() -> Iterator[str]:
    desk, outgoing, incoming = (
        reverse(name) for name in ("portal:desk", "documents:outgoing_list", "documents:incoming_list")
    )
    yield from (f"{desk}?tab=todo&only={only}" for only, _ in FILTERS)
    yield f"{desk}?tab=todo&sort=due"
    for tab in DEEP_TABS:
        yield f"{desk}?tab={tab}&only=extra_urgent"
        yield from (f"{desk}?tab={tab}&category={category}" for category in ("outgoing", "meeting"))
    narrowing = ("type=opinion", "type=order", "urgency=urgent", "year=2025", "year=1999")
    for address, tabs, own in ((outgoing, OUTGOING_TABS, "mine=1"), (incoming, INCOMING_TABS, "overdue=1")):
        yield from (f"{address}?tab={tab}" for tab in tabs)
        yield from (f"{address}?{query}" for query in (*narrowing, own))
