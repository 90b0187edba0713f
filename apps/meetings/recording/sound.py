"""Everybody's sound mixed to one: Opus in, 16-bit samples out, a second at a time so that hours take no more memory than minutes."""

from collections.abc import Iterable, Iterator
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from apps.meetings.recording.order import Clock, Piece

RATE = 48_000
PER_MS = RATE // 1000
OPUS_HEAD = (
    b"OpusHead\x01\x01\x00\x00" + RATE.to_bytes(4, "little") + b"\x00\x00\x00"
)  # one channel, nothing skipped
LARGEST = 4096

Samples = NDArray[np.float32]


class Voice:
    """One microphone, decoded as far as it is needed. What cannot be decoded is silence."""

    def __init__(self, pieces: Iterable[Piece], offset: int) -> None:
        self._pieces, self._offset = iter(pieces), offset
        self._clock = Clock(RATE)
        self._next: tuple[int, bytes] | None = None
        self._rest: list[tuple[int, Samples]] = []
        self._is_over = False
        self._decoder: Any = av.CodecContext.create("libopus", "r")
        self._decoder.extradata = OPUS_HEAD

    def add_to(self, mix: Samples, start: int) -> None:
        """Add what sounds in these samples, of which the first is number `start`."""
        waiting, self._rest = self._rest, []
        for place, samples in waiting:
            self._put(mix, start, place, samples)
        while (piece := self._peeked()) is not None and piece[0] < start + len(mix):
            self._next = None
            for samples in self._decoded(piece[1]):
                self._put(mix, start, piece[0], samples)

    def _put(self, mix: Samples, start: int, place: int, samples: Samples) -> None:
        """The part that falls into the mix is added, what comes after it kept."""
        end = start + len(mix)
        if place + len(samples) > end:
            cut = max(0, end - place)
            self._rest.append((max(place, end), samples[cut:]))
            samples = samples[:cut]
        if place < start:
            samples, place = samples[start - place :], start
        mix[place - start : place - start + len(samples)] += samples

    def _peeked(self) -> tuple[int, bytes] | None:
        """The next packet and its first sample."""
        while self._next is None and not self._is_over:
            piece = next(self._pieces, None)
            if piece is None:
                self._is_over = True
            elif 0 < len(piece.payload) <= LARGEST:
                at = self._clock.placed(piece.stamp, piece.at) + self._offset
                self._next = (max(0, round(at * PER_MS)), piece.payload)
        return self._next

    def _decoded(self, payload: bytes) -> Iterator[Samples]:
        try:
            frames = self._decoder.decode(av.Packet(payload))
        except av.error.FFmpegError:
            return
        for frame in frames:
            samples = frame.to_ndarray().astype(np.float32)
            if frame.format.name.startswith("s16"):
                samples /= 32768.0
            channels = len(frame.layout.channels)
            flat = (
                samples.mean(axis=0) if frame.format.is_planar else samples.reshape(-1, channels).mean(axis=1)
            )
            yield flat.astype(np.float32)


def mixed(voices: list[Voice], start: int, count: int) -> NDArray[np.int16]:
    """`count` samples from number `start` on; what is too loud together is cut at the loudest that can be written."""
    mix = np.zeros(count, dtype=np.float32)
    for voice in voices:
        voice.add_to(mix, start)
    return (np.clip(mix, -1.0, 1.0) * 32767.0).astype(np.int16)
