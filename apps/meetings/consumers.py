"""The socket of a video page: carries the browser's lines to the media server and back, and knows who came and went."""

import asyncio
import contextlib
import json
import time
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError

from apps.core.screens import is_signed_in
from apps.meetings.models.video import GUEST
from apps.meetings.selectors.guests import guest_is_welcome
from apps.meetings.services.staying import stay_begin, stay_end
from apps.meetings.sfu.ticket import Ticket, TicketRefused, read

log = structlog.get_logger(__name__)
LARGEST_LINE = 128 * 1024
CONNECT_SECONDS = 3
RECHECK_SECONDS = 60
JOIN_SECONDS = 15
FORBIDDEN, LOST, ENDED = 4403, 4410, 4411
HEARS = "answered"  # from this line on a browser is sent sound and pictures
LAST_WORDS = {"removed", "ended", "replaced", "refused"}


class VideoConsumer(AsyncWebsocketConsumer):
    """`/ws/video/`: the first line is `{"t":"join","token":…}`. Closes with 4410 when the media server is gone: come again."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter | None = None
    pump: "asyncio.Task[None] | None" = None
    stay: "asyncio.Task[int | None] | None" = None
    patience: asyncio.TimerHandle | None = None
    giving_up: "asyncio.Future[None] | None" = None
    is_over = False

    async def connect(self) -> None:
        """Anybody: the ticket decides, and it is for whom Django let in, an account's own or a guest's."""
        await self.accept()
        self.patience = asyncio.get_running_loop().call_later(JOIN_SECONDS, self._impatient)

    def _impatient(self) -> None:
        """A socket without a ticket takes nobody's place for long."""
        if self.writer is None:
            self.giving_up = asyncio.ensure_future(self._end(FORBIDDEN))

    async def _end(self, code: int) -> None:
        """Close, once; what the browser had said meanwhile is not read any more."""
        if not self.is_over:
            self.is_over = True
            await self.close(code=code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The ticket first, then everything goes on as it is."""
        if self.is_over:
            return
        try:
            line: Any = json.loads((text_data or "")[: LARGEST_LINE + 1])
            if not isinstance(line, dict) or len(text_data or "") > LARGEST_LINE:
                raise TypeError
        except (ValueError, TypeError, RecursionError):
            await self._end(FORBIDDEN)
            return
        if self.writer is None:
            await self._join(str(line.get("token", "")))
            return
        if line.get("t") == HEARS and self.stay is not None:
            await asyncio.wait([self.stay])
        if not self.is_over:
            self.writer.write(json.dumps(line).encode() + b"\n")
            with contextlib.suppress(OSError):
                await self.writer.drain()

    async def _join(self, token: str) -> None:
        try:
            ticket = read(settings.MEDIA_SECRET, token, now=time.time())
        except TicketRefused:
            await self._end(FORBIDDEN)
            return
        if ticket.controls or not self._is_own(ticket):
            await self._end(FORBIDDEN)
            return
        host, _, port = settings.MEDIA_CONTROL.rpartition(":")
        try:
            opened = asyncio.open_connection(host, int(port), limit=LARGEST_LINE * 8)
            self.reader, writer = await asyncio.wait_for(opened, CONNECT_SECONDS)
        except (OSError, TimeoutError):
            await self._end(LOST)
            return
        self.writer = writer
        writer.write(json.dumps({"t": "join", "token": token}).encode() + b"\n")
        self.pump = asyncio.create_task(self._pump(ticket))

    def _is_own(self, ticket: Ticket) -> bool:
        person = self.scope.get("user")
        if ticket.who.startswith(GUEST):
            return True
        return bool(person is not None and person.is_authenticated and ticket.who == str(person.pk))

    async def _still_welcome(self, ticket: Ticket) -> bool:
        """Whether the session lives, or the guest's invitation."""
        if ticket.who.startswith(GUEST):
            number = int(ticket.who.removeprefix(GUEST))
            return bool(await database_sync_to_async(guest_is_welcome)(number))
        return await is_signed_in(self.scope)

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
                if not await self._still_welcome(ticket):
                    await self._end(FORBIDDEN)
                    return
            if line == b"\n":
                continue
            said = str(json.loads(line).get("t", ""))
            if said == "joined":
                self.stay = asyncio.create_task(self._stay(ticket))
            if not self.is_over:
                await self.send(text_data=line.decode().rstrip("\n"))
        await self._end(ENDED if said in LAST_WORDS else LOST)

    async def _stay(self, ticket: Ticket) -> int | None:
        """Note it in the books while the browser gets ready; the number of the stay."""
        stay_id: int | None
        try:
            stay_id = await database_sync_to_async(stay_begin)(meeting_id=int(ticket.room), who=ticket.who)
        except DatabaseError as error:
            log.warning("video.stay_failed", meeting=ticket.room, error=str(error))
            await self._end(LOST)
            return None
        if stay_id is None:  # removed, or the video ended, since the ticket was given
            await self._end(FORBIDDEN)
        return stay_id

    async def disconnect(self, code: int) -> None:
        """Hang up at the media server, note the end of the stay."""
        if self.patience is not None:
            self.patience.cancel()
        if self.pump is not None:
            self.pump.cancel()
        if self.writer is not None:
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()
        stay_id = await self.stay if self.stay is not None else None
        if stay_id is not None:
            await database_sync_to_async(stay_end)(stay_id=stay_id)
