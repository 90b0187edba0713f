"""Hours of nonsense for the media server: packets and lines that are nearly right. Nothing falls over, nothing grows.

What is sent depends on the seed (`TONGZHOU_FUZZ_SEED`) alone; a failure names the number of the round.
"""

import contextlib
import gc
import hashlib
import json
import os
import struct
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from apps.meetings.sfu import rtcp, rtp, sdp, stun, ticket
from apps.meetings.sfu.door import heard, read_line
from apps.meetings.sfu.leg import Identity
from apps.meetings.sfu.member import Counts, Member
from apps.meetings.sfu.room import Room, tidy
from apps.meetings.sfu.wire import MOST_STRANGERS, Wire
from tests.meetings.test_media_wire import OFFER, packet, request

SEED = os.environ.get("TONGZHOU_FUZZ_SEED", "20261102")
WARM_SECONDS = 0.5
GROWTH_BYTES = 400_000
ROUNDS_A_SECOND = 500  # the clock of the server, as the rounds count it
LINES: list[dict[str, Any]] = [
    {"t": "publish", "sdp": OFFER, "labels": {"0": "mic", "1": "camera"}},
    {"t": "answered", "fingerprint": "AA:" * 31 + "AA"},
    {"t": "live", "source": "camera", "on": True},
    {"t": "want", "who": ["1", "2"]},
]
GOOD = [
    request(),
    request("name:theirs", nominates=False),
    packet(7, level=20),
    packet(8),
    rtcp.resend_asked(7, [1, 2, 5, 400]),
    rtcp.picture_asked(7) + rtcp.received(7, share=3, lost=9, highest=80_000),
    rtcp.at_most(500_000, [7, 8]),
    struct.pack("!BBHIQIII", 0x80, rtcp.SENDER, 6, 7, 1, 2, 3, 4),
    bytes((22, 254, 253)) + bytes(8) + struct.pack("!H", 40) + bytes(40),
    OFFER.encode(),
    *(json.dumps(line).encode() for line in LINES),
    ticket.issue("secret", room="7", who="12", now=0.0).encode(),
]


class Noise:
    """Bytes and numbers of one round."""

    def __init__(self, number: int) -> None:
        self.rest = hashlib.shake_256(f"{SEED} {number}".encode()).digest(64)
        self.place = 0

    def below(self, limit: int) -> int:
        """A number from 0 to below the limit."""
        self.place += 2
        return int.from_bytes(self.rest[self.place - 2 : self.place], "big") % max(1, limit)

    def spoiled(self, data: bytes) -> bytes:
        """Nearly right: a few changes, each of one kind."""
        found = bytearray(data)
        for _ in range(1 + self.below(4)):
            at = self.below(len(found))
            match self.below(6):
                case 0 if found:
                    found[at] ^= 1 << self.below(8)
                case 1:
                    del found[at:]
                case 2:
                    found[at:at] = found[at : at + self.below(60)]
                case 3:
                    found[at : at + 2] = b"\xff\xff"
                case 4:
                    found[at : at + 4] = self.rest[-4:]
                case _:
                    del found[at : at + self.below(9)]
        return bytes(found)


class Pipe:
    """Where answers go: nowhere."""

    def sendto(self, data: bytes, address: object, /) -> None:
        """Sent."""


class Target:
    """The readers, and a server with a room, fed without a network."""

    def __init__(self) -> None:
        self.wire = Wire(Identity(), host="127.0.0.1", port=1)
        self.room = Room("7", self.wire, Counts())
        self.member = self._member()
        self.now = time.monotonic()

    def _member(self) -> Member:
        made = self.room.join("1", lambda _: None, speaks=True)
        for line in LINES[:3]:
            heard(self.room, made, line)
        return made

    def fed(self, number: int, data: bytes) -> None:
        """One round: by every reader, from a member's address or a stranger's, and as a line."""
        stun.read(data)
        rtcp.read(data)
        if rtp.is_rtp(data):
            rtp.loudness_of(data, 1)
        text = data.decode("latin-1")
        with contextlib.suppress(sdp.SdpRefused):
            sdp.read_offer(text)
        with contextlib.suppress(ticket.TicketRefused):
            ticket.read("secret", text, now=0.0)
        address = ("192.0.2.1", 1000 + number % 60_000)
        self.wire.heard(data, address if number % 2 else (f"198.51.{number % 251}.{number % 199}", 9), Pipe())
        self.member.sends.fed(data)
        for take in (self.member._rtp, self.member._sender_told, self.member._listener_told):
            take(data)  # as if it had been encrypted by a browser that means ill
        with contextlib.suppress(ValueError):
            heard(self.room, self.member, read_line(data))
        if number % ROUNDS_A_SECOND == 0:
            self._second(number)

    def _second(self, number: int) -> None:
        """The server's own housekeeping; now and then the member comes anew."""
        self.wire.new_second()
        self.now += 0.5
        tidy({"7": self.room}, self.now, is_new_second=True)
        if self.member not in self.room.members.values() or number % (ROUNDS_A_SECOND * 8) == 0:
            self.member = self._member()


def measured() -> int:
    """Bytes in use."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def fuzzed(seconds: float, feed: Callable[[int, bytes], None], *, rounds: int) -> None:
    """Feed until the time is over, and so many rounds however slow the machine. Memory after warming up is the measure."""
    tracemalloc.start()
    try:
        began, number, before = time.monotonic(), 0, 0
        while (passed := time.monotonic() - began) < seconds or number < rounds:
            if not before and passed > seconds * 0.4:
                before = measured()
            number += 1
            noise = Noise(number)
            data = noise.spoiled(GOOD[noise.below(len(GOOD))])
            try:
                feed(number, data)
            except Exception as error:
                raise AssertionError(f"seed {SEED}, round {number}: {error!r} for {data!r}") from error
        grown = measured() - before
    finally:
        tracemalloc.stop()
    assert grown < GROWTH_BYTES, f"seed {SEED}: {grown} bytes more after {number} rounds"


@pytest.mark.parametrize("seconds", [3, pytest.param(180, marks=pytest.mark.long)])
def test_nearly_right_is_refused_without_a_fall_and_without_growth(seconds: float) -> None:
    """STUN, DTLS, RTP, RTCP, offers, tickets and lines, spoiled in a few places each."""
    target = Target()
    fuzzed(seconds, target.fed, rounds=1000)
    assert len(target.wire._checks) <= MOST_STRANGERS
    assert len(target.room.members) == 1
