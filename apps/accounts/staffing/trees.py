"""Trees given as child → parent: who stands in a circle, and an order in which parents come first."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def circles(parents: Mapping[T, T]) -> list[list[T]]:
    """Every circle once, from child to parent. A parent outside the mapping ends the way."""
    done: set[T] = set()
    found = []
    for start in parents:
        way: list[T] = []
        at: dict[T, int] = {}
        node = start
        while node in parents and node not in done and node not in at:
            at[node] = len(way)
            way.append(node)
            node = parents[node]
        if node in at:
            found.append(way[at[node] :])
        done.update(way)
    return found


def parents_first(parents: Mapping[T, T]) -> list[T]:
    """Every child after its parent, else in the given order; what stands in or below a circle comes last."""
    placed: dict[T, None] = {}
    for start in parents:
        way: list[T] = []
        node = start
        while node in parents and node not in placed and node not in way:
            way.append(node)
            node = parents[node]
        placed.update(dict.fromkeys(reversed(way)))
    return list(placed)
