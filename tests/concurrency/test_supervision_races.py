"""Two hand over the open items of a unit at once, on real PostgreSQL."""

from functools import partial

import pytest

from apps.core.errors import Conflict, InvalidState
from apps.supervision import services
from apps.supervision.enums import State
from apps.supervision.models import SupervisionItem
from apps.supervision.selectors.succession import Place, items_helped, items_led, seal_of
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.supervision import brought

pytestmark = pytest.mark.django_db(transaction=True)


def handed_over(world: World, by: str, source: Place, target: Place) -> int:
    """As somebody confirms what was listed just before."""
    return services.items_succeed(
        actor=world.actor(by), source=source, target=target, reason="机构改革。", seal=seal(world, source)
    )


def seal(world: World, source: Place) -> str:
    keeper = world.actor("supervisor")
    return seal_of([*items_led(keeper, source), *items_helped(keeper, source)])


def test_of_two_who_hand_over_the_same_unit_one_moves_everything_and_the_other_is_told() -> None:
    world = World.build()
    items = [brought(world, State.IN_PROGRESS, assisting_ids=[]) for _ in range(6)]
    source = Place(organ=world.organs["data"])
    stamp = seal(world, source)
    verb = partial(services.items_succeed, source=source, reason="机构改革。", seal=stamp)
    answers = race(
        partial(verb, actor=world.actor("supervisor"), target=Place(organ=world.organs["finance"])),
        partial(verb, actor=world.actor("director"), target=Place(organ=world.organs["city"])),
    )
    assert [answer for answer in answers if isinstance(answer, int)] == [6]
    assert [type(answer) for answer in answers if not isinstance(answer, int)] in ([InvalidState], [Conflict])
    rows = SupervisionItem.objects.filter(pk__in=[item.pk for item in items])
    assert rows.values("lead_organ").distinct().count() == 1
    assert [row.log.filter(act="succeed").count() for row in rows] == [1] * 6


def test_two_units_handed_over_crosswise_never_wait_for_each_other_without_end() -> None:
    """Each leads what the other helps with: whichever comes first, the second looks again, and nothing is half-done."""
    world = World.build()
    data, finance = Place(organ=world.organs["data"]), Place(organ=world.organs["finance"])
    for _ in range(4):
        brought(world, State.ASSIGNED)
        brought(
            world,
            State.ASSIGNED,
            lead_organ_id=finance.organ.pk,
            assisting_ids=[data.organ.pk],
        )
    city = Place(organ=world.organs["city"])
    for _ in range(3):
        theirs = SupervisionItem.objects.filter(lead_organ__in=[data.organ, finance.organ]).exists()
        answers = race(
            partial(handed_over, world, "supervisor", data, finance),
            partial(handed_over, world, "director", finance, data),
            partial(handed_over, world, "supervisor", finance, city),
        )
        assert {type(answer) for answer in answers} <= {int, Conflict, InvalidState}
        # the city may have got everything in an earlier round
        assert any(isinstance(answer, int) for answer in answers) or not theirs
    assert SupervisionItem.objects.count() == 8
    assert not [
        item for item in SupervisionItem.objects.all() if item.assisting.filter(organ=item.lead_organ)
    ]
