"""Rows in an order that people choose (pure)."""

from collections.abc import Sequence
from typing import TypeVar

R = TypeVar("R")


def at_place(rows: Sequence[R], row: R, place: int) -> list[R]:
    """`rows` with `row`, one of them, at `place` (from 1), the others in their order; beyond the ends is at the end."""
    others = [other for other in rows if other != row]
    at = min(max(place, 1), len(rows)) - 1
    return [*others[:at], row, *others[at:]]
