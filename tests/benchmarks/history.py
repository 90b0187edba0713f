"""Ten thousand messages or a million of the same two thousand people: does looking back get slower, and is all found?

Two databases side by side on one server, the same people in the same conversations, every conversation a hundred times as long
in the second. Each operation is done in both, one right after the other, by the selectors the page and the API call.
"""

import gc
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.actors import Actor
from apps.core.subjects import Subject
from apps.core.words import folded
from apps.messaging.models import Membership
from apps.messaging.selectors.conversations import room_data, room_facts, rows_of, unread_total
from apps.messaging.selectors.entries import CONVERSATION_KIND, entries_before, page_facts
from apps.messaging.selectors.gates import membership_for
from apps.messaging.selectors.search import messages_found
from apps.notifications.services import notices_read_about
from config.stack.bench import BenchResult
from tests.benchmarks._chatter import Chatter, tokens
from tests.benchmarks._copies import copies, inside
from tests.benchmarks._crowd import Crowd, gathered

REPEATS = 5
PEOPLE = 2000
SMALL, LARGE = 10_000, 1_000_000
PASSES = {2: 10, 50: 8, 500: 3}  # conversations of each size a person is in
PAGES = 50
WORDS = 7  # of each length a reader looks for
DEEP = 60  # hits compared with the scan
ABSENT = {1: "龘", 2: "龘靐", 4: "龘靐齉爩"}
READERS = 7
ENOUGH_SECONDS = 480  # no further repetition is begun after that
SCAN = """
SELECT entry.conversation_id, entry.seq, entry.text, entry.file_names FROM messaging_message AS entry
JOIN messaging_membership AS place ON place.conversation_id = entry.conversation_id AND place.person_id = %s
  AND place.left_at IS NULL AND entry.seq > place.joined_seq
WHERE entry.kind = 'message' AND entry.recalled_at IS NULL AND NOT EXISTS (
  SELECT FROM messaging_hiddenmessage AS hidden WHERE hidden.message_id = entry.id AND hidden.person_id = place.person_id)
ORDER BY entry.id DESC
"""
Databases = list[BaseDatabaseWrapper]
Times = dict[str, list[list[float]]]


def run(
    repeats: int = REPEATS, people: int = PEOPLE, small: int = SMALL, large: int = LARGE, pages: int = PAGES
) -> BenchResult:
    """Fill both, warm both, then measure operation by operation in turn."""
    began = time.monotonic()
    crowd = gathered(people, passes=PASSES)
    with copies("bench_history_small", "bench_history_large") as both:
        chatter = Chatter(crowd, seed=3)
        for other, count in zip(both, (small, large), strict=True):
            chatter.fill(other, count)
        del chatter
        gc.collect()
        gc.freeze()
        pagers = {size: _always_there(crowd, size, both[0]) for size in crowd.places}
        measured: list[Times] = []
        recalls: list[float] = []
        for turn in range(repeats + 1):
            if len(measured) > 1 and time.monotonic() - began > ENOUGH_SECONDS:
                break
            readers = _readers(crowd, turn)
            found = _measured(both, _works(readers, pagers, turn, pages))
            if turn:  # the first one warms
                measured.append(found)
                recalls.append(_recall(both, readers[turn % len(readers)], turn))
    ratios = [max(_p95(slow) / _p95(fast) for fast, slow in times.values()) for times in measured]
    notes = {
        "p95_ratio_worst": f"{people} 人，{small} 条与 {large} 条各一库，逐次交替，每次操作各做两遍取快；"
        f"{len(measured)} 轮，各操作 p95 的中位数（毫秒，少/多）："
        + "，".join(_shown(name, measured) for name in measured[0]),
        "recall": f"每轮一人，各词最新 {DEEP} 条与逐条扫描比较，两库一并计算",
    }
    return BenchResult({"p95_ratio_worst": ratios, "recall": recalls}, notes)


def _readers(crowd: Crowd, turn: int) -> list[Actor]:
    """Who looks: one in all three busy rooms, others in one or two of them, the rest in quiet ones only."""
    pair, fifty, many = (crowd.places[size][0].members for size in (2, 50, 500))
    quiet = [number for number in range(len(crowd.people)) if number not in {*pair, *fifty, *many}] or many
    chosen = [pair[turn % 2], fifty[2 + 3 * turn], *(many[3 + 7 * turn + step] for step in (0, 3))]
    chosen += [quiet[(turn * 53 + step * 97) % len(quiet)] for step in range(READERS - len(chosen))]
    return [crowd.actor(number) for number in dict.fromkeys(chosen)]


def _always_there(crowd: Crowd, size: int, other: BaseDatabaseWrapper) -> tuple[Actor, int]:
    """Somebody who sees the busy room of that size from its first message on, and the room."""
    place = crowd.places[size][0]
    with inside(other):
        rows = Membership.objects.filter(conversation=place.conversation, joined_seq=0).order_by("pk")
        person_id = rows.values_list("person_id", flat=True)[0]
    number = next(one for one in place.members if crowd.people[one].pk == person_id)
    return crowd.actor(number), place.conversation.pk


def _measured(both: Databases, works: Iterator[tuple[str, Callable[[int], object]]]) -> Times:
    """Milliseconds of each operation in both: the better of two, for on a busy machine the worst twentieth is others' work."""
    times: Times = defaultdict(lambda: [[], []])
    for name, work in works:
        best = [math.inf, math.inf]
        for place in (0, 1, 1, 0) if len(times[name][0]) % 2 else (1, 0, 0, 1):
            with inside(both[place]):
                started = time.perf_counter()
                work(place)
                best[place] = min(best[place], (time.perf_counter() - started) * 1000)
        for place in (0, 1):
            times[name][place].append(best[place])
    return dict(times)


def _works(
    readers: list[Actor], pagers: dict[int, tuple[Actor, int]], turn: int, pages: int
) -> Iterator[tuple[str, Callable[[int], object]]]:
    """All that is done in both databases, by name of operation."""
    for reader in readers:
        for conversation_id in _own(reader):
            yield "打开", lambda _, reader=reader, chosen=conversation_id: _opened(reader, chosen)  # type: ignore[misc]  # bound at once
    for reader, conversation_id in pagers.values():
        yield from (("翻页", page) for page in _pages(reader, conversation_id, pages))
    for length in ABSENT:
        for reader in readers:
            for word in _words(length, turn):
                yield f"搜{length}字", lambda _, reader=reader, word=word: messages_found(reader, word)  # type: ignore[misc]  # bound at once


def _own(reader: Actor) -> list[int]:
    """Some of the reader's conversations, of all sizes."""
    rows = Membership.objects.filter(person_id=reader.person_id).order_by("conversation_id")
    found = list(rows.values_list("conversation_id", flat=True))
    return found[:: max(len(found) // 6, 1)]


def _pages(reader: Actor, conversation_id: int, count: int) -> Iterator[Callable[[int], None]]:
    """One after the other, each a page further back in either database."""
    before: list[int | None] = [None, None]
    reached: list[int | None] = [None, None]

    def page(place: int) -> None:
        membership = membership_for(reader, conversation_id)
        entries = entries_before(membership, before[place])
        page_facts(membership, entries)
        if not entries:
            raise RuntimeError("there is nothing left to page back to")
        reached[place] = entries[0]["seq"]

    for _ in range(count):
        yield page
        before[:] = reached


def _opened(reader: Actor, conversation_id: int) -> None:
    """What the page of a conversation asks for."""
    membership = membership_for(reader, conversation_id)
    notices_read_about(actor=reader, subject=Subject(CONVERSATION_KIND, conversation_id))
    rows_of(reader, current_id=conversation_id)
    room_facts(membership)
    room_data(membership)
    unread_total(reader)


def _words(length: int, turn: int) -> list[str]:
    """Words from the commonest to the rarest, in even steps of magnitude, and one that was never said."""
    pool = [word for word in tokens() if len(word) == length and word.isalnum()]
    steps = [(step + turn / 7) / WORDS for step in range(WORDS - 1)]
    return [pool[int(len(pool) ** step) - 1] for step in steps] + [ABSENT[length]]


def _recall(both: Databases, reader: Actor, turn: int) -> float:
    """The share of what a scan finds that the search finds too. Raises when it finds anything else or in another order."""
    words = [word for length in ABSENT for word in _words(length, turn)]
    hits = wanted = 0
    for other in both:
        with inside(other):
            truth = _scanned(reader, words)
            for word in words:
                found = _paged(reader, word)
                if [hit for hit in found if hit in set(truth[word])] != found:
                    raise RuntimeError(f"search for {word} found what a scan does not")
                hits += len(found)
                wanted += len(truth[word])
    return hits / wanted


def _scanned(reader: Actor, words: list[str]) -> dict[str, list[tuple[int, int]]]:
    """The newest of each word, by looking at everything the reader may see."""
    found: dict[str, list[tuple[int, int]]] = {word: [] for word in words}
    plain = {folded(word): hits for word, hits in found.items()}
    with connection.cursor() as cursor:
        cursor.execute(SCAN, [reader.person_id])
        for conversation_id, seq, text, names in cursor:
            shown = (folded(text), folded(names))
            for word, hits in plain.items():
                if len(hits) < DEEP and (word in shown[0] or word in shown[1]):
                    hits.append((conversation_id, seq))
    return found


def _paged(reader: Actor, word: str) -> list[tuple[int, int]]:
    """What the search gives, page after page."""
    found: list[tuple[int, int]] = []
    before: int | None = None
    while len(found) < DEEP:
        page = messages_found(reader, word, before=before)
        found += [(hit.conversation_id, hit.seq) for hit in page.hits]
        before = page.next_before
        if before is None:
            break
    return found[:DEEP]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def _shown(name: str, measured: list[Times]) -> str:
    fast, slow = (statistics.median(_p95(times[name][place]) for times in measured) for place in (0, 1))
    return f"{name} {fast:.1f}/{slow:.1f}"
