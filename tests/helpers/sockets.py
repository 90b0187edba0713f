"""A WebSocket client that talks ASGI to the application in process (channels' own needs daphne)."""

import asyncio
import json
from typing import Any

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.db import connections

from apps.core import screens, valkey
from apps.core.realtime import hub
from config.asgi import application


async def hung_up() -> None:
    """Hang up at the end of a test's loop, also from the database."""
    await screens.session_watch().close()
    await hub().close()
    await sync_to_async(connections.close_all)()
    valkey.forget()


class Socket:
    """One socket to `path` with the given headers."""

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [],
        }
        self._talk: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]  # asgiref

    async def connect(self) -> bool:
        """Whether the application accepted."""
        await self._talk.send_input({"type": "websocket.connect"})
        return bool((await self.event())["type"] == "websocket.accept")

    async def event(self, seconds: float = 5) -> dict[str, Any]:
        """The next thing the application does."""
        found: dict[str, Any] = await self._talk.receive_output(seconds)
        return found

    async def frame(self, seconds: float = 5) -> dict[str, Any]:
        """The next frame."""
        event = await self.event(seconds)
        assert event["type"] == "websocket.send", event
        found: dict[str, Any] = json.loads(event["text"])
        return found

    async def close_code(self) -> int:
        """The code of the closing that comes, frames before it dropped."""
        event = await self.event()
        while event["type"] == "websocket.send":
            event = await self.event()
        assert event["type"] == "websocket.close", event
        return int(event["code"])

    async def is_quiet(self) -> bool:
        """Whether nothing comes for a while."""
        nothing: bool = await self._talk.receive_nothing(timeout=0.4, interval=0.05)
        return nothing

    async def send(self, *, text: str | None = None, data: bytes | None = None) -> None:
        """Say something."""
        await self._talk.send_input({"type": "websocket.receive", "text": text, "bytes": data})

    async def disconnect(self) -> None:
        """Hang up and wait until the application has noticed."""
        await self._talk.send_input({"type": "websocket.disconnect", "code": 1000})
        try:
            await self._talk.wait(timeout=5)
        except asyncio.CancelledError:
            return
