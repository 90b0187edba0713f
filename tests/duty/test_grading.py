"""Levels and limits: worked cases and laws."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import CITY_ZONE
from apps.duty.clocks import ClockState, clock, limits
from apps.duty.enums import Level
from apps.duty.grading import Figures, is_graver, level_of

COUNT = st.none() | st.integers(0, 200)
LOSS = st.none() | st.integers(0, 300_000_000)
START = datetime(2026, 11, 2, 3, 0, tzinfo=CITY_ZONE)


@pytest.mark.parametrize(
    ("figures", "level"),
    [
        (Figures(deaths=2), Level.ORDINARY),
        (Figures(deaths=3), Level.LARGER),
        (Figures(deaths=9, injured=49), Level.LARGER),
        (Figures(deaths=10), Level.MAJOR),
        (Figures(deaths=1, injured=100), Level.GRAVEST),
        (Figures(loss=9_999_999), Level.ORDINARY),
        (Figures(loss=10_000_000), Level.LARGER),
        (Figures(loss=100_000_000), Level.GRAVEST),
    ],
)
def test_the_highest_criterion_decides_and_a_threshold_counts_itself(figures: Figures, level: Level) -> None:
    graded = level_of(figures)
    assert graded is not None
    assert graded.level == level


def test_without_figures_there_is_no_level() -> None:
    assert level_of(Figures()) is None
    assert level_of(Figures(deaths=0, injured=0, loss=0)) is None


@given(COUNT, COUNT, LOSS, st.integers(0, 50))
def test_more_dead_never_lower_the_level(
    deaths: int | None, injured: int | None, loss: int | None, more: int
) -> None:
    before = level_of(Figures(deaths, injured, loss))
    after = level_of(Figures((deaths or 0) + more, injured, loss))
    assert before is None or (after is not None and not is_graver(before.level, after.level))


@given(st.integers(0, 400), st.none() | st.integers(0, 400))
def test_a_clock_is_met_or_late_once_reported_and_runs_or_is_over_until_then(
    passed: int, met: int | None
) -> None:
    limit = timedelta(minutes=60)
    moment = START + timedelta(minutes=passed)
    met_at = START + timedelta(minutes=met) if met is not None else None
    state = clock("书面初报", START + limit, met_at, moment).state
    if met is not None:
        assert state == (ClockState.MET if met <= 60 else ClockState.LATE)
    else:
        assert state == (
            ClockState.RUNNING if passed < 50 else ClockState.SOON if passed <= 60 else ClockState.OVER
        )


def test_an_event_of_unknown_level_has_the_short_limits() -> None:
    assert limits("") == limits(Level.LARGER) == (timedelta(minutes=30), timedelta(minutes=60))
    assert limits(Level.ORDINARY) == (timedelta(hours=2), timedelta(hours=2))
