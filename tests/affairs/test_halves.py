"""Half-days: what they mean as moments, how long they are, how they read."""

from datetime import date

import pytest

from apps.affairs.enums import Half
from apps.affairs.halves import begin_of, days_between, end_of, span_words

FIRST = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("first", "last", "to", "days", "words"),
    [
        (Half.MORNING, Half.MORNING, 28, 0.5, "11月28日上午"),
        (Half.AFTERNOON, Half.AFTERNOON, 28, 0.5, "11月28日下午"),
        (Half.EVENING, Half.EVENING, 28, 0.5, "11月28日晚上"),
        (Half.MORNING, Half.AFTERNOON, 28, 1.0, "11月28日上午至下午"),
        (Half.AFTERNOON, Half.MORNING, 29, 1.0, "11月28日下午—29日上午"),
        (Half.MORNING, Half.EVENING, 30, 3.0, "11月28日上午—30日晚上"),
    ],
)
def test_a_stretch_of_half_days_has_a_length_and_reads_well(
    first: Half, last: Half, to: int, days: float, words: str
) -> None:
    start, end = begin_of(FIRST, first), end_of(date(2026, 11, to), last)
    assert start < end
    assert days_between(start, end) == days
    assert span_words(start, end) == words


def test_the_month_is_named_again_when_it_changes() -> None:
    words = span_words(begin_of(FIRST, Half.MORNING), end_of(date(2026, 12, 2), Half.AFTERNOON))
    assert words == "11月28日上午—12月2日下午"
