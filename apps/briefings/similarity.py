"""Which titles tell of the same matter: shares of common pairs of characters. Pure."""

import re
from collections import Counter
from collections.abc import Iterable

ALIKE = 0.5
_NOISE = re.compile(r"[\W_]+|[的了在和与及对为关于]+")


def likeness(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same but for stops and particles); the same in both directions."""
    a, b = _pairs(one), _pairs(other)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def alike(title: str, others: Iterable[tuple[int, str]], *, most: int = 5) -> list[tuple[int, float]]:
    """Id and likeness of the titles that are alike, the most alike first."""
    found = [(key, likeness(title, other)) for key, other in others]
    return sorted((pair for pair in found if pair[1] >= ALIKE), key=lambda pair: (-pair[1], -pair[0]))[:most]


def _pairs(title: str) -> Counter[str]:
    words = _NOISE.sub("", title)
    return Counter(words[at : at + 2] for at in range(len(words) - 1)) or Counter([words] if words else [])
