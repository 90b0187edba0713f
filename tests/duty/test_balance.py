"""What people bring along from the months before: fair to who came later, was away, or served more than was due."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Absence
from apps.core import clock
from apps.core.models import CalendarDay
from apps.core.working_calendar import calendar_changed
from apps.duty import services
from apps.duty.balance import Month, carried_of, due_of
from apps.duty.enums import SolvingState
from apps.duty.models import DutyMember, DutyRoster, DutyRules, DutyShift
from apps.duty.plan import Plan, Rules
from apps.duty.planning import month_solve
from apps.duty.rotation import Place
from apps.duty.selectors.accounts import accounts_of
from apps.duty.selectors.ledgers import carried_afresh, carried_into
from apps.duty.services.solving import solving_ask
from apps.duty.solver import solve
from apps.duty.verifier import faults_of, ledger_of
from tests.factories.world import World
from tests.helpers.duty import MONDAY, NOVEMBER, PEOPLE, drafted, manned, published

pytestmark = pytest.mark.long

As = Callable[[str], Client]
STEP = 5
PERSON = st.integers(1, 5)
parts = st.integers(0, 4).map(lambda quarters: Fraction(quarters, 4))
months = st.lists(
    st.builds(
        Month,
        served=st.dictionaries(PERSON, st.integers(0, 60).map(lambda points: points * STEP), max_size=5),
        there=st.dictionaries(PERSON, parts, max_size=5),
    ),
    max_size=6,
)


@given(months)
def test_what_is_due_is_together_what_was_served(past: list[Month]) -> None:
    assert sum(due_of(past).values()) == sum(sum(one.served.values()) for one in past)


@given(months, months)
def test_whoever_begins_now_begins_at_the_mean(past: list[Month], year: list[Month]) -> None:
    newcomer = 9
    carried = carried_of(past, year, [newcomer], step=STEP)[newcomer]
    assert (carried.served, carried.past) == (0, 0)
    mean = sum((one.share for one in year), Fraction(0))
    assert abs(carried.added - mean) * 2 <= STEP


@given(st.integers(1, 8), st.lists(st.integers(1, 30), max_size=6))
def test_whoever_served_alike_brings_the_same_along_and_no_balance(people: int, loads: list[int]) -> None:
    everybody = range(people)
    year = [
        Month(dict.fromkeys(everybody, load * STEP), dict.fromkeys(everybody, Fraction(1))) for load in loads
    ]
    for one in carried_of(year, year, everybody, step=STEP).values():
        assert (one.past, one.added, one.total) == (0, 0, sum(loads) * STEP)


@given(months, PERSON)
def test_one_duty_more_raises_the_own_balance_and_nobody_elses(past: list[Month], person: int) -> None:
    here = Month({1: 0}, {1: Fraction(1), person: Fraction(1)})
    more = Month({person: STEP}, here.there)
    before, after = ({k: s - d for k, (s, d) in _books([*past, one]).items()} for one in (here, more))
    assert after[person] >= before[person]
    assert all(after[one] <= before[one] for one in before if one != person)


def _books(past: list[Month]) -> dict[int, tuple[int, Fraction]]:
    """Served and due, exact."""
    found = carried_of(past, [], [], step=1)
    return {one: (carried.past_served, carried.past_due) for one, carried in found.items()}


@given(months)
def test_counting_month_by_month_or_all_at_once_is_the_same(past: list[Month]) -> None:
    apart: dict[int, Fraction] = {}
    for one in past:
        for person, due in due_of([one]).items():
            apart[person] = apart.get(person, Fraction(0)) + due
    assert apart == due_of(past)


@given(st.lists(st.integers(-12, 12).map(lambda steps: steps * STEP), min_size=3, max_size=3))
def test_the_solver_evens_out_balances_below_nothing_too(carried: list[int]) -> None:
    start = datetime(2027, 1, 4, 8, 30, tzinfo=clock.CITY_ZONE)
    places = [
        Place(day + 1, 1, start + day * timedelta(days=1), start + (day + 1) * timedelta(days=1), 10)
        for day in range(6)
    ]
    plan = Plan(
        places,
        {1: [1, 2, 3]},
        carried=dict(enumerate(carried, 1)),
        rules=Rules(rest=timedelta(0)),
    )
    made = solve(plan, seconds=20)
    assert faults_of(plan, made.given) == []
    assert made.ledger == ledger_of(plan, made.given)
    assert made.aims[0].value == max(made.ledger.values())
    # by hand: whoever carries least takes the next
    by_hand = sorted(carried)
    for _ in places:
        by_hand[0] += 10
        by_hand.sort()
    assert max(made.ledger.values()) == by_hand[-1]


@pytest.fixture
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def last_december(world: World) -> DutyRoster:
    """The month of the year before, filled in turn; everybody was on the list since its beginning."""
    with clock.at(MONDAY - timedelta(days=340)):
        return published(world, month=date(2025, 12, 1))


def person_at(world: World, key: str) -> int:
    """The person's number."""
    return world.person(key).pk


@pytest.mark.django_db
@pytest.mark.usefixtures("_monday")
def test_a_year_that_was_uneven_is_evened_out_and_explained(world: World, client_as: As) -> None:
    old = last_december(world)
    heavy = world.post("section_chief")
    main = {world.post(key).pk for key in PEOPLE["主班"]}
    DutyShift.objects.filter(watch__roster=old, appointment__in=main).update(appointment=heavy)
    with clock.at(MONDAY - timedelta(days=300)):
        roster = services.roster_open(actor=world.actor("director"), month=date(2026, 1, 1))
    carried = carried_into(roster)
    group = [carried[person_at(world, key)] for key in PEOPLE["主班"]]
    assert group[0].past > 0 > group[1].past
    assert abs(sum(one.past for one in group)) <= 2 * STEP  # rounded to half points
    assert all(one.served == one.added == 0 for one in group)
    with clock.at(MONDAY - timedelta(days=300)):
        run = solving_ask(actor=world.actor("director"), roster_id=roster.pk, expected_version=1)
        month_solve(solving_id=run.pk, seconds=5)
        run.refresh_from_db()
        assert run.state == SolvingState.DONE, run.words
        assert "往年结余" in run.words
        served = DutyShift.objects.filter(watch__roster=roster, appointment=heavy).count()
        assert served < 31 / 4 - 2
        account = next(
            one for one in accounts_of(world.actor("director"), roster) if one.person_id == heavy.person_id
        )
        assert account.total == account.served + account.added + account.past + account.points
        assert any("往年实际值班" in one and "多值的今年少排" in one for one in account.words)
        page = client_as("director").get(reverse("duty:accounts", args=[roster.pk])).content.decode()
        assert "往年结余" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("_monday")
def test_leave_and_coming_later_are_not_made_up_for(world: World) -> None:
    with clock.at(MONDAY - timedelta(days=40)):
        october = drafted(world, month=date(2026, 10, 1))
    key = PEOPLE["主班"][0]
    mine = DutyShift.objects.filter(watch__roster=october, appointment=world.post(key))
    mine.update(appointment=world.post(PEOPLE["主班"][1]))
    Absence.objects.create(
        person=world.person(key),
        kind="leave",
        starts_at=datetime(2026, 10, 1, tzinfo=clock.CITY_ZONE),
        ends_at=datetime(2026, 11, 2, tzinfo=clock.CITY_ZONE),
    )
    DutyMember.objects.filter(appointment=world.post(PEOPLE["主班"][2])).update(since=date(2026, 10, 16))
    roster = services.roster_open(actor=world.actor("director"), month=NOVEMBER)
    away, double, later, usual = (carried_into(roster)[person_at(world, one)] for one in PEOPLE["主班"])
    assert (away.served, double.added, usual.added) == (0, 0, 0)
    assert away.added == away.total > 0
    assert 0 <= later.added < away.added
    assert double.total > usual.total


@pytest.mark.django_db
@pytest.mark.usefixtures("_monday")
def test_people_put_on_the_list_are_noted_with_the_day(world: World) -> None:
    manned(world)
    assert set(DutyMember.objects.values_list("since", flat=True)) == {MONDAY.date()}


@pytest.mark.django_db
@pytest.mark.usefixtures("_monday")
def test_however_many_years_lie_behind_five_counts_are_read_until_something_changes(world: World) -> None:
    old = last_december(world)
    with clock.at(MONDAY - timedelta(days=300)):
        roster = services.roster_open(actor=world.actor("director"), month=date(2026, 1, 1))
    kept = carried_into(roster)
    with CaptureQueriesContext(connection) as asked:
        assert carried_into(roster) == kept
    assert len(asked) == 5
    assert all("COUNT(" in one["sql"] or "duty_dutyrules" in one["sql"] for one in asked)
    first, second = (world.post(key) for key in PEOPLE["主班"][:2])
    leave = Absence(person=first.person, kind="leave", starts_at=midnight(1), ends_at=midnight(12))
    for change in (
        DutyShift.objects.filter(watch__roster=old, appointment=first)[:1].get().delete,
        leave.save,
        partial(Absence.objects.update, cancelled_at=midnight(3)),
        partial(DutyMember.objects.filter(appointment=second).update, since=date(2025, 12, 20)),
        partial(DutyRules.objects.create, organ_id=old.organ_id, workday_points=20),
        partial(CalendarDay.objects.create, date=date(2025, 12, 3), kind=CalendarDay.Kind.STATUTORY),
    ):
        before = carried_into(roster)
        change()
        calendar_changed()
        assert carried_into(roster) == carried_afresh(roster) != before


def midnight(day: int) -> datetime:
    """A day of last December begins."""
    return datetime(2025, 12, day, tzinfo=clock.CITY_ZONE)
