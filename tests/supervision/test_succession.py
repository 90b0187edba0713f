"""A unit is abolished or merged: its open items go on with the successor, all at once and on record."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.events import OrganAbolished
from apps.accounts.models import Organ
from apps.audit.models import AuditEntry
from apps.core.clock import today
from apps.core.errors import Conflict, Forbidden, InvalidState, ValidationFailed
from apps.notifications.models import Notice
from apps.supervision import services
from apps.supervision.enums import State
from apps.supervision.listeners import ask_for_an_organs_successor
from apps.supervision.models import SupervisionItem
from apps.supervision.policies import visible_to
from apps.supervision.selectors.succession import Place, items_helped, items_led, seal_of
from tests.factories.world import World
from tests.helpers.supervision import brought

pytestmark = [pytest.mark.django_db, pytest.mark.long]
REASON = "机构改革，职责划转。"


def place(world: World, key: str) -> Place:
    return Place(organ=world.organs[key])


def seal(world: World, source: Place) -> str:
    keeper = world.actor("supervisor")
    return seal_of([*items_led(keeper, source), *items_helped(keeper, source)])


def moved(world: World, source: str, target: str, *, key: str = "", by: str = "supervisor") -> int:
    """The whole act with what stands there now."""
    here = place(world, source)
    return services.items_succeed(
        actor=world.actor(by),
        source=here,
        target=place(world, target),
        reason=REASON,
        seal=seal(world, here),
        key=key,
    )


def abolished(world: World, key: str) -> None:
    Organ.objects.filter(pk=world.organs[key].pk).update(abolished_on=today())
    world.organs[key].refresh_from_db()


def test_open_items_go_on_with_the_successor_and_closed_ones_stay(
    world: World, drain: Callable[[], int]
) -> None:
    item, done = brought(world, State.IN_PROGRESS), brought(world, State.COMPLETED)
    due, number = item.due_at, item.number
    Notice.objects.all().delete()
    assert moved(world, "data", "finance") == 1
    item.refresh_from_db()
    done.refresh_from_db()
    assert (item.lead_organ, item.handler, item.due_at, item.number) == (
        world.organs["finance"],
        None,
        due,
        number,
    )
    assert done.lead_organ == world.organs["data"]
    assert not item.assisting.exists()  # finance helped; who leads does not help as well
    line = item.log.latest("pk")
    assert (line.act, line.note) == ("succeed", f"市大数据局 → 市财政局：{REASON}")
    assert visible_to(world.actor("finance_head")).filter(pk=item.pk).exists()
    drain()
    told = Notice.objects.get(person=world.person("finance_head"), title__startswith="承接")
    assert told.title == "承接市大数据局的 1 个督办事项"
    assert AuditEntry.objects.filter(action="supervision.succeed").count() == 1


def test_who_helped_is_replaced_too(world: World) -> None:
    item = brought(world, State.IN_PROGRESS)
    assert moved(world, "finance", "data") == 1
    assert not item.assisting.exists()
    other = brought(world, State.ASSIGNED)
    assert moved(world, "finance", "city") == 1
    assert [row.organ for row in other.assisting.all()] == [world.organs["city"]]
    assert other.log.latest("pk").note.startswith("配合单位 市财政局")


def test_a_second_click_moves_nothing_more_and_a_changed_list_is_looked_at_again(world: World) -> None:
    item = brought(world, State.IN_PROGRESS)
    here, keeper = place(world, "data"), world.actor("supervisor")
    seen = seal(world, here)
    services.report_write(actor=world.actor("bureau_head"), item_id=item.pk, text="续报。", progress=30)
    with pytest.raises(Conflict, match="重新核对"):
        services.items_succeed(
            actor=keeper, source=here, target=place(world, "finance"), reason=REASON, seal=seen
        )
    assert SupervisionItem.objects.get(pk=item.pk).lead_organ == here.organ
    assert moved(world, "data", "finance", key="k") == 1
    assert moved(world, "data", "finance", key="k") == 0
    with pytest.raises(InvalidState, match="没有未办结"):
        moved(world, "data", "finance")


def test_the_wrong_person_and_the_wrong_successor_are_refused(world: World) -> None:
    brought(world, State.IN_PROGRESS)
    for by in ("drafter", "stranger"):
        with pytest.raises(Forbidden):
            moved(world, "data", "finance", by=by)
    with pytest.raises(InvalidState):  # the head of another organ hands over what that organ supervises
        moved(world, "data", "finance", by="bureau_head")
    with pytest.raises(ValidationFailed, match="本身"):
        moved(world, "data", "data")
    abolished(world, "finance")
    with pytest.raises(ValidationFailed, match="已经撤销"):
        moved(world, "data", "finance")


def test_an_abolished_organ_asks_its_supervisors_and_the_item_shows_the_way(
    world: World, client_as: Callable[[str], Client]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    abolished(world, "data")
    Notice.objects.all().delete()
    for _ in range(2):
        ask_for_an_organs_successor(OrganAbolished(organ_id=world.organs["data"].pk))
    told = Notice.objects.get(person=world.person("supervisor"))
    assert told.title == "市大数据局已撤销，1 个督办事项待移交"
    page = client_as("supervisor").get(reverse("supervision:item", args=[item.pk])).content.decode()
    assert f"/supervision/succession/?from={world.organs['data'].pk}%3A" in page


def test_the_wizard_lists_first_and_moves_what_was_listed(
    world: World, client_as: Callable[[str], Client]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    client, url = client_as("supervisor"), reverse("supervision:succession")
    code = place(world, "data").code
    assert "市大数据局" in client.get(url, {"from": code}).content.decode()
    form = {"source": code, "target": str(world.organs["finance"].pk), "reason": REASON, "do": "check"}
    assert client.post(url, form | {"source": "x"}).status_code == 422
    assert client.post(url, form | {"target": ""}).status_code == 422
    listed = client.post(url, form)
    assert item.title in listed.content.decode()
    assert SupervisionItem.objects.get(pk=item.pk).lead_organ == world.organs["data"]
    more = {"do": "move", "seal": listed.context["seal"], "key": listed.context["key"]}
    assert client.post(url, form | more).status_code == 303
    assert client.post(url, form | more).status_code == 303
    assert SupervisionItem.objects.get(pk=item.pk).lead_organ == world.organs["finance"]
    assert item.log.filter(act="succeed").count() == 1
