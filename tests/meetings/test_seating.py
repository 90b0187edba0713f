"""Seats by rule (domain.md §8.4), looked at by a checker that knows nothing of how they were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.meetings.seating import Layout, Place, Sitter, TooFewSeats, audience_view, rostrum_row, seat
from tests.helpers.seats import rule_errors


def people(count: int, per_unit: int = 3, leaders: int = 0) -> list[Sitter]:
    """In rank order, so many to a unit, the first on the rostrum."""
    return [Sitter(key=key, unit=key // per_unit, is_leader=key < leaders) for key in range(count)]


def test_the_rostrum_of_the_reference() -> None:
    assert rostrum_row(7) == [6, 4, 2, 1, 3, 5, 7]
    assert audience_view(rostrum_row(7)) == [7, 5, 3, 1, 2, 4, 6]
    assert rostrum_row(6) == [6, 4, 2, 1, 3, 5]
    assert audience_view(rostrum_row(6)) == [5, 3, 1, 2, 4, 6]
    assert rostrum_row(1) == [1]


def test_with_foreign_guests_the_right_hand_is_the_honour_side() -> None:
    assert rostrum_row(5, "right") == [5, 3, 1, 2, 4]
    layout = Layout(rostrum=(5,), honour="right")
    places = seat(layout, people(5))
    assert places[1].number == places[0].number + 1


def test_rows_are_filled_from_the_front_and_centred() -> None:
    places = seat(Layout(rostrum=(3, 5)), people(6))
    assert {places[key].row for key in range(3)} == {1}
    assert sorted(places[key].number for key in range(3, 6)) == [2, 3, 4]
    assert places[3] == Place("rostrum", 2, 3)


def test_at_a_long_table_the_side_facing_the_door_comes_first() -> None:
    places = seat(Layout(table=(5, 5)), people(8))
    assert [places[key].row for key in range(8)] == [1] * 5 + [2] * 3
    assert places[0] == Place("table", 1, 3)
    assert places[5] == Place("table", 2, 3)


def test_a_unit_is_kept_together_when_there_is_room() -> None:
    places = seat(Layout(hall=(4, 4)), people(6))
    assert {places[key].row for key in (3, 4, 5)} == {2}
    tight = seat(Layout(hall=(4, 2)), people(6))
    assert [tight[key].row for key in range(6)] == [1, 1, 1, 1, 2, 2]


def test_a_seat_given_by_hand_stays_and_too_few_are_told() -> None:
    fixed = {5: Place("hall", 2, 4)}
    places = seat(Layout(hall=(4, 4)), people(6), fixed=fixed)
    assert places[5] == fixed[5]
    assert rule_errors(Layout(hall=(4, 4)), people(6), places, frozenset(fixed)) == []
    with pytest.raises(TooFewSeats) as few:
        seat(Layout(hall=(4,)), people(6))
    assert few.value.missing == 2


layouts = st.builds(
    Layout,
    rostrum=st.lists(st.integers(1, 15), max_size=3).map(tuple),
    hall=st.lists(st.integers(1, 20), max_size=8).map(tuple),
    table=st.lists(st.integers(1, 12), max_size=2).map(tuple),
    honour=st.sampled_from(["left", "right"]),
)


@given(layout=layouts, per_unit=st.integers(1, 5), share=st.integers(1, 100))
def test_whatever_the_room_the_plan_keeps_the_rules(layout: Layout, per_unit: int, share: int) -> None:
    leaders = min(sum(layout.rostrum), 5)
    sitters = people((sum(layout.hall) + sum(layout.table)) * share // 100 + leaders, per_unit, leaders)
    assert rule_errors(layout, sitters, seat(layout, sitters)) == []
