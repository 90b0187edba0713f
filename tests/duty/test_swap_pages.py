"""Pages of swaps: the whole way by its forms, and who is turned away."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.duty import services
from apps.duty.enums import SwapState
from apps.duty.models import ShiftSwap
from tests.factories.world import World
from tests.helpers.duty import MONDAY, actor_in, asked, published, relaxed, serving

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def key_of(world: World, person_id: int) -> str:
    """Who of the cast it is."""
    keys = ("section_chief", "clerk_chief", "supervisor", "duty_officer")
    return next(key for key in keys if world.person(key).pk == person_id)


def test_a_swap_goes_its_whole_way_by_its_pages(world: World, client_as: As) -> None:
    roster = relaxed(world)
    shift = serving(roster, 12)
    me = client_as(key_of(world, shift.appointment.person_id))
    address = reverse("duty:swap_ask", args=[shift.pk])
    page = me.get(address).content.decode()
    value = page.split('name="offer" value="')[1].split('"')[0]
    assert me.post(address, {"offer": [value], "reason": ""}).status_code == 422
    assert me.post(address, {"offer": ["x-y"], "reason": "事"}).status_code == 422
    assert me.post(address, {"offer": [value], "reason": "探亲", "key": "k"}).status_code == 303
    swap = ShiftSwap.objects.get()
    assert "查看申请" in me.get(address).content.decode()
    offer = swap.offers.get()
    other = client_as(key_of(world, offer.appointment.person_id))
    assert "项换班待您答复" in other.get(reverse("portal:desk")).content.decode()
    answer = reverse("duty:swap_answer", args=[offer.pk])
    assert other.post(answer, {"do": "agree"}).status_code == 303
    decide = reverse("duty:swap_decide", args=[swap.pk])
    assert me.post(decide, {"do": "approve"}).status_code in {403, 409} or me is other
    director = client_as("director")
    assert "探亲" in director.get(f"{reverse('duty:swaps')}?scope=approve").content.decode()
    assert director.post(decide, {"do": "approve"}).status_code == 303
    swap.refresh_from_db()
    assert swap.state == SwapState.DONE
    seen = client_as("director").get(reverse("duty:roster"), {"month": "2026-11"}).content.decode()
    assert "发布后的变动" in seen
    assert "探亲" in seen
    assert director.get(f"{reverse('duty:swaps_export')}?scope=all").status_code == 200


@pytest.mark.parametrize("key", ["drafter", "bureau_clerk", "sysadmin"])
def test_people_it_does_not_concern_find_no_swap(world: World, client_as: As, key: str) -> None:
    shift = serving(relaxed(world), 12)
    swap = asked(shift)
    client = client_as(key)
    assert client.get(reverse("duty:swap", args=[swap.pk])).status_code == 404
    assert client.get(reverse("duty:swap_ask", args=[shift.pk])).status_code == 404
    assert client.post(reverse("duty:swap_ask", args=[shift.pk]), {"reason": "事"}).status_code == 404
    for name in ("swap_withdraw", "swap_take_back", "swap_decide"):
        assert client.post(reverse(f"duty:{name}", args=[swap.pk])).status_code == 404
    assert client.post(reverse("duty:swap_answer", args=[swap.offers.get().pk])).status_code == 404
    assert swap.reason not in client.get(reverse("duty:swaps")).content.decode()


def test_withdrawing_and_taking_back_by_the_page(world: World, client_as: As) -> None:
    shift = serving(relaxed(world), 12)
    swap = asked(shift)
    me = client_as(key_of(world, shift.appointment.person_id))
    offer = swap.offers.get()
    other = client_as(key_of(world, offer.appointment.person_id))
    other.post(reverse("duty:swap_answer", args=[offer.pk]), {"do": "agree"})
    assert other.post(reverse("duty:swap_take_back", args=[swap.pk])).status_code == 303
    again = asked(shift)
    assert me.post(reverse("duty:swap_withdraw", args=[again.pk])).status_code == 303
    assert me.post(reverse("duty:swap_withdraw", args=[again.pk])).status_code == 303
    again.refresh_from_db()
    assert again.state == SwapState.WITHDRAWN


def test_the_list_costs_the_same_for_one_request_and_for_many(world: World, client_as: As) -> None:
    roster = relaxed(world)
    director = client_as("director")
    address = f"{reverse('duty:swaps')}?scope=all"
    asked(serving(roster, 12))
    director.get(address)
    with CaptureQueriesContext(connection) as few:
        director.get(address)
    for _ in range(6):
        shift = serving(roster, 14)
        swap = asked(shift)
        services.swap_withdraw(actor=actor_in(shift), swap_id=swap.pk)
    with CaptureQueriesContext(connection) as many:
        director.get(address)
    assert len(many) == len(few)


def test_who_cannot_take_a_duty_is_named_with_the_rule_against_it(world: World, client: Client) -> None:
    shift = serving(published(world), 12)
    services.rules_keep(actor=world.actor("director"), rest_hours=240, most=None, approves_swaps=True)
    client.force_login(shift.appointment.person)
    page = client.get(f"/duty/shifts/{shift.pk}/swap/").content.decode()
    assert "没有人能接这一班" in page
    others = [one for one in shift.post.members.all() if one.pk != shift.appointment_id]
    assert others
    for one in others:
        assert f"<strong>{one.person.name}</strong>" in page
    assert "与前后班次间隔不足" in page


def test_a_post_with_one_person_says_that_there_is_nobody_else(world: World, client: Client) -> None:
    shift = serving(published(world), 12)
    services.post_keep(
        actor=world.actor("director"), post_id=shift.post_id, member_ids=[shift.appointment_id]
    )
    client.force_login(shift.appointment.person)
    page = client.get(f"/duty/shifts/{shift.pk}/swap/").content.decode()
    assert "主班没有其他可值班人员" in page
