"""Frames to live screens: `{kind, ids, v}` says "look again"; the page fetches through the ordinary view.

`tell` publishes after commit on Valkey; the `Hub` of each ASGI process holds one connection, subscribed to the topics that have
a local socket, and fans out in process (video.md §4). Frames may be lost; PostgreSQL keeps the truth.
"""

import asyncio
import json
from collections import defaultdict
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
import structlog
from django.conf import settings
from django.db import transaction
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from apps.core import valkey

log = structlog.get_logger(__name__)

PREFIX = "tz.topic."
OUTLET_SIZE = 200


def person_topic(person_id: int) -> str:
    """Topic of everything that concerns one person's screens."""
    return f"person.{person_id}"


def tell(topics: list[str], *, kind: str, ids: list[int] | None = None, version: int | None = None) -> None:
    """After commit, send one frame to all screens on `topics`. Never fails the caller: lost frames are caught by polling."""
    frame = json.dumps({"kind": kind, "ids": ids or [], "v": version}, separators=(",", ":"))
    transaction.on_commit(lambda: _publish(topics, frame), robust=True)


def _publish(topics: list[str], frame: str) -> None:
    def send(client: redis.Redis) -> None:
        pipe = client.pipeline(transaction=False)
        for topic in topics:
            pipe.publish(PREFIX + topic, frame)
        pipe.execute()

    valkey.attempt("realtime", send)


class Outlet:
    """One socket's bounded buffer. A screen that cannot keep up is closed and catches up on reconnect."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[str | None] = asyncio.Queue(OUTLET_SIZE)

    def put(self, frame: str) -> None:
        """Buffer a frame; on overflow replace everything by the end mark."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(None)


class Hub:
    """All local sockets by topic, fed by one Valkey connection."""

    def __init__(self) -> None:
        self._outlets: defaultdict[str, set[Outlet]] = defaultdict(set)
        self._client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=None,
            socket_connect_timeout=2,
            health_check_interval=20,
            retry=Retry(NoBackoff(), 0),  # a silent reconnection would hide that frames were lost
        )
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        self._reader: asyncio.Task[None] | None = None

    async def join(self, topic: str, outlet: Outlet) -> None:
        """Feed `outlet` from `topic`."""
        fresh = not self._outlets[topic]
        self._outlets[topic].add(outlet)
        try:
            if fresh:
                await self._pubsub.subscribe(PREFIX + topic)
        except redis.RedisError as error:
            log.warning("realtime.subscribe_failed", error=str(error))
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())

    async def leave(self, topic: str, outlet: Outlet) -> None:
        """Stop feeding `outlet`; unsubscribe when it was the last one."""
        self._outlets[topic].discard(outlet)
        if not self._outlets[topic]:
            del self._outlets[topic]
            try:
                await self._pubsub.unsubscribe(PREFIX + topic)
            except redis.RedisError as error:
                log.warning("realtime.unsubscribe_failed", error=str(error))

    async def close(self) -> None:
        """Stop reading and hang up; for the end of a process's loop."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py
        await self._client.aclose()

    async def _read(self) -> None:
        pause = 0.2
        while self._outlets:
            try:
                message = await self._pubsub.get_message(timeout=30)
                pause = 0.2
            except (redis.RedisError, OSError, RuntimeError) as error:
                log.warning("realtime.valkey_away", error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
                await self._subscribe_again()
                continue
            if message is not None:
                self._fan_out(message)

    async def _subscribe_again(self) -> None:
        try:
            await self._pubsub.subscribe(*(PREFIX + topic for topic in self._outlets))
        except (redis.RedisError, OSError):
            return
        for outlets in self._outlets.values():
            for outlet in outlets:
                outlet.put('{"kind":"resync","ids":[],"v":null}')

    def _fan_out(self, message: dict[str, Any]) -> None:
        topic = message["channel"].decode().removeprefix(PREFIX)
        frame = message["data"].decode()
        for outlet in tuple(self._outlets.get(topic, ())):
            outlet.put(frame)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
