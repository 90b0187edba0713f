"""Why no roster exists: a smallest set of demands that cannot all be met, and its words. Pure."""

from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from apps.duty.board import Board
from apps.duty.plan import Cause, Plan

SECONDS_A_TRY = 5.0


def conflict_in(plan: Plan) -> list[Cause]:
    """Demands that conflict; leave out any one of them and the rest can be met. Empty when nothing was found in time."""
    board = Board(plan)
    core = _core(board, list(board.guards))
    number = 0
    while number < len(core):
        smaller = _core(board, core[:number] + core[number + 1 :])
        if smaller:
            core = [one for one in core if one in smaller]
        else:
            number += 1
    return core


def _core(board: Board, causes: list[Cause]) -> list[Cause]:
    """A conflicting part of the causes, or nothing when all of them can be met."""
    model = board.model
    model.clear_assumptions()
    model.add_assumptions([board.guards[one] for one in causes])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1  # the library names a core only then
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = SECONDS_A_TRY
    if solver.solve(model) != cp_model.INFEASIBLE:
        return []
    named = set(solver.sufficient_assumptions_for_infeasibility())
    return [one for one in causes if board.guards[one].index in named] or causes


def in_words(
    causes: Sequence[Cause], plan: Plan, people: Mapping[int, str], posts: Mapping[int, str]
) -> list[str]:
    """A sentence for each cause, places first: `6月14日 带班领导 无人可排`."""
    return [_word(one, plan, people, posts) for one in sorted(causes, key=_order)]


def _order(cause: Cause) -> tuple[int, int, int, int]:
    kinds = ("place", "fixed", "away", "night", "rest", "most", "apart", "together")
    return kinds.index(cause.kind), cause.watch, cause.post, cause.person


def _word(cause: Cause, plan: Plan, people: Mapping[int, str], posts: Mapping[int, str]) -> str:
    name = people.get(cause.person, "")
    if cause.kind in {"place", "fixed"}:
        start = next(one.starts_at for one in plan.open if (one.watch, one.post) == (cause.watch, cause.post))
        place = f"{start.month}月{start.day}日 {posts.get(cause.post, '')}"
        return f"{place} 无人可排" if cause.kind == "place" else f"{place} 指定由{name}值班"
    if cause.kind == "away":
        return f"{name}请假、外出或不能值班"
    if cause.kind == "night":
        return f"{name}不排夜班"
    if cause.kind == "rest":
        return f"{name}两班之间须隔 {int(plan.rules.rest.total_seconds() // 3600)} 小时"
    if cause.kind == "most":
        return f"{name}每月不超过 {plan.rules.most} 班"
    return f"{name}与{people.get(cause.other, '')}{'须' if cause.kind == 'together' else '不'}排在同一班"
