"""The trend as a drawing: bars of completions by week and the line of the on-time percent. Pure geometry in SVG units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

WIDTH, BASE, HEIGHT = 600, 172, 158
LEFT, RIGHT, BAR = 48, 560, 16
LEAST_RATE = 50


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week that begins on `monday`: how many were completed in time and late."""

    monday: date
    good: int
    late: int

    @property
    def rate(self) -> int | None:
        """Percent completed in time, None for an empty week."""
        whole = self.good + self.late
        return round(100 * self.good / whole) if whole else None


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A week's two stacked bars; all numbers are SVG units as text."""

    x: str
    middle: str
    label: str
    good_y: str
    good_height: str
    late_y: str
    late_height: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The drawing: horizontal lines (y, label), right-hand labels, bars, the line's points."""

    lines: list[tuple[str, int]]
    rates: list[tuple[str, str]]
    bars: list[Bar]
    points: list[tuple[str, str]]

    @property
    def path(self) -> str:
        """The points for `<polyline>`."""
        return " ".join(f"{x},{y}" for x, y in self.points)


def trend_of(weeks: Sequence[Week]) -> Trend:
    """Lay the weeks out. The top line is the next multiple of four at or above the fullest week."""
    top = max(4, 4 * ceil(max((week.good + week.late for week in weeks), default=0) / 4))
    step = (RIGHT - LEFT) / max(len(weeks), 1)
    bars, points = [], []
    for place, week in enumerate(weeks):
        x = LEFT + place * step
        good, late = HEIGHT * week.good / top, HEIGHT * week.late / top
        bars.append(
            Bar(
                x=f"{x:.1f}",
                middle=f"{x + BAR / 2:.1f}",
                label=f"{week.monday.month}-{week.monday.day:02}",
                good_y=f"{BASE - good:.1f}",
                good_height=f"{good:.1f}",
                late_y=f"{BASE - good - late:.1f}",
                late_height=f"{late:.1f}",
                title=f"{week.monday:%m月%d日}起一周：按期{week.good}，逾期{week.late}",
            )
        )
        if week.rate is not None:
            share = max(week.rate - LEAST_RATE, 0) / (100 - LEAST_RATE)
            points.append((f"{x + BAR / 2:.1f}", f"{BASE - HEIGHT * share:.1f}"))
    quarters = range(5)
    return Trend(
        lines=[(f"{BASE - HEIGHT * part / 4:.1f}", top * part // 4) for part in quarters],
        rates=[
            (f"{BASE - HEIGHT * part / 4:.1f}", f"{LEAST_RATE + (100 - LEAST_RATE) * part // 4}%")
            for part in (0, 2, 4)
        ],
        bars=bars,
        points=points,
    )
