"""Choices that follow from a seed alone, so that a printed seed replays the storm."""

import zlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """The n-th choice of a seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.made = 0

    def part(self) -> float:
        """A number from 0 to below 1."""
        self.made += 1
        return zlib.crc32(f"{self.seed}:{self.made}".encode()) / 2**32

    def choice(self, options: Sequence[T]) -> T:
        """One of them."""
        return options[int(self.part() * len(options))]

    def sample(self, options: Sequence[T], count: int) -> list[T]:
        """So many different ones."""
        left = list(options)
        return [left.pop(int(self.part() * len(left))) for _ in range(count)]
