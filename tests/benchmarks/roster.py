"""值班表: a year of sixty people arranged with a proven worst load, beside a greedy hand and a rotation; and a large month.

The question is the product's own (`duty.plan`), with leave, a rest of 48 hours, a limit a month of the year, pairs kept apart
and wishes; the judge is `duty.verifier`, which has no code of the solver.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle

from apps.core.clock import CITY_ZONE
from apps.duty.checks import Away
from apps.duty.plan import SPREAD, WORST, Aim, Given, Plan, Progress, Rules
from apps.duty.rotation import STATUTORY, WEEKEND, WORKDAY, Place, filled
from apps.duty.solver import groups, solve
from apps.duty.verifier import faults_of, ledger_of
from config.stack.bench import BenchResult
from tests.chaos.chance import Chance

NEEDS_SERVERS = False
SEED = 20260101
SECONDS = 60.0
FIRST = date(2026, 1, 1)
HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
LEAVES, WISHES, PAIRS = 2, 4, 6


@dataclass(frozen=True)
class Run:
    """What one question gave."""

    first_seconds: float
    worst: Aim
    worst_seconds: float
    spread: Aim | None
    given: Given
    faults: int


def run() -> BenchResult:
    """Both questions once: each is a minute of two cores, and the solver's seed is fixed."""
    year, month = plan_of(people=60, posts=3, days=365), plan_of(people=300, posts=20, days=31)
    solved, large = solved_of(year), solved_of(month)
    greedy = filled(year.places, year.members, year.away, year.carried, rest=year.rules.rest)
    turns = rotated(year)
    spread = solved.spread
    values = {
        "first_feasible_s": [solved.first_seconds],
        "optimum_s": [solved.worst_seconds] if solved.worst.is_proven else None,
        "gap_second_at_60s": [_gap(spread)] if spread else None,
        "verifier_errors": [float(solved.faults + large.faults)],
        "worst_load_over_greedy": [worst(year, solved.given) / worst(year, greedy)],
        "worst_load_over_rotation": [worst(year, solved.given) / worst(year, turns)],
        "greedy_errors": [float(len(faults_of(year, greedy)))],
        "rotation_errors": [float(len(faults_of(year, turns)))],
        "month_first_feasible_s": [large.first_seconds],
        "month_optimum_s": [large.worst_seconds] if large.worst.is_proven else None,
        "month_gap_second_at_60s": [_gap(large.spread)] if large.spread else None,
    }
    notes = {
        "first_feasible_s": "60人、3岗、365天，含请假、48小时间隔、同班回避、意愿；从提问到第一张合规表",
        "optimum_s": "第一目标（各组最重负担之和）证明最优所用秒数；没有证明则为空",
        "gap_second_at_60s": "第二目标（各岗位负担差距之和）在60秒时的相对差距，(结果-下限)/结果",
        "verifier_errors": "两道题的结果由独立核查程序（不含求解代码）逐条核对的错误数",
        "worst_load_over_greedy": "最重负担：编排结果比贪心（负担最轻者先上，不守合规之外的规则）",
        "worst_load_over_rotation": "最重负担：编排结果比按名册轮流（请假和间隔不足的跳过）",
        "greedy_errors": "贪心结果的规则错误数（供对照）",
        "rotation_errors": "轮流结果的规则错误数（供对照）",
        "month_first_feasible_s": "300人、20岗、31天",
        "month_optimum_s": "300人、20岗、31天，第一目标证明最优",
        "month_gap_second_at_60s": "300人、20岗、31天，第二目标",
    }
    return BenchResult(values, notes)


def plan_of(*, people: int, posts: int, days: int) -> Plan:
    """Whole-day duties from 08:30; each person serves at one or two neighbouring posts."""
    chance = Chance(SEED + people)
    members = {
        post: sorted(
            {
                one
                for one in range(1, people + 1)
                if one % posts in {post % posts, (post + 1) % posts}
                and (one % posts == post % posts or one % 3 == 0)
            }
        )
        for post in range(1, posts + 1)
    }
    watches = [
        (
            number + 1,
            datetime.combine(FIRST + timedelta(days=number), datetime.min.time(), CITY_ZONE)
            + timedelta(hours=8, minutes=30),
        )
        for number in range(days)
    ]
    places = [
        Place(watch, post, start, start + timedelta(days=1), points(start.date()))
        for watch, start in watches
        for post in members
    ]
    away = {
        one: [leave(chance, watches[0][1], days) for _ in range(LEAVES)]
        for one in range(1, people + 1)
        if one % 2
    }
    pairs = frozenset(frozenset(chance.sample(range(1, people + 1), 2)) for _ in range(PAIRS))
    wishes = frozenset(
        (one, 1 + int(chance.part() * days)) for one in range(1, people + 1) for _ in range(WISHES)
    )
    carried = {one: 10 * int(chance.part() * 4) for one in range(1, people + 1)}
    return Plan(
        places=places, members=members, away=away, carried=carried, rules=Rules(apart=pairs), wishes=wishes
    )


def points(day: date) -> int:
    """What a duty weighs."""
    if (day.month, day.day) in HOLIDAYS:
        return STATUTORY
    return WEEKEND if day.isoweekday() > 5 else WORKDAY  # Saturday, Sunday


def leave(chance: Chance, start: datetime, days: int) -> Away:
    """One absence of some days."""
    begin = start + timedelta(days=int(chance.part() * days))
    return Away(begin, begin + timedelta(days=1 + int(chance.part() * 10)), "请假")


def solved_of(plan: Plan) -> Run:
    """Solve and judge, with the moments of the first roster and of the first aim's end."""
    began = time.monotonic()
    heard: list[tuple[float, Progress]] = []
    made = solve(plan, seconds=SECONDS, watcher=lambda one: heard.append((time.monotonic() - began, one)))
    later = [at for at, one in heard if one.aim != WORST]
    aims = {one.name: one for one in made.aims}
    return Run(
        first_seconds=heard[0][0],
        worst=aims[WORST],
        worst_seconds=later[0] if later else made.seconds,
        spread=aims.get(SPREAD),
        given=made.given,
        faults=len(faults_of(plan, made.given)),
    )


def rotated(plan: Plan) -> dict[tuple[int, int], int]:
    """The list of each post from top to bottom again and again; who is away or has not rested is passed over."""
    lists = {post: cycle(group) for post, group in plan.members.items()}
    busy: dict[int, datetime] = {}
    made: dict[tuple[int, int], int] = {}
    for place in plan.open:
        for _ in range(len(plan.members[place.post])):
            person = next(lists[place.post])
            gone = any(
                one.starts_at < place.ends_at and place.starts_at < one.ends_at
                for one in plan.away.get(person, ())
            )
            if not gone and (person not in busy or busy[person] + plan.rules.rest <= place.starts_at):
                made[place.watch, place.post] = person
                busy[person] = place.ends_at
                break
    return made


def worst(plan: Plan, given: Given) -> int:
    """The sum over the groups of the heaviest load."""
    ledger = ledger_of(plan, given)
    return sum(max(ledger[person] for person in group) for group in groups(plan))


def _gap(aim: Aim) -> float:
    return (aim.value - aim.bound) / aim.value if aim.value else 0.0
