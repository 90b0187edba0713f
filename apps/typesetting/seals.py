"""Round official seals drawn as one outline (国发〔1999〕25号): ring, name from left to right along it, star.

The picture is glyph outlines, so nothing needs a font to show it, and one compound path, so it can be printed into a
PDF without a translator: `seal_operators` reads back exactly what `seal_svg` writes.
"""

import functools
import math
import re
import threading
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTCollection, TTFont

from apps.typesetting.errors import SealRefused
from apps.typesetting.faces import FontLibrary, font_library

# province and ministry 50, city and county 45, township 42, State Council 60; internal units up to 45
LARGE_DIAMETERS_MM = (50.0, 60.0)
ORDINARY_DIAMETERS_MM = (38.0, 45.0)
SEAL_RED = "#d9001b"
LONGEST_NAME = 32
_KAPPA = 0.5522847498
_PATH = re.compile(r'<path fill="(#[0-9a-f]{6})" d="([^"]*)"/>')
_VIEW = re.compile(r'viewBox="0 0 ([0-9.]+) \1"')
_STEP = re.compile(r"([MLHVQCZ])([^MLHVQCZ]*)")
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+")
_glyphs = threading.Lock()


def seal_svg(
    name: str, diameter_mm: float = 45.0, bottom_text: str = "", *, library: FontLibrary | None = None
) -> str:
    """The seal of an organ; `SealRefused` for a diameter the law does not know or a name that cannot be drawn."""
    name, bottom_text = "".join(name.split()), "".join(bottom_text.split())
    least, most = ORDINARY_DIAMETERS_MM
    if diameter_mm not in LARGE_DIAMETERS_MM and not least <= diameter_mm <= most:
        raise SealRefused("印章直径须为 60、50 毫米，或不大于 45 毫米（不小于 38 毫米）。")
    if not 2 <= len(name) <= LONGEST_NAME or len(bottom_text) > 10:
        raise SealRefused(f"印章名称须为 2 至 {LONGEST_NAME} 个字，下方文字不超过 10 个字。")
    library = library or font_library()
    with _glyphs:
        drawing = _Drawing(library, diameter_mm)
        drawing.ring()
        drawing.star()
        drawing.arc_text(name, math.radians(225 if bottom_text else 265))
        drawing.straight_text(bottom_text)
    size = f"{diameter_mm:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm" viewBox="0 0 {size} {size}">'
        f'<path fill="{SEAL_RED}" d="{"".join(drawing.parts)}"/></svg>'
    )


class _Drawing:
    """Collects path commands in millimetres, y downwards; the ring's inner circle and the glyphs wind as nonzero needs."""

    def __init__(self, library: FontLibrary, diameter: float) -> None:
        path, index = library.file_for("song", 700)
        self.cmap, self.glyph_set, self.units = _font(str(path), index)
        self.radius = diameter / 2
        self.unit = diameter / 42
        self.parts: list[str] = []

    def ring(self) -> None:
        width = 1.1 * self.unit
        self._circle(self.radius - 0.1, 1)
        self._circle(self.radius - 0.1 - width, -1)

    def _circle(self, r: float, turn: int) -> None:
        c, k = self.radius, _KAPPA * r
        points = [
            (0, -r),
            (k, -r),
            (r, -k),
            (r, 0),
            (r, k),
            (k, r),
            (0, r),
            (-k, r),
            (-r, k),
            (-r, 0),
            (-r, -k),
            (-k, -r),
        ]
        around = [(c + turn * x, c + y) for x, y in points]
        around.append(around[0])
        curves = "".join(
            "C" + " ".join(_pair(*point) for point in around[i : i + 3]) for i in range(1, len(around) - 1, 3)
        )
        self.parts.append(f"M{_pair(*around[0])}{curves}Z")

    def star(self) -> None:
        outer = 7.0 * self.unit
        corners = []
        for corner in range(10):
            r = outer if corner % 2 == 0 else outer * 0.381966
            angle = math.pi * corner / 5
            corners.append(_pair(self.radius + r * math.sin(angle), self.radius - r * math.cos(angle)))
        self.parts.append("M" + "L".join(corners) + "Z")

    def arc_text(self, text: str, widest: float) -> None:
        size = 5.7 * self.unit * min(1.0, (17 / len(text)) ** 0.5)
        inner = self.radius - 2.3 * self.unit - size  # the em boxes' bottom
        middle = inner + size / 2
        step = min(1.45 * size / middle, widest / max(1, len(text) - 1))
        narrow = min(1.0, step * (inner + 0.3 * size) / (0.98 * size))
        for index, character in enumerate(text):
            angle = (index - (len(text) - 1) / 2) * step
            self._glyph(character, angle, inner + 0.12 * size, size, narrow)

    def straight_text(self, text: str) -> None:
        size = 3.9 * self.unit * min(1.0, 6 / max(1, len(text)))
        for index, character in enumerate(text):
            left = self.radius + (index - (len(text) - 1) / 2) * size * 1.08
            self._place(character, size, 1.0, 0.0, (left, self.radius + 12.6 * self.unit + 0.38 * size))

    def _glyph(self, character: str, angle: float, baseline: float, size: float, narrow: float) -> None:
        at = (self.radius + baseline * math.sin(angle), self.radius - baseline * math.cos(angle))
        self._place(character, size, narrow, angle, at)

    def _place(
        self, character: str, size: float, narrow: float, angle: float, at: tuple[float, float]
    ) -> None:
        name = self.cmap.get(ord(character))
        if name is None:
            raise SealRefused(f"印章字库没有“{character}”字，请补装字体后再制作印章。")
        scale, cos, sin = size / self.units, math.cos(angle), math.sin(angle)
        a, b = scale * narrow * cos, scale * narrow * sin
        middle = self.glyph_set[name].width / 2
        matrix = (a, b, scale * sin, -scale * cos, at[0] - a * middle, at[1] - b * middle)
        pen = SVGPathPen(self.glyph_set, ntos=_short)
        self.glyph_set[name].draw(TransformPen(pen, matrix))
        self.parts.append(pen.getCommands())


@functools.lru_cache(maxsize=4)
def _font(path: str, index: int) -> tuple[dict[int, str], Any, int]:
    font = (
        TTCollection(path).fonts[index] if path.lower().endswith(("ttc", "otc")) else TTFont(path, lazy=True)
    )
    return font.getBestCmap(), font.getGlyphSet(), font["head"].unitsPerEm


def _short(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def _pair(x: float, y: float) -> str:
    return f"{_short(x)} {_short(y)}"


def seal_operators(svg: str, side: float) -> bytes:
    """PDF operators that fill the seal into a square of `side` points, origin at its lower left corner."""
    shape, view = _PATH.search(svg), _VIEW.search(svg)
    if shape is None or view is None:
        raise SealRefused("印章图样不是本系统制作的矢量图，不能用印。")
    colour, path = shape.groups()
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    factor = side / float(view.group(1))
    steps = [f"{red:.4f} {green:.4f} {blue:.4f} rg"]
    at = (0.0, 0.0)
    for command, text in _STEP.findall(path):
        letter = command
        numbers = [float(n) for n in _NUMBER.findall(text)]
        points = _points(letter, numbers, at)
        if letter == "Z":
            steps.append("h")
            continue
        size = {"M": 1, "Q": 2, "C": 3}.get(letter, 1)
        for start in range(0, len(points), size):
            group = points[start : start + size]
            steps.append(_operator(letter, at, group, factor, side))
            at = group[-1]
            letter = "L" if letter == "M" else letter  # further points after M are lines
    return ("\n".join(steps) + "\nf\n").encode()


def _points(letter: str, numbers: list[float], at: tuple[float, float]) -> list[tuple[float, float]]:
    if letter == "H":
        return [(x, at[1]) for x in numbers]
    if letter == "V":
        return [(at[0], y) for y in numbers]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _operator(
    letter: str, at: tuple[float, float], group: list[tuple[float, float]], factor: float, side: float
) -> str:
    if letter == "Q":  # PDF knows cubic curves only
        (qx, qy), (x, y) = group
        group = [
            (at[0] + 2 / 3 * (qx - at[0]), at[1] + 2 / 3 * (qy - at[1])),
            (x + 2 / 3 * (qx - x), y + 2 / 3 * (qy - y)),
            (x, y),
        ]
    name = {"M": "m", "Q": "c", "C": "c"}.get(letter, "l")
    return " ".join(f"{x * factor:.3f} {side - y * factor:.3f}" for x, y in group) + f" {name}"
