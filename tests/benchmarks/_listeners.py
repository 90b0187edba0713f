"""`python -m tests.benchmarks._listeners PORT COUNT PATH MARK`: a process that holds many sockets and counts what comes.

Cookies come in on the first line of standard input as JSON, one per socket. Marked frames are those that contain MARK, followed
by `KIND-STAMP"` (KIND may be missing with its dash; STAMP: nanoseconds when it was sent). After `ready` each line is answered by a
line of JSON: `marked` (frames so far), `closed` (sockets the server closed); after `time` also delays are kept, in milliseconds
by kind, which `latency` gives; `counts` gives the marked frames of each socket.
"""

import asyncio
import base64
import json
import sys
import time
from collections import defaultdict
from functools import partial
from typing import Any, cast

PING, PONG = 0x89, 0x8A


class Tally:
    """What all sockets together have seen."""

    def __init__(self) -> None:
        self.opened = self.marked = self.closed = 0
        self.timed = False
        self.delays: defaultdict[str, list[float]] = defaultdict(list)
        self.sockets: list[Listener] = []
        self._grew = asyncio.Event()

    def open_one(self) -> None:
        """One more socket stands."""
        self.opened += 1
        self._grew.set()

    async def reached(self, count: int) -> None:
        """Wait until so many stand."""
        while self.opened < count:
            self._grew.clear()
            await self._grew.wait()

    def answer(self, question: str) -> dict[str, Any]:
        """What is asked for."""
        if question == "time":
            self.timed = True
            self.delays.clear()
        found: dict[str, Any] = {"marked": self.marked, "closed": self.closed}
        if question == "latency":
            found["delays"] = self.delays
        if question == "counts":
            found["counts"] = [one.count for one in self.sockets]
        return found


class Listener(asyncio.Protocol):
    """One socket: the handshake by hand, then frames of a server, which are never masked. Frames are cut, not parsed."""

    def __init__(self, path: str, cookie: str, port: int, mark: bytes, tally: Tally) -> None:
        self.path, self.cookie, self.port, self.mark, self.tally = path, cookie, port, mark, tally
        self.waiting = b""
        self.is_open = False
        self.count = 0
        tally.sockets.append(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        key = base64.b64encode(b"0123456789abcdef").decode()
        lines = (
            f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Upgrade: websocket",
            "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
            f"Origin: http://127.0.0.1:{self.port}", f"Cookie: {self.cookie}", "", "",
        )  # fmt: skip
        self.transport = cast("asyncio.WriteTransport", transport)
        self.transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        """Cut frames; count the marked ones."""
        data = self.waiting + data
        if not self.is_open:
            head, gap, data = data.partition(b"\r\n\r\n")
            if not gap:
                self.waiting = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                raise ConnectionError(head[:200].decode(errors="replace"))
            self.is_open = True
            self.tally.open_one()
        place, size = 0, len(data)
        while size - place >= 2:
            length, start = data[place + 1], place + 2
            if length == 126:
                if size < place + 4:
                    break
                length, start = int.from_bytes(data[place + 2 : place + 4]), place + 4
            if size < start + length:
                break
            if data[place] == PING:
                self._pong(data[start : start + length])
            elif (found := data.find(self.mark, start, start + length)) >= 0:
                self._marked(data, found + len(self.mark))
            place = start + length
        self.waiting = data[place:]

    def _pong(self, body: bytes) -> None:
        """A socket that does not answer is closed after a while. What clients send is masked, here with zeros."""
        self.transport.write(bytes((PONG, 0x80 | len(body))) + bytes(4) + body)

    def _marked(self, data: bytes, place: int) -> None:
        self.count += 1
        self.tally.marked += 1
        if self.tally.timed:
            kind, _, stamp = data[place : data.index(b'"', place)].decode().rpartition("-")
            self.tally.delays[kind].append((time.time_ns() - int(stamp)) / 1e6)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """A socket the server closed is a loss."""
        self.tally.closed += 1


async def main(port: int, count: int, path: str, mark: bytes) -> None:
    """Open all sockets, then answer questions."""
    tally = Tally()
    loop = asyncio.get_running_loop()
    cookies = json.loads(sys.stdin.readline())
    for number in range(count):
        made = partial(Listener, path, cookies[number], port, mark, tally)
        await loop.create_connection(made, "127.0.0.1", port)
        if number % 100 == 99:
            await tally.reached(number - 50)
    await tally.reached(count)
    await asyncio.sleep(1)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        sys.stdout.write(json.dumps(tally.answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()))
