"""RTCP: what browsers report and ask (RFC 3550 §6, RFC 4585 §6), and what is said to them. Pure; nothing raises."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

SENDER, RECEIVER, TRANSPORT, PAYLOAD = 200, 201, 205, 206
NACK, PLI, FIR = 1, 1, 4
MOST_LOST = 512
MOST_PARTS = 32
SENDER_SIZE = 28


@dataclass(slots=True)
class Heard:
    """What one compound packet says. `lost`: sequence numbers asked for again, by stream; `loss`: shares of 0–1 by stream."""

    lost: dict[int, list[int]] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    loss: dict[int, float] = field(default_factory=dict)
    senders: list[bytes] = field(default_factory=list)


def read(data: bytes) -> Heard:
    """Everything understood; reading stops at the first nonsense."""
    heard, place = Heard(), 0
    for _ in range(MOST_PARTS):
        if place + 8 > len(data) or data[place] >> 6 != 2:
            break
        size = 4 * (1 + int.from_bytes(data[place + 2 : place + 4], "big"))
        part = data[place : place + size]
        if len(part) != size:
            break
        _read_part(part, heard)
        place += size
    return heard


def _read_part(part: bytes, heard: Heard) -> None:
    count, kind = part[0] & 31, part[1]
    if kind == SENDER and len(part) >= SENDER_SIZE:
        heard.senders.append(part[:SENDER_SIZE])
        _read_blocks(part, SENDER_SIZE, count, heard)
    elif kind == RECEIVER:
        _read_blocks(part, 8, count, heard)
    elif kind == TRANSPORT and count == NACK and len(part) >= 12:
        _read_nack(part, heard)
    elif kind == PAYLOAD and count == PLI and len(part) >= 12:
        heard.pictures.append(int.from_bytes(part[8:12], "big"))
    elif kind == PAYLOAD and count == FIR and len(part) >= 20:
        heard.pictures.append(int.from_bytes(part[12:16], "big"))


def _read_blocks(part: bytes, place: int, count: int, heard: Heard) -> None:
    for start in range(place, min(place + 24 * count, len(part) - 23), 24):
        ssrc, share = struct.unpack_from("!IB", part, start)
        heard.loss[ssrc] = share / 256


def _read_nack(part: bytes, heard: Heard) -> None:
    wanted = heard.lost.setdefault(int.from_bytes(part[8:12], "big"), [])
    for start in range(12, len(part) - 3, 4):
        first, more = struct.unpack_from("!HH", part, start)
        found = [first, *((first + 1 + bit) & 0xFFFF for bit in range(16) if more >> bit & 1)]
        wanted += found[: max(0, MOST_LOST - len(wanted))]


def picture_asked(ssrc: int) -> bytes:
    """PLI: send a whole picture."""
    return struct.pack("!BBHII", 0x81, PAYLOAD, 2, 1, ssrc)


def resend_asked(ssrc: int, sequences: Iterable[int]) -> bytes:
    """Generic NACK for the sequence numbers."""
    pairs: list[list[int]] = []
    for number in sequences:
        if pairs and 1 <= (number - pairs[-1][0]) & 0xFFFF <= 16:
            pairs[-1][1] |= 1 << (((number - pairs[-1][0]) & 0xFFFF) - 1)
        else:
            pairs.append([number, 0])
    body = b"".join(struct.pack("!HH", first, more) for first, more in pairs)
    return struct.pack("!BBHII", 0x81, TRANSPORT, 2 + len(pairs), 1, ssrc) + body


def received(ssrc: int, *, share: int, lost: int, highest: int, last: int = 0, since: int = 0) -> bytes:
    """A receiver report. `share`: lost of 256; `last`: middle of the sender's time; `since`: delay in 1/65536 s."""
    middle = struct.pack("!BBHI", share & 255, (lost >> 16) & 255, lost & 0xFFFF, highest & 0xFFFFFFFF)
    return struct.pack("!BBHII", 0x81, RECEIVER, 7, 1, ssrc) + middle + struct.pack("!III", 0, last, since)


def at_most(bits: int, streams: list[int]) -> bytes:
    """REMB: send no more than so many bits a second."""
    exponent, mantissa = 0, bits
    while mantissa > 0x3FFFF:
        mantissa, exponent = mantissa >> 1, exponent + 1
    head = struct.pack("!BBHII4s", 0x8F, PAYLOAD, 4 + len(streams), 1, 0, b"REMB")
    rate = struct.pack("!BBH", len(streams), (exponent << 2) | (mantissa >> 16), mantissa & 0xFFFF)
    return head + rate + b"".join(struct.pack("!I", ssrc) for ssrc in streams)


def sender_alone(part: bytes) -> bytes:
    """A sender's report without its blocks: what listeners need for lip sync."""
    return bytes((0x80, SENDER, 0, 6)) + part[4:SENDER_SIZE]
