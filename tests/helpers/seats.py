"""A checker of seating plans that knows the rules (domain.md §8.4) and nothing of how seats are given."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from apps.meetings.seating import Layout, Place, Sitter


def rule_errors(
    layout: Layout,
    sitters: Sequence[Sitter],
    places: Mapping[int, Place],
    fixed: frozenset[int] = frozenset(),
) -> list[str]:
    """What is wrong with a plan, in words. Works on places alone: doubled seats, seats that do not exist, ranks in rows, units."""
    errors = []
    if set(places) != {one.key for one in sitters}:
        errors.append("not everybody is seated once")
    if len(set(places.values())) < len(places):
        errors.append("two on one seat")
    lengths = {"rostrum": layout.rostrum, "table": layout.table, "hall": layout.hall}
    for place in places.values():
        row_lengths = lengths[place.zone]
        if not (1 <= place.row <= len(row_lengths) and 1 <= place.number <= row_lengths[place.row - 1]):
            errors.append(f"no such seat {place}")
    order = {one.key: rank for rank, one in enumerate(sitters)}
    rows: defaultdict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for key, place in places.items():
        if place.zone != "hall" and key not in fixed:
            rows[place.zone, place.row].append((order[key], place.number))
    for row in rows.values():
        errors += _row_errors([number for _, number in sorted(row)], layout.honour)
    return errors + _front_errors(rows) + _hall_errors(sitters, places, fixed)


def _row_errors(numbers: list[int], honour: str) -> list[str]:
    """In rank order: each sits at least as far from the first as the one before, the second on the honour side, sides alternate."""
    if not numbers:
        return []
    first = numbers[0]
    errors = []
    sign = -1 if honour == "left" else 1
    for rank, number in enumerate(numbers[1:], start=2):
        wanted = first + (sign if rank % 2 == 0 else -sign) * (rank // 2)
        if number != wanted:
            errors.append(f"rank {rank} sits at {number}, not {wanted}")
    return errors


def _front_errors(rows: Mapping[tuple[str, int], list[tuple[int, int]]]) -> list[str]:
    """Whoever sits further back ranks behind everybody in front."""
    found = sorted(rows)
    return [
        f"{later} ranks before {row}"
        for row, later in pairwise(found)
        if row[0] == later[0] and max(rows[row])[0] > min(rows[later])[0]
    ]


def _hall_errors(sitters: Sequence[Sitter], places: Mapping[int, Place], fixed: frozenset[int]) -> list[str]:
    """Read row by row, units come in their order, each in one piece."""
    units = {one.key: one.unit for one in sitters}
    read = sorted(
        (place, units[key]) for key, place in places.items() if place.zone == "hall" and key not in fixed
    )
    seen = [unit for _, unit in read]
    return [] if seen == sorted(seen) else ["units out of order"]
