"""Pages of supervision: what each person finds there, what forms do, what lists cost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.core.subjects import Subject
from apps.documents.enums import OutgoingStatus
from apps.supervision import services
from apps.supervision.enums import Act, State
from apps.supervision.models import SupervisionItem
from apps.supervision.services.installation import classes_install
from tests.factories.world import World
from tests.helpers.outgoing import carried
from tests.helpers.supervision import MONDAY, brought, draft

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _classes(db: None) -> None:
    """The usual classes."""
    classes_install()


ROLES = (
    "drafter",
    "director",
    "supervisor",
    "bureau_head",
    "bureau_clerk",
    "finance_clerk",
    "stranger",
    "sysadmin",
)


def page(item: SupervisionItem) -> str:
    return reverse("supervision:item", args=[item.pk])


def act(client: Client, item: SupervisionItem, name: str, **form: Any) -> int:
    """Send one act; its status."""
    return client.post(reverse("supervision:act", args=[item.pk, name]), form).status_code


def test_the_item_is_there_for_those_it_concerns_and_for_nobody_else(world: World, client_as: As) -> None:
    item = brought(world, State.ASSIGNED)
    got = {key: client_as(key).get(page(item)).status_code for key in ROLES}
    assert got == {
        "drafter": 404, "director": 200, "supervisor": 200, "bureau_head": 200, "bureau_clerk": 200,
        "finance_clerk": 200, "stranger": 404, "sysadmin": 404,
    }  # fmt: skip
    assert Client().get(page(item)).status_code == 302
    refused = client_as("stranger").get(page(item)).content.decode()
    assert item.title not in refused


def test_no_act_is_done_by_a_stranger_or_an_administrator(world: World, client_as: As) -> None:
    item = brought(world, State.IN_PROGRESS)
    before = SupervisionItem.objects.values().get(pk=item.pk)
    for key in ("stranger", "drafter", "sysadmin", "secadmin", "auditadmin"):
        client = client_as(key)
        for name in (*Act.values, "nonsense"):
            answer = act(client, item, name, words="x", wanted_on="2030-01-01", text="x")
            assert (key, name, answer) == (key, name, 404)
    assert SupervisionItem.objects.values().get(pk=item.pk) == before


@pytest.mark.parametrize("address", ["edit", "split"])
def test_the_forms_of_an_item_open_for_those_who_may_use_them(
    world: World, client_as: As, address: str
) -> None:
    item = brought(world, State.ESTABLISHED)
    url = reverse(f"supervision:{address}", args=[item.pk])
    got = {
        key: client_as(key).get(url).status_code
        for key in ("supervisor", "director", "bureau_head", "sysadmin")
    }
    assert got == {"supervisor": 200, "director": 403, "bureau_head": 404, "sysadmin": 404}


def test_the_whole_way_by_the_forms(world: World, client_as: As) -> None:
    keeper, director, bureau = client_as("supervisor"), client_as("director"), client_as("bureau_head")
    form = {
        "class": "meeting",
        "title": "会议决定事项",
        "lead": str(world.organs["data"].pk),
        "assisting": str(world.organs["finance"].pk),
        "workdays": "20",
        "frequency": "monthly",
        "key": "one",
    }
    assert keeper.post(reverse("supervision:new"), form).status_code == 303
    assert keeper.post(reverse("supervision:new"), form).status_code == 303
    item = SupervisionItem.objects.get()
    assert act(keeper, item, "establish") == 403
    assert act(director, item, "establish") == 303
    assert act(keeper, item, "assign") == 303
    assert act(bureau, item, "accept", handler=str(world.post("bureau_clerk").pk)) == 303
    notice = item.notices.get()
    assert (
        client_as("finance_clerk").post(reverse("supervision:sign_notice", args=[notice.pk])).status_code
        == 303
    )
    assert client_as("stranger").post(reverse("supervision:sign_notice", args=[notice.pk])).status_code == 404
    clerk = client_as("bureau_clerk")
    assert act(clerk, item, "report", text="完成", progress="nonsense") == 422
    assert (
        act(
            clerk, item, "report", text="完成三成。", progress="30", figure_name="已接入", figure_value="3 个"
        )
        == 303
    )
    report = item.reports.get()
    confirm = reverse("supervision:report_act", args=[report.pk, "confirm"])
    assert clerk.post(confirm).status_code == 403
    assert client_as("stranger").post(confirm).status_code == 404
    assert bureau.post(confirm).status_code == 303
    assert act(keeper, item, "note", answer="note") == 303
    assert act(bureau, item, "ask_extension", wanted_on="nonsense", words="x") == 422
    assert act(bureau, item, "apply_close", words="完成。") == 303
    assert act(director, item, "complete") == 303
    assert act(director, item, "strike_off") == 303
    assert act(keeper, item, "evaluate", grade="nonsense", words="按时完成。") == 422
    assert act(keeper, item, "evaluate", grade="好", words="按时完成。") == 303
    item.refresh_from_db()
    assert item.state == State.EVALUATED
    shown = keeper.get(page(item)).content.decode()
    assert "已接入" in shown
    assert "督通〔" in shown


@pytest.mark.long
def test_every_state_draws_its_page_for_every_party(world: World, client_as: As) -> None:
    by_the_way = {State.DECLINED, State.REFUSED, State.LONG_TERM, State.TERMINATED}
    for state in [one for one in State if one not in by_the_way]:
        item = brought(world, state, title=f"事项 {state}")
        for key in ("supervisor", "director", "bureau_head", "bureau_clerk"):
            answer = client_as(key).get(page(item))
            assert answer.status_code in {200, 404}, (state, key)


def test_a_document_leads_to_its_item_and_back(world: World, client_as: As) -> None:
    document = carried(world, OutgoingStatus.OFFICE_REVIEW)
    director = client_as("director")
    detail = reverse("documents:outgoing_detail", args=[document.pk])
    assert "立项督办" in director.get(detail).content.decode()
    assert "立项督办" not in client_as("drafter").get(detail).content.decode()
    address = reverse("supervision:new")
    opened = director.get(
        f"{address}?kind=documents.outgoing&id={document.pk}&quote=抓紧落实"
    ).content.decode()
    assert document.title in opened
    assert opened.count("抓紧落实") == 2
    unseen = client_as("bureau_clerk").get(f"{address}?kind=documents.outgoing&id={document.pk}")
    assert unseen.status_code == 404
    form = {
        "class": "document", "title": "抓紧落实", "lead": str(world.organs["data"].pk),
        "kind": "documents.outgoing", "id": str(document.pk),
    }  # fmt: skip
    assert director.post(address, form).status_code == 303
    made = SupervisionItem.objects.get()
    assert page(made) in director.get(detail).content.decode()
    assert detail in client_as("supervisor").get(page(made)).content.decode()


def test_the_leads_people_do_not_learn_of_a_source_they_may_not_see(world: World, client_as: As) -> None:
    document = carried(world, OutgoingStatus.OFFICE_REVIEW)
    made = services.item_propose(
        actor=world.actor("director"), draft=draft(world, subject=Subject("documents.outgoing", document.pk))
    )
    services.item_establish(actor=world.actor("head"), item_id=made.pk)
    services.item_assign(actor=world.actor("supervisor"), item_id=made.pk)
    shown = client_as("bureau_head").get(page(made)).content.decode()
    assert "您无权查看" in shown
    assert document.title not in shown


def test_nonsense_in_the_filters_narrows_nothing_and_breaks_nothing(world: World, client_as: As) -> None:
    brought(world, State.ASSIGNED)
    keeper = client_as("supervisor")
    for query in ("?light=x&stage=y&scope=z&source=&organ=abc&q=", "?cursor=zzz", "?organ=" + "9" * 40):
        answer = keeper.get(reverse("supervision:items") + query)
        assert answer.status_code == 200
        assert len(answer.context["lines"]) == 1
    sheet = keeper.get(reverse("supervision:export") + "?light=green")
    assert sheet.status_code == 200
    assert sheet.headers["Content-Disposition"].startswith("attachment")


def test_lists_cost_the_same_with_three_and_with_thirty(world: World, client_as: As) -> None:
    keeper = client_as("supervisor")
    costs = []
    for wanted in (3, 30):
        while SupervisionItem.objects.count() < wanted:
            brought(world, State.ASSIGNED, title=f"事项{SupervisionItem.objects.count()}")
        for address in ("supervision:items", "supervision:board"):
            keeper.get(reverse(address))
            with CaptureQueriesContext(connection) as found:
                keeper.get(reverse(address))
            costs.append((address, len(found)))
    assert costs[:2] == costs[2:]


def test_the_notice_is_a_typeset_file_for_those_who_see_the_item(world: World, client_as: As) -> None:
    item = brought(world, State.ASSIGNED)
    address = reverse("supervision:notice", args=[item.notices.get().pk])
    paper = client_as("bureau_clerk").get(address)
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    assert client_as("stranger").get(address).status_code == 404
    assert client_as("sysadmin").get(address).status_code == 404


def test_the_search_finds_items_for_those_who_see_them_and_the_rules_are_shown(
    world: World, client_as: As
) -> None:
    item = brought(world, State.ASSIGNED, title="清理河道垃圾")
    for words in ("河道", "垃圾 清理", item.number.split("〕")[1]):
        assert page(item) in client_as("bureau_clerk").get("/search/", {"q": words}).content.decode()
    assert item.title not in client_as("stranger").get("/search/", {"q": "河道"}).content.decode()
    rules = client_as("stranger").get(reverse("supervision:lifecycle")).content.decode()
    assert "阅知不立项" in rules


def test_milestones_are_set_and_reached_by_the_forms(world: World, client_as: As) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS, workdays=40)
    address = reverse("supervision:milestone", args=[item.pk])
    with clock.at(MONDAY):
        assert client_as("stranger").post(address, {"title": "甲", "due_on": "2026-11-20"}).status_code == 404
        assert client_as("director").post(address, {"title": "甲", "due_on": "2026-11-20"}).status_code == 403
        clerk = client_as("bureau_clerk")
        assert clerk.post(address, {"title": "甲", "due_on": "x"}).status_code == 422
        assert clerk.post(address, {"title": "甲", "due_on": "2026-11-20"}).status_code == 303
        made = item.milestones.get()
        assert clerk.post(address, {"do": "reach", "milestone": "999999"}).status_code == 404
        assert clerk.post(address, {"do": "reach", "milestone": str(made.pk)}).status_code == 303
        assert "已完成" in clerk.get(page(item)).content.decode()
