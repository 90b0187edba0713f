"""Pages of 发文: what each person is offered at each step, the ledger, the printed sheet, verification."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument, SealedFile
from apps.files.selectors import file_bytes
from tests.factories.world import World
from tests.helpers.depth import first_quick
from tests.helpers.outgoing import TITLE, carried, drafted, stepped

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def shown(client: Client, name: str, document: OutgoingDocument) -> str:
    """The page's text; the page must open."""
    response = client.get(reverse(name, args=[document.pk]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("status", "holder", "label"),
    first_quick(
        [
            (Status.SIGNING, "head", "签发"),
            (Status.TYPESET, "clerk", "生成正式文件"),
            (Status.DEPT_REVIEW, "section_chief", "同意"),
            (Status.OFFICE_REVIEW, "director", "审核通过"),
            (Status.RECHECK, "clerk", "复核通过"),
            (Status.NUMBERING, "clerk", "编号"),
        ],
        2,
    ),
)
def test_each_step_offers_its_one_main_act_to_its_handler(
    world: World, client_as: ClientAs, status: Status, holder: str, label: str
) -> None:
    document = carried(world, status)
    button = 'class="button button--primary action-bar__main" type="submit"'
    body = shown(client_as(holder), "documents:outgoing_detail", document)
    assert body.count(button) == 1
    assert label in body[body.index(button) :]
    assert button not in shown(client_as("drafter"), "documents:outgoing_detail", document)


def test_a_draft_that_was_never_submitted_has_a_page(world: World, client_as: ClientAs) -> None:
    assert TITLE in shown(client_as("drafter"), "documents:outgoing_detail", drafted(world))


def test_a_stranger_finds_nothing(world: World, client_as: ClientAs) -> None:
    document = carried(world, Status.SIGNING)
    for name in ("detail", "edit", "slip", "checks", "verify"):
        response = client_as("stranger").get(reverse(f"documents:outgoing_{name}", args=[document.pk]))
        assert response.status_code == 404, name


def test_the_draft_is_edited_by_its_drafter_alone(world: World, client_as: ClientAs) -> None:
    document = drafted(world)
    body = shown(client_as("drafter"), "documents:outgoing_edit", document)
    assert TITLE in body
    assert "body-editor" in body
    assert client_as("head").get(reverse("documents:outgoing_edit", args=[document.pk])).status_code == 404


def test_the_ledger_shows_each_number_with_its_document_and_its_last_act(
    world: World, client_as: ClientAs
) -> None:
    document = stepped(world, carried(world, Status.NUMBERING))
    body = client_as("clerk").get(reverse("documents:numbers")).content.decode()
    assert document.document_number in body
    assert document.title in body
    exported = client_as("clerk").get(reverse("documents:numbers_export"))
    assert exported["Content-Type"].startswith("application/vnd.openxmlformats")


def test_the_sheet_prints_with_every_opinion(world: World, client_as: ClientAs) -> None:
    document = carried(world, Status.NUMBERING)
    body = shown(client_as("clerk"), "documents:outgoing_slip", document)
    for name in ("section_chief", "director", "head"):
        assert world.actor(name).name in body


def test_the_verification_page_finds_one_changed_byte(world: World, client_as: ClientAs) -> None:
    document = carried(world, Status.DISTRIBUTE)
    client = client_as("clerk")
    assert "验证通过" in shown(client, "documents:outgoing_verify", document)
    sealed = bytearray(file_bytes(SealedFile.objects.get(document=document).file))
    for changed, verdict in ((False, "验证通过"), (True, "验证不通过")):
        if changed:
            sealed[len(sealed) // 2] ^= 1
        upload = BytesIO(bytes(sealed))
        upload.name = "公文.pdf"
        assert verdict in client.post(reverse("documents:verify"), {"file": upload}).content.decode()


def test_what_has_no_recipient_is_not_said_to_be_on_its_way(world: World, client_as: ClientAs) -> None:
    document = carried(
        world,
        Status.DISTRIBUTE,
        document_type="proclamation",
        title="岱海市人民政府办公室关于施行新办事指南的公告",
        main_recipients=(),
        cc_recipients=(),
    )
    assert "没有系统内的收文机关" in shown(client_as("clerk"), "documents:outgoing_detail", document)
    answer = client_as("clerk").post(
        reverse("documents:outgoing_act", args=[document.pk, "distribute"]),
        {"expected_version": document.version, "key": "distribute"},
        follow=True,
    )
    assert "本文件没有收文机关，已转办结归档" in answer.content.decode()


def test_what_asks_for_the_preview_anew_is_not_replaced_with_it(world: World, client_as: ClientAs) -> None:
    """A text saved while an earlier preview was on its way is laid out too; an attachment changes the pages and the checks."""
    document = drafted(world)
    page = shown(client_as("drafter"), "documents:outgoing_edit", document)
    fragment = client_as("drafter").get(reverse("documents:outgoing_pages", args=[document.pk]) + "?edit=1")
    asking = [line for line in page.splitlines() if 'hx-target="#preview"' in line]
    assert len(asking) == 1
    assert "draft:saved from:body" in asking[0]
    assert "files:changed from:body" in asking[0]
    assert "draft:saved" not in fragment.content.decode()
    checks = next(line for line in page.splitlines() if 'id="checks"' in line)
    assert "files:changed from:body" in checks
