"""Orders that people choose: a row stands where it was asked to, and the others keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from apps.core.placing import at_place


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=8), st.data())
def test_a_row_goes_to_its_place_and_the_others_keep_their_order(
    rows: list[int], data: st.DataObject
) -> None:
    """Beyond the ends is at the end; asked twice nothing moves."""
    row, place = data.draw(st.sampled_from(rows)), data.draw(st.integers(-2, 12))
    moved = at_place(rows, row, place)
    assert moved.index(row) == min(max(place, 1), len(rows)) - 1
    assert [one for one in moved if one != row] == [one for one in rows if one != row]
    assert at_place(moved, row, place) == moved
