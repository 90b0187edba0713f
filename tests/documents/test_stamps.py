"""签名章: made from a signature on paper, set by its keeper alone, after a confirmation, on what its owner signed."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from apps.accounts.models import Person
from apps.core.errors import Forbidden, InvalidState, NotFound
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.enums import SealStatus
from apps.documents.models import OutgoingDocument, SealedFile, SealUseRequest, SignatureStamp
from apps.documents.selectors.outgoing import content_of
from apps.documents.selectors.seals import active_seal, document_verified
from apps.documents.selectors.sheets import sheet_of
from apps.documents.services.sealing import document_seal, eseal_make, eseal_status_set, seal_use_request
from apps.documents.services.stamps import stamp_make
from apps.documents.services.typesetting_room import typeset_file_of
from apps.files.errors import FileRefused
from apps.files.pages import page_images_write
from apps.files.pictures import ink_write
from apps.files.selectors import file_bytes
from apps.typesetting import page_image
from tests.factories.world import World
from tests.helpers.outgoing import carried, typeset

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SignIn = Callable[[str], Client]
STAMP = "admin:documents_signaturestamp"
MARK = "岱海市人民政府办公室令"


@pytest.fixture(autouse=True)
def _own_secrets(settings: Any, tmp_path: Path) -> None:
    """Keys of this test only."""
    settings.SECRETS_ROOT = tmp_path / "secrets"


def signature(ink: int = 20, paper: int = 235, size: tuple[int, int] = (1600, 900)) -> bytes:
    """Strokes of a pen amid a sheet of paper."""
    sheet = Image.new("L", size, paper)
    pen = ImageDraw.Draw(sheet)
    pen.line([(500, 300), (700, 600), (760, 320), (1000, 560)], fill=ink, width=16)
    target = io.BytesIO()
    sheet.save(target, "PNG")
    return target.getvalue()


def stamped(world: World, who: str = "head", organ: str = "office") -> SignatureStamp:
    return stamp_make(
        actor=None,
        organ_id=world.organs[organ].pk,
        person_id=world.person(who).pk,
        name="签名.png",
        content=signature(),
    )


def at_sealing(world: World, **changes: Any) -> OutgoingDocument:
    """An order the head signed, laid out and with the keeper."""
    return carried(world, Status.SEAL_USE, document_type="order", title=MARK, **changes)


def confirm(world: World, document: OutgoingDocument, who: str = "seal_keeper") -> SealUseRequest:
    document.refresh_from_db()
    return seal_use_request(
        actor=world.actor(who), document_id=document.pk, expected_version=document.version, copies=30
    )


def set_stamp(world: World, document: OutgoingDocument, who: str = "seal_keeper") -> OutgoingDocument:
    document.refresh_from_db()
    return document_seal(actor=world.actor(who), document_id=document.pk, expected_version=document.version)


def red_of(page: Image.Image, box: dict[str, float]) -> float:
    """The part of the box that is red."""
    scale = page.width / 210
    left, top = box["x_mm"] * scale, box["y_mm"] * scale
    right, bottom = left + box["diameter_mm"] * scale, top + box["height_mm"] * scale
    inside = page.convert("RGB").crop((round(left), round(top), round(right), round(bottom)))
    rows = [inside.getpixel((x, y)) for x in range(inside.width) for y in range(inside.height)]
    pixels = [pixel for pixel in rows if isinstance(pixel, tuple)]
    return sum(red > 180 and green < 90 and blue < 100 for red, green, blue in pixels) / len(pixels)


def test_the_ink_alone_is_kept_in_red_and_cut_to_its_edges(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(signature())
    assert ink_write(tmp_path / "scan.png", tmp_path) == ""
    with Image.open(tmp_path / "picture.png") as ink:
        assert ink.mode == "RGBA"
        assert (ink.width, ink.height) == pytest.approx((518, 318), abs=16)
        assert {channel: ink.getchannel(channel).getextrema() for channel in "RGB"} == {
            "R": (230, 230),
            "G": (0, 0),
            "B": (18, 18),
        }
        assert ink.getchannel("A").getpixel((0, ink.height - 1)) == 0
        assert ink.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize(
    ("scan", "words"),
    [
        (signature(ink=230), "看不出字迹"),
        (signature(ink=240, paper=30, size=(1100, 700)), "底色过深"),
        (b"nonsense" * 50, "扩展名不符"),
    ],
)
def test_paper_without_a_signature_is_refused(world: World, scan: bytes, words: str) -> None:
    where = {"organ_id": world.organs["office"].pk, "person_id": world.person("head").pk}
    with pytest.raises(FileRefused, match=words):
        stamp_make(actor=None, **where, name="签名.png", content=scan)
    assert not SignatureStamp.objects.exists()


def test_the_keeper_confirms_and_sets_the_signers_stamp_in_its_place(world: World, tmp_path: Path) -> None:
    stamp, document = stamped(world), at_sealing(world)
    box = document.typeset_facts["seal_boxes"][0]
    bare = page_image(file_bytes(typeset_file_of(document=document)), box["page"], dpi=150)
    assert red_of(Image.open(io.BytesIO(bare)), box) == 0
    with pytest.raises(InvalidState, match="先核对并确认用印单"):
        set_stamp(world, document)
    request = confirm(world, document)
    assert (request.seal_id, request.approved_by_name.startswith("沈亦舟")) == (stamp.pk, True)
    document = set_stamp(world, document)
    assert document.status == Status.DISTRIBUTE
    sealed = SealedFile.objects.get(document=document)
    assert sealed.seal_id == stamp.pk
    (tmp_path / "final.pdf").write_bytes(file_bytes(sealed.file))
    page_images_write(tmp_path / "final.pdf", tmp_path, "application/pdf")
    assert 0.02 < red_of(Image.open(tmp_path / f"{box['page']}.png"), box) < 0.4
    found = document_verified(document)
    assert found is not None
    assert (found.report.valid, found.report.signer) == (True, "沈亦舟签名章")


def test_nobody_but_the_keeper_sets_a_stamp(world: World) -> None:
    stamped(world)
    document = at_sealing(world)
    for who in ("head", "clerk", "drafter"):
        with pytest.raises(Forbidden):
            confirm(world, document, who)
        with pytest.raises(Forbidden):
            set_stamp(world, document, who)
    assert not SealedFile.objects.exists()


def test_an_order_waits_for_the_stamp_of_its_own_signer(world: World) -> None:
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    stamped(world, "deputy")
    stamped(world, "head", "finance")
    document = at_sealing(world)
    with pytest.raises(InvalidState, match="没有沈亦舟在用的签名章"):
        confirm(world, document)
    stamp = stamped(world)
    confirm(world, document)
    eseal_status_set(actor=None, seal_id=stamp.pk, status=SealStatus.SUSPENDED, reason="出国")
    with pytest.raises(InvalidState, match="先核对并确认用印单"):
        set_stamp(world, document)
    eseal_status_set(actor=None, seal_id=stamp.pk, status=SealStatus.ACTIVE, reason="回国")
    assert set_stamp(world, document).status == Status.DISTRIBUTE


def test_stamps_are_set_on_orders_alone_and_an_order_without_stamp_names_its_signer(world: World) -> None:
    stamped(world)
    notice = carried(world, Status.SEAL_USE)
    with pytest.raises(InvalidState, match="没有在用的电子印章"):
        confirm(world, notice)
    order = carried(world, Status.DISTRIBUTE, document_type="order", title=MARK, is_sealed=False)
    assert order.typeset_facts["seal_boxes"] == []
    assert SealedFile.objects.get(document=order).seal_id is None


def test_a_joint_order_bears_the_stamps_of_all_who_signed_it_for_their_organs(world: World) -> None:
    data = world.organs["data"]
    stamped(world)
    document = carried(world, Status.TYPESET, document_type="order", title=MARK, joint_ids=(data.pk,))
    sheet = sheet_of(document, content_of(document))
    assert (sheet.signer_post, sheet.signer_name) == ("岱海市人民政府办公室主任", "")
    assert sheet.joint_signers == (("岱海市大数据局局长", "", ""),)
    with pytest.raises(InvalidState, match="没有罗景明在用的签名章"):
        typeset(world, document)
    stamped(world, "bureau_head", "data")
    document = typeset(world, document)
    assert document.status == Status.JOINT_SEAL
    confirm(world, document, "bureau_clerk")
    set_stamp(world, document, "bureau_clerk")
    confirm(world, document)
    document = set_stamp(world, document)
    found = document_verified(document)
    assert found is not None
    assert found.report.valid
    assert found.report.signer == "沈亦舟签名章、罗景明签名章"


def test_one_stamp_a_person_and_organ_and_a_revoked_one_stays_revoked(world: World) -> None:
    first = stamped(world)
    with pytest.raises(InvalidState, match="已有在用签名章"):
        stamped(world)
    eseal_status_set(actor=None, seal_id=first.pk, status=SealStatus.SUSPENDED, reason="重签")
    second = stamped(world)
    with pytest.raises(InvalidState, match="不能同时启用两枚"):
        eseal_status_set(actor=None, seal_id=first.pk, status=SealStatus.ACTIVE, reason="误停")
    eseal_status_set(actor=None, seal_id=second.pk, status=SealStatus.REVOKED, reason="离任")
    with pytest.raises(InvalidState, match="已注销"):
        eseal_status_set(actor=None, seal_id=second.pk, status=SealStatus.ACTIVE, reason="误注销")
    assert active_seal(world.organs["office"].pk) is None


def test_who_left_gets_none(world: World) -> None:
    Person.objects.filter(pk=world.person("head").pk).update(is_active=False)
    with pytest.raises(NotFound):
        stamped(world)


@pytest.mark.parametrize(
    ("who", "status"), [("sysadmin", 200), ("secadmin", 403), ("auditadmin", 403), ("clerk", 404)]
)
def test_only_the_system_administrator_makes_stamps(
    world: World, client_as: SignIn, who: str, status: int
) -> None:
    assert client_as(who).get(reverse(f"{STAMP}_changelist"), follow=True).status_code == status
    where = {"organ_id": world.organs["office"].pk, "person_id": world.person("head").pk}
    with pytest.raises(Forbidden):
        stamp_make(actor=world.actor("head"), **where, name="a.png", content=b"")


def test_a_stamp_is_made_shown_and_suspended_in_the_back_office(world: World, client_as: SignIn) -> None:
    client, person = client_as("sysadmin"), world.person("head")
    form = {"organ": world.organs["office"].pk, "person": person.pk}
    faint, clear = (SimpleUploadedFile("签名.png", signature(ink=ink)) for ink in (230, 20))
    assert "看不出字迹" in client.post(reverse(f"{STAMP}_add"), form | {"scan": faint}).content.decode()
    assert client.post(reverse(f"{STAMP}_add"), form | {"scan": clear}).status_code == 302
    stamp = SignatureStamp.objects.get(person=person)
    shown = client.get(reverse(f"{STAMP}_change", args=[stamp.pk])).content.decode()
    assert "data:image/svg+xml;base64," in shown
    assert "沈亦舟签名章" not in client.get(reverse("admin:documents_eseal_changelist")).content.decode()
    client.post(reverse(f"{STAMP}_suspend", args=[stamp.pk]), {"reason": "出国"})
    stamp.refresh_from_db()
    assert stamp.status == SealStatus.SUSPENDED
