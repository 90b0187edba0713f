"""Where Django speaks to the server: lines of JSON over TCP, each connection opened by a ticket.

A member's connection stands for the member: when it ends, the member has gone. A ticket that controls gives one command, one answer.
"""

import asyncio
import json
import re
import time
from dataclasses import asdict
from typing import Any

from apps.meetings.sfu import sdp
from apps.meetings.sfu import ticket as tickets
from apps.meetings.sfu.member import SOURCES, Counts, Member
from apps.meetings.sfu.room import Room
from apps.meetings.sfu.tape import Shelf
from apps.meetings.sfu.wire import Wire

LARGEST_LINE = 128 * 1024
MOST_ROOMS = 200
MOST_MEMBERS = 400
MOST_LINES = 60  # a second from one member
FIRST_LINE_SECONDS = 10
MOST_UNSENT = 4 << 20
RECORDING = re.compile(r"[0-9]{1,18}")


class Server:
    """The rooms, and who may do what in them."""

    def __init__(self, wire: Wire, secret: str, shelf: Shelf | None = None) -> None:
        self.wire, self.secret, self.shelf = wire, secret, shelf
        self.rooms: dict[str, Room] = {}
        self.counts = Counts()
        self._used: dict[str, float] = {}
        self._writers: dict[Member, asyncio.StreamWriter] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its ticket to its end."""
        try:
            await self._served(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            self.counts.refused += 1
        finally:
            writer.close()

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = read_line(await asyncio.wait_for(reader.readline(), FIRST_LINE_SECONDS))
        try:
            ticket = self._admitted(str(first.get("token", "")))
        except tickets.TicketRefused as error:
            self.counts.refused += 1
            _write(writer, {"t": "refused", "why": str(error)})
            return
        if ticket.controls:
            _write(writer, self.command(ticket.room, first))
            return
        if refusal := self.refusal(ticket):
            self.counts.refused += 1
            _write(writer, {"t": "refused", "why": refusal})
            return
        await self._as_member(ticket, reader, writer)

    def _admitted(self, text: str) -> tickets.Ticket:
        """A good ticket, used up. Raises `TicketRefused`."""
        now = time.time()
        ticket = tickets.read(self.secret, text, now=now)
        self._used = {once: until for once, until in self._used.items() if until > now}
        if ticket.once in self._used:
            raise tickets.TicketRefused("used")
        self._used[ticket.once] = ticket.expires
        return ticket

    def refusal(self, ticket: tickets.Ticket) -> str:
        """Why whoever shows it cannot come in; empty when there is place."""
        room = self.rooms.get(ticket.room)
        if room is None:
            return "crowded" if len(self.rooms) >= MOST_ROOMS else ""
        if ticket.who in room.removed:
            return "removed"
        is_full = len(room.members) >= MOST_MEMBERS and ticket.who not in room.members
        return "full" if is_full else ""

    async def _as_member(
        self, ticket: tickets.Ticket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        room = self.rooms.setdefault(ticket.room, Room(ticket.room, self.wire, self.counts))
        room.blocked = {one for one in room.blocked if one[0] != ticket.who} | {
            (ticket.who, one) for one in ticket.shut
        }
        member = room.join(ticket.who, lambda line: _write(writer, line), speaks=ticket.speaks)
        self._writers[member] = writer
        second, lines = 0, 0
        try:
            while line := await reader.readline():
                second, lines = (
                    (int(time.monotonic()), 1) if int(time.monotonic()) != second else (second, lines + 1)
                )
                if lines > MOST_LINES or room.members.get(ticket.who) is not member:
                    return
                heard(room, member, read_line(line))
        finally:
            self._writers.pop(member, None)
            room.leave(member)

    def hang_up(self, member: Member, why: str) -> None:
        """End a member's connection."""
        if why == "lost":
            self.counts.lost += 1
        member.tell({"t": why})
        member.room.leave(member)
        writer = self._writers.pop(member, None)
        if writer is not None:
            writer.close()

    def command(self, name: str, line: dict[str, Any]) -> dict[str, Any]:
        """What Django orders; the answer."""
        do, who, source = (str(line.get(key, "")) for key in ("do", "who", "source"))
        if do == "stats":
            return {"t": "done", **self.stats()}
        room = self.rooms.get(name)
        if room is None:
            return {"t": "done", "people": [], "why": "absent"}
        if do in {"record", "unrecord"}:
            return {"t": "done", "people": sorted(room.members), "why": self._recorded(room, do, line)}
        if do in {"block", "unblock"} and source in SOURCES:
            room.block(who, source, is_on=do == "block")
        elif do == "remove":
            room.removed.add(who)
            if member := room.members.get(who):
                self.hang_up(member, "removed")
        elif do == "readmit":
            room.removed.discard(who)
        elif do == "end":
            self._end(room)
        elif do == "quiet":
            room.quiet([one for one in room.members if one != who], source)
        elif do == "quiet_one":
            room.quiet([who], source)
        elif do != "roster":
            return {"t": "refused", "why": "unknown"}
        return {"t": "done", "people": sorted(room.members)}

    def _end(self, room: Room) -> None:
        room.unrecord("stopped")
        for member in list(room.members.values()):
            self.hang_up(member, "ended")
        self.rooms.pop(room.name, None)

    def _recorded(self, room: Room, do: str, line: dict[str, Any]) -> str:
        """Why it is not recorded; empty when it is."""
        if do == "unrecord":
            room.unrecord("stopped")
            return "stopped"
        name, people = str(line.get("source", "")), line.get("agreed")
        if not RECORDING.fullmatch(name) or not isinstance(people, list):
            return "unfit"
        return room.record(name, frozenset(map(str, people)), self.shelf)

    def close(self) -> None:
        """Recordings are finished before the process ends."""
        for room in self.rooms.values():
            room.unrecord("stopped")
        if self.shelf is not None:
            self.shelf.close()

    def stats(self) -> dict[str, int]:
        """What goes on, and what has gone on since the start."""
        rooms = [room for room in self.rooms.values() if room.members]
        members = [one for room in rooms for one in room.members.values()]
        now = {
            "rooms": len(rooms), "members": len(members), "tracks": sum(len(one.tracks) for one in members),
            "connections": self.wire.connections, "dropped": self.wire.dropped,
            "recordings": sum(room.recorder is not None for room in rooms),
        }  # fmt: skip
        return now | asdict(self.counts)


def heard(room: Room, member: Member, line: dict[str, Any]) -> None:
    """What a member's browser says."""
    kind = line.get("t")
    try:
        if kind == "publish":
            labels = {str(mid): str(source) for mid, source in dict(line.get("labels") or {}).items()}
            plays = frozenset(sdp.CODECS["video"]).intersection(map(str, line.get("plays") or []))
            member.tell({"t": "answer", "sdp": member.publish(str(line.get("sdp", "")), labels, plays)})
        elif kind == "answered":
            member.answered(str(line.get("fingerprint", "")))
        elif kind == "live":
            room.live(member, str(line.get("source", "")), is_on=line.get("on") is True)
        elif kind == "want":
            member.wanted = [str(one) for one in list(line.get("who") or [])[:50]]
            member.choose()
        else:
            member.tell({"t": "refused", "why": "unknown"})
    except (sdp.SdpRefused, TypeError, ValueError) as error:
        member.tell({"t": "refused", "why": str(error)})


def read_line(line: bytes) -> dict[str, Any]:
    """An object. Raises `ValueError` for anything else."""
    try:
        found = json.loads(line)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _write(writer: asyncio.StreamWriter, line: dict[str, Any]) -> None:
    if writer.is_closing():
        return
    if writer.transport.get_write_buffer_size() > MOST_UNSENT:
        writer.close()
        return
    writer.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
