"""The board: every number opens the list it counts, and no change of any kind makes a figure differ from the items."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection, transaction
from django.db.models import F, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.core.models import CalendarDay
from apps.supervision import services
from apps.supervision.enums import Act, Source, State
from apps.supervision.models import SupervisionItem, Tally
from apps.supervision.policies import board_scopes, scope_is, visible_to
from apps.supervision.selectors.board import AXES, board_of
from apps.supervision.selectors.items import Narrowing, items_listed
from apps.supervision.selectors.tallies import figures_counted, figures_differ, figures_true
from apps.supervision.services.installation import classes_install
from apps.supervision.services.tallies import (
    lights_settle,
    tallies_fold,
    tallies_follow,
    tallies_rebuild,
    tallies_verify,
)
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
LINK = re.compile(r'href="(/supervision/items/\?[^"]+)" aria-label="[^"]* (\d+) 项"')


@pytest.fixture(autouse=True)
def _installed(db: None) -> None:
    """The usual classes; the year's arrangement is known."""
    classes_install()
    CalendarDay.objects.update(is_provisional=False)


@pytest.fixture
def office(world: World) -> World:
    """A fortnight of the office's items: of two units and sources, in many states, some late."""
    with clock.at(MONDAY - timedelta(days=40)):
        brought(world, State.CLOSING_REVIEW, title="早先", workdays=5)
        brought(world, State.IN_PROGRESS, title="久拖", workdays=5, leader_id=world.post("head").pk)
    with clock.at(MONDAY):
        for number in range(4):
            brought(world, State.IN_PROGRESS, title=f"甲{number}", workdays=3 + 4 * number)
        brought(world, State.REPORTED, title="乙", class_code="meeting", source=Source.MEETING)
        brought(world, State.EVALUATED, title="丁", class_code="meeting")
        late = SupervisionItem.objects.get(title="早先")
        services.item_complete(actor=world.actor("director"), item_id=late.pk)
        part = proposed(world, title="丙")
        services.item_establish(actor=world.actor("director"), item_id=part.pk)
        services.item_assign(actor=world.actor("supervisor"), item_id=part.pk)
        SupervisionItem.objects.filter(pk=part.pk).update(lead_organ=world.organs["finance"])
        proposed(world, title="戊")
    return world


def as_listed(client: Client, address: str) -> int:
    """How many a list shows, over all its pages."""
    total, page = 0, client.get(address)
    while True:
        assert page.status_code == 200
        total += len(page.context["lines"])
        cursor = page.context["page"].next_cursor
        if cursor is None:
            return total
        page = client.get(f"{address}&cursor={cursor}")


@pytest.mark.parametrize("axis", [code for code, _ in AXES])
@pytest.mark.parametrize("is_followed", [False, True])
def test_every_number_opens_the_list_it_counts(
    office: World, client_as: As, axis: str, *, is_followed: bool
) -> None:
    with clock.at(MONDAY + timedelta(days=7)):
        if is_followed:
            tallies_follow()
        keeper = client_as("supervisor")
        shown = keeper.get(reverse("supervision:board") + f"?by={axis}")
        links = LINK.findall(shown.content.decode())
        assert len(links) >= 8
        for address, count in links:
            assert as_listed(keeper, unescape(address)) == int(count), address
        board = shown.context["board"]
        assert board.total.sums.open == board.headline.sums.open == 7
        assert board.headline.sums.red == 2
        assert board.headline.month.done == 2
        assert [week.good + week.late for week in board.weeks][-2:] == [2, 0]


def test_each_scope_shows_only_what_its_reader_may_see(office: World) -> None:
    for key in office.people:
        actor = office.actor(key)
        seen = set(visible_to(actor).values_list("pk", flat=True))
        for code, _ in board_scopes(actor):
            listed = set(items_listed(actor, Narrowing(scope=code)).values_list("pk", flat=True))
            assert listed <= seen, (key, code)
            counted = figures_counted(scope_is(actor, code))
            total = sum(sums.open for (_, axis, _), sums in counted.items() if axis == "source")
            assert total == items_listed(actor, Narrowing(scope=code, stage="open")).count(), (key, code)
    assert board_scopes(office.actor("sysadmin")) == []
    assert board_of(office.actor("sysadmin")).headline.sums.open == 0


def test_nobody_widens_the_board_by_its_address(office: World, client_as: As) -> None:
    for scope in ("ours", "lead", "charge", "nonsense"):
        page = client_as("stranger").get(reverse("supervision:board") + f"?scope={scope}&by=nonsense")
        assert page.status_code == 200
        assert page.context["board"].headline.sums.open == 0
        listed = client_as("stranger").get(reverse("supervision:items") + f"?scope={scope}")
        assert listed.context["lines"] == []


@settings(max_examples=8, deadline=None)
@given(
    changes=st.lists(
        st.tuples(
            st.sampled_from(["act", "save", "bulk", "unit", "time", "settle", "fold", "gone"]),
            st.integers(0, 9),
        ),
        max_size=14,
    )
)
def test_whatever_is_done_the_figures_are_those_of_the_items(
    world: World, changes: list[tuple[str, int]]
) -> None:
    point = transaction.savepoint()
    moment = MONDAY
    with clock.at(moment):
        item = brought(world, State.IN_PROGRESS, frequency="weekly", workdays=8)
        other = brought(world, State.REPORTED, title="另一项", workdays=15)
    for kind, number in changes:
        moment += timedelta(hours=9 * number if kind == "time" else 0)
        with clock.at(moment):
            match kind:
                case "act":
                    act = (Act.MAKE_LONG_TERM, Act.TERMINATE, Act.RESUME)[number % 3]
                    SupervisionItem.objects.filter(pk=item.pk).update(state=act_state(act))
                case "save":
                    other.refresh_from_db()
                    other.source = list(Source)[number % len(Source)]
                    other.save(update_fields=["source"])
                case "bulk":
                    SupervisionItem.objects.update(due_at=F("due_at") + timedelta(days=number - 4))
                case "unit":
                    leads = [world.organs[key] for key in ("data", "finance")]
                    SupervisionItem.objects.filter(pk=item.pk).update(lead_organ=leads[number % 2])
                case "settle":
                    lights_settle()
                case "fold":
                    tallies_fold()
                case "gone":
                    SupervisionItem.objects.filter(pk=other.pk).update(
                        completed_at=moment, is_late=number % 2 == 1
                    )
            assert figures_differ() == []
    with clock.at(moment + timedelta(days=400)):
        assert figures_differ() == []
        tallies_follow()
        assert figures_differ() == []
        assert not SupervisionItem.objects.filter(light_until__lte=clock.now()).exists()
    transaction.savepoint_rollback(point)


def act_state(act: Act) -> State:
    """Where an act leads, whatever the state before: the figures must follow any writer."""
    return {Act.MAKE_LONG_TERM: State.LONG_TERM, Act.TERMINATE: State.TERMINATED}.get(act, State.IN_PROGRESS)


def test_folded_rows_are_one_a_group_and_say_the_same(office: World) -> None:
    with clock.at(MONDAY + timedelta(days=7)):
        before = figures_counted(Q())
        tallies_follow()
        groups = Tally.objects.values_list("organ", "lead_organ", "lead_unit", "axis", "key")
        assert len(groups) == len(set(groups))
        assert figures_counted(Q()) == before == figures_true(Q())


def test_a_wrong_figure_is_found_and_counted_anew(office: World) -> None:
    with clock.at(MONDAY):
        assert tallies_verify() == 0
        Tally.objects.filter(axis="source").update(green=F("green") + 1)
        assert figures_differ()
        assert tallies_verify() > 0
        assert tallies_verify() == 0
        tallies_rebuild()
        assert figures_differ() == []


def test_the_board_costs_the_same_with_few_and_with_many_items(world: World, client_as: As) -> None:
    keeper, costs = client_as("supervisor"), []
    for wanted in (3, 20):
        while SupervisionItem.objects.count() < wanted:
            brought(world, State.ASSIGNED, title=f"事项{SupervisionItem.objects.count()}")
        for axis, _ in AXES:
            address = reverse("supervision:board") + f"?by={axis}"
            keeper.get(address)
            with CaptureQueriesContext(connection) as found:
                keeper.get(address)
            costs.append((axis, len(found)))
    assert costs[:4] == costs[4:]
