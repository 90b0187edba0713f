"""应用中心: what one's organ uses, found by words, one's own choice first, in one's own order."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.errors import NotFound
from apps.integration import services
from apps.integration.models import PartnerSystem
from apps.integration.selectors.center import center_of
from tests.factories.world import World
from tests.helpers.partners import system_of

As = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def names(world: World, who: str, text: str = "") -> tuple[list[str], list[str]]:
    """What somebody keeps in front, and the others."""
    found = center_of(world.actor(who), text)
    return [tile.system.name for tile in found.kept], [tile.system.name for tile in found.others]


@pytest.fixture
def three(world: World) -> list[PartnerSystem]:
    """Three systems of the office."""
    return [system_of(world, name=name)[0] for name in ("甲系统", "乙系统", "丙系统")]


def test_each_organ_sees_what_it_uses(world: World, three: list[PartnerSystem]) -> None:
    services.system_disable(actor=world.actor("secadmin"), system_id=three[2].pk, reason="升级")
    system_of(world, name="全市通用", is_for_all=True, organ_ids=[])
    system_of(world, name="没有首页", home_url="")
    everything = sorted(["甲系统", "乙系统", "全市通用"])
    for who in ("drafter", "finance_clerk"):
        assert sorted(names(world, who)[1]) == everything
    assert names(world, "stranger") == ([], ["全市通用"])
    assert names(world, "sysadmin") == ([], [])


def test_words_narrow_it(world: World, three: list[PartnerSystem]) -> None:
    assert names(world, "drafter", "乙") == ([], ["乙系统"])
    assert len(names(world, "drafter", "财政局 预算")[1]) == 3
    assert names(world, "drafter", "乙 甲") == ([], [])


def test_what_is_kept_stands_in_front_in_ones_own_order(world: World, three: list[PartnerSystem]) -> None:
    drafter = world.actor("drafter")
    for system in three:
        for _ in range(2):
            services.favourite_set(actor=drafter, system_id=system.pk, is_kept=True)
    services.favourite_move(actor=drafter, system_id=three[2].pk, step=-1)
    services.favourite_move(actor=drafter, system_id=three[0].pk, step=-1)
    assert names(world, "drafter") == (["甲系统", "丙系统", "乙系统"], [])
    assert names(world, "head")[0] == []
    services.favourite_set(actor=drafter, system_id=three[0].pk, is_kept=False)
    services.favourite_move(actor=drafter, system_id=three[2].pk, step=1)
    assert names(world, "drafter") == (["乙系统", "丙系统"], ["甲系统"])
    with pytest.raises(NotFound):
        services.favourite_move(actor=drafter, system_id=three[0].pk, step=1)
    with pytest.raises(NotFound):
        services.favourite_set(actor=world.actor("stranger"), system_id=three[0].pk, is_kept=True)


def test_the_page_opens_systems_in_a_new_window(
    world: World, client_as: As, three: list[PartnerSystem]
) -> None:
    drafter = client_as("drafter")
    page = drafter.get(reverse("integration:center")).content.decode()
    assert page.count('target="_blank" rel="noopener noreferrer"') == 3
    keep = reverse("integration:favourite_set", args=[three[0].pk])
    assert client_as("stranger").post(keep).status_code == 404
    assert Client().post(keep).status_code == 302
    assert drafter.post(keep).status_code == 303
    tiles = drafter.post(keep, {"on": "0"}, headers={"HX-Request": "true"}).content.decode()
    assert "center-tiles" in tiles
    assert "<html" not in tiles
    move = reverse("integration:favourite_move", args=[three[0].pk])
    assert drafter.post(move).status_code == 404
    assert "没有符合的系统" in drafter.get(reverse("integration:center"), {"q": "无此"}).content.decode()


def test_the_page_costs_the_same_for_any_number(
    world: World,
    client_as: As,
    three: list[PartnerSystem],
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    actor = world.actor("drafter")
    for number in range(12):
        system_of(world, name=f"系统{number}")
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]  # a context manager
        assert center_of(actor).count == 15
