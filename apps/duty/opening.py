"""A first roster in a moment, for the solver to begin with: whoever carries least comes first, and no rule is broken. Pure."""

from collections import defaultdict
from datetime import datetime

from apps.duty.plan import Plan
from apps.duty.rotation import Place

MOST_MOVES = 4000


def opened(plan: Plan) -> dict[tuple[int, int], int]:
    """(watch, post) → person in order of time, then levelled; a place nobody may take by the rules stays empty."""
    hand = _Hand(plan)
    hand.dealt()
    hand.levelled()
    return hand.made


class _Hand:
    """Who carries what while the places are given out."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.load: defaultdict[int, int] = defaultdict(int, plan.carried)
        self.turns: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.made: dict[tuple[int, int], int] = {}
        self.together: defaultdict[int, set[int]] = defaultdict(set)
        for place in plan.held:
            self._given(place, place.person or 0)

    def dealt(self) -> None:
        """All places one after another."""
        for place in self.plan.open:
            wanted = self.plan.fixed.get((place.watch, place.post))
            group = self.plan.members.get(place.post, ())
            able = [one for one in group if self._may(place, one) and wanted in {None, one}]
            if able:
                chosen = min(able, key=lambda one: (self.load[one], (one, place.watch) in self.plan.wishes))
                self._put(place, chosen)

    def levelled(self) -> None:
        """Take from whoever carries most and give to who carries least, as long as that lightens the heaviest."""
        stuck: set[int] = set()
        for _ in range(MOST_MOVES):
            rest = [one for one in set(self.made.values()) if one not in stuck]
            if not rest:
                return
            heaviest = max(rest, key=lambda one: (self.load[one], one))
            if self._lightened(heaviest) or self._exchanged(heaviest):
                stuck.clear()
            else:
                stuck.add(heaviest)

    def _movable(self, person: int) -> list[Place]:
        """What the person serves and need not."""
        return [
            one
            for one in self.plan.open
            if self.made.get((one.watch, one.post)) == person and (one.watch, one.post) not in self.plan.fixed
        ]

    def _exchanged(self, heaviest: int) -> bool:
        """A heavier duty for a lighter one of somebody who carries less."""
        mine = self._movable(heaviest)
        for place in mine:
            for other in self.plan.members[place.post]:
                if self.load[other] >= self.load[heaviest]:
                    continue
                for back in self._movable(other):
                    less = place.points - back.points
                    fits = heaviest in self.plan.members[back.post] and back.watch != place.watch
                    lighter = less > 0 and self.load[other] + less < self.load[heaviest]
                    if fits and lighter and self._traded(place, heaviest, back, other):
                        return True
        return False

    def _traded(self, place: Place, heaviest: int, back: Place, other: int) -> bool:
        """Both take the other's duty, or nothing happens."""
        self._taken(place, heaviest)
        self._taken(back, other)
        if self._may(place, other):
            self._put(place, other)
            if self._may(back, heaviest):
                self._put(back, heaviest)
                return True
            self._taken(place, other)
        self._put(place, heaviest)
        self._put(back, other)
        return False

    def _lightened(self, heaviest: int) -> bool:
        for place in self._movable(heaviest):
            group = sorted(self.plan.members[place.post], key=lambda one: (self.load[one], one))
            for other in group:
                if self.load[other] + place.points >= self.load[heaviest]:
                    break
                if self._may(place, other):
                    self._taken(place, heaviest)
                    self._put(place, other)
                    return True
        return False

    def _put(self, place: Place, person: int) -> None:
        self.made[place.watch, place.post] = person
        self.together[place.watch].add(person)
        self._given(place, person)

    def _taken(self, place: Place, person: int) -> None:
        self.together[place.watch].discard(person)
        self.load[person] -= place.points
        self.turns[person].remove((place.starts_at, place.ends_at))

    def _given(self, place: Place, person: int) -> None:
        self.load[person] += place.points
        self.turns[person].append((place.starts_at, place.ends_at))

    def _may(self, place: Place, person: int) -> bool:
        rules, turns = self.plan.rules, self.turns[person]
        if rules.most is not None and len(turns) >= rules.most:
            return False
        if any(frozenset({person, other}) in rules.apart for other in self.together[place.watch]):
            return False
        if place.meets(self.plan.away.get(person, ())):
            return False
        if place.meets(self.plan.day_only.get(person, ())) and place.is_night:
            return False
        return all(
            place.ends_at + rules.rest <= start or end + rules.rest <= place.starts_at for start, end in turns
        )
