"""Long polling for screens behind proxies that let no socket through: the same frames, one answer at a time."""

import asyncio
import json
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.http import AsyncHttpConsumer

from apps.core.realtime import Outlet, Seat, guarded_topics, hub, person_topic, position_of
from apps.core.screens import is_shut, open_until

WAIT_SECONDS = 25.0
SIGNED_OUT = (401, "not_authenticated", "登录已过期，请重新登录。")
GATED = (423, "gated", "屏幕已锁定或登录尚未完成，请先在页面上办理。")
RESYNC = '{"kind":"resync","ids":[],"v":null}'
HEADERS = [(b"Content-Type", b"application/json"), (b"Cache-Control", b"no-store")]


class PollConsumer(AsyncHttpConsumer):
    """`GET /live/poll/?cursor=…` → `{cursor, frames}` within 25 seconds.

    The cursor says where the person's topics stood at the last answer; when they stand elsewhere the answer is `resync` at once
    and the screen asks by its own cursors, so nothing depends on which process answers or what was said between two calls.
    401 for strangers, 423 while a gate stands before the session.
    """

    async def handle(self, body: bytes) -> None:  # noqa: ARG002  # the signature of channels
        """Wait for the first frame, or say at once that something was missed."""
        person = self.scope.get("user")
        if person is None or not person.is_authenticated or not person.is_active:
            await self._refuse(SIGNED_OUT)
            return
        if refusal := await self._refusal():
            await self._refuse(refusal)
            return
        asked = parse_qs(self.scope.get("query_string", b"").decode("latin-1")).get("cursor", [""])[0]
        outlet = Outlet(person.pk)
        seats = [Seat(person_topic(person.pk), 0), *await database_sync_to_async(guarded_topics)(person.pk)]
        await hub().join_all(seats, outlet)
        try:
            standing = await database_sync_to_async(position_of)(person.pk)
            frames = [] if asked in {"", standing} else [RESYNC]
            if asked == standing:
                frames = await self._frames(outlet)
                standing = await database_sync_to_async(position_of)(person.pk) if frames else standing
        finally:
            await hub().leave_all([seat.topic for seat in seats], outlet)
        if frames and (refusal := await self._refusal()):  # a gate may have come while nothing was said
            await self._refuse(refusal)
            return
        await self._answer(200, {"cursor": standing, "frames": [json.loads(frame) for frame in frames]})

    async def _refusal(self) -> tuple[int, str, str] | None:
        until = await open_until(self.scope)
        if until is None:
            return SIGNED_OUT
        return GATED if is_shut(until) else None

    async def _refuse(self, refusal: tuple[int, str, str]) -> None:
        status, code, message = refusal
        await self._answer(status, {"code": code, "message": message, "data": {}})

    async def _frames(self, outlet: Outlet) -> list[str]:
        try:
            first = await asyncio.wait_for(outlet.frames.get(), WAIT_SECONDS)
        except TimeoutError:
            return []
        frames = [first]
        while not outlet.frames.empty():
            frames.append(outlet.frames.get_nowait())
        return [RESYNC] if None in frames else [frame for frame in frames if frame is not None]

    async def _answer(self, status: int, body: dict[str, object]) -> None:
        await self.send_response(status, json.dumps(body, ensure_ascii=False).encode(), headers=HEADERS)
