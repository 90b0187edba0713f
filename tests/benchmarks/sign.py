"""签发 by the principal head with pen and words: how many statements, how far above bare SQL, how many a second."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from apps.core.actors import Actor
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.services.flow import outgoing_advance
from config.stack.bench import BenchResult
from tests.benchmarks._replay import ASYNC_COMMIT, Twin, performed, twin
from tests.factories.world import World
from tests.helpers.outgoing import carried

REPEATS = 5
VERBS = 8
THREADS = 8
SIGNED_BY_EACH = 4
WARM_UP = 3
STROKE = [[x, 200 + (x * x) % 37, 0.5] for x in range(100, 260, 2)]
INK = {"w": 800, "h": 400, "strokes": [STROKE] * 6}


def run(repeats: int = REPEATS, verbs: int = VERBS, each: int = SIGNED_BY_EACH) -> BenchResult:
    """Documents are brought to 签发 through the services; each is signed once."""
    world = World.build()
    count = WARM_UP + repeats * (verbs + THREADS * each)
    waiting = [carried(world, Status.SIGNING) for _ in range(count)]
    head = world.actor("head")
    statements: list[float] = []
    over_sql: list[float] = []
    with twin() as other:
        _compared(head, [waiting.pop() for _ in range(WARM_UP)], other)
        for _ in range(repeats):
            seconds, replayed, sent = _compared(head, [waiting.pop() for _ in range(verbs)], other)
            over_sql.append(seconds / replayed)
            statements.append(sent)
    per_second = [
        _throughput(head, [[waiting.pop() for _ in range(each)] for _ in range(THREADS)])
        for _ in range(repeats)
    ]
    notes = {
        "statements": "一次签发（主要负责人，手写加文字）发出的全部语句，含锁与保存点，不含 BEGIN、COMMIT；取每轮最多的一次",
        "over_sql": f"每轮{verbs}次：签发服务用时（含提交后通知）÷ 同样的语句由 psycopg 在数据库副本上逐事务重放",
        "verbs_per_second_8_threads": f"{THREADS}个线程各签{each}件，各用一条连接，提交不等落盘",
    }
    values = {"statements": statements, "over_sql": over_sql, "verbs_per_second_8_threads": per_second}
    return BenchResult(values, notes)


def _signed(head: Actor, document: OutgoingDocument) -> None:
    signed = outgoing_advance(
        actor=head,
        document_id=document.pk,
        expected_version=document.version,
        text="同意印发。",
        strokes=INK,
        key=f"sign-{document.pk}",
    )
    if signed.status != Status.RECHECK or not signed.signed_hash:
        raise RuntimeError(f"document {signed.pk} was not signed")


def _compared(head: Actor, documents: list[OutgoingDocument], other: Twin) -> tuple[float, float, int]:
    """Seconds of signing, seconds of the replay, and the most statements of one signing; verb by verb in turn."""
    seconds = replayed = 0.0
    most = 0
    for document in documents:
        verb = performed(lambda document=document: _signed(head, document))  # type: ignore[misc]  # bound at once
        seconds += verb.seconds
        replayed += other.replay(verb)
        most = max(most, len(verb.statements))
    return seconds, replayed, most


def _throughput(head: Actor, shares: list[list[OutgoingDocument]]) -> float:
    """Signings a second when every thread signs its share; the clock runs from the common start to the last commit."""
    barrier = threading.Barrier(len(shares) + 1)

    def work(share: list[OutgoingDocument]) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(ASYNC_COMMIT)
            barrier.wait(timeout=60)
            for document in share:
                _signed(head, document)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(shares)) as pool:
        running: list[Any] = [pool.submit(work, share) for share in shares]
        barrier.wait(timeout=60)
        started = time.perf_counter()
        for one in running:
            one.result()
        seconds = time.perf_counter() - started
    return sum(len(share) for share in shares) / seconds
