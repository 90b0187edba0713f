"""座次 by rule (domain.md §8.4). Pure: people in rank order in, places out.

On the rostrum No. 1 sits in the middle, No. 2 on No. 1's left hand (the honour side), No. 3 on the right, and so on outwards; with an
even count 1 and 2 share the middle. For foreign guests and signing the honour side is the right. Rows are filled from the front, each
centred by the same rule. A row's places count from the left as those who sit there see it; the audience sees them the other way round.
In the hall units sit together in unit order, from the front row and the left; a unit that would be cut begins a new row when there is
room. At a long table the side that faces the door comes first; each side is seated like a row of the rostrum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Side = Literal["left", "right"]
Zone = Literal["rostrum", "table", "hall"]
WIDEST = 200


@dataclass(frozen=True, order=True)
class Place:
    """A seat: zone, row from the front (1), number from the left as the sitter sees it (1)."""

    zone: Zone
    row: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Sitter:
    """Somebody to be seated; `unit` is the rank of the unit, `is_leader` puts the person on the rostrum."""

    key: int
    unit: int
    is_leader: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What seats there are: lengths of the rostrum's rows, of the hall's rows, or of the two sides of a long table."""

    rostrum: tuple[int, ...] = ()
    hall: tuple[int, ...] = ()
    table: tuple[int, ...] = ()
    honour: Side = "left"

    @property
    def seats(self) -> int:
        """All of them."""
        return sum(self.rostrum) + sum(self.hall) + sum(self.table)


class TooFewSeats(Exception):
    """More people than seats; `missing` is how many."""

    def __init__(self, missing: int) -> None:
        super().__init__(missing)
        self.missing = missing


def rostrum_row(count: int, honour: Side = "left") -> list[int]:
    """Ranks 1…count from left to right as the seated see it: `6 4 2 1 3 5 7` for seven and the left-hand honour side."""
    even = list(range(count - count % 2, 0, -2))
    odd = list(range(1, count + 1, 2))
    return even + odd if honour == "left" else odd[::-1] + even[::-1]


def audience_view(row: Sequence[int]) -> list[int]:
    """The same row as the audience sees it."""
    return list(reversed(row))


def seat(
    layout: Layout, sitters: Sequence[Sitter], *, fixed: Mapping[int, Place] | None = None
) -> dict[int, Place]:
    """Everybody's place. `sitters` come in rank order; `fixed` ones keep theirs. Raises `TooFewSeats`."""
    fixed = fixed or {}
    if len(sitters) > layout.seats:
        raise TooFewSeats(len(sitters) - layout.seats)
    taken = set(fixed.values())
    free = [one for one in sitters if one.key not in fixed]
    leaders = [one for one in free if one.is_leader or not (layout.hall or layout.table)]
    places: dict[int, Place] = dict(fixed)
    overflow = _rows("rostrum", layout, leaders, taken, places)
    seated = {one.key for one in leaders}
    rest = overflow + [one for one in free if one.key not in seated]
    if layout.table:
        rest = _rows("table", layout, rest, taken, places)
    rest = _hall(layout.hall, sorted(rest, key=lambda one: one.unit), taken, places)
    if rest:
        raise TooFewSeats(len(rest))
    return places


def _rows(
    zone: Zone, layout: Layout, people: Sequence[Sitter], taken: set[Place], places: dict[int, Place]
) -> list[Sitter]:
    """Fill rows from the front, each centred by the rule; who finds no place is returned. Seats given by hand are passed over."""
    waiting = list(people)
    lengths = layout.rostrum if zone == "rostrum" else layout.table
    for row, length in enumerate(lengths, start=1):
        seats = [number for number in range(1, length + 1) if Place(zone, row, number) not in taken]
        sitting, waiting = waiting[: len(seats)], waiting[len(seats) :]
        first = (len(seats) - len(sitting)) // 2
        chosen = seats[first : first + len(sitting)]
        for number, rank in zip(chosen, rostrum_row(len(sitting), layout.honour), strict=True):
            places[sitting[rank - 1].key] = Place(zone, row, number)
    return waiting


def _hall(
    lengths: Sequence[int], people: Sequence[Sitter], taken: set[Place], places: dict[int, Place]
) -> list[Sitter]:
    """Units in order, together. A unit that would be cut moves to the next row while enough seats are left for all."""
    free = [
        Place("hall", row, number)
        for row, length in enumerate(lengths, start=1)
        for number in range(1, length + 1)
        if Place("hall", row, number) not in taken
    ]
    spare = len(free) - len(people)
    at = 0
    for _, group in groupby(people, key=lambda one: one.unit):
        unit = list(group)
        left = _left_in_row(free, at)
        if left < len(unit) <= _left_in_row(free, at + left) and left <= spare:
            at, spare = at + left, spare - left
        for one in unit:
            if at >= len(free):
                return [person for person in people if person.key not in places]
            places[one.key] = free[at]
            at += 1
    return []


def _left_in_row(free: Sequence[Place], at: int) -> int:
    """How many free seats there are from `at` to the end of its row."""
    if at >= len(free):
        return 0
    return sum(place.row == free[at].row for place in free[at : at + WIDEST])
