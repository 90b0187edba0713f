"""Working on the month by hand: what would be broken is known before anything is saved, and nothing is saved by asking."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import ValidationFailed
from apps.duty import services
from apps.duty.enums import PairKind
from apps.duty.models import DutyRoster, DutyShift
from apps.duty.selectors.grids import grid_of
from tests.factories.world import World
from tests.helpers.duty import MONDAY, drafted, published, serving, watch_at

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
ROLES = ("drafter", "duty_officer", "head", "bureau_clerk", "sysadmin")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def place(shift: DutyShift) -> str:
    """As the page names it."""
    return f"{shift.watch_id}-{shift.post_id}"


def screen(roster: DutyRoster) -> dict[str, object]:
    """The whole month as the form sends it."""
    shifts = DutyShift.objects.filter(watch__roster=roster)
    held: dict[str, object] = {f"place-{place(one)}": one.appointment_id for one in shifts}
    return held | {"expected_version": roster.version}


def test_a_change_on_the_screen_is_judged_and_nothing_is_saved(world: World, client_as: As) -> None:
    roster = drafted(world)
    first, second = serving(roster, 2), serving(roster, 3)
    form = screen(roster) | {f"place-{place(second)}": first.appointment_id}
    said = client_as("director").post(reverse("duty:roster_check", args=[roster.pk]), form).content.decode()
    assert f'data-place="{place(second)}"' in said
    assert f"{first.appointment.person.name}距上一班仅 0 小时" in said
    assert serving(roster, 3).appointment_id == second.appointment_id
    roster.refresh_from_db()
    assert grid_of(roster).findings == []


def test_the_loads_and_the_gaps_are_those_of_the_screen(world: World, client_as: As) -> None:
    roster = drafted(world)
    shift = serving(roster, 2)
    before = {line.name: line for line in grid_of(roster).ledger}[shift.appointment.person.name]
    grid = grid_of(roster, {(shift.watch_id, shift.post_id): None})
    after = {line.name: line for line in grid.ledger}[shift.appointment.person.name]
    assert (after.count, after.points) == (before.count - 1, before.points - 1)
    assert grid.empty == 1
    form = screen(roster) | {f"place-{place(shift)}": ""}
    check = reverse("duty:roster_check", args=[roster.pk])
    assert 'data-empty="1"' in client_as("director").post(check, form).content.decode()


def test_whoever_takes_a_name_up_sees_for_every_place_what_it_would_break(
    world: World, client_as: As
) -> None:
    roster = drafted(world)
    hand = serving(roster, 2)
    other = next(
        one
        for one in (serving(roster, day) for day in range(3, 20))
        if one.appointment_id != hand.appointment_id
    )
    form = screen(roster) | {"person": hand.appointment.person_id, "source": place(hand)}
    answer = client_as("director").post(reverse("duty:roster_reach", args=[roster.pk]), form)
    places = answer.json()["places"]
    assert "与前后班次间隔不足" in places[place(other)]
    assert place(hand) not in places
    free = next(key for key, words in places.items() if not words)
    watch, post = (int(part) for part in free.split("-"))
    was = DutyShift.objects.get(watch=watch, post=post)
    roster = services.roster_save(
        actor=world.actor("director"),
        roster_id=roster.pk,
        expected_version=roster.version,
        cells={(watch, post): hand.appointment_id, (hand.watch_id, hand.post_id): was.appointment_id},
    )
    assert grid_of(roster).findings == []


def test_moves_not_saved_yet_count_when_the_next_name_is_taken_up(world: World, client_as: As) -> None:
    roster = drafted(world)
    hand = serving(roster, 2)
    reach = reverse("duty:roster_reach", args=[roster.pk])
    form = screen(roster) | {"person": hand.appointment.person_id}
    director = client_as("director")
    near = place(serving(roster, 3))
    assert "间隔不足" in director.post(reach, form).json()["places"][near]
    gone = form | {
        f"place-{place(one)}": ""
        for one in DutyShift.objects.filter(watch__roster=roster, appointment=hand.appointment)
    }
    assert director.post(reach, gone).json()["places"][near] == ""


def test_asking_is_for_whoever_makes_the_roster(world: World, client_as: As) -> None:
    roster = drafted(world)
    form = screen(roster) | {"person": world.person("duty_officer").pk}
    for name in ("duty:roster_check", "duty:roster_reach"):
        address = reverse(name, args=[roster.pk])
        assert [client_as(key).post(address, form).status_code for key in ROLES] == [403, 200, 403, 403, 403]
        assert client_as("director").post(reverse(name, args=[roster.pk + 99]), form).status_code == 404
        assert client_as("director").post(address, form | {"place-x": "1"}).status_code == 422
    stranger = form | {"person": world.person("bureau_clerk").pk}
    reach = reverse("duty:roster_reach", args=[roster.pk])
    assert client_as("director").post(reach, stranger).status_code == 404


def test_a_roster_made_by_hand_is_judged_by_every_rule_before_it_is_published(world: World) -> None:
    roster = drafted(world)
    maker = world.actor("director")
    shift = serving(roster, 5)
    beside = serving(roster, 5, "副班")
    services.pair_keep(
        actor=maker, one_id=shift.appointment_id, other_id=beside.appointment_id, kind=PairKind.APART
    )
    services.rules_keep(actor=maker, rest_hours=48, most=3)
    said = [one.text for one in grid_of(roster).findings]
    assert any("不能与同班人员同班" in text and text.startswith("11月5日") for text in said)
    assert any("超过每人每月最多班次" in text for text in said)
    with pytest.raises(ValidationFailed, match="不符合规则"):
        services.roster_publish(actor=maker, roster_id=roster.pk, expected_version=roster.version)


def test_the_page_carries_what_the_board_needs_only_for_whoever_makes_it(world: World, client_as: As) -> None:
    roster = published(world)
    page = client_as("director").get(reverse("duty:roster"), {"month": "2026-11"}).content.decode()
    assert "<roster-grid" in page
    assert "may-clear" not in page
    assert f'data-cell="{watch_at(roster, 2).pk}-' in page
    assert "<roster-grid" not in client_as("drafter").get(reverse("duty:roster")).content.decode()
