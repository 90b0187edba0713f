"""Clients that talk over real sockets to web processes that die: they resend under one id and ask for what they missed."""

import asyncio
import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.helpers.chat import Copy

CSRF = "a" * 32


@dataclass
class Talker:
    """One person's client: a session, a socket to one of the nodes, a copy of the conversation."""

    name: str
    session: str
    conversation: int
    port: Callable[[], int]
    copy: Copy = field(default_factory=Copy)
    frames: int = 0
    gaps: int = 0
    connections: int = 0
    resent: int = 0
    ended: bool = False
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def cookie(self) -> str:
        """Of the browser session."""
        return f"sessionid={self.session}; csrftoken={CSRF}"

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """One call of the API on some node. Raises `OSError` or `HTTPException` when the node is gone."""
        line = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=5)
        try:
            sent = json.dumps(body) if body is not None else None
            headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Content-Type": "application/json"}
            line.request(method, f"/api/v1/messaging/conversations/{self.conversation}/{path}", sent, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            line.close()

    async def say(self, client_id: str, text: str) -> None:
        """Until some node has said that it is stored."""
        while True:
            try:
                status, _ = await asyncio.to_thread(
                    self.request, "POST", "messages/", {"client_id": client_id, "text": text}
                )
            except (OSError, http.client.HTTPException):
                status = 0
            if status in {200, 201}:
                return
            self.resent += 1
            await asyncio.sleep(0.2)

    async def listen(self) -> None:
        """Keep a socket; whenever it stands again, ask for what was missed."""
        while not self.ended:
            port = self.port()
            try:
                async with connect(
                    f"ws://127.0.0.1:{port}/ws/",
                    additional_headers={"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{port}"},
                    open_timeout=5,
                    close_timeout=1,
                    compression=None,
                ) as line:
                    self.connections += 1
                    async for text in line:
                        await self.hear(json.loads(text))
            except (OSError, WebSocketException, TimeoutError):
                pass
            await asyncio.sleep(0.1)

    async def hear(self, frame: dict[str, Any]) -> None:
        """One frame."""
        if frame["kind"] in {"ready", "resync"}:
            await self.catch_up()
        elif frame["kind"] == "chat.entry" and frame["c"] == self.conversation:
            self.frames += 1
            if not self.copy.apply(frame["entry"]):
                self.gaps += 1
                await self.catch_up()

    async def catch_up(self) -> None:
        """Everything after the cursor, from some node that answers."""
        async with self.asking:
            while not self.ended:
                try:
                    status, page = await asyncio.to_thread(
                        self.request, "GET", f"entries/?after={self.copy.last}&limit=200"
                    )
                except (OSError, http.client.HTTPException):
                    status, page = 0, None
                if status != 200:
                    await asyncio.sleep(0.2)
                    continue
                for entry in page["entries"]:
                    self.copy.apply(entry)
                if not page["has_after"] or not page["entries"]:
                    return
