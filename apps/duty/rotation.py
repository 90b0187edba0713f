"""Filling empty places of a roster in turn: whoever carries least comes first, with rest kept where it can be. Pure.

Points are tenths: workday 10, weekend 15, statutory holiday 30, Spring Festival 40 (domain.md §6.1).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.duty.checks import MINIMUM_REST, Away, at_night

WORKDAY, WEEKEND, STATUTORY, SPRING = 10, 15, 30, 40
NOBODY: Mapping[int, Sequence[Away]] = {}


@dataclass(frozen=True)
class Place:
    """One place to fill, or one that is filled (`person`); those near the month but outside it are not `is_here`."""

    watch: int
    post: int
    starts_at: datetime
    ends_at: datetime
    points: int
    person: int | None = None
    is_here: bool = True

    @property
    def is_night(self) -> bool:
        """Whether it touches the hours of night work."""
        return at_night(self.starts_at, self.ends_at)

    def meets(self, gone: Iterable[Away]) -> bool:
        """Whether any of these stretches touches it."""
        return any(one.starts_at < self.ends_at and self.starts_at < one.ends_at for one in gone)


def filled(
    places: Sequence[Place],
    members: Mapping[int, Sequence[int]],
    away: Mapping[int, Iterable[Away]],
    carried: Mapping[int, int],
    *,
    rest: timedelta = MINIMUM_REST,
    day_only: Mapping[int, Sequence[Away]] = NOBODY,
) -> dict[tuple[int, int], int]:
    """(watch, post) → person for the empty places that somebody can take; what is filled stays as it is.

    `members`: persons by post in rank order; `carried`: points before. A place nobody may take stays empty.
    `day_only`: stretches in which a person serves no night.
    """
    load: defaultdict[int, int] = defaultdict(int, carried)
    turns: defaultdict[int, list[Place]] = defaultdict(list)
    for place in places:
        if place.person is not None:
            load[place.person] += place.points
            turns[place.person].append(place)
    made: dict[tuple[int, int], int] = {}
    for place in sorted(places, key=lambda one: (one.starts_at, one.post)):
        if place.person is not None:
            continue
        free = [
            one
            for one in members.get(place.post, ())
            if _is_free(place, turns[one], away.get(one, ()))
            and not (place.meets(day_only.get(one, ())) and place.is_night)
        ]
        if not free:
            continue
        rank = {person: number for number, person in enumerate(free)}
        rested = [one for one in free if _is_rested(place, turns[one], rest)] or free
        chosen = min(rested, key=lambda one: (load[one], len(turns[one]), rank[one]))
        made[place.watch, place.post] = chosen
        load[chosen] += place.points
        turns[chosen].append(place)
    return made


def _is_free(place: Place, turns: Iterable[Place], away: Iterable[Away]) -> bool:
    spans = [(turn.starts_at, turn.ends_at) for turn in turns] + [
        (gone.starts_at, gone.ends_at) for gone in away
    ]
    return all(end <= place.starts_at or place.ends_at <= start for start, end in spans)


def _is_rested(place: Place, turns: Iterable[Place], rest: timedelta) -> bool:
    return all(
        turn.ends_at + rest <= place.starts_at or place.ends_at + rest <= turn.starts_at for turn in turns
    )
