"""Drawings in SVG units, pure geometry: the trend (completions by week and the on-time percent) and the timeline of an item."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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


SPAN = 1000
TICKS = 5


@dataclass(frozen=True, kw_only=True)
class Timed:
    """What stands in a row of the timeline. `start` None: not given yet, so nothing is drawn; `marks`: moment, title, reached."""

    item_id: int
    title: str
    unit: str
    light: str
    progress: int
    start: datetime | None
    due: datetime | None
    completed: datetime | None = None
    marks: Sequence[tuple[datetime, str, bool]] = ()


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From `x` on, both in parts of `SPAN` as text."""

    x: str
    width: str


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """A row: the time it has, how much of it is done, and how long it has been overdue."""

    timed: Timed
    plan: Stretch | None = None
    done: Stretch | None = None
    over: Stretch | None = None
    marks: list[tuple[str, str, bool]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The drawing; `today` is None outside its time."""

    rows: list[TimelineRow]
    ticks: list[datetime]
    today: str | None


def timeline_of(items: Sequence[Timed], moment: datetime) -> Timeline | None:
    """Lay the items out on one scale from the first start to the last date or delay; None while none is given."""
    dated = [(one.start, one.due) for one in items if one.start is not None and one.due is not None]
    if not dated:
        return None
    ends = [due for _, due in dated] + [_late_until(one, moment) for one in items if _is_over(one, moment)]
    ends += [at for one in items for at, _, _ in one.marks]
    first, last = min(start for start, _ in dated), max(ends)
    if last <= first:
        return None
    scale = _Scale(first, last)
    return Timeline(
        rows=[_row(one, scale, moment) for one in items],
        ticks=[first + (last - first) * part / (TICKS - 1) for part in range(TICKS)],
        today=f"{scale.x(moment):.1f}" if first <= moment <= last else None,
    )


@dataclass(frozen=True)
class _Scale:
    first: datetime
    last: datetime

    def x(self, moment: datetime) -> float:
        return min(max((moment - self.first) / (self.last - self.first), 0.0), 1.0) * SPAN

    def stretch(self, start: datetime, end: datetime, share: float = 1.0) -> Stretch:
        return Stretch(x=f"{self.x(start):.1f}", width=f"{max(self.x(end) - self.x(start), 0.0) * share:.1f}")


def _late_until(one: Timed, moment: datetime) -> datetime:
    return one.completed or moment


def _is_over(one: Timed, moment: datetime) -> bool:
    return one.start is not None and one.due is not None and _late_until(one, moment) > one.due


def _row(one: Timed, scale: _Scale, moment: datetime) -> TimelineRow:
    if one.start is None or one.due is None:
        return TimelineRow(timed=one)
    return TimelineRow(
        timed=one,
        plan=scale.stretch(one.start, one.due),
        done=scale.stretch(one.start, one.due, one.progress / 100),
        over=scale.stretch(one.due, _late_until(one, moment)) if _is_over(one, moment) else None,
        marks=[(f"{scale.x(at):.1f}", title, is_reached) for at, title, is_reached in one.marks],
    )
