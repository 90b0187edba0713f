"""What the solver is asked and what the verifier judges: places, people, absences, rules. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from apps.duty.checks import MINIMUM_REST, Away
from apps.duty.rotation import Place

Given = Mapping[tuple[int, int], int]
WORST, SPREAD, WISHES, CHANGES = "最重负担", "负担差距", "未满足意愿", "改动"


@dataclass(frozen=True)
class Rules:
    """What no roster may break: hours between two duties, duties of one person in the plan, pairs kept apart or together."""

    rest: timedelta = MINIMUM_REST
    most: int | None = None
    apart: frozenset[frozenset[int]] = frozenset()
    together: frozenset[frozenset[int]] = frozenset()


@dataclass(frozen=True)
class Plan:
    """One question. Points are tenths (domain.md §6.1).

    `places` with a watch are to be filled, their `person` is the present holder; places of watch 0 are held and stay.
    `members`: persons by post; `carried`: points brought along, below nothing too; `wishes`: (person, watch) the person would
    rather not serve; `fixed`: (watch, post) → the person who shall serve there; `day_only`: stretches in which a person serves no
    night.
    """

    places: Sequence[Place]
    members: Mapping[int, Sequence[int]]
    away: Mapping[int, Sequence[Away]] = field(default_factory=dict)
    carried: Mapping[int, int] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    wishes: frozenset[tuple[int, int]] = frozenset()
    fixed: Mapping[tuple[int, int], int] = field(default_factory=dict)
    day_only: Mapping[int, Sequence[Away]] = field(default_factory=dict)

    @property
    def open(self) -> list[Place]:
        """The places to fill, in order of time."""
        return sorted((one for one in self.places if one.watch), key=lambda one: (one.starts_at, one.post))

    @property
    def held(self) -> list[Place]:
        """The turns that stay as they are."""
        return [one for one in self.places if not one.watch and one.person is not None]

    @property
    def people(self) -> list[int]:
        """Everybody who may serve anywhere."""
        return sorted({person for group in self.members.values() for person in group})


@dataclass(frozen=True)
class Cause:
    """One demand of the plan: fill this place, or keep this rule for this person (`other`: the pair's second)."""

    kind: str
    watch: int = 0
    post: int = 0
    person: int = 0
    other: int = 0


@dataclass(frozen=True)
class Aim:
    """What was asked of the roster, what it reached, and below what nobody can get. Loads in tenths of a point."""

    name: str
    value: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Nothing better exists, given the aims before it."""
        return self.value <= self.bound


@dataclass(frozen=True)
class Progress:
    """The best so far for the aim at work."""

    aim: str
    value: int
    bound: int
    given: dict[tuple[int, int], int]


@dataclass(frozen=True)
class Solution:
    """A roster with its certificate; `ledger`: each person's points, what was carried included."""

    given: dict[tuple[int, int], int]
    aims: tuple[Aim, ...]
    ledger: dict[int, int]
    seconds: float
