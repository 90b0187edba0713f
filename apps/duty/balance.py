"""What each person brings along from the months before. Pure; exact.

The points of a month are due from those who were there for them: each watch weighs on everybody who could have served it, so that
whoever came later, was away or may serve no night is not charged for it. Served less due is the balance; it is carried from year to
year without end, for a year's roster that evens out an old balance makes the opposite one. Of the year that runs the whole
load counts, not only what is above the mean: to what was served is added what fell to the others while one was not there.
Both ways whoever begins, or comes back, begins at the mean.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Month:
    """People whose loads can be compared, in one month: points served, and which part of its points each was there for (0–1)."""

    served: Mapping[int, int]
    there: Mapping[int, Fraction]

    @property
    def share(self) -> Fraction:
        """What was due from somebody who was there for all of it."""
        present = sum(self.there.values(), NOTHING)
        return Fraction(sum(self.served.values())) / present if present else NOTHING

    @property
    def people(self) -> set[int]:
        """Who was there for anything, or served."""
        return set(self.served) | set(self.there)


@dataclass(frozen=True)
class Carried:
    """What one person carries, in tenths of a point: served in the year so far, added for the time not there, and of past years.

    `past_served` less `past_due` is `past`, as far as the smallest step of the weights allows.
    """

    served: int = 0
    added: int = 0
    past: int = 0
    past_served: int = 0
    past_due: Fraction = NOTHING

    def plus(self, other: "Carried") -> "Carried":
        """Of two groups of posts together."""
        return Carried(
            self.served + other.served,
            self.added + other.added,
            self.past + other.past,
            self.past_served + other.past_served,
            self.past_due + other.past_due,
        )

    @property
    def total(self) -> int:
        """What the arrangement counts with."""
        return self.served + self.added + self.past


def due_of(months: Iterable[Month]) -> dict[int, Fraction]:
    """What was due from each person, months one after another. Together it is what was served."""
    due: defaultdict[int, Fraction] = defaultdict(Fraction)
    for month in months:
        share = month.share
        for person in month.people:
            # nobody was there: what somebody served all the same was due from that person
            owed = share * month.there.get(person, NOTHING) if share else month.served.get(person, 0)
            due[person] += owed
    return dict(due)


def added_of(months: Iterable[Month], people: Iterable[int]) -> dict[int, Fraction]:
    """What fell to the others while each of these people was not there."""
    added: defaultdict[int, Fraction] = defaultdict(Fraction)
    everybody = list(people)
    for month in months:
        for person in everybody:
            added[person] += month.share * (1 - month.there.get(person, NOTHING))
    return dict(added)


def served_of(months: Iterable[Month]) -> dict[int, int]:
    """What each person served."""
    served: defaultdict[int, int] = defaultdict(int)
    for month in months:
        for person, points in month.served.items():
            served[person] += points
    return dict(served)


def carried_of(
    past: Iterable[Month], year: Iterable[Month], members: Iterable[int], *, step: int
) -> dict[int, Carried]:
    """What everybody carries who served or is a member; only to members something is added for the time not there.

    Fractions are rounded to `step`, the smallest difference between weights.
    """
    past, year, members = list(past), list(year), list(members)
    due, done, now, added = due_of(past), served_of(past), served_of(year), added_of(year, members)
    return {
        one: Carried(
            served=now.get(one, 0),
            added=_stepped(added.get(one, NOTHING), step),
            past=_stepped(done.get(one, 0) - due.get(one, NOTHING), step),
            past_served=done.get(one, 0),
            past_due=due.get(one, NOTHING),
        )
        for one in {*due, *now, *members}
    }


def _stepped(points: Fraction, step: int) -> int:
    return round(points / step) * step
