"""The socket of a video page: carries the browser's lines to the media server and back, and knows who came and went."""

import asyncio
import contextlib
import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from apps.core.consumers import is_signed_in
from apps.meetings.services.staying import stay_begin, stay_end
from apps.meetings.sfu.ticket import Ticket, TicketRefused, read

LARGEST_LINE = 128 * 1024
CONNECT_SECONDS = 3
RECHECK_SECONDS = 60
FORBIDDEN, LOST, ENDED = 4403, 4410, 4411
LAST_WORDS = {"removed", "ended", "replaced", "refused"}


class VideoConsumer(AsyncWebsocketConsumer):
    """`/ws/video/`: the first line is `{"t":"join","token":…}`. Closes with 4410 when the media server is gone: come again."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter | None = None
    pump: "asyncio.Task[None] | None" = None
    stay_id: int | None = None

    async def connect(self) -> None:
        """Anybody signed in; the ticket decides."""
        await self.accept()
        person = self.scope.get("user")
        if person is None or not person.is_authenticated:
            await self.close(code=FORBIDDEN)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The ticket first, then everything goes on as it is."""
        try:
            line: Any = json.loads((text_data or "")[: LARGEST_LINE + 1])
            if not isinstance(line, dict) or len(text_data or "") > LARGEST_LINE:
                raise TypeError
        except (ValueError, TypeError, RecursionError):
            await self.close(code=FORBIDDEN)
            return
        if self.writer is None:
            await self._join(str(line.get("token", "")))
        else:
            self.writer.write(json.dumps(line).encode() + b"\n")
            with contextlib.suppress(OSError):
                await self.writer.drain()

    async def _join(self, token: str) -> None:
        try:
            ticket = read(settings.MEDIA_SECRET, token, now=time.time())
        except TicketRefused:
            await self.close(code=FORBIDDEN)
            return
        if ticket.controls or ticket.who != str(self.scope["user"].pk):
            await self.close(code=FORBIDDEN)
            return
        host, _, port = settings.MEDIA_CONTROL.rpartition(":")
        try:
            opened = asyncio.open_connection(host, int(port), limit=LARGEST_LINE * 8)
            self.reader, writer = await asyncio.wait_for(opened, CONNECT_SECONDS)
        except (OSError, TimeoutError):
            await self.close(code=LOST)
            return
        self.writer = writer
        writer.write(json.dumps({"t": "join", "token": token}).encode() + b"\n")
        self.pump = asyncio.create_task(self._pump(ticket))

    async def _pump(self, ticket: Ticket) -> None:
        """What the media server says, until it hangs up; the session is looked at once a minute."""
        said, checked = "", time.monotonic()
        while True:
            try:
                line = await asyncio.wait_for(self.reader.readline(), RECHECK_SECONDS)
            except TimeoutError:
                line = b"\n"
            except (OSError, ValueError):
                line = b""
            if not line:
                break
            if time.monotonic() - checked > RECHECK_SECONDS:
                checked = time.monotonic()
                if not await is_signed_in(self.scope):
                    await self.close(code=FORBIDDEN)
                    return
            if line == b"\n":
                continue
            said = str(json.loads(line).get("t", ""))
            if said == "joined":
                self.stay_id = await database_sync_to_async(stay_begin)(
                    meeting_id=int(ticket.room), person_id=int(ticket.who)
                )
                if self.stay_id is None:  # removed, or the video ended, since the ticket was given
                    await self.close(code=FORBIDDEN)
                    return
            await self.send(text_data=line.decode().rstrip("\n"))
        await self.close(code=ENDED if said in LAST_WORDS else LOST)

    async def disconnect(self, code: int) -> None:
        """Hang up at the media server, note the end of the stay."""
        if self.pump is not None:
            self.pump.cancel()
        if self.writer is not None:
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()
        if self.stay_id is not None:
            await database_sync_to_async(stay_end)(stay_id=self.stay_id)
