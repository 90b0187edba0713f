"""The desk: seven lists, live numbers, filters, batch reading, export; only one's own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.core.clock import now
from apps.portal.demo.progress import progress_ended, progress_tell
from apps.workflow.models import Matter, Reading
from tests.factories.world import World


def matter(world: World, number: int, *, urgency: str = "") -> Matter:
    """A card on nobody's list yet."""
    return Matter.objects.create(
        subject_kind="tests.thing",
        subject_id=number,
        category="incoming",
        title=f"关于第{number}件事的通知",
        urgency=urgency,
        origin_name="市财政局",
        reference_number=f"岱财〔2026〕{number}号",
        organ=world.organs["office"],
        initiator=world.person("drafter"),
        created_at=now() - timedelta(minutes=number),
    )


def reading(world: World, number: int, reader: str = "drafter", **special: str) -> Reading:
    """A read on somebody's list."""
    return Reading.objects.create(
        matter=matter(world, number, **special),
        person=world.person(reader),
        appointment=world.post(reader),
        source=Reading.Source.CIRCULATION,
        sent_by=world.person("clerk"),
        sent_at=now() - timedelta(minutes=number),
    )


def test_a_stranger_is_sent_to_the_login_page(db: None) -> None:
    """The desk belongs to somebody."""
    response = Client().get("/")
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_an_empty_desk_says_what_will_come(client_as: Callable[[str], Client]) -> None:
    """Empty lists are sentences, not blanks."""
    page = client_as("drafter").get("/").content.decode()
    assert "没有待办事项" in page
    assert "非涉密系统" in page


def test_a_demo_says_how_far_it_is_until_it_stands(
    client_as: Callable[[str], Client], settings: Settings
) -> None:
    """An empty desk of the first minute is no empty city; an installation of real people knows of no such thing."""
    client = client_as("drafter")
    progress_tell("公文 5/146")
    settings.TONGZHOU_MODE = "real"
    assert "演示城市" not in client.get("/").content.decode()
    settings.TONGZHOU_MODE = "demo"
    assert "演示城市还在建立，待办和公文会陆续出现：公文 5/146" in client.get("/").content.decode()
    address = reverse("portal:demo_progress")
    assert 'hx-trigger="every' in client.get(address).content.decode()
    progress_ended()
    page = client.get(address).content.decode()
    assert "演示城市已建成" in page
    assert "hx-trigger" not in page
    assert "演示城市" not in client.get("/").content.decode()


def test_a_read_shows_once_and_leaves_after_batch_reading(
    world: World, client_as: Callable[[str], Client]
) -> None:
    """待阅 → 批量已阅 → 已阅."""
    row = reading(world, 7, urgency="urgent")
    client = client_as("drafter")
    assert "关于第7件事的通知" in client.get("/?tab=reading").content.decode()
    answer = client.post("/desk/readings-done/", {"selected": [row.pk]})
    assert answer.status_code == 303
    assert "关于第7件事的通知" not in client.get("/?tab=reading").content.decode()
    assert "关于第7件事的通知" in client.get("/?tab=read").content.decode()


def test_somebody_elses_read_cannot_be_marked(world: World, client_as: Callable[[str], Client]) -> None:
    """Ids of others are passed over."""
    row = reading(world, 8, reader="head")
    client_as("drafter").post("/desk/readings-done/", {"selected": [row.pk]})
    row.refresh_from_db()
    assert row.read_at is None


@pytest.mark.parametrize("tab", ["todo", "reading", "done", "read", "initiated", "draft", "followed"])
def test_every_tab_opens(client_as: Callable[[str], Client], tab: str) -> None:
    """No list breaks when it is empty."""
    assert (
        client_as("drafter").get(f"/?tab={tab}&sort=due&only=overdue&q=x&cursor=nonsense").status_code == 200
    )


def test_a_page_costs_the_same_queries_with_many_rows(
    world: World, client_as: Callable[[str], Client]
) -> None:
    """No query per row."""
    client = client_as("drafter")
    costs = []
    for until in (3, 33):
        for number in range(until - 3 if until == 3 else 3, until):
            reading(world, number)
        client.get("/?tab=reading")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/?tab=reading")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_paging_walks_through_all_rows_once(world: World, client_as: Callable[[str], Client]) -> None:
    """Thirty rows a page, none twice, none lost."""
    for number in range(35):
        reading(world, number)
    client = client_as("drafter")
    first = client.get("/?tab=reading").context["page"]
    second = client.get(f"/?tab=reading&cursor={first.next_cursor}").context["page"]
    titles = [row.title for row in first.rows + second.rows]
    assert len(titles) == len(set(titles)) == 35
    assert second.next_cursor is None


def test_the_export_is_an_excel_file(world: World, client_as: Callable[[str], Client]) -> None:
    """The list as shown, as a download."""
    reading(world, 9)
    answer = client_as("drafter").get("/desk/export/?tab=reading")
    assert answer["Content-Type"].endswith("sheet")
    assert answer.content.startswith(b"PK")
