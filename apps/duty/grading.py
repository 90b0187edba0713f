"""The level of an accident from its figures (国务院令第493号第三条; domain.md §6.2). Pure.

“以上” includes the number, “以下” excludes it; any one criterion suffices and the highest wins.
"""

from dataclasses import dataclass

from apps.duty.enums import Level

# level: deaths, serious injuries, direct loss in yuan, each from this number on
THRESHOLDS: tuple[tuple[Level, int, int, int], ...] = (
    (Level.GRAVEST, 30, 100, 100_000_000),
    (Level.MAJOR, 10, 50, 50_000_000),
    (Level.LARGER, 3, 10, 10_000_000),
)


@dataclass(frozen=True)
class Figures:
    """People dead (missing not counted), seriously injured, and the direct loss in yuan; None while unknown."""

    deaths: int | None = None
    injured: int | None = None
    loss: int | None = None


@dataclass(frozen=True)
class Graded:
    """The level with the criterion that decided it, in words."""

    level: Level
    reason: str


def level_of(figures: Figures) -> Graded | None:
    """The level by the figures; None while there are none or all are nought."""
    deaths, injured, loss = figures.deaths or 0, figures.injured or 0, figures.loss or 0
    if not (deaths or injured or loss):
        return None
    for level, most_deaths, most_injured, most_loss in THRESHOLDS:
        if deaths >= most_deaths:
            return Graded(level, f"死亡 {deaths} 人，达到 {most_deaths} 人以上")
        if injured >= most_injured:
            return Graded(level, f"重伤 {injured} 人，达到 {most_injured} 人以上")
        if loss >= most_loss:
            return Graded(level, f"直接经济损失 {loss // 10_000} 万元，达到 {most_loss // 10_000} 万元以上")
    return Graded(Level.ORDINARY, "未达到较大事件的任何一项标准")


def is_graver(one: str, other: str) -> bool:
    """Whether the first level stands above the second; an empty level stands below all."""
    return bool(one) and (not other or one < other)
