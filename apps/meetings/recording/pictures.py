"""Whole pictures out of packets: VP8 (RFC 7741 §4) and H.264 (RFC 6184 §5). Pure; nothing raises, whatever the payload."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from apps.meetings.recording.order import Clock, Piece
from apps.meetings.sfu.sdp import OUT_TYPES

RATE = 90_000
LARGEST = 4 << 20
MOST_PIECES = 4096
START = b"\0\0\0\1"
STAP_A, FU_A, IDR, PARAMETERS = 24, 28, 5, 7
CODECS = {OUT_TYPES[name]: name for name in ("vp8", "h264")}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as its decoder takes it. `at`: milliseconds; `is_whole`: needs no other before it."""

    at: float
    codec: str
    data: bytes
    is_whole: bool


def pictures(pieces: Iterable[Piece]) -> Iterator[Picture]:
    """Those that can be decoded: after a loss, or another codec, the next whole one is waited for."""
    clock, kept, codec, is_broken = Clock(RATE), list[Piece](), "", True
    for piece in pieces:
        if piece.payload_type not in CODECS or not piece.payload:
            continue
        if kept and piece.stamp != kept[0].stamp:  # the one before lost its end
            kept, is_broken = [], True
        if CODECS[piece.payload_type] != codec:
            codec, is_broken, kept = CODECS[piece.payload_type], True, []
        if not piece.is_next:
            kept, is_broken = [], True
        if len(kept) < MOST_PIECES:
            kept.append(piece)
        if not piece.is_last:
            continue
        data, is_whole = (_vp8 if codec == "vp8" else _h264)(kept)
        if data and (is_whole or not is_broken):
            is_broken = False
            yield Picture(clock.placed(piece.stamp, piece.at), codec, data, is_whole)
        else:
            is_broken = True
        kept = []


def _vp8(pieces: list[Piece]) -> tuple[bytes, bool]:
    """Frame and whether it is a key frame; empty for one that does not begin with its first partition."""
    parts, total = [], 0
    for place, piece in enumerate(pieces):
        begin = _after_descriptor(piece.payload)
        if begin is None or (place == 0) != (piece.payload[0] & 0x17 == 0x10):
            return b"", False
        parts.append(piece.payload[begin:])
        total += len(parts[-1])
    data = b"".join(parts) if total <= LARGEST else b""
    return data, bool(data) and not data[0] & 1


def _after_descriptor(payload: bytes) -> int | None:
    """Where the frame's bytes begin; None when the descriptor is cut off."""
    place = 1
    if payload[0] & 0x80:
        if len(payload) < 2:
            return None
        more, place = payload[1], 2
        if more & 0x80:
            if place >= len(payload):
                return None
            place += 2 if payload[place] & 0x80 else 1
        place += bool(more & 0x40) + bool(more & 0x30)
    return place if place < len(payload) else None


def _h264(pieces: list[Piece]) -> tuple[bytes, bool]:
    """Access unit with start codes and whether a decoder may begin with it; empty when a fragment is missing."""
    units: list[bytes] = []
    open_unit = bytearray()
    for piece in pieces:
        payload, kind = piece.payload, piece.payload[0] & 31
        if kind == FU_A:
            if not _fragment(payload, open_unit, units):
                return b"", False
        elif open_unit:
            return b"", False
        elif kind == STAP_A:
            units += _aggregated(payload)
        elif 0 < kind < STAP_A:
            units.append(payload)
    if open_unit or not units or sum(map(len, units)) > LARGEST:
        return b"", False
    kinds = {unit[0] & 31 for unit in units}
    return b"".join(START + unit for unit in units), IDR in kinds and PARAMETERS in kinds


def _fragment(payload: bytes, open_unit: bytearray, units: list[bytes]) -> bool:
    """Put a fragment to its unit; False when it has no beginning or grows too large."""
    if len(payload) < 3 or bool(payload[1] & 0x80) == bool(open_unit) or len(open_unit) > LARGEST:
        return False
    if payload[1] & 0x80:
        open_unit.append((payload[0] & 0xE0) | (payload[1] & 31))
    open_unit += payload[2:]
    if payload[1] & 0x40:
        units.append(bytes(open_unit))
        open_unit.clear()
    return True


def _aggregated(payload: bytes) -> list[bytes]:
    found, place = [], 1
    while place + 2 < len(payload):
        size = int.from_bytes(payload[place : place + 2], "big")
        unit = payload[place + 2 : place + 2 + size]
        if unit:
            found.append(unit)
        place += 2 + size
    return found
