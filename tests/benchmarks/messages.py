"""Messages as people send them: posted to the API of real web processes, stored, and heard on a thousand sockets.

Every member has a session and a socket; everybody is in one room of 500, two of 50 and two talks of two. Senders and listeners are
processes of their own. Rooms get messages by a fixed turn: of twenty, eleven to one other person, eight to rooms of 50, one to 500.
"""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from django.db import connections
from django.test import Client

from apps.messaging.models import Message
from config.stack.bench import BenchResult
from tests.benchmarks._crowd import Crowd, Place, gathered
from tests.benchmarks._stage import Ask, listening, served, signed_in

REPEATS = 5
PEOPLE = 1000
PASSES = {2: 2, 50: 2, 500: 1}  # conversations of each size a person is in
BURST = 240
AT_ONCE = 16  # requests under way in a burst
PACED_SECONDS = 10.0
PER_SECOND = 15.0
IN_PROCESS = 40  # requests of which the share of SQL is taken
TURN = (2, 50, 2, 50, 2, 2, 50, 2, 50, 2, 500, 50, 2, 2, 50, 2, 50, 2, 50, 2)
MARK = '"client_id":"m'
TOKEN = (
    "benchbenchbenchbenchbenchbenchbe"  # of the form against forged requests: the cookie and the header agree
)
TEXT = "请各单位按照通知要求抓好落实，做好值班值守，重要情况及时报告。"
QUIET_SECONDS = 10.0
ARRIVAL_WAIT = 0.005


@dataclass(frozen=True)
class Letter:
    """One message to be sent."""

    sender: int
    place: Place
    size: int
    number: int


@dataclass
class Post:
    """Who has been written to how often, and how the API is reached."""

    port: int
    keys: list[str]
    expected: list[int]
    sent: int = 0

    async def send(self, line: "Line", letter: Letter, stamp: int) -> None:
        """Post the message; its id tells the listeners when it was due. Raises when it was not taken."""
        client_id = f"m{letter.size}-{stamp}"
        status, body = await line.asked(self.port, self.keys[letter.sender], letter, client_id)
        if status != 201:
            raise RuntimeError(f"{status}: {body[:300].decode(errors='replace')}")
        self.sent += 1
        for member in letter.place.members:
            self.expected[member] += 1


class Line:
    """One connection kept alive, as a browser has it."""

    def __init__(self) -> None:
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def asked(self, port: int, key: str, letter: Letter, client_id: str) -> tuple[int, bytes]:
        """Status and body of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self._streams
        body = _body(letter, client_id)
        lines = (
            f"POST {_path(letter.place)} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Cookie: sessionid={key}; csrftoken={TOKEN}",
            f"X-CSRFToken: {TOKEN}", "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
        )  # fmt: skip
        writer.write("\r\n".join(lines).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        return int(head.split(" ", 2)[1]), await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


def run(
    repeats: int = REPEATS, people: int = PEOPLE, burst: int = BURST, seconds: float = PACED_SECONDS
) -> BenchResult:
    """A burst, then a steady flow, as often as is repeated; the share of SQL in this process between them."""
    crowd = gathered(people, passes=PASSES)
    keys = signed_in(crowd.people)
    letters = _letters(crowd)
    values: dict[str, list[float]] = {
        name: [] for name in ("stored_and_delivered_per_s", "p99_ms_room50", "db_share", "lost")
    }
    middles = []
    processes = min(2, os.cpu_count() or 1)
    with served(processes) as port, listening(port, keys, MARK) as ask:
        post = Post(port, keys, [0] * people)
        _burst(post, ask, list(islice(letters, AT_ONCE * 2)))  # connections, caches
        for _ in range(repeats):
            values["stored_and_delivered_per_s"].append(_burst(post, ask, list(islice(letters, burst))))
            delays = _steady(post, ask, list(islice(letters, int(seconds * PER_SECOND))))
            values["p99_ms_room50"].append(statistics.quantiles(delays, n=100)[98])
            middles.append(statistics.median(delays))
            values["lost"].append(_lost(post, ask))
            values["db_share"].append(_sql_share(keys, list(islice(letters, IN_PROCESS))))
    mix = f"{people} 人在线，{processes} 个网站进程；每20条中单聊11条、50人群8条、500人群1条"
    notes = {
        "stored_and_delivered_per_s": f"{mix}；{AT_ONCE} 个请求并发经接口发送 {burst} 条，到最后一人收到为止的每秒条数",
        "p99_ms_room50": f"{mix}；每秒 {PER_SECOND:.0f} 条，50人群从应发时刻到每名成员收到；"
        f"中位数 {statistics.median(middles):.0f} 毫秒",
        "db_share": f"本进程内依次经接口发送 {IN_PROCESS} 条：语句与提交用时占请求用时之比，提交等待落盘",
        "lost": "逐人比对应收与实收条数之差、未入库条数、被断开的连接数之和，累计",
    }
    return BenchResult(values, notes)


def _letters(crowd: Crowd) -> Iterator[Letter]:
    """Endless: sizes by turn, rooms and senders each in rotation."""
    turns = {size: count() for size in crowd.places}
    for number in count():
        size = TURN[number % len(TURN)]
        turn = next(turns[size])
        places = crowd.places[size]
        place = places[turn % len(places)]
        yield Letter(place.members[turn * 7 // len(places) % len(place.members)], place, size, number)


def _burst(post: Post, ask: Ask, letters: list[Letter]) -> float:
    """Messages a second from the first request to the last frame heard."""
    started = time.perf_counter()
    asyncio.run(_posted(post, letters, pace=0.0))
    _arrived(post, ask)
    return len(letters) / (time.perf_counter() - started)


def _steady(post: Post, ask: Ask, letters: list[Letter]) -> list[float]:
    """Milliseconds to each member of the rooms of 50, at an even pace, counted from when each message was due."""
    ask("time")
    asyncio.run(_posted(post, letters, pace=1 / PER_SECOND))
    _arrived(post, ask)
    delays: list[float] = ask("latency")["delays"]["50"]
    return delays


async def _posted(post: Post, letters: Iterable[Letter], *, pace: float) -> None:
    """Send all: as fast as the lines allow, or one each `pace` seconds whether or not the one before is done."""
    lines: asyncio.Queue[Line] = asyncio.Queue()
    made = [Line() for _ in range(AT_ONCE)]
    for line in made:
        lines.put_nowait(line)
    began = time.time_ns()

    async def one(letter: Letter, due: int) -> None:
        line = await lines.get()
        await post.send(line, letter, due if pace else time.time_ns())
        lines.put_nowait(line)

    try:
        async with asyncio.TaskGroup() as group:
            for number, letter in enumerate(letters):
                due = began + int(number * pace * 1e9)
                await asyncio.sleep(max(due - time.time_ns(), 0) / 1e9)
                group.create_task(one(letter, due))
    finally:
        for line in made:
            line.close()


def _arrived(post: Post, ask: Ask) -> None:
    """Wait until every frame was heard, or nothing has moved for ten seconds."""
    wanted, heard, moved = sum(post.expected), -1, time.monotonic()
    while heard < wanted and time.monotonic() - moved < QUIET_SECONDS:
        now = ask("N")["marked"]
        if now > heard:
            heard, moved = now, time.monotonic()
        time.sleep(ARRIVAL_WAIT)


def _lost(post: Post, ask: Ask) -> float:
    """Frames too few or too many of any member, messages not stored, sockets closed; since the beginning."""
    found = ask("counts")
    wrong = sum(abs(want - got) for want, got in zip(post.expected, found["counts"], strict=True))
    stored = Message.objects.filter(client_id__startswith="m").count()
    return float(wrong + abs(post.sent - stored) + found["closed"])


def _sql_share(keys: list[str], letters: list[Letter]) -> float:
    """Seconds of statements and commits over seconds of the requests."""
    whole = 0.0
    with _sql_timed() as spent:
        for letter in letters:
            client = Client()
            client.cookies["sessionid"] = keys[letter.sender]
            started = time.perf_counter()
            answer = client.post(
                _path(letter.place),
                _body(letter, f"d{time.time_ns()}"),
                content_type="application/json",
                headers={"host": "127.0.0.1"},
            )
            whole += time.perf_counter() - started
            if answer.status_code != 201:
                raise RuntimeError(f"{answer.status_code}: {answer.content[:300]!r}")
    return spent[0] / whole


@contextmanager
def _sql_timed() -> Iterator[list[float]]:
    """Adds up the seconds of every statement and commit on the default connection."""
    spent = [0.0]

    def timed(work: Any, *given: Any) -> Any:
        started = time.perf_counter()
        try:
            return work(*given)
        finally:
            spent[0] += time.perf_counter() - started

    held: Any = connections["default"]
    commit = held.commit
    held.commit = lambda: timed(commit)  # Django has no hook for it
    try:
        with held.execute_wrapper(timed):
            yield spent
    finally:
        del held.commit


def _path(place: Place) -> str:
    return f"/api/v1/messaging/conversations/{place.conversation.pk}/messages/"


def _body(letter: Letter, client_id: str) -> bytes:
    return json.dumps({"client_id": client_id, "text": f"{TEXT}第{letter.number}号。"}).encode()
