"""One message to everybody in a room: by the product's web process, by a bare broadcast, and by Channels' own `group_send`.

The subject is one web process as the product runs it, with sessions, real `/ws/` consumers, their bounded buffers and frames of
messages. Listeners are a process of their own. Back to back: frames follow each other as fast as the listeners have them, a window
ahead of what has arrived, for every server alike.
"""

import asyncio
import json
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import redis
from django.conf import settings

from apps.core.realtime import tell_members
from apps.messaging.topics import topic_of
from config.stack.bench import BenchResult
from config.stack.ports import free_port
from tests.benchmarks._baselines import CHANNEL, GROUP, layer_of
from tests.benchmarks._crowd import assembled
from tests.benchmarks._stage import Ask, child, listening, served, signed_in

REPEATS = 5
SIZES = (1000, 5000)
WINDOW = 60  # frames ahead, well below the buffer of a socket
GROUP_WINDOW = 5
GROUP_FRAMES = 20
FRAMES = {1000: 240, 5000: 60}
PACED = {1000: (40, 0.2), 5000: (8, 1.0)}  # frames, seconds between them
BODY = "请各单位按照通知要求抓好落实，做好值班值守，重要情况及时报告。" * 3
MARK = '"stamp":"'
QUIET_SECONDS = 10.0
UP_SECONDS = 20.0
Send = Callable[[str], object]


def run(repeats: int = REPEATS, sizes: tuple[int, ...] = SIZES) -> BenchResult:
    """Sizes one after the other; in each all sockets stand, and subject and baselines send in turn, as often as is repeated."""
    people, room = assembled(max(sizes))
    keys, topic = signed_in(people), topic_of(room.pk)
    values: dict[str, list[float]] = {"lost": []}
    for count in sizes:
        with _side_by_side(count, keys[:count], topic) as turn:
            for _ in range(repeats):
                for name, value in turn().items():
                    values.setdefault(name, []).append(value)
    notes = {"lost": "未收到的帧数与被断开的连接数之和"}
    for count in sizes:
        frames, pause = PACED[count]
        notes |= {
            f"over_websockets_broadcast_{count}": f"每秒送达帧数与 websockets 库 broadcast() 之比，{FRAMES[count]} 帧",
            f"over_group_send_{count}": f"每秒送达帧数与 channels_redis 两种层中较快者之比，其 {GROUP_FRAMES} 帧",
            f"p99_ms_{count}": f"{frames} 帧，间隔 {pause:.1f} 秒，从发布到每个连接收到",
            f"per_second_{count}": "每秒送达帧数，一个网站进程",
        }
    return BenchResult(values, notes)


@contextmanager
def _side_by_side(count: int, keys: list[str], topic: str) -> Iterator[Callable[[], dict[str, float]]]:
    """All sockets of one size, opened once; what is given measures one turn. `group_send` at the smallest size only, it is slow."""
    kinds = ("core", "pubsub") if count == min(SIZES) else ()
    with ExitStack() as stack:
        port = stack.enter_context(served(1))
        ask = stack.enter_context(listening(port, keys, MARK))
        bare = stack.enter_context(
            listening(stack.enter_context(_baseline("broadcast")), keys, MARK, path="/")
        )
        groups = [
            (_group_send(kind, stack), stack.enter_context(listening(port, keys, MARK, path="/")))
            for kind in kinds
            for port in [stack.enter_context(_baseline(kind))]
        ]
        yield lambda: _compared(count, topic, ask, bare, groups)


def _compared(
    count: int, topic: str, ask: Ask, bare: Ask, groups: list[tuple[Send, Ask]]
) -> dict[str, float]:
    """One turn: ours, then the baselines."""
    valkey = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    before = ask("N")
    ours = _rate(ask, lambda text: tell_members(topic, json.loads(text), epoch=0), count, FRAMES[count])
    delay = _paced(ask, lambda text: tell_members(topic, json.loads(text), epoch=0), *PACED[count])
    found = ask("N")
    arrived, closed = found["marked"] - before["marked"], found["closed"] - before["closed"]
    values = {
        f"over_websockets_broadcast_{count}": ours
        / _rate(bare, lambda text: valkey.publish(CHANNEL, text), count, FRAMES[count]),
        f"p99_ms_{count}": delay,
        f"per_second_{count}": ours,
        "lost": float((FRAMES[count] + PACED[count][0]) * count - arrived + closed),
    }
    if groups:
        rates = [_rate(group, send, count, GROUP_FRAMES, GROUP_WINDOW) for send, group in groups]
        values[f"over_group_send_{count}"] = ours / max(rates)
    return values


def _group_send(kind: str, stack: ExitStack) -> Send:
    """`group_send` of a layer of that kind, in a loop of its own that ends with the stack."""
    layer, loop = layer_of(kind), asyncio.new_event_loop()
    stack.callback(loop.close)

    def send(text: str) -> None:
        loop.run_until_complete(layer.group_send(GROUP, {"type": "say", "text": text}))

    return send


def _frame(number: int) -> str:
    entry = {"seq": number, "text": BODY, "stamp": str(time.time_ns())}
    return json.dumps(
        {"kind": "chat.entry", "c": 1, "entry": entry}, ensure_ascii=False, separators=(",", ":")
    )


def _rate(ask: Ask, send: Send, count: int, frames: int, window: int = WINDOW) -> float:
    """Frames delivered a second. Raises when nothing moves for ten seconds."""
    begun, started = ask("N")["marked"], time.monotonic()
    sent, got, moved = 0, 0, started
    while got < frames * count:
        while sent < frames and sent * count - got < window * count:
            send(_frame(sent))
            sent += 1
        now = ask("N")["marked"] - begun
        if now > got:
            got, moved = now, time.monotonic()
        elif time.monotonic() - moved > QUIET_SECONDS:
            raise RuntimeError(
                f"{got} of {frames * count} frames arrived, {ask('N')['closed']} sockets were closed"
            )
        else:
            time.sleep(0.002)
    return got / (moved - started)


def _paced(ask: Ask, send: Send, frames: int, pause: float) -> float:
    """99th percentile of the milliseconds to each socket."""
    ask("time")
    for number in range(frames):
        send(_frame(number))
        time.sleep(pause)
    time.sleep(1.5)
    delays: list[float] = ask("latency")["delays"][""]
    return statistics.quantiles(delays, n=100)[98]


@contextmanager
def _baseline(kind: str) -> Iterator[int]:
    port = free_port()
    with child([sys.executable, "-m", "tests.benchmarks._baselines", kind, str(port)]):
        deadline = time.monotonic() + UP_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
