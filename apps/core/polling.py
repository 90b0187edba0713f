"""Long polling for screens behind proxies that let no socket through: the same frames, one answer at a time."""

import asyncio
import json
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.http import AsyncHttpConsumer

from apps.core.realtime import Outlet, Seat, guarded_topics, hub, person_topic, position_of

WAIT_SECONDS = 25.0
RESYNC = '{"kind":"resync","ids":[],"v":null}'
HEADERS = [(b"Content-Type", b"application/json"), (b"Cache-Control", b"no-store")]


class PollConsumer(AsyncHttpConsumer):
    """`GET /live/poll/?cursor=…` → `{cursor, frames}` within 25 seconds.

    The cursor says where the person's topics stood at the last answer; when they stand elsewhere the answer is `resync` at once
    and the screen asks by its own cursors, so nothing depends on which process answers or what was said between two calls.
    """

    async def handle(self, body: bytes) -> None:  # noqa: ARG002  # the signature of channels
        """Wait for the first frame, or say at once that something was missed."""
        person = self.scope.get("user")
        if person is None or not person.is_authenticated or not person.is_active:
            await self._answer(
                401, {"code": "not_authenticated", "message": "登录已过期，请重新登录。", "data": {}}
            )
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
        await self._answer(200, {"cursor": standing, "frames": [json.loads(frame) for frame in frames]})

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
