"""Handwriting as data: points in, smooth vector ink out. Pure.

Strokes are `{"w": width, "h": height, "strokes": [[[x, y, pressure], …], …]}` in canvas pixels, pressure 0…1 (0.5 when absent).
"""

import itertools
import math
from dataclasses import dataclass
from typing import Any

from apps.core.errors import ValidationFailed

SIDE_LIMIT = 4096
STROKE_LIMIT = 400
POINT_LIMIT = 20_000
PEN_WIDTH = 3.2
PEN_LEAST = 1.1


@dataclass(frozen=True)
class Ink:
    """Vector ink: `box` for viewBox, and for each stroke its path data and width."""

    box: str
    paths: tuple[tuple[str, float], ...]


def strokes_validated(raw: Any) -> dict[str, Any]:
    """The strokes with whole coordinates inside the canvas, and nothing else. Raises `ValidationFailed` for what they are not."""
    try:
        width, height, strokes = int(raw["w"]), int(raw["h"]), raw["strokes"]
        points = sum(len(stroke) for stroke in strokes)
        if len(strokes) > STROKE_LIMIT or points > POINT_LIMIT:
            raise ValidationFailed("笔迹过长，请分次书写或改用文字。")
        kept = [[_point(point, width, height) for point in stroke] for stroke in strokes]
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        raise ValidationFailed("笔迹没有完整送达，请重新书写。") from None
    if not 0 < width <= SIDE_LIMIT or not 0 < height <= SIDE_LIMIT or not points:
        raise ValidationFailed("笔迹没有完整送达，请重新书写。")
    return {"w": width, "h": height, "strokes": kept}


def _point(raw: Any, width: int, height: int) -> list[float]:
    pressure = float(raw[2]) if len(raw) > 2 else 0.5
    if not math.isfinite(pressure):
        raise ValueError("a pressure that is no number")
    return [
        min(max(round(float(raw[0])), 0), width),
        min(max(round(float(raw[1])), 0), height),
        min(max(round(pressure, 2), 0.0), 1.0),
    ]


def ink_of(strokes: dict[str, Any]) -> Ink:
    """Paths of validated strokes, cropped to what was written with a small margin."""
    points = [point for stroke in strokes["strokes"] for point in stroke]
    left, right = min(point[0] for point in points), max(point[0] for point in points)
    top, bottom = min(point[1] for point in points), max(point[1] for point in points)
    margin = 8
    box = f"{left - margin:g} {top - margin:g} {right - left + 2 * margin:g} {bottom - top + 2 * margin:g}"
    return Ink(box=box, paths=tuple(_path(stroke) for stroke in strokes["strokes"] if stroke))


def _path(stroke: list[list[float]]) -> tuple[str, float]:
    """Quadratic curves through the midpoints: no corner where the pen had none."""
    pressure = sum(point[2] for point in stroke) / len(stroke)
    width = round(max(PEN_WIDTH * (0.5 + pressure), PEN_LEAST), 2)
    first = stroke[0]
    parts = [f"M{first[0]:g} {first[1]:g}"]
    if len(stroke) == 1:
        return f"{parts[0]}l0.1 0", width
    for here, after in itertools.pairwise(stroke):
        parts.append(f"Q{here[0]:g} {here[1]:g} {(here[0] + after[0]) / 2:g} {(here[1] + after[1]) / 2:g}")
    parts.append(f"L{stroke[-1][0]:g} {stroke[-1][1]:g}")
    return "".join(parts), width
