"""The one socket of a tab: authenticated by session, fed by the hub, deaf but for pings."""

import asyncio
import json
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from apps.core.realtime import Outlet, Seat, guarded_topics, hub, person_topic
from apps.core.screens import is_shut, open_until, session_watch

log = structlog.get_logger(__name__)

SIGNED_OUT, GATED = 4401, 4403
CHECK = '{"kind":"session",'  # a session of the person has ended: perhaps this one
DOUBT = CHECK + '"ids":[],"v":null}'
# after these the person may hear more or fewer topics than before
LOOK_AGAIN = ('{"kind":"chat",', '{"kind":"resync",')


class LiveConsumer(AsyncWebsocketConsumer):
    """`/ws/`: frames for the person's topic and the guarded ones. Strangers are closed with 4401, 4403 while a gate stands.

    `{"kind":"ready"}` says that frames come from here on: what was said before is asked for by cursor.
    """

    outlet: Outlet
    pump: "asyncio.Task[None] | None" = None
    person_id: int = 0
    session_key: str = ""
    seen_at: float = 0.0  # the watch's
    open_until: float = 0.0  # a frame that comes later asks again
    topics: frozenset[str] = frozenset()

    async def connect(self) -> None:
        """Accept a signed-in, active person and subscribe."""
        person = self.scope.get("user")
        if person is None or not person.is_authenticated or not person.is_active:
            await self.accept()
            await self.close(code=SIGNED_OUT)
            return
        self.person_id, self.outlet = person.pk, Outlet(person.pk)
        self.session_key = self.scope["session"].session_key
        if code := await self._refusal():
            await self.close(code=code)  # not accepted: a locked screen comes back ever more seldom
            return
        await self._take_seats()
        await self.accept()
        await self.send(text_data='{"kind":"ready","ids":[],"v":null}')
        self.pump = asyncio.create_task(self._pump())
        session_watch().add(self)

    def doubt(self) -> None:
        """The watch found the session ended: it is asked once more, after the frames that wait."""
        self.outlet.put(DOUBT)

    async def _refusal(self) -> int:
        """The code to close with when the session is signed out or a gate stands before it, else 0."""
        until = await open_until(self.scope)
        if until is None:
            return SIGNED_OUT
        self.open_until = until
        return GATED if is_shut(until) else 0

    async def _take_seats(self) -> None:
        """Hear exactly what the person may hear now."""
        seats = await database_sync_to_async(guarded_topics)(self.person_id)
        wanted = frozenset(seat.topic for seat in seats) | {person_topic(self.person_id)}
        gone, self.topics = self.topics - wanted, wanted
        await hub().leave_all(gone, self.outlet)
        await hub().join_all([Seat(person_topic(self.person_id), 0), *seats], self.outlet)

    async def _pump(self) -> None:
        """Hand frames on until the session has ended, a gate stands before it or the screen cannot keep up.

        When the database fails meanwhile the screen is closed too: it comes back and catches up.
        """
        try:
            while (frame := await self.outlet.frames.get()) is not None:
                is_check = frame.startswith(CHECK)
                if (is_check or is_shut(self.open_until)) and (code := await self._refusal()):
                    await self.close(code=code)
                    return
                if is_check:
                    continue
                if frame.startswith(LOOK_AGAIN):
                    await self._take_seats()
                await self.base_send({"type": "websocket.send", "text": frame})  # `send` in short
        except DatabaseError as error:
            log.warning("live.database_failed", error=str(error))
        await self.close(code=4408)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer `{"kind":"ping"}`; anything else is an error frame."""
        try:
            kind: Any = json.loads(text_data or "").get("kind")
        except (ValueError, AttributeError):
            kind = None
        answer = {"kind": "pong"} if kind == "ping" else {"kind": "error", "message": "无法识别的消息。"}
        await self.send(text_data=json.dumps(answer, ensure_ascii=False))

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        session_watch().discard(self)
        if self.pump is not None:
            self.pump.cancel()
        if self.topics:
            await hub().leave_all(self.topics, self.outlet)
