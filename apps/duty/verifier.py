"""Judges any roster, however it was made. Knows nothing of the solver; pure, by plain counting."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from apps.core.clock import local
from apps.duty.plan import Given, Plan
from apps.duty.rotation import Place

NIGHT_HOURS = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Fault:
    """One rule broken: `empty`, `stranger`, `away`, `night`, `double`, `rest`, `most`, `apart`, `together`, `fixed`, `unknown`."""

    kind: str
    watch: int
    person: int


def faults_of(plan: Plan, given: Given) -> list[Fault]:
    """Everything wrong with the roster; an empty list means every rule of the plan is kept."""
    found: list[Fault] = []
    turns: defaultdict[int, list[Place]] = defaultdict(list)
    for one in plan.held:
        turns[one.person or 0].append(one)
    known = {(one.watch, one.post) for one in plan.open}
    found += [
        Fault("unknown", watch, person)
        for (watch, post), person in given.items()
        if (watch, post) not in known
    ]
    for place in plan.open:
        person = given.get((place.watch, place.post))
        if person is None:
            found.append(Fault("empty", place.watch, 0))
            continue
        if person not in plan.members.get(place.post, ()):
            found.append(Fault("stranger", place.watch, person))
        if any(
            gone.starts_at < place.ends_at and place.starts_at < gone.ends_at
            for gone in plan.away.get(person, ())
        ):
            found.append(Fault("away", place.watch, person))
        if any(
            kept.starts_at < place.ends_at and place.starts_at < kept.ends_at
            for kept in plan.day_only.get(person, ())
        ) and _has_night_hours(place):
            found.append(Fault("night", place.watch, person))
        turns[person].append(place)
    for person, served in turns.items():
        found += _of_person(plan, person, served)
    found += [
        Fault("fixed", watch, person)
        for (watch, post), person in plan.fixed.items()
        if (watch, post) in known
        and person in plan.members.get(post, ())
        and given.get((watch, post)) != person
    ]
    return found + _of_pairs(plan, given)


def _has_night_hours(place: Place) -> bool:
    """Walks through the place in quarters of an hour: some of them between 22:00 and 06:00."""
    moment = place.starts_at
    while moment < place.ends_at:
        if local(moment).hour in NIGHT_HOURS:
            return True
        moment += QUARTER
    return False


def _of_person(plan: Plan, person: int, served: list[Place]) -> list[Fault]:
    found = []
    for number, one in enumerate(served):
        for other in served[number + 1 :]:
            if not (one.watch or other.watch):
                continue  # both are history
            watch = other.watch or one.watch
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                found.append(Fault("double", watch, person))
            elif max(one.starts_at, other.starts_at) - min(one.ends_at, other.ends_at) < plan.rules.rest:
                found.append(Fault("rest", watch, person))
    new = sum(bool(one.watch) for one in served)
    if plan.rules.most is not None and new and sum(one.is_here for one in served) > plan.rules.most:
        found.append(Fault("most", 0, person))
    return found


def _of_pairs(plan: Plan, given: Given) -> list[Fault]:
    by_watch: defaultdict[int, set[int]] = defaultdict(set)
    for (watch, _), person in given.items():
        by_watch[watch].add(person)
    apart = [
        Fault("apart", watch, min(pair))
        for watch, people in by_watch.items()
        for pair in plan.rules.apart
        if pair <= people
    ]
    return apart + [
        Fault("together", watch, min(pair))
        for watch, people in by_watch.items()
        for pair in plan.rules.together
        if len(pair & people) == 1
    ]


def ledger_of(plan: Plan, given: Given) -> dict[int, int]:
    """Each person's points: carried, held and given."""
    points = {(one.watch, one.post): one.points for one in plan.open}
    total = {person: plan.carried.get(person, 0) for person in plan.people}
    for one in plan.held:
        total[one.person or 0] = total.get(one.person or 0, 0) + one.points
    for place, person in given.items():
        total[person] = total.get(person, 0) + points.get(place, 0)
    return total
