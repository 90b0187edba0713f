"""Nobody who is kept from night work is put on a night: by the solver, by hand, in turn, by a swap."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.services import protection_end, protection_move, protection_record
from apps.core import clock
from apps.core.clock import CITY_ZONE, local
from apps.duty import services
from apps.duty.checks import Away, at_night
from apps.duty.conflicts import in_words
from apps.duty.enums import SolvingState
from apps.duty.models import DutyShift
from apps.duty.opening import opened
from apps.duty.plan import Plan, Rules
from apps.duty.planning import month_solve
from apps.duty.rotation import Place, filled
from apps.duty.selectors.accounts import accounts_of
from apps.duty.selectors.grids import grid_of
from apps.duty.services.solving import solving_ask
from apps.duty.solver import Infeasible, solve
from apps.duty.verifier import Fault, faults_of
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.duty import DECEMBER, MONDAY, manned, published, serving

FIRST = datetime(2026, 6, 1, 8, 30, tzinfo=CITY_ZONE)
EVENING = datetime(2026, 6, 1, 17, 30, tzinfo=CITY_ZONE)
DAY = timedelta(days=1)
LOOSE = Rules(rest=timedelta(0))
moments = st.integers(0, 4 * 48).map(lambda halves: FIRST + halves * timedelta(minutes=30))


def split(days: int) -> list[Place]:
    """Day (odd watches) and night (even watches) of June apart."""
    return [
        place
        for day in range(days)
        for place in (
            Place(2 * day + 1, 1, FIRST + day * DAY, EVENING + day * DAY, 10),
            Place(2 * day + 2, 1, EVENING + day * DAY, FIRST + (day + 1) * DAY, 10),
        )
    ]


def kept(first: int, last: int) -> Away:
    """No nights from one day of June to another, the last included."""
    midnight = FIRST.replace(hour=0, minute=0)
    return Away(midnight + (first - 1) * DAY, midnight + last * DAY, "不排夜班")


@given(moments, st.integers(1, 60))
def test_night_is_what_has_an_hour_between_ten_in_the_evening_and_six(start: datetime, halves: int) -> None:
    quarters = [start + number * timedelta(minutes=15) for number in range(2 * halves)]
    hours = {local(one).hour for one in quarters}
    assert at_night(start, start + halves * timedelta(minutes=30)) == bool(hours & {22, 23, 0, 1, 2, 3, 4, 5})


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(1, 4), min_size=2, max_size=4, unique=True),
    st.dictionaries(st.integers(1, 4), st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=3),
)
def test_whoever_arranges_puts_nobody_kept_from_nights_on_one(
    people: list[int], stretches: dict[int, tuple[int, int]]
) -> None:
    day_only = {one: [kept(first, first + more)] for one, (first, more) in stretches.items()}
    plan = Plan(split(4), {1: people}, rules=LOOSE, day_only=day_only)
    in_turn = filled(plan.places, plan.members, {}, {}, rest=timedelta(0), day_only=day_only)
    for made in (opened(plan), in_turn):
        assert not [one for one in faults_of(plan, made) if one.kind == "night"]
    try:
        solved, causes = solve(plan, seconds=20).given, {"place", "night"}
    except Infeasible as refused:
        solved, causes = None, {one.kind for one in refused.causes}
    assert causes == {"place", "night"}
    assert solved is None or faults_of(plan, solved) == []


def test_a_day_duty_is_theirs_and_a_night_or_a_whole_day_is_not() -> None:
    plan = Plan(split(2), {1: [1, 2]}, rules=LOOSE, day_only={1: [kept(1, 1)]})
    given_all = {(watch, 1): 1 for watch in (1, 2, 3, 4)}
    assert [one for one in faults_of(plan, given_all) if one.kind == "night"] == [Fault("night", 2, 1)]
    whole = Plan(
        [Place(1, 1, FIRST - DAY, FIRST, 10), Place(2, 1, FIRST + DAY, FIRST + 2 * DAY, 10)],
        {1: [1]},
        rules=LOOSE,
        day_only={1: [kept(1, 1)]},
    )
    assert faults_of(whole, {(1, 1): 1, (2, 1): 1}) == [Fault("night", 1, 1)]  # its morning hours


def test_a_night_nobody_may_serve_is_named_without_a_reason() -> None:
    plan = Plan(split(1), {1: [1, 2]}, rules=LOOSE, day_only={1: [kept(1, 3)], 2: [kept(1, 3)]})
    with pytest.raises(Infeasible) as refused:
        solve(plan, seconds=20)
    words = in_words(refused.value.causes, plan, {1: "张三", 2: "李四"}, {1: "主班"})
    assert words == ["6月1日 主班 无人可排", "张三不排夜班", "李四不排夜班"]


@pytest.fixture
def monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def protected(world: World, key: str, *, kind: str = "pregnancy") -> int:
    """From today to the end of January."""
    return protection_record(
        actor=world.actor(key),
        person_id=world.person(key).pk,
        kind=kind,
        starts_on=MONDAY.date(),
        ends_on=date(2027, 1, 31),
    ).pk


def moved(world: World, key: str, held: int, first: date) -> None:
    """From another day on."""
    protection_move(actor=world.actor(key), absence_id=held, starts_on=first, ends_on=date(2027, 1, 31))


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
def test_a_month_is_arranged_without_her_and_the_certificate_says_so(world: World) -> None:
    manned(world)
    protected(world, "drafter")
    director = world.actor("director")
    roster = services.roster_open(actor=director, month=DECEMBER)
    run = solving_ask(actor=director, roster_id=roster.pk, expected_version=roster.version)
    month_solve(solving_id=run.pk, seconds=10)
    run.refresh_from_db()
    assert run.state == SolvingState.DONE, run.words
    assert "1 人不排夜班" in run.words
    people = set(DutyShift.objects.filter(watch__roster=roster).values_list("appointment__person", flat=True))
    assert world.person("drafter").pk not in people
    account = next(
        one for one in accounts_of(director, roster) if one.person_id == world.person("drafter").pk
    )
    assert any("不排夜班：已避开夜间班次" in one for one in account.words)


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
def test_in_a_month_of_days_and_nights_she_serves_days(world: World) -> None:
    manned(world)
    protected(world, "drafter")
    director = world.actor("director")
    services.rules_keep(actor=director, rest_hours=0, most=None)
    roster = services.roster_open(actor=director, month=DECEMBER, is_split=True)
    services.roster_fill(actor=director, roster_id=roster.pk, expected_version=roster.version)
    hers = DutyShift.objects.filter(watch__roster=roster, appointment=world.post("drafter"))
    assert {local(one.watch.starts_at).hour for one in hers.select_related("watch")} == {8}
    assert grid_of(roster).findings == []


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
def test_a_night_given_by_hand_is_marked_and_a_published_one_is_told(
    world: World, drain: Callable[[], int]
) -> None:
    roster = published(world)
    shift = serving(roster, 12)
    key = next(one for one, post in world.posts.items() if post == shift.appointment)
    drain()
    held = protected(world, key, kind="nursing")
    drain()
    name, day = world.person(key).name, f"11月12日 {world.person(key).name} 该时段不排班。"
    assert day in [one.text for one in grid_of(roster).findings]
    told = Notice.objects.filter(key__startswith=f"duty.clash:{held}:")
    assert {one.person_id for one in told} >= {world.person(key).pk, world.person("director").pk}
    assert {one.title for one in told} == {
        f"{name}不排夜班与已发布的值班班次冲突",
        "您的不排夜班与已发布的值班班次冲突",
    }
    moved(world, key, held, date(2026, 12, 2))
    drain()
    assert not told.filter(read_at=None).exists()
    with clock.at(MONDAY + timedelta(minutes=1)):
        moved(world, key, held, MONDAY.date())
        drain()
        assert told.filter(read_at=None).count() == told.filter(read_at__isnull=False).count() == 3
        protection_end(actor=world.actor(key), absence_id=held)
        drain()
    assert not told.filter(read_at=None).exists()
    assert Notice.objects.filter(key__startswith=f"duty.clash_over:{held}:").exists()
