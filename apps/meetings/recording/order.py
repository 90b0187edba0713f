"""Packets of a track in the order they were sent, and where in time they belong (RFC 3550). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.meetings.sfu import rtp

WAIT_MS = 1500  # a packet that was asked for again has come by then, or never
MOST_WAITING = 1024
MOST_BEHIND = 2048
EARLY_MS, LATE_MS = 250, 400  # a clock that strays further from the moments of arrival is set anew
WRAP = 1 << 32


@dataclass(frozen=True, slots=True)
class Piece:
    """One packet. `at`: milliseconds; `is_next`: nothing is missing before it."""

    at: int
    sequence: int
    stamp: int
    is_last: bool
    payload_type: int
    payload: bytes
    is_next: bool


def in_order(packets: Iterable[tuple[int, bytes]]) -> Iterator[Piece]:
    """Each packet once, by its number; one that is missing is waited for as long as the server asked for it."""
    waiting: dict[int, tuple[int, bytes]] = {}
    expected = -1
    for at, packet in packets:
        if not rtp.is_rtp(packet) or rtp.payload_at(packet) > len(packet):
            continue
        number = rtp.sequence_of(packet)
        if expected < 0:
            expected = number
        step = rtp.ahead(number, expected & 0xFFFF)
        if step < -MOST_BEHIND:  # not written for so long that the numbers went round
            step += rtp.MODULUS
        if step < 0:
            continue  # twice, or too late
        waiting[expected + step] = (at, packet)
        while waiting:
            if expected in waiting:
                yield _piece(expected, *waiting.pop(expected), is_next=True)
                expected += 1
                continue
            first = min(waiting)
            if at - waiting[first][0] < WAIT_MS and len(waiting) < MOST_WAITING:
                break
            yield _piece(first, *waiting.pop(first), is_next=False)
            expected = first + 1
    is_next = True
    for number in sorted(waiting):
        is_next = number == expected
        expected = number + 1
        yield _piece(number, *waiting[number], is_next=is_next)


def _piece(number: int, at: int, packet: bytes, *, is_next: bool) -> Piece:
    end = len(packet)
    if packet[0] & 0x20 and end > rtp.SMALLEST:  # padding, its length in the last byte
        end = max(rtp.payload_at(packet), end - packet[-1])
    stamp = int.from_bytes(packet[4:8], "big")
    payload = packet[rtp.payload_at(packet) : end]
    return Piece(at, number, stamp, bool(packet[1] & 0x80), packet[1] & 0x7F, payload, is_next)


class Clock:
    """Turns a sender's time stamps into milliseconds of the recording: even as the sender's clock, true as the moments of arrival."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._anchor: tuple[int, float] | None = None

    def placed(self, stamp: int, at: int) -> float:
        """When it was, in milliseconds."""
        if self._anchor is not None:
            since = (stamp - self._anchor[0] + WRAP // 2) % WRAP - WRAP // 2
            found = self._anchor[1] + since * 1000 / self.rate
            if -EARLY_MS <= at - found <= LATE_MS:
                self._anchor = (stamp, found)
                return found
        self._anchor = (stamp, float(at))
        return float(at)
