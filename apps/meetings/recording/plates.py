"""Frames of the film: a dark ground, pictures fitted into it, names. Planes of YUV 4:2:0; all measures are even."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Plane = NDArray[np.uint8]
GROUND, INK, SOFT = (16, 21, 29), (233, 238, 245), (159, 173, 191)
NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Planes:
    """A picture; `y` has its size, `u` and `v` half of it in each way."""

    y: Plane
    u: Plane
    v: Plane

    def copy(self) -> "Planes":
        """Another one to draw on."""
        return Planes(self.y.copy(), self.u.copy(), self.v.copy())

    def paste(self, other: "Planes", left: int, top: int) -> None:
        """Draw another one into this one; it must fit."""
        height, width = other.y.shape
        self.y[top : top + height, left : left + width] = other.y
        for mine, theirs in ((self.u, other.u), (self.v, other.v)):
            mine[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = theirs

    def joined(self) -> Plane:
        """As the encoder takes it."""
        height, width = self.y.shape
        flat = np.concatenate([self.y.reshape(-1), self.u.reshape(-1), self.v.reshape(-1)])
        return flat.reshape(height * 3 // 2, width)


def planes_of(frame: Any) -> Planes:
    """Of a frame in yuv420p."""
    flat, height, width = frame.to_ndarray().reshape(-1), frame.height, frame.width
    light, colour = width * height, (height // 2) * (width // 2)
    half = (height // 2, width // 2)
    u, v = flat[light : light + colour], flat[light + colour :]
    return Planes(flat[:light].reshape(height, width).copy(), u.reshape(half).copy(), v.reshape(half).copy())


class Painter:
    """Grounds and labels of one film; each is drawn once."""

    def __init__(self, width: int, height: int, *, title: str, font: Path | None) -> None:
        self.width, self.height = width, height
        self._title, self._font = title[:NAME_LIMIT], font
        self._grounds: dict[tuple[str, str], Planes] = {}
        self._labels: dict[tuple[str, str], Planes] = {}

    def ground(self, name: str, unit: str) -> Planes:
        """Who speaks without a camera, large; the meeting's title where nobody does."""
        key = (name, unit)
        if key not in self._grounds:
            image = Image.new("RGB", (self.width, self.height), GROUND)
            draw = ImageDraw.Draw(image)
            middle = (self.width // 2, self.height // 2)
            self._write(draw, name or self._title, middle, self.height // (9 if name else 14), INK)
            if name:
                low = (middle[0], middle[1] + self.height // 7)
                self._write(draw, unit, low, self.height // 24, SOFT)
            self._grounds[key] = _planes(image)
        return self._grounds[key]

    def label(self, name: str, unit: str) -> Planes:
        """A name to stand in the corner of a picture."""
        key = (name, unit)
        if key not in self._labels:
            text = f"{name}  {unit}".strip()[:NAME_LIMIT]
            size = self.height // 28
            width = min(self.width, int(self._face(size).getlength(text)) + size * 2) & ~1
            image = Image.new("RGB", (max(2, width), (size * 2) & ~1), GROUND)
            self._write(ImageDraw.Draw(image), text, (image.width // 2, image.height // 2), size, INK)
            self._labels[key] = _planes(image)
        return self._labels[key]

    def _face(self, size: int) -> Any:
        return ImageFont.truetype(str(self._font), size) if self._font else ImageFont.load_default(size)

    def _write(
        self, draw: ImageDraw.ImageDraw, text: str, middle: tuple[int, int], size: int, ink: tuple[int, ...]
    ) -> None:
        """Centred, and smaller where it is too long."""
        if not self._font:
            text = text.encode("ascii", "ignore").decode().strip()
        face = self._face(size)
        while size > 10 and face.getlength(text) > self.width * 0.9:
            size -= 2
            face = self._face(size)
        draw.text(middle, text, font=face, fill=ink, anchor="mm")


def fitted(width: int, height: int, into: tuple[int, int]) -> tuple[int, int]:
    """The largest even measures of the same shape that fit."""
    scale = min(into[0] / width, into[1] / height)
    return max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)


def _planes(image: Image.Image) -> Planes:
    frame = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
    return planes_of(frame.reformat(format="yuv420p"))
