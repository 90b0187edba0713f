"""Frames to live screens: `{kind, ids, v}` says "look again"; the page fetches through the ordinary view.

`tell` publishes after commit on Valkey; the `Hub` of each ASGI process holds one connection, subscribed to the topics that have
a local socket, and fans out in process, encoding nothing again. Frames may be lost; PostgreSQL keeps the truth. On guarded topics
frames carry content: their owner registers a `Guard`, and `tell_members` never reaches who has been removed.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, transaction
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from apps.core import valkey

log = structlog.get_logger(__name__)

PREFIX = "tz.topic."
OUTLET_SIZE = 200
READ_SECONDS = 5.0  # so long at most until the reader notices what a broken-off command has cost
LOOK_AGAIN = '{"kind":"chat","ids":[],"v":null}'


def person_topic(person_id: int) -> str:
    """Topic of everything that concerns one person's screens."""
    return f"person.{person_id}"


def tell(topics: list[str], *, kind: str, ids: list[int] | None = None, version: int | None = None) -> None:
    """After commit, send one frame to all screens on `topics`. Never fails the caller: lost frames are caught by polling."""
    frame = json.dumps({"kind": kind, "ids": ids or [], "v": version}, separators=(",", ":"))
    transaction.on_commit(lambda: _publish(topics, f"0 {frame}"), robust=True)


def live_people(person_ids: Iterable[int]) -> set[int]:
    """Who of these has a live screen on any node now: whose topic some process listens to. Nobody while Valkey is away.

    Who gets frames by polling (no WebSocket) does not count. Nothing is kept about who was there when.
    """
    people = list(person_ids)
    live: set[int] = set()

    def ask(client: redis.Redis) -> None:
        counts = client.pubsub_numsub(*(PREFIX + person_topic(person_id) for person_id in people))
        live.update(person_id for person_id, (_, count) in zip(people, counts, strict=True) if count)

    if people:
        valkey.attempt("presence", ask)
    return live


def tell_members(topic: str, frame: dict[str, Any], *, epoch: int) -> None:
    """After commit, one frame with its content to the members of a guarded topic.

    `epoch` grows whenever somebody leaves: a process that has seen less asks the guard who may still hear before it hands the
    frame on, so whoever was removed hears nothing more even when the news of the removal was lost.
    """
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    transaction.on_commit(lambda: _publish([topic], f"{epoch} {text}"), robust=True)


def _publish(topics: list[str], frame: str) -> None:
    def send(client: redis.Redis) -> None:
        pipe = client.pipeline(transaction=False)
        for topic in topics:
            pipe.publish(PREFIX + topic, frame)
        pipe.execute()

    valkey.attempt("realtime", send)


@dataclass(frozen=True)
class Seat:
    """A guarded topic a person may hear, with the epoch at which that was true."""

    topic: str
    epoch: int


@dataclass(frozen=True)
class Hearing:
    """Who may hear a topic, as of `epoch`."""

    epoch: int
    person_ids: frozenset[int]


@dataclass(frozen=True)
class Guard:
    """The owner of guarded topics. Both functions ask the database.

    `topics_of(person_id)`: all a person may hear. `hearing(topic, person_ids)`: who of these may hear one.
    `position_of(person_id)`: a short text that changes whenever there is something new to hear.
    """

    prefix: str
    topics_of: Callable[[int], list[Seat]]
    hearing: Callable[[str, set[int]], Hearing]
    position_of: Callable[[int], str]


_guards: dict[str, Guard] = {}


def guard_add(guard: Guard) -> None:
    """Register the owner of a prefix of topics; called from `ready()`."""
    _guards[guard.prefix] = guard


def guarded_topics(person_id: int) -> list[Seat]:
    """Every guarded topic the person may hear now."""
    return [seat for guard in _guards.values() for seat in guard.topics_of(person_id)]


def position_of(person_id: int) -> str:
    """Where the person's guarded topics stand, for those who poll."""
    return "~".join(guard.position_of(person_id) for guard in _guards.values())


class Outlet:
    """One socket's bounded buffer. A screen that cannot keep up is closed and catches up on reconnect."""

    def __init__(self, person_id: int = 0) -> None:
        self.person_id = person_id
        self.frames: asyncio.Queue[str | None] = asyncio.Queue(OUTLET_SIZE)

    def put(self, frame: str) -> None:
        """Buffer a frame; on overflow replace everything by the end mark."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(None)


@dataclass
class Room:
    """The local sockets of a topic. `waiting` holds frames while the guard is asked."""

    outlets: set[Outlet] = field(default_factory=set)
    epoch: int = 0
    waiting: list[str] | None = None


class Hub:
    """All local sockets by topic, fed by one Valkey connection."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._followed: set[str] = set()  # never more than Valkey knows of this connection
        self._turn = asyncio.Lock()
        self._is_torn = False
        self._asking: set[asyncio.Task[None]] = set()
        self._client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=None,
            socket_connect_timeout=2,
            health_check_interval=20,
            retry=Retry(NoBackoff(), 0),  # a silent reconnection would hide that frames were lost
        )
        self._pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        self._reader: asyncio.Task[None] | None = None

    async def join(self, topic: str, outlet: Outlet, *, epoch: int = 0) -> None:
        """Feed `outlet` from `topic`. `epoch`: as of which the person was known to be let in."""
        await self.join_all([Seat(topic, epoch)], outlet)

    async def join_all(self, seats: Iterable[Seat], outlet: Outlet) -> None:
        """Feed `outlet` from several topics with one subscription. Without Valkey it returns too: a `resync` comes later."""
        topics = []
        for seat in seats:
            room = self._rooms.setdefault(seat.topic, Room(epoch=seat.epoch))
            room.epoch = min(room.epoch, seat.epoch)
            room.outlets.add(outlet)
            topics.append(seat.topic)
        await self._follow(topics)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())

    async def leave(self, topic: str, outlet: Outlet) -> None:
        """Stop feeding `outlet`; unsubscribe when it was the last one."""
        await self.leave_all([topic], outlet)

    async def leave_all(self, topics: Iterable[str], outlet: Outlet) -> None:
        """Stop feeding `outlet` from several topics."""
        empty = []
        for topic in topics:
            room = self._rooms.get(topic)
            if room is None:
                continue
            room.outlets.discard(outlet)
            if not room.outlets:
                del self._rooms[topic]
                empty.append(topic)
        if empty:
            await self._follow(empty)

    async def _follow(self, topics: list[str]) -> None:
        """Subscribe to those of `topics` that have a room, and from the others unsubscribe.

        One at a time: of several first commands at once redis-py would open a connection each and hear but the last one's
        topics. Whoever comes to a room that is not yet subscribed waits here for whoever came first, or takes over. A command
        that failed or was broken off may have cost the connection: then the reader subscribes to everything again.
        """
        async with self._turn:
            fresh = [topic for topic in topics if topic in self._rooms and topic not in self._followed]
            idle = [topic for topic in topics if topic not in self._rooms and topic in self._followed]
            self._followed.difference_update(idle)
            try:
                if fresh:
                    await self._pubsub.subscribe(*(PREFIX + topic for topic in fresh))
                    self._followed.update(fresh)
                if idle:
                    await self._pubsub.unsubscribe(*(PREFIX + topic for topic in idle))
            except (redis.RedisError, OSError) as error:
                self._is_torn = True
                log.warning("realtime.subscribe_failed", error=str(error))
            except asyncio.CancelledError:
                self._is_torn = True
                raise

    async def close(self) -> None:
        """Stop reading and hang up; for the end of a process's loop."""
        for task in (self._reader, *self._asking):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py
        await self._client.aclose()

    async def _read(self) -> None:
        pause = 0.2
        while self._rooms:
            try:
                if self._is_torn:
                    await self._subscribe_again()
                message = await self._pubsub.get_message(timeout=READ_SECONDS)
                pause = 0.2
            except (redis.RedisError, OSError, RuntimeError) as error:
                self._is_torn = True
                log.warning("realtime.valkey_away", error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)
                continue
            if message is not None:
                self._fan_out(message)

    async def _subscribe_again(self) -> None:
        """Frames were lost: whoever has been removed meanwhile is asked for again, and every screen looks again.

        Nothing is read before this has succeeded: redis-py would reconnect by itself and know only of what it once subscribed to.
        """
        async with self._turn:
            topics = set(self._rooms)
            if topics:
                await self._pubsub.subscribe(*(PREFIX + topic for topic in topics))
            self._followed, self._is_torn = topics, False
        outlets = {outlet for room in self._rooms.values() for outlet in room.outlets}
        for outlet in outlets:
            outlet.put('{"kind":"resync","ids":[],"v":null}')

    def _fan_out(self, message: dict[str, Any]) -> None:
        topic = message["channel"].decode().removeprefix(PREFIX)
        room = self._rooms.get(topic)
        if room is None:
            return
        epoch, _, frame = message["data"].decode().partition(" ")
        if room.waiting is not None:
            room.waiting.append(frame)
        elif int(epoch) > room.epoch:
            room.waiting = [frame]
            task = asyncio.create_task(self._ask(topic, room))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        else:
            for outlet in tuple(room.outlets):
                outlet.put(frame)

    async def _ask(self, topic: str, room: Room) -> None:
        """Somebody left since this process last looked: only who may still hear gets what waits."""
        guard = next((found for prefix, found in _guards.items() if topic.startswith(prefix)), None)
        people = {outlet.person_id for outlet in room.outlets}
        try:
            hearing = await database_sync_to_async(guard.hearing)(topic, people) if guard else None
        except DatabaseError as error:
            log.warning("realtime.guard_failed", error=str(error))
            hearing = None
        waiting, room.waiting = room.waiting or [], None
        for outlet in tuple(room.outlets):
            if hearing is None or outlet.person_id not in hearing.person_ids:
                room.outlets.discard(outlet)
                outlet.put(LOOK_AGAIN)
                continue
            for frame in waiting:
                outlet.put(frame)
        if hearing is not None:
            room.epoch = max(room.epoch, hearing.epoch)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
