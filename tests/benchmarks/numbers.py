"""编号: how far above bare SQL, and whether many clerks at once ever get one serial twice or leave a hole.

Subject: a rechecked document gets the next serial of its series and goes on (`number_use`), and a serial is held without
a document (`number_reserve`), half and half.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from apps.core.actors import Actor
from apps.core.clock import today
from apps.core.errors import HouseError
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import NumberSeries, OutgoingDocument
from apps.documents.services.numbering import number_reserve, number_use, series_ready
from config.stack.bench import BenchResult
from tests.benchmarks._replay import ASYNC_COMMIT, Twin, performed, twin
from tests.factories.world import World
from tests.helpers.outgoing import carried

REPEATS = 5
PAIRS = 8
WARM_UP = 3
THREADS = 200
TAKES = 5
CONTESTED = 2  # documents of each race that all threads fight for besides
SPARE_CONNECTIONS = 20
HOLES = """
SELECT count(*) FROM generate_series(%s, (SELECT max(serial) FROM documents_documentnumber WHERE series_id = %s)) AS wanted
WHERE NOT EXISTS (SELECT FROM documents_documentnumber AS given JOIN documents_numberledgerentry AS line
  ON line.number_id = given.id WHERE given.series_id = %s AND given.serial = wanted)
"""


def run(
    repeats: int = REPEATS, pairs: int = PAIRS, threads: int = THREADS, takes: int = TAKES
) -> BenchResult:
    """Compare in turn, verb by verb, then let all threads take numbers of the same series, as often as is repeated."""
    world = World.build()
    clerk = world.actor("clerk")
    series = series_ready(organ=world.organs["office"], year=today().year)
    count = WARM_UP + repeats * (pairs + CONTESTED)
    waiting = [carried(world, Status.NUMBERING) for _ in range(count)]
    with twin() as other:
        _compared(clerk, series, [waiting.pop() for _ in range(WARM_UP)], other)
        over_sql = [
            _compared(clerk, series, [waiting.pop() for _ in range(pairs)], other) for _ in range(repeats)
        ]
    threads = min(threads, _room())
    duplicates: list[float] = []
    holes: list[float] = []
    for _ in range(repeats):
        contested = [waiting.pop() for _ in range(CONTESTED)]
        duplicates.append(_raced(clerk, series, contested, threads, takes))
        holes.append(_holes(series))
    raced = f"每轮{threads}个线程各占号{takes}次并争抢{CONTESTED}件待编号文件，同一序列"
    notes = {
        "over_sql": f"每轮给{pairs}件文件编号、占号{pairs}次：服务用时（含提交后通知）÷ 同样的语句由 psycopg 在数据库副本上"
        "逐事务重放，各一条连接，两侧 synchronous_commit=off",
        "duplicates": f"{raced}：给出两次的字号，加取得两个字号的文件",
        "unexplained_gaps": f"{raced}：起始序号至最大序号之间没有台账记录的序号",
    }
    values = {"over_sql": over_sql, "duplicates": duplicates, "unexplained_gaps": holes}
    return BenchResult(values, notes)


def _compared(clerk: Actor, series: NumberSeries, documents: list[OutgoingDocument], other: Twin) -> float:
    """Seconds of the services over seconds of their statements alone."""
    seconds = replayed = 0.0
    for document in documents:
        for work in (_use(clerk, document), _reserve(clerk, series)):
            verb = performed(work)
            seconds += verb.seconds
            replayed += other.replay(verb)
    return seconds / replayed


def _use(clerk: Actor, document: OutgoingDocument, window: int = 0) -> Callable[[], str]:
    """Number the document from one of the clerk's windows: each window's form has a key of its own."""
    return lambda: (
        number_use(
            actor=clerk,
            document_id=document.pk,
            expected_version=document.version,
            key=f"use-{document.pk}-{window}",
        ).document_number
    )


def _reserve(clerk: Actor, series: NumberSeries) -> Callable[[], str]:
    return lambda: str(number_reserve(actor=clerk, series_id=series.pk, reason="测量占号"))


def _raced(
    clerk: Actor, series: NumberSeries, contested: list[OutgoingDocument], threads: int, takes: int
) -> int:
    """Serials given twice and documents given two, when all threads start at one moment. A lost take is an error."""
    barrier = threading.Barrier(threads, timeout=120)

    def work(number: int) -> list[str]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(ASYNC_COMMIT)
            barrier.wait()
            taken = [_reserve(clerk, series)() for _ in range(takes)]
            try:
                taken.append(_use(clerk, contested[number % len(contested)], number)())
            except HouseError:  # somebody was faster; the document has its number
                return taken
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        given = [serial for taken in pool.map(work, range(threads)) for serial in taken]
    if len(given) < threads * takes + len(contested):
        raise RuntimeError("some takes gave no number")
    numbered = OutgoingDocument.objects.filter(pk__in=[document.pk for document in contested])
    twice = sum(count - 1 for count in Counter(given).values())
    return twice + sum(document.numbers.count() - 1 for document in numbered)


def _holes(series: NumberSeries) -> int:
    with connection.cursor() as cursor:
        cursor.execute(HOLES, [series.first_serial, series.pk, series.pk])
        return int(cursor.fetchone()[0])


def _room() -> int:
    """Threads the server has connections for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'max_connections'")
        return int(cursor.fetchone()[0]) - SPARE_CONNECTIONS
