"""What a duty weighs is the organ's own rule, and every load follows from it."""

from collections.abc import Callable, Iterator

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.duty import services
from apps.duty.enums import DayKind
from apps.duty.forms import weights_of
from apps.duty.models import DutyRules
from apps.duty.selectors.accounts import accounts_of
from apps.duty.selectors.grids import grid_of
from apps.duty.selectors.planning import question_for
from tests.factories.world import World
from tests.helpers.duty import MONDAY, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def weighed(world: World, **points: int) -> DutyRules:
    """The office's weights, in tenths."""
    weights = {DayKind(kind): value for kind, value in points.items()}
    return services.rules_keep(actor=world.actor("director"), rest_hours=48, most=None, weights=weights)


def test_loads_the_question_for_the_solver_and_the_accounts_follow_the_weights(world: World) -> None:
    roster = published(world)
    before = grid_of(roster)
    weekends = sum(row.is_rest for row in before.rows)
    weighed(world, weekend=25)
    after = grid_of(roster)
    assert "周末2.5" in after.weights
    more = sum(line.points for line in after.ledger) - sum(line.points for line in before.ledger)
    assert more == weekends * len(before.posts) * 1.0
    plan = question_for(roster).plan
    assert {place.points for place in plan.open} == {10, 25}
    turns = [turn for one in accounts_of(world.actor("director"), roster) for turn in one.turns]
    assert {(turn.kind, turn.points) for turn in turns} == {("平日", 1.0), ("周末", 2.5)}


def test_weights_not_named_stay_and_nonsense_is_refused(world: World) -> None:
    weighed(world, spring=50)
    kept = weighed(world, weekend=20)
    assert kept.weights[DayKind.SPRING] == 50
    for bad in (0, 201):
        with pytest.raises(ValidationFailed, match="每班分值"):
            weighed(world, workday=bad)
    assert weights_of(QueryDict("weekend_points=1.5&workday_points=2")) == {
        DayKind.WORKDAY: 20,
        DayKind.WEEKEND: 15,
    }
    for words in ("一", "1.55", "-1", "1e3", ".5"):
        with pytest.raises(ValidationFailed, match="周末分值须为数字"):
            weights_of(QueryDict(f"weekend_points={words}"))


def test_the_page_shows_and_keeps_them(world: World, client_as: Callable[[str], Client]) -> None:
    director = client_as("director")
    assert 'name="weekend_points"' in director.get(reverse("duty:posts")).content.decode()
    form = {"rest_hours": "48", "most": "", "weekend_points": "2", "statutory_points": "3.5"}
    assert director.post(reverse("duty:rules"), form).status_code == 303
    rules = DutyRules.objects.get()
    assert (rules.weekend_points, rules.statutory_points, rules.spring_points) == (20, 35, 40)
    assert rules.weights_text == "平日1 · 周末2 · 法定节假日3.5 · 春节4"
