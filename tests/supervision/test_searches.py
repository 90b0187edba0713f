"""Words among items: the list and the search of the house find what a scan finds, wherever they look first."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import streams
from apps.core.words import text_has, words_of
from apps.supervision.enums import State
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import visible_to
from apps.supervision.selectors.items import ORDER, Narrowing, items_first, items_listed, items_page
from tests.factories.world import World
from tests.helpers.supervision import brought

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WORDS = ("河", "河道", "河道 垃圾", "ＡＢＣ", "abc系统", "1号", "〔2026〕", "督 清理", "龘", "%", "  ")
PEOPLE = ("director", "supervisor", "head", "bureau_clerk", "stranger")


@pytest.fixture
def items(world: World) -> World:
    """Of several states, with numbers and without."""
    for title in ("清理河道垃圾", "整治河道非法采砂", "完成ABC系统迁移", "修缮水库大坝"):
        brought(world, State.ASSIGNED, title=title)
        brought(world, State.PROPOSED, title=f"{title}（续）")
    return world


@pytest.mark.parametrize("window", [1, 2000])
def test_the_list_and_the_search_find_what_a_scan_finds(
    items: World, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "WINDOW", window)
    for key in PEOPLE:
        actor = items.actor(key)
        for text in WORDS:
            has = text_has(words_of(text))
            truth = list(visible_to(actor).filter(has).order_by(*ORDER))
            assert items_first(actor, Narrowing(text=text), 50) == truth
            for wanted in (Narrowing(text=text, stage="open"), Narrowing(text=text, scope="lead")):
                scan = items_listed(actor, wanted).filter(has).order_by(*wanted.order)
                assert items_page(actor, wanted).rows == list(scan)


def test_what_is_searched_follows_number_and_title(world: World) -> None:
    item = brought(world, State.ESTABLISHED, title="清理河道")
    SupervisionItem.objects.filter(pk=item.pk).update(title="Ａ项", number="督〔2026〕7号")
    item.refresh_from_db()
    assert item.search_text == "督〔2026〕7号 a项"


def test_a_search_costs_the_same_with_few_and_with_many(
    world: World, client_as: Callable[[str], Client]
) -> None:
    client, costs = client_as("supervisor"), []
    for count in (3, 30):
        for number in range(count):
            brought(world, State.PROPOSED, title=f"清理河道{count}-{number}")
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as found:
            page = client.get(reverse("supervision:items"), {"q": "河道"})
        assert page.status_code == 200
        costs.append(len(found))
    assert costs[0] == costs[1]
