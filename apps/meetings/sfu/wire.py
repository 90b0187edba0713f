"""The port: one UDP socket and the same number in TCP (RFC 6544, framed by RFC 4571), told apart by who is known."""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from apps.meetings.sfu import stun
from apps.meetings.sfu.leg import Identity, Leg, Pipe
from apps.meetings.sfu.outgoing import HAS_DOORS, Address, Door
from apps.meetings.sfu.sdp import Local

LARGEST = 2048
AT_ONCE = 128
TURN_SECONDS = 0.01
MOST_CHECKS = 100  # a second from one address of a member
MOST_STRANGE_CHECKS = 500  # a second from one machine, whatever ports it uses
MOST_STRANGERS = 4096
MOST_UNSENT = 200_000
MOST_CONNECTIONS = 2000
BUFFER = 4 << 20
SILENT_SECONDS = 15


class Wire:
    """All legs by the name browsers call them and by the addresses they speak from."""

    def __init__(self, identity: Identity, *, host: str, port: int) -> None:
        self.identity, self.host, self.port = identity, host, port
        self.connections = 0
        self._by_name: dict[str, Leg] = {}
        self._by_address: dict[Address, Leg] = {}
        self._checks: dict[Any, int] = {}
        self.dropped = 0

    def leg(
        self,
        *,
        on_rtp: Callable[[bytes], None],
        on_rtcp: Callable[[bytes], None],
        on_up: Callable[[], None],
        on_foreign: Callable[[], None],
    ) -> Leg:
        """A new leg that can be reached."""
        made = Leg(self.identity, on_rtp=on_rtp, on_rtcp=on_rtcp, on_up=on_up, on_foreign=on_foreign)
        self._by_name[made.name] = made
        return made

    def local(self, leg: Leg) -> Local:
        """What a browser must know to reach it."""
        return Local(leg.name, leg.password, self.identity.fingerprint, self.host, self.port)

    def forget(self, leg: Leg) -> None:
        """Reached no more."""
        self._by_name.pop(leg.name, None)
        for address in leg.addresses:
            if self._by_address.get(address) is leg:
                del self._by_address[address]
        leg.close()

    def new_second(self) -> None:
        """Rates are counted anew."""
        self._checks.clear()

    def heard(self, data: bytes, address: Address, pipe: Pipe) -> None:
        """One packet from anywhere."""
        if not data:
            return
        if data[0] > 3:
            leg = self._by_address.get(address)
            if leg is not None:
                leg.fed(data)
            return
        if self._is_flood(address):
            self.dropped += 1
            return
        request = stun.read(data)
        leg = self._by_name.get(request.name) if request is not None else None
        if request is None or leg is None or not stun.is_authentic(request, leg.password):
            return
        if leg.checked(request, address, pipe):
            self._by_address[address] = leg

    def _is_flood(self, address: Address) -> bool:
        known = address in self._by_address
        key = address if known else address[0]
        count = self._checks.get(key, 0) + 1
        if count == 1 and len(self._checks) >= MOST_STRANGERS and not known:
            return True
        self._checks[key] = count
        return count > (MOST_CHECKS if known else MOST_STRANGE_CHECKS)

    def knows(self, address: Address) -> bool:
        """Whether a member speaks from there."""
        return address in self._by_address

    def lost(self, address: Address) -> None:
        """A TCP connection ended."""
        leg = self._by_address.pop(address, None)
        if leg is not None:
            leg.addresses.remove(address)

    def read_from(self, door: socket.socket) -> None:
        """Take what waits on the UDP socket, for a moment at most: in a full room orders of hosts must not wait behind media."""
        heard, until = self.heard, time.monotonic() + TURN_SECONDS
        for _ in range(AT_ONCE):
            try:
                data, address = door.recvfrom(LARGEST)
            except (BlockingIOError, ConnectionError):
                return
            heard(data, address, door)
            if time.monotonic() > until:
                return


class Framed(asyncio.Protocol):
    """One TCP connection of a browser: packets with their length before them."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.rest = bytearray()
        self.address: Address = ()
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Known by its far end, apart from UDP addresses."""
        self.transport = transport
        self.wire.connections += 1
        peer = transport.get_extra_info("peername") or ("0.0.0.0", 0)  # noqa: S104  # an address heard from, not bound to
        self.address = (peer[0], peer[1], "tcp")
        if self.wire.connections > MOST_CONNECTIONS:
            self.transport.close()
        asyncio.get_running_loop().call_later(SILENT_SECONDS, self._close_stranger)

    def _close_stranger(self) -> None:
        """Who opens a connection and is no member's browser takes nobody's place for long."""
        if not self.wire.knows(self.address):
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Whole packets go on; an oversized one ends the connection."""
        self.rest += data
        while len(self.rest) >= 2:
            size = (self.rest[0] << 8) | self.rest[1]
            if size > LARGEST:
                self.transport.close()
                return
            if len(self.rest) < 2 + size:
                return
            packet = bytes(self.rest[2 : 2 + size])
            del self.rest[: 2 + size]
            self.wire.heard(packet, self.address, self)

    def sendto(self, data: bytes, _address: Address, /) -> None:
        """Send; on a slow connection drop, so that memory never grows."""
        if self.transport.get_write_buffer_size() < MOST_UNSENT:
            self.transport.write(struct.pack("!H", len(data)) + data)

    def connection_lost(self, _error: Exception | None) -> None:
        """Forgotten."""
        self.wire.connections -= 1
        self.wire.lost(self.address)


def widened(door: socket.socket) -> socket.socket:
    """A UDP socket with room for bursts that never waits, from which many packets leave at once where that can be had."""
    wide = Door(fileno=door.detach()) if HAS_DOORS else door
    wide.settimeout(0)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        wide.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return wide
