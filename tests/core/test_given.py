"""What is given from outside is taken within bounds, and nonsense is never an accident."""

from datetime import date, datetime

import pytest

from apps.core.clock import CITY_ZONE
from apps.core.given import day_given, is_kept_whole, kept_part, moment_given, month_given


@pytest.mark.parametrize(
    "value", ["", "x", "2026-13", "0001-01", "1999-12", "2101-01", "9999-12", "99999999999-1", "9" * 5000]
)
def test_months_and_days_that_cannot_be_reckoned_with_are_none(value: str) -> None:
    assert month_given(value) is None
    assert day_given(f"{value}-01") is None
    assert moment_given(f"{value}-01T08:00") is None


def test_the_years_of_this_house_are_taken_to_their_ends() -> None:
    assert month_given("2026-11") == date(2026, 11, 1)
    assert (day_given("2000-01-01"), day_given("2100-12-31")) == (date(2000, 1, 1), date(2100, 12, 31))
    assert moment_given("2026-11-23T10:05") == datetime(2026, 11, 23, 10, 5, tzinfo=CITY_ZONE)


def test_characters_the_database_cannot_keep_are_seen_and_replaced() -> None:
    """NUL and halves of characters, which JSON may carry; whole characters beyond 16 bits stay."""
    assert is_kept_whole("𠮷祥\t\n")
    assert not is_kept_whole("a\x00b")
    assert not is_kept_whole("a\ud800b")
    assert kept_part("a\x00b\udfffc𠮷") == "a\ufffdb\ufffdc𠮷"
