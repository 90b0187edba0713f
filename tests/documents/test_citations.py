"""引用公文: a cited document is called by title and number and leads to its page, for those who may open it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.documents.body import body_from_text
from apps.documents.models import IncomingDocument
from apps.documents.selectors.citations import citations_of
from apps.documents.services.replies import reply_draft
from tests.factories.world import World
from tests.helpers.incoming import recorded, registered
from tests.helpers.outgoing import drafted

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
TITLE = "澜东省水利厅关于开展水库安全检查的通知"
NUMBER = "澜水发〔2026〕8号"


def received(world: World) -> IncomingDocument:
    """A paper of the water authority, its number typed with other brackets."""
    return recorded(world, title=TITLE, source_name="省水利厅", source_number="澜水发[2026]8号")


def test_a_cited_document_leads_to_its_page_for_who_may_open_it(world: World) -> None:
    address = reverse("documents:incoming_detail", args=[received(world).pk])
    body = body_from_text(f"根据《{TITLE}》（{NUMBER}）和《某厅关于某事的通知》（某发〔2026〕1号）。")
    assert [one.url for one in citations_of(world.actor("clerk"), body)] == [address, ""]
    assert [one.url for one in citations_of(world.actor("stranger"), body)] == ["", ""]


def test_a_wrong_title_is_told_to_who_may_open_the_document(world: World) -> None:
    received(world)
    body = body_from_text(f"根据《关于水库检查的通知》（{NUMBER}）。")
    assert [one.true_title for one in citations_of(world.actor("clerk"), body)] == [TITLE]
    assert [one.true_title for one in citations_of(world.actor("stranger"), body)] == [""]


def test_the_sheet_shows_what_the_text_cites(world: World, client_as: ClientAs) -> None:
    document = drafted(world, body=body_from_text(f"根据《{TITLE}》（{NUMBER}），通知如下。"))
    page = client_as("drafter").get(reverse("documents:outgoing_detail", args=[document.pk])).content.decode()
    assert "引用公文" in page
    assert f"《{TITLE}》（{NUMBER}）" in page


def test_an_answer_begins_by_citing_what_it_answers(world: World) -> None:
    asked = registered(
        world,
        recorded(
            world, document_type="request", title="某县关于用地的请示", source_number="某政发[2026] 4号"
        ),
    )
    draft = reply_draft(actor=world.actor("clerk"), incoming_id=asked.pk)
    assert draft.body == body_from_text(
        "你单位《某县关于用地的请示》（某政发〔2026〕4号）收悉。经研究，现批复如下："
    )
