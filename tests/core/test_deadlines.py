"""When people are reminded: the occasions of a date on the working calendar."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import CITY_ZONE, local
from apps.core.deadlines import Occasion, Schedule, is_waking, next_occasion, occasions
from apps.core.errors import ValidationFailed
from apps.core.working_calendar import WorkCalendar

PLAIN = WorkCalendar(frozenset(), frozenset(), frozenset())
DUE = datetime(2026, 11, 26, 18, 0, tzinfo=CITY_ZONE)  # a Thursday
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.builds(
    WorkCalendar, st.frozensets(days, max_size=8), st.frozensets(days, max_size=8), st.just(frozenset())
)
schedules = st.builds(
    Schedule,
    st.sets(st.integers(1, 12), max_size=4).map(lambda found: tuple(sorted(found, reverse=True))),
    st.booleans(),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(1, 6),
)


def shown(found: Occasion) -> str:
    return f"{local(found.at):%m-%d %H:%M} {found.kind} {found.number}"


def test_a_schedule_in_words_becomes_moments_of_working_days() -> None:
    """Seven, three and one working days before, on the day, then every second working day, twice."""
    schedule = Schedule(before=(7, 3, 1), overdue_every=2, overdue_most=2)
    assert [shown(one) for one in occasions(schedule, DUE, PLAIN)] == [
        "11-17 09:00 before 7",
        "11-23 09:00 before 3",
        "11-25 09:00 before 1",
        "11-26 09:00 on_day 0",
        "11-30 09:00 overdue 1",
        "12-02 09:00 overdue 2",
    ]


@given(schedules, calendars, days)
def test_occasions_come_in_order_on_working_mornings_and_are_named_apart(
    schedule: Schedule, calendar: WorkCalendar, due_on: date
) -> None:
    day = calendar.add(due_on, 0)
    found = list(islice(occasions(schedule, datetime.combine(day, time(18), tzinfo=CITY_ZONE), calendar), 20))
    assert [one.at for one in found] == sorted({one.at for one in found})
    assert len({(one.kind, one.code) for one in found}) == len(found)
    assert all(is_waking(one.at, calendar) for one in found)


@given(schedules, calendars, days, st.integers(-30, 30))
def test_the_next_is_the_first_later_one(
    schedule: Schedule, calendar: WorkCalendar, due_on: date, shift: int
) -> None:
    due_at = datetime.combine(calendar.add(due_on, 0), time(18), tzinfo=CITY_ZONE)
    after = due_at + timedelta(days=shift)
    later = [one for one in islice(occasions(schedule, due_at, calendar), 60) if one.at > after]
    assert next_occasion(schedule, due_at, calendar, after=after) == (later[0] if later else None)


@given(calendars, days, st.integers(1, 30))
def test_counting_back_undoes_counting_forward(calendar: WorkCalendar, start: date, workdays: int) -> None:
    day = calendar.add(start, 0)
    assert calendar.back(calendar.add(day, workdays), workdays) == day


@given(schedules)
def test_a_schedule_survives_its_json(schedule: Schedule) -> None:
    assert Schedule.load(schedule.dump()) == schedule


@pytest.mark.parametrize(
    "data", [{"before": [0]}, {"before": [1, 3]}, {"before": "7"}, {"before": [3.5]}, {"overdue_every": True}]
)
def test_nonsense_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValidationFailed):
        Schedule.load(data)


def test_nights_and_rest_days_are_quiet() -> None:
    friday = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)  # 09:00 in the city
    assert is_waking(friday, PLAIN)
    assert not is_waking(friday + timedelta(hours=12), PLAIN)
    assert not is_waking(friday + timedelta(days=1), PLAIN)
