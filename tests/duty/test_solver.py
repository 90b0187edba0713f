"""The solver: every roster passes the verifier, no better one exists, and a conflict is named by its smallest part."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.clock import CITY_ZONE
from apps.duty.checks import Away
from apps.duty.conflicts import conflict_in, in_words
from apps.duty.plan import CHANGES, SPREAD, WISHES, WORST, Cause, Plan, Progress, Rules
from apps.duty.rotation import Place, filled
from apps.duty.solver import Brake, Infeasible, solve
from apps.duty.verifier import faults_of, ledger_of

pytestmark = pytest.mark.long

FIRST = datetime(2026, 6, 1, 8, 30, tzinfo=CITY_ZONE)
DAY = timedelta(days=1)
ONE_DAY = Rules(rest=timedelta(hours=24))


def places(days: int, posts: int = 1) -> list[Place]:
    """Whole-day watches from 1 June 2026, a Monday, all empty."""
    return [
        Place(day + 1, post + 1, FIRST + day * DAY, FIRST + (day + 1) * DAY, 10 + 5 * (day % 7 > 4))
        for day in range(days)
        for post in range(posts)
    ]


def gone(day: int) -> Away:
    """Away for one day of June."""
    return Away(FIRST + (day - 1) * DAY, FIRST + day * DAY, "休假")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Small questions, solvable or not."""
    days, posts, people = draw(st.integers(1, 6)), draw(st.integers(1, 2)), draw(st.integers(1, 6))
    members = {
        post: draw(st.lists(st.integers(1, people), min_size=1, unique=True)) for post in range(1, posts + 1)
    }
    pairs = draw(st.lists(st.tuples(st.integers(1, people), st.integers(1, people)), max_size=1))
    joined = draw(st.lists(st.tuples(st.integers(1, people), st.integers(1, people)), max_size=1))
    return Plan(
        places=[
            *places(days, posts),
            Place(0, 1, FIRST - 2 * DAY, FIRST - DAY, 0, draw(st.integers(1, people))),
        ],
        members=members,
        away=draw(
            st.dictionaries(
                st.integers(1, people), st.lists(st.integers(1, 6).map(gone), max_size=2), max_size=3
            )
        ),
        carried=draw(st.dictionaries(st.integers(1, people), st.sampled_from([0, 10, 25, 40]), max_size=4)),
        rules=Rules(
            rest=timedelta(hours=draw(st.sampled_from([0, 24, 48]))),
            most=draw(st.sampled_from([None, 1, 2, 4])),
            apart=frozenset(frozenset(pair) for pair in pairs if len(set(pair)) == 2),
            together=frozenset(frozenset(pair) for pair in joined if len(set(pair)) == 2),
        ),
        wishes=frozenset(draw(st.lists(st.tuples(st.integers(1, people), st.integers(1, days)), max_size=2))),
        fixed=draw(
            st.dictionaries(
                st.tuples(st.integers(1, days), st.integers(1, posts)), st.integers(1, people), max_size=1
            )
        ),
    )


def every_roster(plan: Plan) -> list[dict[tuple[int, int], int]]:
    """All rosters without fault, by trying everything."""
    keys = [(one.watch, one.post) for one in plan.open]
    tried = (
        dict(zip(keys, people, strict=True)) for people in product(*(plan.members[post] for _, post in keys))
    )
    return [one for one in tried if not faults_of(plan, one)]


@settings(deadline=None)
@given(plans())
def test_every_roster_passes_the_verifier_and_every_refusal_is_a_real_conflict(plan: Plan) -> None:
    try:
        made = solve(plan, seconds=20)
    except Infeasible as refused:
        named = {one.kind for one in refused.causes}
    else:
        named = {"place"}
        assert faults_of(plan, made.given) == []
        assert made.ledger == ledger_of(plan, made.given)
    assert {"place", "fixed"} & named


@settings(deadline=None, max_examples=25)
@given(plans().filter(lambda plan: len(plan.open) <= 6))
def test_no_roster_has_a_lighter_worst_load(plan: Plan) -> None:
    possible = every_roster(plan)
    if not possible:
        with pytest.raises(Infeasible):
            solve(plan, seconds=20)
        return
    made = solve(plan, seconds=20)
    assert all(aim.is_proven for aim in made.aims)
    if len(plan.members) == 1:
        people = set(plan.people)
        best = min(
            max(points for person, points in ledger_of(plan, one).items() if person in people)
            for one in possible
        )
        assert made.aims[0].value == best


def test_a_month_is_fair_to_the_last_half_point() -> None:
    plan = Plan(places(30, 2), {1: range(1, 8), 2: range(8, 17)}, carried={1: 30, 9: 15})
    made = solve(plan, seconds=20)
    assert faults_of(plan, made.given) == []
    assert [aim.name for aim in made.aims] == [WORST, SPREAD, WISHES, CHANGES]
    by_turns = ledger_of(plan, filled(plan.places, plan.members, {}, plan.carried))
    assert max(made.ledger.values()) <= max(by_turns.values())
    assert made.aims[0].is_proven


def test_solving_again_changes_nothing_that_need_not_change() -> None:
    plan = Plan(places(14), {1: range(1, 8)}, rules=ONE_DAY)
    first = solve(plan, seconds=20).given
    known = [
        Place(one.watch, one.post, one.starts_at, one.ends_at, one.points, first[one.watch, one.post])
        for one in plan.open
    ]
    again = solve(Plan(known, plan.members, rules=ONE_DAY), seconds=20)
    assert again.given == first
    assert again.aims[-1].value == 0


def test_a_wish_is_met_when_fairness_allows_it() -> None:
    plan = Plan(places(5), {1: range(1, 6)}, wishes=frozenset({(1, 1), (1, 2), (1, 3), (1, 4)}))
    made = solve(plan, seconds=20)
    assert made.given[5, 1] == 1
    assert made.aims[2].value == 0


def test_a_day_for_which_everybody_is_away_is_named() -> None:
    plan = Plan(places(20), {1: [1, 2, 3, 4]}, away={one: [gone(14)] for one in (1, 2, 3, 4)})
    with pytest.raises(Infeasible) as refused:
        solve(plan, seconds=20)
    words = in_words(
        refused.value.causes, plan, {1: "张三", 2: "李四", 3: "王五", 4: "赵六"}, {1: "带班领导"}
    )
    assert words[0] == "6月14日 带班领导 无人可排"
    assert sorted(words[1:]) == sorted(
        f"{name}请假、外出或不能值班" for name in ("张三", "李四", "王五", "赵六")
    )


def test_a_conflict_is_smallest() -> None:
    plan = Plan(places(3), {1: [1, 2]}, rules=Rules(rest=timedelta(hours=48)))
    causes = conflict_in(plan)
    assert {one.kind for one in causes} == {"place", "rest"}
    assert Cause("place", watch=2, post=1) in causes
    assert sum(one.kind == "place" for one in causes) == 3


def test_a_watcher_hears_of_rosters_and_may_stop_with_the_best() -> None:
    heard: list[Progress] = []
    brake = Brake()

    def stop(progress: Progress) -> None:
        heard.append(progress)
        brake.pull()

    plan = Plan(places(30, 3), {1: range(1, 9), 2: range(5, 20), 3: range(15, 30)})
    made = solve(plan, seconds=20, watcher=stop, brake=brake)
    assert heard
    assert [aim.name for aim in made.aims] == [WORST]
    assert faults_of(plan, made.given) == []


def test_a_roster_with_faults_is_found_out() -> None:
    plan = Plan(
        places(4),
        {1: [1, 2]},
        away={2: [gone(4)]},
        rules=Rules(rest=timedelta(hours=24), most=2, apart=frozenset()),
    )
    kinds = {one.kind for one in faults_of(plan, {(1, 1): 1, (2, 1): 1, (3, 1): 1, (4, 1): 2, (9, 1): 2})}
    assert kinds == {"rest", "most", "away", "unknown"}
    assert {one.kind for one in faults_of(plan, {(1, 1): 3})} == {"stranger", "empty"}
    both = Plan(places(1, 2), {1: [1], 2: [1, 2]}, rules=Rules(apart=frozenset({frozenset({1, 2})})))
    assert {one.kind for one in faults_of(both, {(1, 1): 1, (1, 2): 1})} == {"double"}
    assert {one.kind for one in faults_of(both, {(1, 1): 1, (1, 2): 2})} == {"apart"}
