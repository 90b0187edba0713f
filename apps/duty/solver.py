"""The fairest roster there is, with a certificate. Pure; OR-Tools CP-SAT.

Lexicographic: the worst accumulated load of each group of people who share posts, the spread among the people of each post,
broken wishes, changes against the present roster. Each aim is proven or its gap is stated; a later aim never worsens an earlier one.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from math import gcd

from ortools.sat.python import cp_model

from apps.duty.board import Board
from apps.duty.conflicts import conflict_in
from apps.duty.opening import opened
from apps.duty.plan import CHANGES, SPREAD, WISHES, WORST, Aim, Cause, Plan, Progress, Solution

SHARES = (0.6, 0.5, 0.7, 1.0)  # of the time that is left
WORKERS = 2
Expression = cp_model.LinearExprT


class Infeasible(Exception):
    """No roster keeps all rules; `causes` conflict, and without any one of them the others do not."""

    def __init__(self, causes: list[Cause]) -> None:
        super().__init__(f"{len(causes)} causes")
        self.causes = causes


class OutOfTime(Exception):
    """Neither a roster nor a conflict was found in the time given."""


Watcher = Callable[[Progress], None]


class Brake:
    """Stops a solver from another thread; what it has by then is kept."""

    def __init__(self) -> None:
        self.is_pulled = False
        self._solver: cp_model.CpSolver | None = None

    def hold(self, solver: cp_model.CpSolver) -> None:
        """This solver is the one at work."""
        self._solver = solver

    def pull(self) -> None:
        """End the search; may be called again."""
        self.is_pulled = True
        if self._solver is not None:
            self._solver.stop_search()


class _Listener(cp_model.CpSolverSolutionCallback):
    """Tells the watcher of each better roster."""

    def __init__(self, desk: "_Desk", aim: str, watcher: Watcher) -> None:
        super().__init__()
        self.desk, self.aim, self.watcher = desk, aim, watcher

    def on_solution_callback(self) -> None:
        """One better roster."""
        given = {key[:2]: key[2] for key, turn in self.desk.board.turns.items() if self.value(turn)}
        unit = self.desk.unit_of(self.aim)
        progress = Progress(
            self.aim, int(self.objective_value) * unit, int(self.best_objective_bound) * unit, given
        )
        self.watcher(progress)


def solve(
    plan: Plan, *, seconds: float = 60.0, watcher: Watcher | None = None, brake: Brake | None = None
) -> Solution:
    """The best roster found in the time, every place filled. Raises `Infeasible`, `OutOfTime`.

    `watcher` hears of each better roster, on a thread of the solver; once `brake` is pulled, the best so far is returned.
    """
    desk = _Desk(plan, seconds, brake or Brake())
    aims: list[Aim] = []
    aimed = desk.aims()
    desk.begin()
    for (name, expression), share in zip(aimed, SHARES, strict=True):
        aim = desk.reach(name, expression, share, watcher)
        if aim is None:
            break
        aims.append(aim)
        if desk.brake.is_pulled:
            break
    return Solution(desk.best, tuple(aims), desk.loads(desk.best), time.monotonic() - desk.began)


class _Desk:
    """The model with its aims, worked through one after another."""

    def __init__(self, plan: Plan, seconds: float, brake: Brake) -> None:
        self.plan, self.seconds, self.began, self.brake = plan, seconds, time.monotonic(), brake
        self.board = Board(plan)
        for guard in self.board.guards.values():
            self.board.model.add(guard == 1)
        self.unit = gcd(*(one.points for one in plan.places), *plan.carried.values()) or 1
        self.best: dict[tuple[int, int], int] = {}
        self.extremes: list[tuple[cp_model.IntVar, Callable[[Iterable[int]], int], tuple[int, ...]]] = []
        self.opening = opened(plan)
        if len(self.opening) == len(plan.open) and not plan.rules.together and not plan.fixed:
            self.best = self.opening  # it breaks no other rule

    def begin(self) -> None:
        """Let the search start from the opening, once the aims have their variables."""
        self._hint(self.opening)

    def loads(self, given: dict[tuple[int, int], int]) -> dict[int, int]:
        """Each person's points: carried, held and given."""
        total = defaultdict(int, {person: self.plan.carried.get(person, 0) for person in self.plan.people})
        for one in self.plan.held:
            total[one.person or 0] += one.points
        points = {(one.watch, one.post): one.points for one in self.plan.open}
        for place, person in given.items():
            total[person] += points[place]
        return dict(total)

    def _worst(self) -> int:
        loads = self.loads(self.best)
        return sum(max(loads[one] for one in group) for group in groups(self.plan))

    def unit_of(self, aim: str) -> int:
        """Loads are counted in the largest unit that divides all of them."""
        return self.unit if aim in (WORST, SPREAD) else 1

    def aims(self) -> list[tuple[str, Expression]]:
        """What is minimised, in order."""
        loads = {person: self._load(person) for person in self.plan.people}
        tops = [self._top(loads, group) for group in groups(self.plan)]
        spreads = [
            self._top(loads, post) - self._low(loads, post)
            for post in sorted(
                {tuple(sorted(set(members))) for members in self.plan.members.values() if members}
            )
        ]
        broken = [
            turn
            for (watch, _, person), turn in self.board.turns.items()
            if (person, watch) in self.plan.wishes
        ]
        kept = [
            self.board.turns[one.watch, one.post, one.person]
            for one in self.plan.open
            if one.person is not None and (one.watch, one.post, one.person) in self.board.turns
        ]
        present = sum(one.person is not None for one in self.plan.open)
        return [
            (WORST, sum(tops)),
            (SPREAD, sum(spreads)),
            (WISHES, sum(broken)),
            (CHANGES, present - sum(kept)),
        ]

    def _top(self, loads: dict[int, Expression], people: Iterable[int]) -> cp_model.IntVar:
        """At least the load of each."""
        top = self.board.model.new_int_var(self._lowest(), self._highest(), "")
        people = tuple(people)
        self.extremes.append((top, max, people))
        for person in people:
            self.board.model.add(loads[person] <= top)
        return top

    def _low(self, loads: dict[int, Expression], people: Iterable[int]) -> cp_model.IntVar:
        """At most the load of each who can be given anything."""
        low = self.board.model.new_int_var(self._lowest(), self._highest(), "")
        people = tuple(one for one in people if self.board.by_person[one])
        self.extremes.append((low, min, people))
        for person in people:
            self.board.model.add(loads[person] >= low)
        return low

    def _highest(self) -> int:
        points = sum(one.points for one in self.plan.places) + max(0, 0, *self.plan.carried.values())
        return points // self.unit

    def _lowest(self) -> int:
        """Below nothing: a balance of years before may be less."""
        return min(0, *self.plan.carried.values()) // self.unit if self.plan.carried else 0

    def _load(self, person: int) -> Expression:
        before = self.plan.carried.get(person, 0)
        before += sum(one.points for one in self.plan.held if one.person == person)
        return before // self.unit + sum(
            place.points // self.unit * turn for place, turn in self.board.by_person[person]
        )

    def reach(self, name: str, expression: Expression, share: float, watcher: Watcher | None) -> Aim | None:
        """Minimise one aim and keep it. None when the time was over before a roster at least as good was seen."""
        if isinstance(expression, int):
            return Aim(name, expression, expression)
        if name == WORST and self.best and self._settled(expression, watcher):
            return Aim(name, self._floor(), self._floor())
        model, solver = self.board.model, cp_model.CpSolver()
        solver.parameters.num_workers = WORKERS
        solver.parameters.random_seed = 1
        left = self.seconds - (time.monotonic() - self.began)
        solver.parameters.max_time_in_seconds = max(left * share, 0.2)
        model.minimize(expression)
        listener = _Listener(self, name, watcher) if watcher else None
        self.brake.hold(solver)
        status = solver.solve(model, listener)
        if status == cp_model.INFEASIBLE and not self.best:
            raise Infeasible(conflict_in(self.plan))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            if not self.best:
                raise OutOfTime
            if name != WORST:
                return None
            model.add(expression <= self._worst() // self.unit)
            return Aim(name, self._worst(), self._floor())
        unit = self.unit_of(name)
        value = round(solver.objective_value)
        bound = value if status == cp_model.OPTIMAL else int(-(-solver.best_objective_bound // 1))
        self.best = {key[:2]: key[2] for key, turn in self.board.turns.items() if solver.value(turn)}
        model.add(expression <= value)
        self._hint(self.best)
        return Aim(name, value * unit, bound * unit)

    def _settled(self, expression: Expression, watcher: Watcher | None) -> bool:
        """Whether the opening reaches what nobody can get below; then there is nothing to search."""
        value, floor = self._worst(), self._floor()
        if watcher:
            watcher(Progress(WORST, value, floor, dict(self.best)))
        if value > floor:
            return False
        self.board.model.add(expression <= value // self.unit)
        self._hint(self.best)
        return True

    def _hint(self, given: dict[tuple[int, int], int]) -> None:
        self.board.model.clear_hints()  # type: ignore[no-untyped-call]  # not annotated in the library
        for (watch, post, person), turn in self.board.turns.items():
            self.board.model.add_hint(turn, given.get((watch, post)) == person)
        for guard in self.board.guards.values():
            self.board.model.add_hint(guard, value=True)
        loads = self.loads(given)
        for extreme, pick, people in self.extremes:
            if people:
                self.board.model.add_hint(extreme, pick(loads[one] for one in people) // self.unit)

    def _floor(self) -> int:
        """Below what the worst loads cannot sum: the mean of each group, and what somebody carries already."""
        carried = self.loads({})
        floors = []
        for group in groups(self.plan):
            here = set(group)
            posts = {post for post, members in self.plan.members.items() if here.intersection(members)}
            points = sum(one.points for one in self.plan.open if one.post in posts)
            total = sum(carried[one] for one in group) + points
            mean = -(-total // (len(group) * self.unit)) * self.unit
            floors.append(max(mean, *(carried[one] for one in group)))
        return sum(floors)


def groups(plan: Plan) -> list[list[int]]:
    """People whose loads can be compared: those joined by posts they share."""
    leader = {person: person for person in plan.people}

    def root(person: int) -> int:
        while leader[person] != person:
            person = leader[person]
        return person

    for group in plan.members.values():
        for person in group:
            leader[root(person)] = root(group[0])
    found: defaultdict[int, list[int]] = defaultdict(list)
    for person in plan.people:
        found[root(person)].append(person)
    return list(found.values())
