"""一键排版 and import through the API: what the editor gets, who may ask, what is refused; nothing is saved."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.documents.body import body_from_text
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from tests.factories.world import World
from tests.files.samples import docx_of
from tests.helpers.outgoing import carried, drafted

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
TABLE = {
    "type": "table",
    "content": [
        {
            "type": "table_row",
            "content": [
                {
                    "type": "table_cell",
                    "attrs": {"colspan": 1, "rowspan": 1},
                    "content": [{"type": "paragraph"}],
                }
            ],
        }
    ],
}


def url(document: OutgoingDocument, verb: str) -> str:
    """The API's address."""
    return f"/api/v1/documents/{document.pk}/{verb}/"


def tidied(client: Client, document: OutgoingDocument, body: Any) -> Any:
    """POST a body to be tidied."""
    return client.post(url(document, "tidy"), {"body": body}, content_type="application/json")


def brought(client: Client, document: OutgoingDocument, name: str, data: bytes, **more: str) -> Any:
    """POST a file to be read."""
    return client.post(url(document, "import"), {"file": SimpleUploadedFile(name, data), **more})


def test_a_messy_body_comes_back_clean_with_its_changes_and_is_not_saved(
    world: World, client_as: ClientAs
) -> None:
    document = drafted(world)
    answer = tidied(client_as("drafter"), document, body_from_text("请于明天前报送,不得延误。")).json()
    assert answer["text"] == "请于明天前报送，不得延误。"
    assert [(change["name"], change["before"], change["after"]) for change in answer["changes"]] == [
        ("标点", ",", "，")
    ]
    assert answer["before"] == body_from_text("请于明天前报送,不得延误。")
    document.refresh_from_db()
    assert "延误" not in str(document.body)


def test_a_table_stays_where_it_was(world: World, client_as: ClientAs) -> None:
    long_line = "为深入贯彻落实全国数字政府建设工作会议精神结合我市实际现"
    parts = [*body_from_text(long_line)["content"], TABLE, *body_from_text("结合,实际。")["content"]]
    answer = tidied(client_as("drafter"), drafted(world), {"type": "doc", "content": parts}).json()
    assert [node["type"] for node in answer["body"]["content"]] == ["paragraph", "table", "paragraph"]


def test_a_word_file_comes_in_tidied_behind_what_stands(world: World, client_as: ClientAs) -> None:
    behind = json.dumps(body_from_text("一、已有"))
    answer = brought(
        client_as("drafter"), drafted(world), "稿.docx", docx_of("一、新增", "正文 内容,如下。"), body=behind
    ).json()
    assert answer["text"] == "一、已有\n二、新增\n正文内容，如下。"


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("旧稿.doc", 415, "另存为"),
        ("稿.docm", 422, "宏"),
        ("稿.pdf", 415, "作为附件"),
        ("空.txt", 422, "空"),
        ("稿.docx", 422, ""),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    world: World, client_as: ClientAs, name: str, status: int, words: str
) -> None:
    answer = brought(client_as("drafter"), drafted(world), name, b"" if name == "空.txt" else b"nonsense")
    assert (answer.status_code, words in answer.json()["message"]) == (status, True)


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("stranger", 404)])
def test_only_whoever_may_edit_may_tidy_or_import(
    world: World, client_as: ClientAs, who: str, status: int
) -> None:
    document = carried(world, Status.DEPT_REVIEW)
    assert tidied(client_as(who), document, body_from_text("甲")).status_code == status
    assert brought(client_as(who), document, "稿.txt", b"a").status_code == status


def test_a_body_the_schema_does_not_know_is_refused(world: World, client_as: ClientAs) -> None:
    assert tidied(client_as("drafter"), drafted(world), {"type": "html"}).status_code == 422


def test_a_template_is_tidied_for_its_keepers_alone(world: World, client_as: ClientAs) -> None:
    asked = {"body": body_from_text("请于××前报送,不得延误。")}
    address = "/api/v1/documents/templates/tidy/"
    answer = client_as("clerk").post(address, asked, content_type="application/json")
    assert answer.json()["text"] == "请于××前报送，不得延误。"
    wrong = client_as("clerk").post(address, {"body": {"type": "poster"}}, content_type="application/json")
    assert wrong.status_code == 422
    statuses = [
        client_as(who).post(address, asked, content_type="application/json").status_code
        for who in ("drafter", "sysadmin")
    ]
    assert statuses == [403, 403]
    assert Client().post(address, asked, content_type="application/json").status_code in {401, 403}
