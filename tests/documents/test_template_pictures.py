"""Pictures and import in 公文模板: the template's own, for its readers alone, and copied into each draft."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core.errors import NotFound, ValidationFailed
from apps.core.subjects import Subject
from apps.documents.body import Node, body_from_text, figures_of
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import subject_of
from apps.documents.selectors.templates import subject_of_template
from apps.documents.services.flow import outgoing_submit
from apps.documents.services.pictures import KEPT_LIMIT, template_picture_add
from apps.documents.services.templates import (
    outgoing_from_template,
    template_change,
    template_create,
    template_withdraw,
)
from apps.files.models import StoredFile
from apps.files.policies import subject_of as owner_of
from apps.files.selectors import file_bytes, file_for
from tests.factories.world import World
from tests.helpers.outgoing import TEXT
from tests.helpers.pictures import illustrated, photograph, picture
from tests.helpers.templates import template, words

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ClientAs = Callable[[str], Client]
BELOW = "/api/v1/documents/templates/"


def sent(world: World, who: str = "clerk") -> StoredFile:
    """A picture a keeper sent."""
    return template_picture_add(actor=world.actor(who), name="现场.jpg", content=photograph())


def body(*files: StoredFile) -> Node:
    """A text that shows them."""
    return {"type": "doc", "content": [*body_from_text(TEXT)["content"], *(picture(file) for file in files)]}


def fresh(file: StoredFile) -> StoredFile:
    """As it stands now."""
    return StoredFile.objects.get(pk=file.pk)


def test_a_picture_becomes_the_templates_own_once_it_is_saved(world: World) -> None:
    file = sent(world)
    assert owner_of(file) == Subject("documents.template_tray", world.organs["office"].pk)
    with pytest.raises(NotFound):
        file_for(world.actor("drafter"), file.pk)
    kept = template(world, body=body(file))
    assert owner_of(fresh(file)) == subject_of_template(kept)
    assert [figure.file for figure in figures_of(kept.body)] == [file.pk]


def test_who_reads_the_template_sees_it_and_nobody_else(world: World, client_as: ClientAs) -> None:
    file = sent(world)
    kept = template(world, body=body(file))
    for who, status in {
        "drafter": 200,
        "head": 200,
        "bureau_clerk": 404,
        "stranger": 404,
        "sysadmin": 404,
    }.items():
        assert client_as(who).get(f"/files/{file.pk}/view/").status_code == status
    shown = client_as("drafter").get(f"/documents/templates/{kept.pk}/").content.decode()
    assert f"/files/{file.pk}/pages/1.png" in shown
    assert "图1　现场" in shown
    template_withdraw(actor=world.actor("clerk"), template_id=kept.pk)
    assert client_as("drafter").get(f"/files/{file.pk}/view/").status_code == 404
    assert client_as("clerk").get(f"/files/{file.pk}/view/").status_code == 200


def test_a_draft_has_a_copy_that_outlives_the_template(world: World) -> None:
    file = sent(world)
    kept = template(world, body=body(file))
    begun = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk)
    draft = OutgoingDocument.objects.get(pk=begun.document.pk)
    [figure] = figures_of(draft.body)
    copied = StoredFile.objects.get(pk=figure.file)
    assert (figure.caption, figure.width) == ("图1　现场", 60)
    assert (owner_of(copied), file_bytes(copied)) == (subject_of(draft), file_bytes(fresh(file)))
    template_withdraw(actor=world.actor("clerk"), template_id=kept.pk)
    assert file_for(world.actor("drafter"), copied.pk) == copied


def test_a_text_saved_as_a_template_brings_copies_of_its_pictures(world: World) -> None:
    document, file = illustrated(world)
    outgoing_submit(actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version)
    text = words("防汛", body=document.body)
    kept = template_create(actor=world.actor("director"), words=text, source_id=document.pk)
    [figure] = figures_of(kept.body)
    assert figure.file != file.pk
    assert owner_of(StoredFile.objects.get(pk=figure.file)) == subject_of_template(kept)
    assert owner_of(fresh(file)) == subject_of(document)


def test_pictures_of_others_are_refused_and_nothing_is_kept(world: World) -> None:
    document, secret = illustrated(world)
    colleagues = sent(world, "director")
    first = template(world, body=body(sent(world)))
    of_another = figures_of(first.body)[0].file
    for file in (secret, colleagues, StoredFile.objects.get(pk=of_another)):
        with pytest.raises(ValidationFailed, match="不属于本模板"):
            template(world, "另一个", body=body(file))
    assert owner_of(fresh(secret)) == subject_of(document)
    assert owner_of(fresh(colleagues)).kind == "documents.template_tray"


def test_a_change_keeps_old_ones_and_takes_new_ones_in(world: World) -> None:
    old = sent(world)
    kept = template(world, body=body(old))
    new = sent(world)
    kept = template_change(
        actor=world.actor("clerk"), template_id=kept.pk, expected_version=1, words=words(body=body(old, new))
    )
    assert {figure.file for figure in figures_of(kept.body)} == {old.pk, new.pk}
    assert owner_of(fresh(new)) == owner_of(fresh(old)) == subject_of_template(kept)


def test_no_more_wait_for_a_template_than_a_document_may_have(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.documents.services.pictures.KEPT_LIMIT", 1)
    assert KEPT_LIMIT > 1
    sent(world)
    with pytest.raises(ValidationFailed, match="已满1幅"):
        sent(world)


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 201), ("director", 201), ("drafter", 403), ("sysadmin", 403), ("stranger", 403)],
)
def test_only_keepers_send_pictures(world: World, client_as: ClientAs, who: str, status: int) -> None:
    file = SimpleUploadedFile("现场.jpg", photograph())
    assert client_as(who).post(f"{BELOW}pictures/", {"file": file}).status_code == status
    assert Client().post(f"{BELOW}pictures/", {"file": file}).status_code in {401, 403}


def test_a_file_is_imported_for_keepers_alone(world: World, client_as: ClientAs) -> None:
    def brought(client: Client, name: str = "稿.txt", data: bytes = b"") -> Any:
        content = data or "一、目标\n请于××前报送,不得延误。".encode()
        return client.post(f"{BELOW}import/", {"file": SimpleUploadedFile(name, content)})

    answer = brought(client_as("clerk")).json()
    assert [node["type"] for node in answer["body"]["content"]] == ["heading", "paragraph"]
    assert answer["text"].endswith("请于××前报送，不得延误。")
    assert brought(client_as("clerk"), "稿.docm", b"a").status_code == 422
    assert brought(client_as("clerk"), "稿.txt", "机密★10年\n正文".encode()).status_code == 422
    assert [brought(client_as(who)).status_code for who in ("drafter", "stranger")] == [403, 403]
    assert brought(Client()).status_code in {401, 403}
