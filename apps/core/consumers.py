"""The one socket of a tab: authenticated by session, fed by the hub, deaf but for pings."""

import asyncio
import json
from importlib import import_module
from time import monotonic
from typing import Any

from channels.auth import get_user
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from apps.core.realtime import Outlet, hub, person_topic

RECHECK_SECONDS = 60.0


class LiveConsumer(AsyncWebsocketConsumer):
    """`/ws/`: frames for the person's topic. Strangers are closed with 4401."""

    outlet: Outlet
    pump: "asyncio.Task[None] | None" = None
    topic: str = ""
    seen_at: float = 0.0

    async def connect(self) -> None:
        """Accept a signed-in, active person and subscribe."""
        person = self.scope.get("user")
        if person is None or not person.is_authenticated or not person.is_active:
            await self.accept()
            await self.close(code=4401)
            return
        self.outlet, self.topic, self.seen_at = Outlet(), person_topic(person.pk), monotonic()
        await hub().join(self.topic, self.outlet)
        await self.accept()
        self.pump = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        while (frame := await self.outlet.frames.get()) is not None:
            if not await self._is_still_signed_in():
                return
            await self.send(text_data=frame)
        await self.close(code=4408)

    async def _is_still_signed_in(self) -> bool:
        """Look at the session again once a minute; close when it has ended or the account was frozen."""
        if monotonic() - self.seen_at < RECHECK_SECONDS:
            return True
        self.seen_at = monotonic()
        store = import_module(settings.SESSION_ENGINE).SessionStore(self.scope["session"].session_key)
        person = await get_user({"session": store})
        if person.is_authenticated and person.is_active:
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
        if self.topic:
            await hub().leave(self.topic, self.outlet)
