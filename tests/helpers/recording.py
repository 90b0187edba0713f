"""Recordings of people who are not there: real Opus, VP8 and H.264 in packets as browsers cut them, laid down as the server does."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from apps.meetings.recording.shelf import INDEX, event, packed, track_name
from apps.meetings.sfu.sdp import OUT_TYPES

BEGAN = 1_790_000_000_000
PIECE = 1000
FPS = 15
ENCODERS = {
    "vp8": ("libvpx", {"deadline": "realtime", "cpu-used": "8"}),
    "h264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
}


def header(number: int, stamp: int, payload_type: int, *, is_last: bool = False, ssrc: int = 7) -> bytes:
    """The fixed part of a packet."""
    kind = payload_type | (0x80 if is_last else 0)
    return struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, stamp & 0xFFFFFFFF, ssrc)


@cache
def tone(milliseconds: int, pitch: int) -> tuple[bytes, ...]:
    """Opus packets of 20 ms of a steady tone."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.options = {"application": "voip"}
    moments = np.arange(milliseconds * 48) / 48_000
    samples = (np.sin(2 * np.pi * pitch * moments) * 12_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 48_000
    return tuple(bytes(one) for one in [*encoder.encode(frame), *encoder.encode(None)])[: milliseconds // 20]


@cache
def film(
    codec: str, milliseconds: int, shade: int, size: tuple[int, int] = (320, 180)
) -> tuple[tuple[bytes, bool], ...]:
    """Encoded pictures of one grey with a bar that moves, and whether each is whole."""
    name, options = ENCODERS[codec]
    encoder: Any = av.CodecContext.create(name, "w")
    encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.gop_size = Fraction(1, FPS), Fraction(FPS), 30
    encoder.bit_rate, encoder.options = 500_000, options
    made = []
    for number in range(milliseconds * FPS // 1000):
        picture = np.full((size[1] * 3 // 2, size[0]), 128, dtype=np.uint8)
        picture[: size[1]] = shade
        picture[:20, number % (size[0] - 8) : number % (size[0] - 8) + 8] = 255 - shade
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = number
        made += [(bytes(one), bool(one.is_keyframe)) for one in encoder.encode(frame)]
    return tuple(made + [(bytes(one), bool(one.is_keyframe)) for one in encoder.encode(None)])


def vp8_pieces(data: bytes) -> list[bytes]:
    """Payloads of one picture (RFC 7741), the first marked as the start."""
    return [
        bytes([0x90 if place == 0 else 0x80, 0x80, 0x81, 0x23]) + data[place : place + PIECE]
        for place in range(0, len(data), PIECE)
    ]


def h264_pieces(data: bytes) -> list[bytes]:
    """Payloads of one access unit (RFC 6184): parameters together, large units in fragments."""
    units = [one for one in data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if one]
    small = [one for one in units if one[0] & 31 in {6, 7, 8}]
    found = [bytes([24]) + b"".join(struct.pack("!H", len(one)) + one for one in small)] if small else []
    for unit in (one for one in units if one not in small):
        if len(unit) <= PIECE:
            found.append(unit)
            continue
        parts = [unit[1:][place : place + PIECE] for place in range(0, len(unit) - 1, PIECE)]
        for number, part in enumerate(parts):
            ends = (0x80 if number == 0 else 0) | (0x40 if number == len(parts) - 1 else 0)
            found.append(bytes([(unit[0] & 0xE0) | 28, ends | (unit[0] & 31)]) + part)
    return found


PIECES: dict[str, Callable[[bytes], list[bytes]]] = {"vp8": vp8_pieces, "h264": h264_pieces}


def sound_packets(
    start: int, milliseconds: int, pitch: int, *, first: int = 0
) -> Iterator[tuple[int, bytes]]:
    """Moments and packets of a microphone open from `start` on."""
    for number, payload in enumerate(tone(milliseconds, pitch), start=first):
        at = start + (number - first) * 20
        yield at, header(number, at * 48, OUT_TYPES["opus"], is_last=number == first) + payload


def camera_packets(
    start: int,
    milliseconds: int,
    shade: int,
    *,
    codec: str = "vp8",
    first: int = 0,
    size: tuple[int, int] = (320, 180),
) -> Iterator[tuple[int, bytes]]:
    """Moments and packets of a camera open from `start` on."""
    number = first
    for place, (data, _) in enumerate(film(codec, milliseconds, shade, size)):
        at = start + place * 1000 // FPS
        pieces = PIECES[codec](data)
        for piece in pieces:
            is_last = piece is pieces[-1]
            yield at, header(number, at * 90, OUT_TYPES[codec], is_last=is_last) + piece
            number += 1


@dataclass
class Shelved:
    """A stretch that is written by hand. Events and packets in any order; `laid` puts them down by their moments."""

    folder: Path
    began: int = BEGAN
    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    tracks: list[list[tuple[int, bytes]]] = field(default_factory=list)

    def track(self, at: int, who: str, source: str, packets: Iterator[tuple[int, bytes]]) -> None:
        """A track that begins then."""
        self.tracks.append(list(packets))
        self.tell(at, "track", who=who, source=source)
        self.tell(at, "live", who=who, source=source, on=True)

    def tell(self, at: int, kind: str, **facts: Any) -> None:
        """An event."""
        self.events.append((at, kind, facts))

    def laid(self, *, cut: int = 0) -> Path:
        """Write it; `cut` bytes are missing at the end of each track, as after a killed server."""
        place = self.folder / str(self.began)
        place.mkdir(parents=True)
        lines = [event(at, kind, **facts) for at, kind, facts in sorted(self.events, key=lambda one: one[0])]
        (place / INDEX).write_bytes(b"".join(lines))
        for number, rows in enumerate(self.tracks):
            data = b"".join(packed(at, packet) for at, packet in rows)
            (place / track_name(number)).write_bytes(data[: len(data) - cut])
        return self.folder


def seen_and_heard(path: Path) -> tuple[list[tuple[float, int]], list[tuple[float, float]]]:
    """What a player makes of a film: (second, grey of the middle) of every picture; (second, loudness 0–1) of every tenth of sound."""
    with av.open(str(path)) as found:
        pictures = [
            (float(frame.time or 0.0), int(np.median(frame.to_ndarray(format="gray")[60:-60:4, ::4])))
            for frame in found.decode(video=0)
        ]
    with av.open(str(path)) as found:
        parts = [frame.to_ndarray().reshape(-1) for frame in found.decode(audio=0)]
    samples = np.concatenate(parts).astype(np.float32)
    tenths = [samples[place : place + 4800] for place in range(0, len(samples) - 4799, 4800)]
    return pictures, [(number / 10, float(np.abs(one).max())) for number, one in enumerate(tenths)]
