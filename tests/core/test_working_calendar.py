"""Laws of the working calendar, and the known days of 2026 and 2027."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import working_calendar
from apps.core.clock import CITY_ZONE
from apps.core.models import CalendarDay
from apps.core.working_calendar import WorkCalendar, due_after, lunar_text

days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Any arrangement of extra working and resting days."""
    working = draw(st.frozensets(days, max_size=12))
    resting = draw(st.frozensets(days, max_size=40)) - working
    return WorkCalendar(working=working, resting=resting, published=frozenset({2026}))


@given(calendars(), days, st.integers(0, 60))
def test_a_deadline_is_a_working_day_not_before_its_start(
    calendar: WorkCalendar, start: date, count: int
) -> None:
    """For zero days too."""
    end = calendar.add(start, count)
    assert calendar.is_workday(end)
    assert end >= start


@given(calendars(), days, st.integers(1, 60))
def test_the_working_days_between_start_and_deadline_are_those_asked_for(
    calendar: WorkCalendar, start: date, count: int
) -> None:
    """`between` undoes `add`."""
    assert calendar.between(start, calendar.add(start, count)) == count


@given(calendars(), days, st.integers(0, 30), st.integers(0, 30))
def test_deadlines_add_up(calendar: WorkCalendar, start: date, first: int, second: int) -> None:
    """n and then m days are n + m days, from a working day on."""
    begin = calendar.add(start, 0)
    assert calendar.add(calendar.add(begin, first), second) == calendar.add(begin, first + second)


@given(calendars(), days, days, days)
def test_between_is_antisymmetric_and_additive(
    calendar: WorkCalendar, one: date, two: date, three: date
) -> None:
    """Like a distance with a sign."""
    assert calendar.between(one, two) == -calendar.between(two, one)
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)


@given(calendars(), days, st.integers(0, 30))
def test_a_later_start_never_has_an_earlier_deadline(calendar: WorkCalendar, start: date, count: int) -> None:
    """Monotone."""
    assert calendar.add(start, count) <= calendar.add(start + timedelta(days=1), count)


def test_working_days_count_forwards() -> None:
    """A negative number is a bug of the caller."""
    with pytest.raises(ValueError, match="forwards"):
        WorkCalendar(frozenset(), frozenset(), frozenset()).add(date(2026, 1, 1), -1)


@pytest.mark.django_db
def test_a_deadline_is_six_in_the_evening_of_the_city_and_jumps_holidays_and_adjusted_days() -> None:
    """国庆 2026 by the arrangement: 1–7 October off, Saturday 10 October on."""
    CalendarDay.objects.all().delete()
    for day in range(1, 8):
        CalendarDay.objects.create(date=date(2026, 10, day), kind=CalendarDay.Kind.STATUTORY)
    CalendarDay.objects.create(date=date(2026, 10, 10), kind=CalendarDay.Kind.ADJUSTED_WORKDAY)
    working_calendar.calendar_changed()
    start = datetime(2026, 9, 30, 16, 30, tzinfo=CITY_ZONE)
    assert due_after(start, 1) == datetime.combine(date(2026, 10, 8), time(18), tzinfo=CITY_ZONE)
    assert due_after(start, 3) == datetime.combine(date(2026, 10, 10), time(18), tzinfo=CITY_ZONE)
    assert due_after(start, 4) == datetime.combine(date(2026, 10, 12), time(18), tzinfo=CITY_ZONE)


@pytest.mark.django_db
def test_the_day_is_the_citys_even_when_utc_is_still_yesterday() -> None:
    """00:30 in the city is 16:30 UTC of the day before."""
    working_calendar.calendar_changed()
    start = datetime(2026, 3, 5, 0, 30, tzinfo=CITY_ZONE)
    assert due_after(start, 1).date() == date(2026, 3, 6)


def test_a_span_that_touches_an_unarranged_year_is_provisional() -> None:
    """暂按."""
    calendar = WorkCalendar(frozenset(), frozenset(), published=frozenset({2026}))
    assert not calendar.is_provisional(date(2026, 1, 1), date(2026, 12, 31))
    assert calendar.is_provisional(date(2026, 12, 30), date(2027, 1, 4))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 17), "农历正月初一"),
        (date(2026, 9, 25), "农历八月十五"),
        (date(2025, 8, 1), "农历闰六月初八"),
        (date(2026, 2, 16), "农历腊月廿九"),
        (date(1800, 1, 1), ""),
    ],
)
def test_the_lunar_date_is_right(day: date, words: str) -> None:
    """春节, 中秋, a leap month, 除夕; nothing outside the tables."""
    assert lunar_text(day) == words
