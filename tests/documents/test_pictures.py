"""Pictures in the body: taken in and drawn anew, only the document's own, signed, laid out, copied, gone with the draft."""

import io
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.core.errors import NotFound, ValidationFailed
from apps.documents.body import figures_of
from apps.documents.comparing import Change, blocks_compared, body_blocks
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import content_of
from apps.documents.selectors.previews import preview_wanted
from apps.documents.services.drafting import outgoing_copy, outgoing_delete_draft
from apps.documents.services.exporting import document_word
from apps.documents.services.pictures import picture_add
from apps.documents.services.previews import preview_make, preview_ready
from apps.files.models import StoredFile
from apps.files.selectors import file_bytes
from tests.factories.world import World
from tests.helpers.outgoing import carried, drafted
from tests.helpers.pictures import added, illustrated, photograph, picture, saved

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def sent(client: Client, document: OutgoingDocument, data: bytes, name: str = "现场.jpg") -> Any:
    """POST a picture."""
    return client.post(f"/api/v1/documents/{document.pk}/pictures/", {"file": SimpleUploadedFile(name, data)})


def test_a_picture_is_sent_saved_and_laid_out(world: World, client_as: ClientAs) -> None:
    document = drafted(world)
    answer = sent(client_as("drafter"), document, photograph())
    assert answer.status_code == 201
    file = StoredFile.objects.get(pk=answer.json()["file"])
    assert (file.purpose, file.name) == ("picture", "现场.jpg")
    document = saved(world, document, picture(file))
    assert [figure.caption for figure in figures_of(document.body)] == ["图1　现场"]
    preview_make(document_id=document.pk)
    made = preview_ready(document=document)
    assert (made.state, made.message) == ("ready", "")
    assert client_as("drafter").get(f"/files/{file.pk}/view/").status_code == 200


def test_what_is_kept_is_no_finer_than_print_and_tells_no_place(world: World) -> None:
    where = Image.Exif()
    where[0x8825] = {1: "N", 2: (38.0, 1.0, 2.0)}
    where[0x0112] = 6
    target = io.BytesIO()
    Image.linear_gradient("L").resize((4000, 1000)).convert("RGB").save(target, "JPEG", exif=where)
    file = added(world, drafted(world), target.getvalue())
    with Image.open(io.BytesIO(file_bytes(file))) as kept:
        assert kept.size == (475, 1900)  # upright
        assert not kept.getexif()


@pytest.mark.parametrize(
    ("name", "data", "answered"),
    [
        ("图.gif", b"GIF89a", (415, "PNG、JPEG 或 BMP")),
        ("空.png", b"", (422, "空")),
        ("图.png", b"nonsense" * 90, (422, "内容与扩展名不符")),
        ("图.png", photograph(), (422, "内容与扩展名不符")),
        ("半张.jpg", photograph()[:900], (422, "图片")),
        ("机密_图.jpg", photograph(), (422, "密级标志")),
    ],
)
def test_what_is_no_picture_is_refused_in_words_and_nothing_kept(
    world: World, client_as: ClientAs, name: str, data: bytes, answered: tuple[int, str]
) -> None:
    answer = sent(client_as("drafter"), drafted(world), data, name)
    status, words = answered
    assert (answer.status_code, words in answer.json()["message"]) == (status, True)
    assert not StoredFile.objects.filter(purpose="picture").exists()


def test_two_hundred_megapixels_are_refused_with_their_size(world: World, client_as: ClientAs) -> None:
    target = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(target, "PNG")
    answer = sent(client_as("drafter"), drafted(world), target.getvalue(), "卫星图.png")
    assert answer.status_code == 422
    assert "20000×10000 过大（超过 12000 万像素）" in answer.json()["message"]


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("section_chief", 201), ("stranger", 404)])
def test_only_whoever_may_edit_adds_one(world: World, client_as: ClientAs, who: str, status: int) -> None:
    document = carried(world, Status.DEPT_REVIEW)
    assert sent(client_as(who), document, photograph()).status_code == status


def test_a_picture_of_another_document_is_not_shown(world: World) -> None:
    secret = added(world, drafted(world))
    other = drafted(world)
    with pytest.raises(ValidationFailed, match="不属于本文件"):
        saved(world, other, picture(secret))
    other.refresh_from_db()
    assert figures_of(other.body) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": 0},
        {"file": True},
        {"file": 2**70},
        {"width": 101},
        {"width": 5},
        {"caption": "字" * 101},
        {"caption": 1},
    ],
)
def test_a_picture_the_schema_does_not_know_is_refused(world: World, wrong: dict[str, Any]) -> None:
    document = drafted(world)
    with pytest.raises(ValidationFailed, match="没有保存"):
        saved(world, document, picture(added(world, document), **wrong))


def test_the_signature_covers_the_picture(world: World) -> None:
    document, file = illustrated(world)
    content = content_of(document)
    assert content.value["pictures"] == [[file.pk, file.sha256]]
    StoredFile.objects.filter(pk=file.pk).update(sha256="0" * 64)
    assert content_of(document).digest != content.digest


def test_a_document_without_pictures_is_hashed_as_before(world: World) -> None:
    assert "pictures" not in content_of(drafted(world)).value


def test_a_picture_stays_as_long_as_its_document(world: World, client_as: ClientAs) -> None:
    document, file = illustrated(world)
    assert client_as("drafter").delete(f"/api/v1/uploads/{file.pk}/").status_code == 403
    outgoing_delete_draft(
        actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version
    )
    file.refresh_from_db()
    assert file.removed_at is not None


def test_a_copy_has_pictures_of_its_own(world: World) -> None:
    document, file = illustrated(world)
    copy = outgoing_copy(actor=world.actor("drafter"), document_id=document.pk)
    [figure] = figures_of(OutgoingDocument.objects.get(pk=copy.pk).body)
    assert figure.file != file.pk
    assert preview_wanted(copy).pictures[0].sha256 == file.sha256


def test_the_word_file_has_it(world: World) -> None:
    document, file = illustrated(world)
    _, data = document_word(actor=world.actor("drafter"), document_id=document.pk)
    assert file_bytes(file) in _unpacked(data)


def _unpacked(data: bytes) -> list[bytes]:
    with ZipFile(io.BytesIO(data)) as package:
        return [package.read(name) for name in package.namelist() if name.startswith("word/media/")]


def test_tidying_leaves_pictures_in_their_places(world: World, client_as: ClientAs) -> None:
    document, _ = illustrated(world)
    answer = client_as("drafter").post(
        f"/api/v1/documents/{document.pk}/tidy/", {"body": document.body}, content_type="application/json"
    )
    kinds = [node["type"] for node in answer.json()["body"]["content"]]
    assert kinds == [node["type"] for node in document.body["content"]]
    assert kinds.count("picture") == 1


def test_versions_show_which_picture_took_the_place_of_which(world: World) -> None:
    document, file = illustrated(world)
    newer = {**picture(file), "attrs": {**picture(file)["attrs"], "file": file.pk + 1}}
    new = [newer if node["type"] == "picture" else node for node in document.body["content"]]
    rows = blocks_compared(body_blocks(document.body), body_blocks({"type": "doc", "content": new}))
    assert [row.block.text for row in rows if row.change is Change.CHANGED] == [
        f"［图片{file.pk + 1}］图1　现场"
    ]


def test_a_stranger_does_not_see_it(world: World, client_as: ClientAs) -> None:
    document, file = illustrated(world)
    assert client_as("stranger").get(f"/files/{file.pk}/view/").status_code == 404
    with pytest.raises(NotFound):
        picture_add(actor=world.actor("stranger"), document_id=document.pk, name="a.png", content=b"")
