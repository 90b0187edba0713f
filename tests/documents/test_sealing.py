"""排版, 用印 and 归档: the final file is of the signed text, set by its keeper alone, and never changes."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from PIL import Image

from apps.accounts.models import Appointment
from apps.accounts.selectors import actor_for
from apps.core.clock import today
from apps.core.errors import (
    Conflict,
    Forbidden,
    HouseError,
    InvalidState,
    NotFound,
    UpstreamFailed,
    ValidationFailed,
)
from apps.documents.body import body_from_text
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.enums import SealStatus
from apps.documents.models import DocumentRecipient, DocumentRevision, ESeal, OutgoingDocument, SealedFile
from apps.documents.selectors.filing import retention_suggested
from apps.documents.selectors.seals import trusted_roots
from apps.documents.selectors.sheets import seal_diameter
from apps.documents.services import typesetting_room
from apps.documents.services.filing import outgoing_file
from apps.documents.services.flow import outgoing_return, outgoing_withdraw
from apps.documents.services.seal_keys import provider_of
from apps.documents.services.sealing import document_seal, eseal_make, eseal_status_set, seal_use_request
from apps.files.pages import page_images_write
from apps.files.selectors import file_bytes
from apps.typesetting import child, verify_pdf
from apps.typesetting.errors import ChildTimedOut, LayoutImpossible
from tests.factories.world import World
from tests.helpers.depth import first_quick
from tests.helpers.outgoing import carried, drafted, filed, sealed_by_keeper, stepped, typeset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_secrets(settings: Any, tmp_path: Path) -> None:
    """Keys of this test only."""
    settings.SECRETS_ROOT = tmp_path / "secrets"


def confirm(world: World, document: OutgoingDocument, who: str = "seal_keeper") -> None:
    """The seal-use confirmation."""
    seal_use_request(
        actor=world.actor(who), document_id=document.pk, expected_version=document.version, copies=30
    )


def seal(world: World, document: OutgoingDocument, who: str = "seal_keeper", **more: Any) -> OutgoingDocument:
    """The act of sealing."""
    return document_seal(
        actor=world.actor(who), document_id=document.pk, expected_version=document.version, **more
    )


def test_laying_out_keeps_the_pdf_and_where_the_seal_belongs(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    facts = document.typeset_facts
    assert facts["content_hash"] == document.signed_hash
    assert [box["page"] >= 1 for box in facts["seal_boxes"]] == [True]
    assert document.printing_date == today()
    assert file_bytes(typesetting_room.typeset_file_of(document=document)).startswith(b"%PDF-")


def test_the_pages_people_look_at_show_the_seal(world: World, tmp_path: Path) -> None:
    document = carried(world, Status.DISTRIBUTE)
    box = document.typeset_facts["seal_boxes"][0]
    (tmp_path / "final.pdf").write_bytes(file_bytes(SealedFile.objects.get(document=document).file))
    page_images_write(tmp_path / "final.pdf", tmp_path, "application/pdf")
    with Image.open(tmp_path / f"{box['page']}.png") as page:
        scale = page.width / 210
        edges = (box["x_mm"], box["y_mm"], box["x_mm"] + box["diameter_mm"], box["y_mm"] + box["diameter_mm"])
        seal = page.convert("RGB").crop(
            (
                round(edges[0] * scale),
                round(edges[1] * scale),
                round(edges[2] * scale),
                round(edges[3] * scale),
            )
        )
    red, blue = (sum(seal.getchannel(one).histogram()[:100]) for one in "RB")
    assert blue - red > 0.05 * seal.width * seal.height


def test_only_the_clerk_lays_out(world: World) -> None:
    document = carried(world, Status.TYPESET)
    for who in ("drafter", "director", "head"):
        with pytest.raises(Forbidden, match="排版"):
            typesetting_room.document_typeset(
                actor=world.actor(who), document_id=document.pk, expected_version=document.version
            )


def test_a_text_other_than_the_signed_one_is_not_laid_out(world: World) -> None:
    document = carried(world, Status.TYPESET)
    OutgoingDocument.objects.filter(pk=document.pk).update(note="偷偷加的附注")
    with pytest.raises(ValidationFailed) as refused:
        typeset(world, document)
    assert refused.value.data["rules"] == ["D27"]


def test_a_first_page_without_body_stops_laying_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    document = carried(world, Status.TYPESET)

    def impossible(*_arguments: Any, **_options: Any) -> None:
        raise LayoutImpossible("公文首页必须显示正文。")

    monkeypatch.setattr("apps.typesetting.child.run", impossible)
    with pytest.raises(ValidationFailed) as refused:
        typeset(world, document)
    assert refused.value.data["rules"] == ["D24"]


def test_a_child_that_takes_too_long_leaves_the_document_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = carried(world, Status.TYPESET)

    def slow(*_arguments: Any, **_options: Any) -> None:
        raise ChildTimedOut("处理超过时限，已停止。")

    monkeypatch.setattr("apps.typesetting.child.run", slow)
    with pytest.raises(UpstreamFailed, match="文件没有变化"):
        typeset(world, document)
    document.refresh_from_db()
    assert document.status == Status.TYPESET


def test_a_change_while_pages_are_laid_out_is_a_conflict(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = carried(world, Status.TYPESET)
    original = child.run

    def meanwhile(name: str, payload: dict[str, Any], **options: Any) -> Any:
        OutgoingDocument.objects.filter(pk=document.pk).update(version=document.version + 1)
        return original(name, payload, **options)

    monkeypatch.setattr(child, "run", meanwhile)
    with pytest.raises(Conflict):
        typeset(world, document)


def test_a_seal_is_drawn_at_its_legal_diameter_and_its_key_is_private(world: World) -> None:
    made = eseal_make(actor=None, organ_id=world.organs["city"].pk)
    assert (made.diameter_mm, made.name) == (45, "岱海市人民政府")
    folder = settings.SECRETS_ROOT / "seals"
    key = folder / f"{made.key_name}.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"ENCRYPTED" in key.read_bytes()
    assert "PRIVATE" not in made.certificate_pem
    assert provider_of(seal=made).sign(b"x")


def test_diameters_follow_the_level(world: World) -> None:
    assert [seal_diameter(world.organs[key]) for key in ("province", "city", "county", "office", "data")] == [
        50, 45, 45, 42, 42,
    ]  # fmt: skip


def test_an_organ_has_one_seal_in_use_and_only_the_system_administrator_makes_it(world: World) -> None:
    organ_id = world.organs["office"].pk
    for who in ("seal_keeper", "head", "secadmin", "auditadmin"):
        with pytest.raises(Forbidden):
            eseal_make(actor=world.actor(who), organ_id=organ_id)
    first = eseal_make(actor=world.actor("sysadmin"), organ_id=organ_id)
    with pytest.raises(InvalidState, match="已有在用印章"):
        eseal_make(actor=world.actor("sysadmin"), organ_id=organ_id)
    eseal_status_set(
        actor=world.actor("sysadmin"), seal_id=first.pk, status=SealStatus.REVOKED, reason="机构更名"
    )
    eseal_make(actor=world.actor("sysadmin"), organ_id=organ_id)
    with pytest.raises(InvalidState, match="已注销"):
        eseal_status_set(
            actor=world.actor("sysadmin"), seal_id=first.pk, status=SealStatus.ACTIVE, reason="恢复"
        )


def test_sealing_needs_a_confirmation_first(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    with pytest.raises(InvalidState, match="用印单"):
        seal(world, document)


def test_a_confirmation_holds_for_the_pages_it_was_given_on_alone(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    confirm(world, document)
    document = laid_out_again(world, document)
    with pytest.raises(InvalidState, match="用印单"):
        seal(world, document)
    confirm(world, document)
    assert seal(world, document).status == Status.DISTRIBUTE


def test_without_a_seal_the_keeper_is_told_whom_to_ask(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    with pytest.raises(InvalidState, match="没有在用的电子印章"):
        confirm(world, document)


@pytest.mark.parametrize("who", first_quick(["clerk", "head", "director", "drafter", "bureau_clerk"]))
def test_nobody_but_the_keeper_confirms_or_seals(world: World, who: str) -> None:
    document = carried(world, Status.SEAL_USE)
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    with pytest.raises(HouseError) as refused:
        confirm(world, document, who)
    assert isinstance(refused.value, Forbidden | NotFound)
    confirm(world, document)
    with pytest.raises(HouseError) as refused:
        seal(world, document, who)
    assert isinstance(refused.value, Forbidden | NotFound)


def test_a_keeper_whose_post_has_ended_confirms_nothing(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    Appointment.objects.create(
        person=world.person("seal_keeper"),
        organ=world.organs["education"],
        kind=Appointment.Kind.REGULAR,
        post_title="科员",
        started_on=today(),
    )
    Appointment.objects.filter(pk=world.post("seal_keeper").pk).update(ended_on=today() - timedelta(days=1))
    with pytest.raises(Forbidden, match="已不再担任"):
        seal_use_request(
            actor=actor_for(world.person("seal_keeper")),
            document_id=document.pk,
            expected_version=document.version,
            copies=1,
        )


def test_a_sealed_file_verifies_and_one_changed_byte_is_found(world: World) -> None:
    document = carried(world, Status.DISTRIBUTE)
    data = file_bytes(document.sealed_file.file)
    report = verify_pdf(data, trusted_roots())
    assert report.valid, report.problems
    assert report.organ == "岱海市人民政府办公室"
    assert document.document_number in report.reason
    broken = bytearray(data)
    broken[len(data) // 3] ^= 1
    assert not verify_pdf(bytes(broken), trusted_roots()).valid


def test_sealing_twice_with_one_confirmation_seals_once(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    confirm(world, document)
    seal(world, document, key="stamp")
    with pytest.raises(Forbidden):
        seal(world, document, key="again")
    assert SealedFile.objects.filter(document=document).count() == 1


def test_a_suspended_seal_is_not_used(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    made = eseal_make(actor=None, organ_id=world.organs["office"].pk)
    confirm(world, document)
    eseal_status_set(actor=None, seal_id=made.pk, status=SealStatus.SUSPENDED, reason="印章遗失待查")
    with pytest.raises(InvalidState):
        seal(world, document)


@pytest.mark.long
def test_a_missing_key_file_is_said_and_nothing_is_sealed(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    made = eseal_make(actor=None, organ_id=world.organs["office"].pk)
    confirm(world, document)
    (settings.SECRETS_ROOT / "seals" / f"{made.key_name}.key").unlink()
    with pytest.raises(InvalidState, match="密钥不可用"):
        seal(world, document)
    assert not SealedFile.objects.exists()


def test_a_text_changed_under_the_hand_is_not_sealed(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    eseal_make(actor=None, organ_id=world.organs["office"].pk)
    confirm(world, document)
    OutgoingDocument.objects.filter(pk=document.pk).update(title="被替换的通知")
    with pytest.raises(ValidationFailed) as refused:
        seal(world, document)
    assert refused.value.data["rules"] == ["D27"]


def laid_out_again(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """Sent back by the seal's keeper and typeset once more."""
    document = outgoing_return(
        actor=world.actor("seal_keeper"),
        document_id=document.pk,
        expected_version=document.version,
        to="typeset",
        text="版式有误。",
    )
    return typeset(world, document)


@pytest.mark.long
def test_a_document_sent_back_from_sealing_is_laid_out_again(world: World) -> None:
    document = carried(world, Status.SEAL_USE)
    first = document.typeset_facts["file"]
    document = laid_out_again(world, document)
    assert document.typeset_facts["file"] != first
    assert sealed_by_keeper(world, document).status == Status.DISTRIBUTE


def test_a_document_unsealed_by_decision_goes_straight_to_distribution(world: World) -> None:
    document = carried(world, Status.TYPESET, is_sealed=False)
    document = typeset(world, document)
    assert document.status == Status.DISTRIBUTE
    assert document.sealed_file.seal is None
    assert document.typeset_facts["seal_boxes"] == []


@pytest.mark.long
def test_a_sealed_document_is_not_withdrawn(world: World) -> None:
    document = carried(world, Status.DISTRIBUTE)
    with pytest.raises(InvalidState, match="已经用印"):
        outgoing_withdraw(actor=world.actor("seal_keeper"), document_id=document.pk)


def test_the_database_lets_nothing_of_a_sealed_document_change(world: World) -> None:
    document = carried(world, Status.DISTRIBUTE)
    wanted = OutgoingDocument.objects.filter(pk=document.pk)
    changes: tuple[dict[str, Any], ...] = (
        {"title": "改名的通知"},
        {"body": {}},
        {"document_number": "岱政办发〔2026〕999号"},
        {"signed_hash": "0" * 64},
        {"main_recipients_text": "各单位"},
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            wanted.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentRecipient.objects.filter(document=document).update(name="别的单位")
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentRecipient.objects.filter(document=document).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SealedFile.objects.filter(document=document).update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        SealedFile.objects.filter(document=document).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentRevision.objects.filter(document=document).update(content={})


def test_the_archivist_files_with_the_next_item_number_and_the_document_is_read_only(world: World) -> None:
    first = carried(world, Status.FILED)
    second = carried(world, Status.FILED)
    assert [first.item_number, second.item_number] == ["0001", "0002"]
    assert first.filed_year == today().year
    with pytest.raises(DatabaseError), transaction.atomic():
        OutgoingDocument.objects.filter(pk=first.pk).update(copies=2)


@pytest.mark.long
def test_filing_refuses_others_and_wrong_classes(world: World) -> None:
    document = carried(world, Status.FILING)
    wrong: tuple[tuple[str, int, str], ...] = (
        ("archivist", today().year + 1, "d30"),
        ("archivist", 1999, "d30"),
        ("archivist", today().year, "forever"),
    )
    for who, year, retention in wrong:
        with pytest.raises(ValidationFailed):
            outgoing_file(
                actor=world.actor(who),
                document_id=document.pk,
                expected_version=document.version,
                year=year,
                retention_period=retention,
            )
    with pytest.raises(Forbidden, match="归档"):
        outgoing_file(
            actor=world.actor("clerk"),
            document_id=document.pk,
            expected_version=document.version,
            year=today().year,
            retention_period="d30",
        )
    assert filed(world, document).status == Status.FILED


@pytest.mark.parametrize(
    ("title", "document_type", "expected"),
    [
        ("关于印发防汛应急方案的通知", "notice", "permanent"),
        ("关于召开防汛工作会议的通知", "notice", "d10"),
        ("关于做好防汛工作的通知", "notice", "d30"),
        ("关于设立专项资金的批复", "reply", "permanent"),
    ],
)
def test_retention_is_suggested_by_type_and_words(
    world: World, title: str, document_type: str, expected: str
) -> None:
    document = drafted(world, document_type=document_type, title=title)
    assert retention_suggested(document) == expected


def test_all_steps_in_order(world: World) -> None:
    document = carried(world, Status.DISTRIBUTE)
    document = stepped(world, document)
    assert document.status == Status.FILING
    assert stepped(world, document).status == Status.FILED
    assert ESeal.objects.count() == 1


@pytest.mark.long
def test_a_character_without_a_font_stops_the_formal_file(world: World) -> None:
    document = carried(
        world, Status.TYPESET, body=body_from_text("现就\U0001f6a2有关事项通知如下：\n请认真执行。")
    )
    with pytest.raises(ValidationFailed, match="没有字体可显示，不能生成正式文件：\U0001f6a2"):
        typeset(world, document)
    document.refresh_from_db()
    assert document.status == Status.TYPESET
