"""The desk with real work on it: whose to-dos it shows, where the next one is, what it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Delegation
from apps.core.clock import now
from apps.documents.models import IncomingDocument
from apps.documents.services.drafting import outgoing_create
from apps.documents.services.incoming import incoming_instruct
from apps.notifications.services import notice_send
from apps.portal.desk import Tab
from apps.portal.selectors import DeskQuery, desk_page, place_of
from apps.workflow.services import matter_follow
from tests.factories.world import World
from tests.helpers.incoming import proposed, received, recorded, registered

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ClientAs = Callable[[str], Client]


def titles(world: World, key: str, tab: Tab = Tab.TODO) -> list[tuple[str, str]]:
    """What a list shows: title and for whom."""
    rows = desk_page(world.actor(key), DeskQuery(tab=tab)).rows
    return [(row.title, row.on_behalf_of) for row in rows]


def to_propose(world: World, title: str) -> IncomingDocument:
    """A document that waits for the office director's proposal."""
    return registered(world, recorded(world, title=title))


def test_a_secretary_sees_the_leaders_to_dos_under_the_leaders_name(
    world: World, client_as: ClientAs
) -> None:
    document = proposed(world)
    assert titles(world, "head") == [(document.title, "")]
    assert titles(world, "secretary") == [(document.title, "沈亦舟")]
    assert "代沈亦舟" in client_as("secretary").get("/").content.decode()


def test_a_delegate_sees_them_while_the_delegation_is_in_force(world: World) -> None:
    document = proposed(world)
    delegation = Delegation.objects.create(
        delegator=world.post("head"),
        delegate=world.post("deputy"),
        kind=Delegation.Kind.ACTING,
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(days=1),
        reason="出差",
        created_at=now(),
    )
    assert titles(world, "deputy") == [(document.title, "沈亦舟")]
    delegation.revoked_at = now()
    delegation.save(update_fields=["revoked_at"])
    assert titles(world, "deputy") == []


def test_what_is_done_moves_to_the_other_list_once(world: World) -> None:
    document = proposed(world)
    incoming_instruct(actor=world.actor("head"), incoming_id=document.pk, text="同意。")
    assert titles(world, "head") == []
    assert titles(world, "head", Tab.DONE) == [(document.title, "")]


def test_drafts_are_ones_own_that_were_never_submitted(world: World) -> None:
    outgoing_create(actor=world.actor("drafter"), document_type="notice")
    assert len(titles(world, "drafter", Tab.DRAFT)) == 1
    assert titles(world, "section_chief", Tab.DRAFT) == []


def test_what_is_followed_stands_in_its_list(world: World) -> None:
    document = proposed(world)
    assert document.matter is not None
    matter_follow(actor=world.actor("director"), matter_id=document.matter.pk)
    assert titles(world, "director", Tab.FOLLOWED) == [(document.title, "")]


def test_the_place_in_the_list_names_its_neighbours(world: World) -> None:
    first, second, third = (to_propose(world, f"关于第{number}件事的函") for number in (1, 2, 3))
    actor = world.actor("director")
    assert second.matter is not None
    place = place_of(actor, second.matter.pk)
    assert (place.position, place.count) == (2, 3)
    assert place.previous_url == reverse("documents:incoming_detail", args=[third.pk])
    assert place.next_url == reverse("documents:incoming_detail", args=[first.pk])


def test_after_the_act_the_page_offers_the_next_to_do(world: World, client_as: ClientAs) -> None:
    done, waiting = to_propose(world, "关于甲事的函"), to_propose(world, "关于乙事的函")
    proposed(world, document=done)
    body = client_as("director").get(reverse("documents:incoming_detail", args=[done.pk])).content.decode()
    assert "还有 1 件待办，办下一件" in body
    assert reverse("documents:incoming_detail", args=[waiting.pk]) in body
    waits = client_as("director").get(reverse("documents:incoming_detail", args=[waiting.pk]))
    assert "待办 1 / 1" in waits.content.decode()


def test_the_list_of_to_dos_costs_the_same_with_three_and_with_thirty(
    world: World, client_as: ClientAs
) -> None:
    client = client_as("director")
    costs = []
    for count in (3, 27):
        for number in range(count):
            to_propose(world, f"关于{count}之{number}的函")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_desk_shows_the_newest_notices_with_their_unread_mark(world: World, client_as: ClientAs) -> None:
    notice_send(person_ids=[world.person("drafter").pk], key="t:1", kind="system", title="北门施工改道")
    client = client_as("drafter")
    for address in ("/", reverse("portal:desk_notices")):
        body = client.get(address).content.decode()
        assert "北门施工改道" in body
        assert 'notices__item" data-unread' in body


def test_the_receiving_desk_sees_what_waits_to_be_signed_for(world: World, client_as: ClientAs) -> None:
    received(world)
    assert "收文与分发" in client_as("bureau_clerk").get("/").content.decode()
    assert "收文与分发" not in client_as("bureau_head").get("/").content.decode()


def test_the_api_gives_the_same_to_dos_by_cursor(world: World, client_as: ClientAs) -> None:
    document = to_propose(world, "关于甲事的函")
    found = client_as("director").get("/api/v1/tasks/").json()
    assert [row["title"] for row in found["results"]] == [document.title]
    assert found["next"] is None
    assert Client().get("/api/v1/tasks/").status_code == 401
