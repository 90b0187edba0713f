"""What stands against ending an organ: apps register in `ready()` how much of theirs is open there; accounts knows none of them."""

from collections.abc import Callable

_counts: dict[str, Callable[[int], int]] = {}


def objection_add(words: str, count: Callable[[int], int]) -> None:
    """Ask `count` with an organ's id before the organ is ended; `words` follow the number, as in 3 + 件在办事项."""
    _counts[words] = count


def objections_to(organ_id: int) -> list[str]:
    """What is still open in the organ, in words; empty when it may be ended. One query for each kind."""
    found = ((count(organ_id), words) for words, count in _counts.items())
    return [f"{number}{words}" for number, words in found if number]
