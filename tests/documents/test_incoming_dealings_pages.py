"""Pages of 往来, 催办 and 办理单: what they show, what their forms do, what they cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.documents.models import IncomingDocument, ReplyLink
from apps.documents.services.forwarding import forwarding_ask
from tests.documents.test_incoming_dealings import asked, taken, township
from tests.factories.world import World
from tests.helpers.incoming import assigned, completed, recorded, registered

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ClientAs = Callable[[str], Client]
NEW = "/documents/incoming/new/"
PAPER = {
    "source_name": "省水利厅",
    "title": "关于水库的通知",
    "document_type": "notice",
    "source_number": "水〔2026〕1号",
}


def test_a_double_is_shown_with_its_link_and_goes_on_with_a_reason(world: World, client_as: ClientAs) -> None:
    client = client_as("clerk")
    client.post(NEW, PAPER)
    first = IncomingDocument.objects.get()
    response = client.post(NEW, PAPER)
    body = response.content.decode()
    assert response.status_code == 422
    assert reverse("documents:incoming_detail", args=[first.pk]) in body
    assert "仍然录入" in body
    assert client.post(NEW, {**PAPER, "duplicate_reason": "补发件"}).status_code == 303
    assert IncomingDocument.objects.count() == 2


def test_the_page_shows_parts_answers_and_forwarding(world: World, client_as: ClientAs) -> None:
    document = assigned(world, "综合科", "秘书科")
    client = client_as("clerk")
    url = reverse("documents:incoming_act", args=[document.pk, "respond"])
    client.post(url, {"response": "正在办理，月底前报送。", "is_final": "0"})
    body = client.get(reverse("documents:incoming_detail", args=[document.pk])).content.decode()
    for words in ("阶段性", "正在办理，月底前报送。", "转发下级单位", "起草", "综合科", "主办", "协办"):
        assert words in body


def test_the_draft_of_an_answer_opens_for_writing(world: World, client_as: ClientAs) -> None:
    document = registered(world)
    url = reverse("documents:incoming_reply", args=[document.pk])
    response = client_as("clerk").post(url, {"key": "k"})
    draft = ReplyLink.objects.get().outgoing
    assert response.headers["Location"] == reverse("documents:outgoing_edit", args=[draft.pk])
    assert client_as("stranger").post(url).status_code == 404
    assert client_as("bureau_clerk").post(url).status_code == 404


def test_the_issuers_page_asks_for_the_decision(world: World, client_as: ClientAs) -> None:
    wanted = asked(world, township(world))
    issued = wanted.document.dispatch.document_id  # type: ignore[union-attr]  # came by exchange
    body = client_as("clerk").get(reverse("documents:dispatches", args=[issued])).content.decode()
    assert "申请转发给青石镇政府" in body
    url = reverse("documents:dispatch_act", args=[issued, "forwarding"])
    client_as("clerk").post(url, {"forwarding": wanted.pk, "decision": "grant", "key": "g"})
    wanted.refresh_from_db()
    assert wanted.state == "granted"


def test_the_urging_list_names_holder_and_part_and_costs_the_same(world: World, client_as: ClientAs) -> None:
    client, costs = client_as("clerk"), []
    for count in (1, 4):
        for _ in range(count):
            assigned(world)
        with CaptureQueriesContext(connection) as queries:
            body = client.get(reverse("documents:urging")).content.decode()
        costs.append(len(queries))
    assert "林知夏" in body
    assert costs[0] == costs[1]


@pytest.mark.parametrize("light", ["over", "near", "good", "none", "nonsense"])
def test_every_narrowing_of_the_urging_list_opens(world: World, client_as: ClientAs, light: str) -> None:
    assigned(world)
    asked_for = {"light": light, "step": "handle", "q": "农田 林知夏"}
    assert client_as("clerk").get(reverse("documents:urging"), asked_for).status_code == 200
    assert client_as("clerk").get(reverse("documents:urging_export"), asked_for).content[:2] == b"PK"


def test_the_chosen_are_urged_in_one_go(world: World, client_as: ClientAs) -> None:
    documents = [assigned(world), assigned(world)]
    response = client_as("clerk").post(
        reverse("documents:urging_urge"), {"selected": [row.pk for row in documents], "key": "u"}, follow=True
    )
    assert "已催办 2 件，提醒 2 人" in response.content.decode()


def test_the_sheets_of_several_documents_are_one_pdf(world: World, client_as: ClientAs) -> None:
    import pypdfium2

    documents = [completed(world), recorded(world)]
    response = client_as("clerk").post(
        reverse("documents:handling_sheets"), {"selected": [row.pk for row in documents]}
    )
    pdf = pypdfium2.PdfDocument(response.content)
    text = [pdf[number].get_textpage().get_text_bounded() for number in range(len(pdf))]
    assert len(text) == 2
    assert "收文办理单" in text[0].replace(" ", "")
    for words in ("请综合科牵头抓好落实。", "沈亦舟", documents[0].register_number):
        assert words in "".join(text[0].split())
    assert AuditEntry.objects.filter(action="documents.print_sheets").count() == 2


def test_nobody_prints_the_sheet_of_what_he_may_not_see(world: World, client_as: ClientAs) -> None:
    document = recorded(world)
    url = f"{reverse('documents:handling_sheets')}?selected={document.pk}"
    for key in ("stranger", "bureau_clerk", "sysadmin"):
        assert client_as(key).get(url).status_code == 404


def test_a_copy_that_was_passed_on_says_by_whom(world: World, client_as: ClientAs) -> None:
    document = registered(world)
    done = forwarding_ask(
        actor=world.actor("clerk"),
        incoming_id=document.pk,
        organ_ids=[world.organs["data"].pk],
        reason="请贯彻",
        leave="经电话同意",
    )
    copy = IncomingDocument.objects.get(forwarding=done)
    body = (
        client_as("bureau_clerk").get(reverse("documents:incoming_detail", args=[copy.pk])).content.decode()
    )
    assert "由市政府办公室转发" in body


def test_an_answer_reaches_the_page_of_its_sender(world: World, client_as: ClientAs) -> None:
    document = taken(world)
    url = reverse("documents:incoming_act", args=[document.pk, "respond"])
    client_as("bureau_clerk").post(url, {"response": "已部署到位。", "is_final": "1"})
    issued = document.dispatch.document_id  # type: ignore[union-attr]  # came by exchange
    assert (
        "已部署到位。"
        in client_as("clerk").get(reverse("documents:dispatches", args=[issued])).content.decode()
    )
