"""A line that loses packets: a UDP relay before the media server that drops, delays, reorders and doubles by a seed.

What happens to the n-th packet of a browser in one direction depends on the seed, the browser's place in the order of coming, the
direction and n alone, so that a run can be had again.
"""

import hashlib
import heapq
import itertools
import selectors
import socket
import struct
import threading
import time
from dataclasses import dataclass
from typing import Any

LARGEST = 2048
BUFFER = 4 << 20
AT_ONCE = 64
IDLE_SECONDS = 0.05
Address = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Fate:
    """Shares of 0–1 of what is lost, comes later than what was sent after it, comes twice; every packet takes `delay` seconds."""

    lost: float = 0.0
    late: float = 0.0
    twice: float = 0.0
    delay: float = 0.0


LATE_SECONDS = 0.03
WHOLE = 1 << 32
CLEAR, CUT = Fate(), Fate(lost=1.0)


def bad(share: float) -> Fate:
    """A line that loses so much, and reorders and doubles a little."""
    return Fate(lost=share, late=0.02, twice=0.01, delay=0.01)


class Way:
    """One direction of one browser."""

    def __init__(self, out: socket.socket, to: Address | None, seed: str) -> None:
        self.out, self.to, self.seed = out, to, seed
        self.count = 0

    def fates(self, fate: Fate) -> list[float]:
        """After how many seconds the next packet comes out, once for each time it does."""
        self.count += 1
        digest = hashlib.blake2b(f"{self.seed} {self.count}".encode(), digest_size=12).digest()
        lost, late, twice = (part / WHOLE for part in struct.unpack("!3I", digest))
        if lost < fate.lost:
            return []
        wait = fate.delay + (LATE_SECONDS if late < fate.late else 0.0)
        return [wait, wait + fate.delay] if twice < fate.twice else [wait]

    def send(self, data: bytes) -> None:
        """Out; who has gone is not waited for."""
        try:
            if self.to is None:
                self.out.send(data)
            else:
                self.out.sendto(data, self.to)
        except OSError:
            return


class Relay:
    """Runs in a thread of its own between `with` and its end. `up` and `down` may be changed while it runs."""

    def __init__(self, server_port: int, *, seed: int) -> None:
        self.server_port, self.seed = server_port, seed
        self.up = self.down = CLEAR
        self.passed = self.dropped = 0
        self._door = _socket()
        self._door.bind(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._known: dict[Address, tuple[Way, socket.socket]] = {}
        self._waiting: list[tuple[float, int, Way, bytes]] = []
        self._order = itertools.count()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ, None)
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def both(self, fate: Fate) -> None:
        """The same in both directions."""
        self.up = self.down = fate

    def __enter__(self) -> "Relay":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join(5)
        for ways in self._known.values():
            ways[1].close()
        self._selector.close()
        self._door.close()

    def _run(self) -> None:
        while not self._is_over:
            wait = self._waiting[0][0] - time.monotonic() if self._waiting else IDLE_SECONDS
            for key, _ in self._selector.select(max(0.0, min(wait, IDLE_SECONDS))):
                self._take(key.data)
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                _, _, due, data = heapq.heappop(self._waiting)
                due.send(data)

    def _take(self, back: tuple[Way, socket.socket] | None) -> None:
        """What waits at the door (None), or at the end that faces the server for one browser."""
        for _ in range(AT_ONCE):
            try:
                data, address = (self._door if back is None else back[1]).recvfrom(LARGEST)
            except OSError:
                return
            way = self._way(address) if back is None else back[0]
            waits = way.fates(self.up if back is None else self.down)
            self.passed, self.dropped = self.passed + bool(waits), self.dropped + (not waits)
            for wait in waits:
                if wait:
                    entry = (time.monotonic() + wait, next(self._order), way, data)
                    heapq.heappush(self._waiting, entry)
                else:
                    way.send(data)

    def _way(self, address: Address) -> Way:
        """From this browser to the server, opened when it first speaks."""
        if address not in self._known:
            number = len(self._known)
            out = _socket()
            out.connect(("127.0.0.1", self.server_port))
            self._known[address] = (Way(out, None, f"{self.seed} up {number}"), out)
            back = Way(self._door, address, f"{self.seed} down {number}")
            self._selector.register(out, selectors.EVENT_READ, (back, out))
        return self._known[address][0]


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.settimeout(0)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        made.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return made
