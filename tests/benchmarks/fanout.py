"""群发: one message to everybody in a room, by the production application, against a bare broadcast and plain group_send.

Subject: one web process as the product runs it, logged-in sessions, real `/ws/` consumers with their bounded buffers, frames by
`tell_members`. The listeners are a process of their own. Back-to-back: frames follow each other as fast as the listeners have them,
a window ahead; all servers the same way.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from apps.accounts.models import Appointment, Person
from apps.core import clock
from apps.core.realtime import tell_members
from apps.messaging.models import Conversation, Membership
from apps.messaging.services import group_create
from apps.messaging.topics import topic_of
from config.stack.bench import BenchResult
from config.stack.ports import free_port
from config.stack.services import ROOT
from tests.benchmarks._baselines import CHANNEL, GROUP, layer_of
from tests.factories.world import World

REPEATS = 3
WINDOW = 60
FRAMES = {1000: 240, 5000: 60}
GROUP_FRAMES = 20
PACED = {1000: (40, 0.2), 5000: (8, 1.0)}
BODY = "请各单位按照通知要求抓好落实，做好值班值守，重要情况及时报告。" * 3
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Send = Callable[[str], None]


def run(repeats: int = REPEATS, sizes: tuple[int, ...] = (1000, 5000)) -> BenchResult:
    """Both sizes, subject and baselines in turn."""
    values: dict[str, list[float]] = {}
    cookies, made = _crowd(max(sizes))
    for _ in range(repeats):
        for count in sizes:
            _compared(values, count, cookies, made)
    notes = {
        "over_websockets_broadcast_1000": "每秒送达条数与 websockets.broadcast 相比，越大越好",
        "over_group_send_1000": f"与 channels_redis 两种层中较快者的 group_send 相比，各 {GROUP_FRAMES} 帧",
        "p99_ms_1000": "每秒5条，从发布到收到",
        "p99_ms_5000": "每秒1条，从发布到收到",
    }
    return BenchResult(values=values, notes=notes)


def _compared(values: dict[str, list[float]], count: int, cookies: list[str], made: Conversation) -> None:
    valkey = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    topic = topic_of(made.pk)
    with _subject() as port, _listeners(port, count, "/ws/", cookies) as ask:
        ours = _rate(ask, lambda text: _tell(topic, text), count, FRAMES[count])
        delays = _paced(ask, lambda text: _tell(topic, text), count)
        lost = _missing(ask, count, FRAMES[count] + PACED[count][0])
    values.setdefault(f"p99_ms_{count}", []).append(delays)
    values.setdefault("lost", []).append(lost)
    values.setdefault(f"per_second_{count}", []).append(ours)
    with _baseline("broadcast") as port, _listeners(port, count, "/", [""] * count) as ask:
        bare = _rate(ask, lambda text: _publish(valkey, text), count, FRAMES[count])
    values.setdefault(f"over_websockets_broadcast_{count}", []).append(ours / bare)
    if count == 1000:
        fastest = max(_group_rate(kind, count) for kind in ("core", "pubsub"))
        values.setdefault("over_group_send_1000", []).append(ours / fastest)


def _publish(valkey: redis.Redis, text: str) -> None:
    valkey.publish(CHANNEL, text)


def _tell(topic: str, text: str) -> None:
    tell_members(topic, json.loads(text), epoch=0)


def _group_rate(kind: str, count: int) -> float:
    layer = layer_of(kind)
    loop = asyncio.new_event_loop()

    def send(text: str) -> None:
        loop.run_until_complete(layer.group_send(GROUP, {"type": "say", "text": text}))

    with _baseline(kind) as port, _listeners(port, count, "/", [""] * count) as ask:
        return _rate(ask, send, count, GROUP_FRAMES, window=5)


def _frame(number: int) -> str:
    entry = {"seq": number, "text": BODY, "stamp": str(time.time_ns())}
    return json.dumps(
        {"kind": "chat.entry", "c": 1, "entry": entry}, ensure_ascii=False, separators=(",", ":")
    )


def _rate(
    ask: Callable[[str], dict[str, Any]], send: Send, count: int, frames: int, window: int = WINDOW
) -> float:
    """Deliveries per second, a window of frames ahead of what has arrived. Stops waiting when nothing moves for ten seconds."""
    begun, started = ask("N")["marked"], time.monotonic()
    sent, got, moved = 0, 0, started
    while got < frames * count and time.monotonic() - moved < 10:
        while sent < frames and sent * count - got < window * count:
            send(_frame(sent))
            sent += 1
        now = ask("N")["marked"] - begun
        if now > got:
            got, moved = now, time.monotonic()
        else:
            time.sleep(0.002)
    return got / (moved - started)


def _paced(ask: Callable[[str], dict[str, Any]], send: Send, count: int) -> float:
    """99th percentile of the delay in milliseconds."""
    frames, pause = PACED[count]
    ask("time")
    for number in range(frames):
        send(_frame(number))
        time.sleep(pause)
    time.sleep(1.5)
    delays: list[float] = ask("latency")["delays"]
    return statistics.quantiles(delays, n=100)[98]


def _missing(ask: Callable[[str], dict[str, Any]], count: int, frames: int) -> float:
    """Frames that did not arrive, and sockets that were closed."""
    found = ask("N")
    return float(frames * count - found["marked"] + found["closed"])


def _crowd(count: int) -> tuple[list[str], Conversation]:
    """So many people in one room, each with a browser session; their cookies."""
    world = World.build()
    organ = world.organs["education"]
    people = Person.objects.bulk_create(
        Person(login_name=f"crowd{number}", name=f"与会员{number}", password="!", must_change_password=False)
        for number in range(count)
    )
    Appointment.objects.bulk_create(
        Appointment(person=person, organ=organ, post_title="科员", started_on=date(2025, 1, 1))
        for person in people
    )
    made = group_create(actor=world.actor("director"), name="全市会商", person_ids=[people[0].pk])
    Membership.objects.bulk_create(
        Membership(conversation=made, person=person, joined_at=clock.now()) for person in people[1:]
    )
    cookies, sessions = [], []
    for number, person in enumerate(people):
        key = f"bench{number:027}"
        data = {
            SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: person.get_session_auth_hash(),
        }  # fmt: skip
        expires = clock.now() + timedelta(days=1)
        sessions.append(
            Session(session_key=key, session_data=SessionStore().encode(data), expire_date=expires)
        )
        cookies.append(f"sessionid={key}")
    Session.objects.bulk_create(sessions)
    return cookies, made


@contextmanager
def _subject() -> Iterator[int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(4096)
    command = [sys.executable, "-m", "config.stack.web", "--fd", str(listener.fileno())]
    with _child(command, pass_fds=(listener.fileno(),)):
        yield listener.getsockname()[1]
    listener.close()


@contextmanager
def _baseline(kind: str) -> Iterator[int]:
    port = free_port()
    with _child([sys.executable, "-m", "tests.benchmarks._baselines", kind, str(port)]):
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port


@contextmanager
def _listeners(
    port: int, count: int, path: str, cookies: list[str]
) -> Iterator[Callable[[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "tests.benchmarks._listeners", str(port), str(count), path, '"stamp"']
    with _child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        to, back = process.stdin, process.stdout
        assert to is not None
        assert back is not None

        def ask(question: str) -> dict[str, Any]:
            to.write(question + "\n")
            to.flush()
            answer: dict[str, Any] = json.loads(back.readline())
            return answer

        to.write(json.dumps(cookies[:count]) + "\n")
        to.flush()
        if back.readline().strip() != "ready":
            raise RuntimeError("the listeners did not come up")
        yield ask


@contextmanager
def _child(command: list[str], **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    environment = {**os.environ, "REDIS_URL": settings.CELERY_BROKER_URL}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
