"""The plan as a CP-SAT model: one definition for solving and for finding what conflicts. Pure.

Every rule hangs on a guard. The solver sets all guards; whoever looks for a conflict assumes them one by one.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from ortools.sat.python import cp_model

from apps.duty.plan import Cause, Plan
from apps.duty.rotation import Place

Turn = tuple[int, int, int]


class Board:
    """`turns`: (watch, post, person) → whether the person serves there; `guards`: the rules that can be taken off."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.model = cp_model.CpModel()
        self.turns: dict[Turn, cp_model.IntVar] = {}
        self.guards: dict[Cause, cp_model.IntVar] = {}
        self.by_person: defaultdict[int, list[tuple[Place, cp_model.IntVar]]] = defaultdict(list)
        self._places_filled()
        held: defaultdict[int, list[Place]] = defaultdict(list)
        for one in plan.held:
            held[one.person or 0].append(one)
        for person, turns in self.by_person.items():
            self._once_in_a_watch(turns)
            self._not_while_away(person, turns)
            self._not_at_night(person, turns)
            self._rested(person, turns)
            self._clear_of_held(person, turns, held[person])
            self._not_too_often(person, turns, sum(one.is_here for one in held[person]))
        self._kept_apart()
        self._kept_together()
        self._fixed()

    def _guard(self, cause: Cause) -> cp_model.IntVar:
        if cause not in self.guards:
            self.guards[cause] = self.model.new_bool_var("")
        return self.guards[cause]

    def _places_filled(self) -> None:
        for place in self.plan.open:
            here = []
            for person in dict.fromkeys(self.plan.members.get(place.post, ())):
                turn = self.model.new_bool_var("")
                self.turns[place.watch, place.post, person] = turn
                self.by_person[person].append((place, turn))
                here.append(turn)
            guard = self._guard(Cause("place", watch=place.watch, post=place.post))
            self.model.add(sum(here) <= 1)
            self.model.add(sum(here) >= 1).only_enforce_if(guard)

    def _once_in_a_watch(self, turns: list[tuple[Place, cp_model.IntVar]]) -> None:
        for near in windows(turns, timedelta(0)):
            self.model.add_at_most_one(near)

    def _not_while_away(self, person: int, turns: list[tuple[Place, cp_model.IntVar]]) -> None:
        gone = self.plan.away.get(person, ())
        blocked = [turn for place, turn in turns if place.meets(gone)]
        if blocked:
            self.model.add(sum(blocked) == 0).only_enforce_if(self._guard(Cause("away", person=person)))

    def _not_at_night(self, person: int, turns: list[tuple[Place, cp_model.IntVar]]) -> None:
        kept = self.plan.day_only.get(person, ())
        nights = [turn for place, turn in turns if place.meets(kept) and place.is_night]
        if nights:
            self.model.add(sum(nights) == 0).only_enforce_if(self._guard(Cause("night", person=person)))

    def _rested(self, person: int, turns: list[tuple[Place, cp_model.IntVar]]) -> None:
        for near in windows(turns, self.plan.rules.rest):
            self.model.add(sum(near) <= 1).only_enforce_if(self._guard(Cause("rest", person=person)))

    def _clear_of_held(
        self, person: int, turns: list[tuple[Place, cp_model.IntVar]], held: list[Place]
    ) -> None:
        rest, near = self.plan.rules.rest, []
        for place, turn in turns:
            if any(one.starts_at < place.ends_at and place.starts_at < one.ends_at for one in held):
                self.model.add(turn == 0)
            elif any(
                one.starts_at < place.ends_at + rest and place.starts_at < one.ends_at + rest for one in held
            ):
                near.append(turn)
        if near:
            self.model.add(sum(near) == 0).only_enforce_if(self._guard(Cause("rest", person=person)))

    def _not_too_often(self, person: int, turns: list[tuple[Place, cp_model.IntVar]], already: int) -> None:
        most = self.plan.rules.most
        if most is not None and len(turns) + already > most:
            guard = self._guard(Cause("most", person=person))
            self.model.add(sum(turn for _, turn in turns) <= max(most - already, 0)).only_enforce_if(guard)

    def _kept_apart(self) -> None:
        for pair in self.plan.rules.apart:
            one, other = sorted(pair)
            shared: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
            for person in (one, other):
                for place, turn in self.by_person.get(person, ()):
                    shared[place.watch].append(turn)
            for turns in shared.values():
                if len(turns) > 1:
                    guard = self._guard(Cause("apart", person=one, other=other))
                    self.model.add(sum(turns) <= 1).only_enforce_if(guard)

    def _kept_together(self) -> None:
        for pair in self.plan.rules.together:
            one, other = sorted(pair)
            guard = self._guard(Cause("together", person=one, other=other))
            shared: defaultdict[int, tuple[list[cp_model.IntVar], list[cp_model.IntVar]]]
            shared = defaultdict(lambda: ([], []))
            for side, person in enumerate((one, other)):
                for place, turn in self.by_person.get(person, ()):
                    shared[place.watch][side].append(turn)
            for mine, yours in shared.values():
                self.model.add(sum(mine) == sum(yours)).only_enforce_if(guard)

    def _fixed(self) -> None:
        for (watch, post), person in self.plan.fixed.items():
            turn = self.turns.get((watch, post, person))
            if turn is not None:
                guard = self._guard(Cause("fixed", watch=watch, post=post, person=person))
                self.model.add(turn == 1).only_enforce_if(guard)


def windows(turns: list[tuple[Place, cp_model.IntVar]], rest: timedelta) -> Iterator[list[cp_model.IntVar]]:
    """Every largest set of one person's turns of which only one can be served with such rest between them."""
    ordered = sorted(turns, key=lambda one: (one[0].starts_at, one[0].ends_at))
    reached = 0
    for first, (place, _) in enumerate(ordered):
        last = max(reached, first)
        while last < len(ordered) and ordered[last][0].starts_at < place.ends_at + rest:
            last += 1
        if last > reached and last - first > 1:
            yield [turn for _, turn in ordered[first:last]]
        reached = max(reached, last)
