"""Pages of 公文模板: kept by clerk and director, used by the organ's people, invisible to others, at a fixed number of queries."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.documents.body import body_from_text, empty_body
from apps.documents.models import DocumentTemplate, OutgoingDocument
from apps.documents.services.templates import template_withdraw
from tests.factories.world import World
from tests.helpers.outgoing import TEXT, submitted
from tests.helpers.templates import TITLE, template

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ClientAs = Callable[[str], Client]
OTHERS = ("bureau_clerk", "stranger", "sysadmin")


def form(name: str = "会议通知", **more: Any) -> dict[str, Any]:
    """What the form of a template posts."""
    return {
        "name": name, "keywords": "会议 报名", "group": "", "document_type": "notice", "routing_direction": "downward",
        "layout": "general", "title": TITLE, "body": json.dumps(body_from_text(TEXT)), "main_other": "驻岱海部队", **more,
    }  # fmt: skip


def address(name: str, kept: DocumentTemplate, *more: str) -> str:
    """Of a page or act of one template."""
    return reverse(f"documents:template_{name}", args=[kept.pk, *more])


def test_the_clerk_keeps_one_and_the_drafter_begins_from_it(world: World, client_as: ClientAs) -> None:
    clerk = client_as("clerk")
    answer = clerk.post(reverse("documents:template_new"), form(key="k"))
    kept = DocumentTemplate.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, address("detail", kept))
    page = client_as("drafter").get(reverse("documents:outgoing_new")).content.decode()
    assert address("begin", kept) in page
    assert reverse("documents:template_new") not in page
    shown = client_as("drafter").get(address("detail", kept)).content.decode()
    assert "（一）" not in shown
    for words in ("一、压实责任", "驻岱海部队", TITLE):
        assert words in shown
    assert address("edit", kept) not in shown
    answer = client_as("drafter").post(address("begin", kept), {"key": "b"})
    draft = OutgoingDocument.objects.get()
    assert answer["Location"] == reverse("documents:outgoing_edit", args=[draft.pk])
    assert draft.recipients.get().name == "驻岱海部队"


def test_the_form_comes_back_with_what_is_kept_and_changes_it(world: World, client_as: ClientAs) -> None:
    clerk = client_as("clerk")
    clerk.post(reverse("documents:template_new"), form())
    kept = DocumentTemplate.objects.get()
    page = clerk.get(address("edit", kept)).content.decode()
    for words in ('value="会议 报名"', 'value="驻岱海部队"', 'name="expected_version" value="1"'):
        assert words in page
    answer = clerk.post(
        address("edit", kept), form("会务通知", expected_version="1"), headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (204, address("detail", kept))
    assert clerk.post(address("edit", kept), form("又改", expected_version="1")).status_code == 409
    kept.refresh_from_db()
    assert kept.name == "会务通知"


def test_acts_from_the_list_and_their_reverse(world: World, client_as: ClientAs) -> None:
    clerk, one, two = client_as("clerk"), template(world, "甲"), template(world, "乙")
    listed = reverse("documents:templates")
    assert clerk.post(address("act", two, "move"), {"place": "1"})["Location"] == listed
    page = clerk.get(listed).content.decode()
    assert page.index(">乙<") < page.index(">甲<")
    clerk.post(address("act", one, "withdraw"))
    assert ">甲<" not in clerk.get(listed).content.decode()
    assert ">甲<" in clerk.get(listed, {"tab": "withdrawn"}).content.decode()
    assert "已停用" in clerk.get(address("detail", one)).content.decode()
    clerk.post(address("act", one, "restore"))
    assert ">甲<" in client_as("drafter").get(listed).content.decode()


def test_doors_refuse_who_may_not_and_what_is_nonsense(world: World, client_as: ClientAs) -> None:
    """403 for who only uses them, 404 outside the organ, 302 before sign-in."""
    kept = template(world)
    posts = {
        address("edit", kept): form(expected_version="1"),
        **{address("act", kept, act): {"place": "1"} for act in ("withdraw", "restore", "move")},
    }
    for url, data in posts.items():
        assert client_as("drafter").post(url, data).status_code == 403
        assert [client_as(who).post(url, data).status_code for who in OTHERS] == [404] * 3
        assert Client().post(url, data).status_code == 302
    for name in ("detail", "begin"):
        ask = "get" if name == "detail" else "post"
        assert [getattr(client_as(who), ask)(address(name, kept)).status_code for who in OTHERS] == [404] * 3
    clerk = client_as("clerk")
    assert clerk.post(address("act", kept, "burn")).status_code == 404
    assert clerk.post(address("act", kept, "move"), {"place": "x"}).status_code == 422
    assert clerk.post(reverse("documents:template_new"), {"name": "空"}).status_code == 422
    assert clerk.post(reverse("documents:template_new"), form(body="{")).status_code == 422
    assert clerk.get(reverse("documents:template_new"), {"document": "999"}).status_code == 404
    template_withdraw(actor=world.actor("clerk"), template_id=kept.pk)
    assert client_as("drafter").get(address("detail", kept)).status_code == 404
    assert (
        "会议通知"
        not in client_as("drafter").get(reverse("documents:templates"), {"tab": "withdrawn"}).content.decode()
    )


def test_a_document_offers_to_be_a_template_to_keepers_and_says_why_not(
    world: World, client_as: ClientAs
) -> None:
    source, limited = submitted(world), submitted(world, note="此件发至县团级")
    offer = f"{reverse('documents:template_new')}?document={source.pk}"
    page = client_as("clerk").get(reverse("documents:outgoing_detail", args=[source.pk])).content.decode()
    assert offer in page
    form_page = client_as("clerk").get(offer).content.decode()
    assert "本机关全体拟稿人都能看到" in form_page
    assert "压实责任" in form_page
    page = client_as("clerk").get(reverse("documents:outgoing_detail", args=[limited.pk])).content.decode()
    assert "限定了知悉范围" in page
    assert client_as("clerk").get(offer.replace(str(source.pk), str(limited.pk))).status_code == 403
    page = client_as("drafter").get(reverse("documents:outgoing_detail", args=[source.pk])).content.decode()
    assert "存为模板" not in page


def test_an_empty_organ_is_told_what_to_do(world: World, client_as: ClientAs) -> None:
    assert "新建模板" in client_as("clerk").get(reverse("documents:templates")).content.decode()
    assert (
        "可请文书或办公室主任新建"
        in client_as("drafter").get(reverse("documents:templates")).content.decode()
    )
    assert (
        "用本机关模板起草" not in client_as("drafter").get(reverse("documents:outgoing_new")).content.decode()
    )
    kept = template(world, body=empty_body(), title="")
    assert "起草时只带入要素" in client_as("drafter").get(address("detail", kept)).content.decode()


def test_lists_cost_the_same_with_three_and_with_thirty(world: World, client_as: ClientAs) -> None:
    clerk, counts = client_as("clerk"), []
    pages = (reverse("documents:templates"), reverse("documents:outgoing_new"))
    for number in range(30):
        template(world, f"模板{number}")
        if number in {2, 29}:
            for page in pages:
                clerk.get(page)
                with CaptureQueriesContext(connection) as queries:
                    clerk.get(page)
                counts.append(len(queries))
    assert counts[:2] == counts[2:]


def test_the_list_leaves_as_a_workbook(world: World, client_as: ClientAs) -> None:
    template(world)
    assert client_as("drafter").get(reverse("documents:templates_export")).content[:2] == b"PK"
