"""The one socket of a tab: authenticated by session, fed by the hub, deaf but for pings."""

import asyncio
import json
from importlib import import_module
from time import monotonic
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from apps.core.realtime import Outlet, Seat, guarded_topics, hub, person_topic

RECHECK_SECONDS = 60.0
CHECK = '{"kind":"session",'  # a session of the person has ended: perhaps this one
# after these the person may hear more or fewer topics than before
LOOK_AGAIN = ('{"kind":"chat",', '{"kind":"resync",')


async def is_signed_in(scope: Any) -> bool:
    """Whether the session of a socket still lives and its account is not frozen."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(scope["session"].session_key)
    person = await get_user({"session": store})
    return bool(person.is_authenticated and person.is_active)


class LiveConsumer(AsyncWebsocketConsumer):
    """`/ws/`: frames for the person's topic and the guarded ones. Strangers are closed with 4401.

    `{"kind":"ready"}` says that frames come from here on: what was said before is asked for by cursor.
    """

    outlet: Outlet
    pump: "asyncio.Task[None] | None" = None
    person_id: int = 0
    topics: frozenset[str] = frozenset()
    seen_at: float = 0.0

    async def connect(self) -> None:
        """Accept a signed-in, active person and subscribe."""
        person = self.scope.get("user")
        if person is None or not person.is_authenticated or not person.is_active:
            await self.accept()
            await self.close(code=4401)
            return
        self.person_id, self.outlet, self.seen_at = person.pk, Outlet(person.pk), monotonic()
        await self._take_seats()
        await self.accept()
        await self.send(text_data='{"kind":"ready","ids":[],"v":null}')
        self.pump = asyncio.create_task(self._pump())

    async def _take_seats(self) -> None:
        """Hear exactly what the person may hear now."""
        seats = await database_sync_to_async(guarded_topics)(self.person_id)
        wanted = frozenset(seat.topic for seat in seats) | {person_topic(self.person_id)}
        gone, self.topics = self.topics - wanted, wanted
        await hub().leave_all(gone, self.outlet)
        await hub().join_all([Seat(person_topic(self.person_id), 0), *seats], self.outlet)

    async def _pump(self) -> None:
        while (frame := await self.outlet.frames.get()) is not None:
            is_check = frame.startswith(CHECK)
            if is_check:
                self.seen_at = -RECHECK_SECONDS
            if not await self._is_still_signed_in():
                return
            if is_check:
                continue
            if frame.startswith(LOOK_AGAIN):
                await self._take_seats()
            await self.send(text_data=frame)
        await self.close(code=4408)

    async def _is_still_signed_in(self) -> bool:
        """Look at the session again once a minute; close when it has ended or the account was frozen."""
        if monotonic() - self.seen_at < RECHECK_SECONDS:
            return True
        self.seen_at = monotonic()
        if await is_signed_in(self.scope):
            return True
        await self.close(code=4401)
        return False

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer `{"kind":"ping"}`; anything else is an error frame."""
        if not await self._is_still_signed_in():
            return
        try:
            kind: Any = json.loads(text_data or "").get("kind")
        except (ValueError, AttributeError):
            kind = None
        answer = {"kind": "pong"} if kind == "ping" else {"kind": "error", "message": "无法识别的消息。"}
        await self.send(text_data=json.dumps(answer, ensure_ascii=False))

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        if self.pump is not None:
            self.pump.cancel()
        if self.topics:
            await hub().leave_all(self.topics, self.outlet)
