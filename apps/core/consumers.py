"""The one socket of a tab: authenticated by session, fed by the hub, deaf but for pings."""

import asyncio
import json
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from apps.core.realtime import Outlet, hub, person_topic


class LiveConsumer(AsyncWebsocketConsumer):
    """`/ws/`: frames for the person's topic. Strangers are closed with 4401."""

    outlet: Outlet
    pump: "asyncio.Task[None] | None" = None
    topic: str = ""

    async def connect(self) -> None:
        """Accept a signed-in, active person and subscribe."""
        person = self.scope.get("user")
        if person is None or not person.is_authenticated or not person.is_active:
            await self.accept()
            await self.close(code=4401)
            return
        self.outlet, self.topic = Outlet(), person_topic(person.pk)
        await hub().join(self.topic, self.outlet)
        await self.accept()
        self.pump = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        while (frame := await self.outlet.frames.get()) is not None:
            await self.send(text_data=frame)
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
        if self.pump is not None:
            self.pump.cancel()
        if self.topic:
            await hub().leave(self.topic, self.outlet)
