"""What a person has at hand, app by app: listed and handed over when somebody changes post (工作交接).

An app registers a `HandoverSource` in `ready()`; accounts asks all of them and knows none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from apps.core.actors import Actor


@dataclass(frozen=True, kw_only=True)
class HandoverItem:
    """One thing at hand. `hindrance` says why this receiver cannot take it; then it must be settled first."""

    id: int
    title: str
    url: str = ""
    note: str = ""
    hindrance: str = ""


class Hand(Protocol):
    """The service that hands things over: part of the hand-over's transaction, after both sides confirmed what was listed."""

    def __call__(self, *, actor: Actor, giver_id: int, taker_id: int, ids: Sequence[int]) -> None:
        """Give `ids` of one appointment to another; `actor` is who completes the hand-over."""


@dataclass(frozen=True, kw_only=True)
class HandoverSource:
    """One kind of thing; `listed` takes the ids of the giving and of the taking appointment."""

    kind: str
    label: str
    order: int
    listed: Callable[[int, int], list[HandoverItem]]
    hand: Hand


_sources: dict[str, HandoverSource] = {}


def register(source: HandoverSource) -> None:
    """Make a source known; called from the owning app's `ready()`."""
    _sources[source.kind] = source


def sources() -> list[HandoverSource]:
    """All, in the order in which they are listed."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.kind))
