"""`python -m tests.benchmarks._listeners PORT COUNT PATH MARK`: a process that holds many sockets and counts what comes.

Cookies come in on the first line of standard input as JSON, one per socket. After `ready` it answers each line `N` with the number of
marked frames received so far, and `latency` with the milliseconds from the stamp in each marked frame to its arrival.
"""

import asyncio
import base64
import json
import sys
import time
from functools import partial

STAMP = b'"stamp":"'


class Listener(asyncio.Protocol):
    """One socket: the handshake by hand, then frames of a server, which are never masked."""

    def __init__(self, path: str, cookie: str, port: int, mark: bytes, tally: "Tally") -> None:
        self.path, self.cookie, self.port, self.mark, self.tally = path, cookie, port, mark, tally
        self.waiting = b""
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        key = base64.b64encode(b"0123456789abcdef").decode()
        lines = (
            f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Upgrade: websocket",
            "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
            f"Origin: http://127.0.0.1:{self.port}", f"Cookie: {self.cookie}", "", "",
        )  # fmt: skip
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        """Cut frames; count the marked ones."""
        data = self.waiting + data
        if not self.is_open:
            head, gap, data = data.partition(b"\r\n\r\n")
            if not gap:
                self.waiting = head
                return
            assert b" 101 " in head.split(b"\r\n", 1)[0], head[:200]
            self.is_open = True
            self.tally.open_one()
        place, size = 0, len(data)
        while size - place >= 2:
            length, start = data[place + 1], place + 2
            if length == 126:
                length, start = int.from_bytes(data[place + 2 : place + 4]), place + 4
            if size < start + length or (length == 126 and size < start):
                break
            self._frame(data[start : start + length])
            place = start + length
        self.waiting = data[place:]

    def _frame(self, body: bytes) -> None:
        if self.mark not in body:
            return
        self.tally.marked += 1
        if self.tally.timed:
            place = body.index(STAMP) + len(STAMP)
            sent = int(body[place : body.index(b'"', place)])
            self.tally.delays.append((time.time_ns() - sent) / 1e6)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """A socket the server closed is a loss."""
        self.tally.closed += 1


class Tally:
    """What all sockets together have seen."""

    def __init__(self) -> None:
        self.opened = self.marked = self.closed = 0
        self.timed = False
        self.delays: list[float] = []
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
        if line == "time":
            tally.timed, tally.delays = True, []
        answer = json.dumps(
            {
                "marked": tally.marked,
                "closed": tally.closed,
                "delays": tally.delays if line == "latency" else [],
            }
        )
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()))
