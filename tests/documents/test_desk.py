"""The documents desk: kept narrowings, kept groups, numbers of steps and units."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import RecipientGroup
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.documents.models import SavedFilter
from apps.documents.selectors.statistics import statistics_of
from apps.documents.services.desk import MOST, filter_forget, filter_save
from tests.factories.world import World
from tests.helpers.depth import first_quick
from tests.helpers.incoming import assigned, completed, received

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def test_a_narrowing_is_kept_without_what_does_not_belong_to_it(world: World) -> None:
    clerk = world.actor("clerk")
    kept = filter_save(
        actor=clerk, side="incoming", name=" 加急  未办结 ", query="tab=flow&urgency=urgent&cursor=x&evil=1&"
    )
    assert (kept.name, kept.query) == ("加急 未办结", "tab=flow&urgency=urgent")
    again = filter_save(actor=clerk, side="incoming", name="加急 未办结", query="tab=flow&")
    assert (again.pk, again.query) == (kept.pk, "tab=flow")


@pytest.mark.parametrize(
    ("side", "name", "query", "words"),
    [
        ("incoming", " ", "tab=flow", "筛选名称"),
        ("incoming", "甲" * 21, "tab=flow", "不超过20字"),
        ("incoming", "甲", "cursor=x", "没有筛选条件"),
        ("sideways", "甲", "tab=flow", "刷新"),
        ("incoming", "甲", "q=" + "文" * 200, "过长"),
    ],
)
def test_what_cannot_be_kept_is_refused(world: World, side: str, name: str, query: str, words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        filter_save(actor=world.actor("clerk"), side=side, name=name, query=query)


def test_a_dozen_is_enough_and_others_filters_are_not_found(world: World) -> None:
    clerk = world.actor("clerk")
    rows = [filter_save(actor=clerk, side="incoming", name=f"筛选{n}", query="tab=flow") for n in range(MOST)]
    with pytest.raises(ValidationFailed, match="最多保存"):
        filter_save(actor=clerk, side="incoming", name="再一个", query="tab=flow")
    with pytest.raises(NotFound):
        filter_forget(actor=world.actor("drafter"), filter_id=rows[0].pk)
    filter_forget(actor=clerk, filter_id=rows[0].pk)
    assert SavedFilter.objects.count() == MOST - 1


def test_the_list_offers_to_keep_and_shows_what_was_kept(world: World, client_as: ClientAs) -> None:
    received(world)
    client = client_as("bureau_clerk")
    client.post(
        reverse("documents:saved_filter_add"),
        {"side": "incoming", "name": "待签收的", "query": "tab=received&"},
    )
    body = client.get(reverse("documents:incoming_list"), {"tab": "received"}).content.decode()
    assert "待签收的" in body
    assert "保存当前筛选" in body
    kept = SavedFilter.objects.get()
    assert (
        client_as("clerk").post(reverse("documents:saved_filter_forget", args=[kept.pk])).status_code == 404
    )
    client.post(reverse("documents:saved_filter_forget", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def test_the_numbers_are_of_steps_and_units_and_cost_three_queries(world: World) -> None:
    completed(world)
    assigned(world)
    head = world.actor("head")
    with CaptureQueriesContext(connection) as queries:
        found = statistics_of(head, 3)
    assert len(queries) == 3
    assert [(line.received, line.completed) for line in found.months] == [(2, 1)]
    units = {line.name: (line.done, line.open) for line in found.units}
    assert units == {"综合科": (1, 1)}
    steps = {line.name: line.done for line in found.steps}
    assert (steps["拟办"], steps["批示"], steps["承办"]) == (2, 2, 1)


def test_other_organs_documents_do_not_count_and_others_do_not_see(world: World) -> None:
    completed(world)
    assert statistics_of(world.actor("bureau_clerk"), 3).months == ()
    with pytest.raises(Forbidden):
        statistics_of(world.actor("drafter"), 3)


@pytest.mark.parametrize("span", first_quick(["nonsense", "3", "12", "999"]))
def test_the_page_and_its_export_open(world: World, client_as: ClientAs, span: str) -> None:
    completed(world)
    client = client_as("director")
    body = client.get(reverse("documents:statistics"), {"span": span}).content.decode()
    assert "综合科" in body
    assert "林知夏" not in body
    assert client.get(reverse("documents:statistics"), {"span": span, "export": "1"}).content[:2] == b"PK"


def test_the_clerk_keeps_groups_of_the_own_organ(world: World, client_as: ClientAs) -> None:
    client, save = client_as("clerk"), reverse("documents:group_save")
    members = [world.organs["data"].pk, world.organs["county"].pk]
    client.post(save, {"name": "试点单位", "members": members})
    group = RecipientGroup.objects.get(name="试点单位")
    assert (group.organ, group.members.count()) == (world.organs["office"], 2)
    client.post(save, {"group": group.pk, "name": "试点", "members": members[:1]})
    group.refresh_from_db()
    assert (group.name, group.members.count()) == ("试点", 1)
    assert "试点" in client.get(reverse("documents:groups")).content.decode()
    forget = reverse("documents:group_forget", args=[group.pk])
    assert client_as("bureau_clerk").post(forget).status_code == 403
    assert (
        client_as("bureau_clerk")
        .post(save, {"group": group.pk, "name": "偷改", "members": members})
        .status_code
        == 403
    )
    client.post(forget)
    assert not RecipientGroup.objects.filter(pk=group.pk).exists()
