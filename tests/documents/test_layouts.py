"""版式: letters, orders and minutes by their own formats, and the Word file."""

import io
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core.errors import ValidationFailed
from apps.documents.enums import DocumentFormat
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import content_of
from apps.documents.selectors.sheets import own_mark, sheet_of
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_copy, outgoing_create
from apps.typesetting import OfficialSheet
from tests.factories.world import World

pytestmark = pytest.mark.django_db
OFFICE = "岱海市人民政府办公室"


def draft(world: World, kind: str) -> OutgoingDocument:
    return outgoing_create(actor=world.actor("drafter"), document_type=kind)


def save(world: World, document: OutgoingDocument, **changes: Any) -> OutgoingDocument:
    return outgoing_autosave(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(**changes),
    )


def sheet(document: OutgoingDocument) -> OfficialSheet:
    return sheet_of(document, content_of(document))


@pytest.mark.parametrize(
    ("kind", "layout", "mark", "is_sealed"),
    [
        ("notice", "general", f"{OFFICE}文件", True),
        ("letter", "letter", OFFICE, True),
        ("order", "order", f"{OFFICE}令", True),
        ("minutes", "minutes", f"{OFFICE}会议纪要", False),
    ],
)
def test_a_type_has_its_format_and_mark(
    world: World, kind: str, layout: str, mark: str, *, is_sealed: bool
) -> None:
    document = draft(world, kind)
    assert (document.layout, document.issuer_mark, document.is_sealed) == (layout, mark, is_sealed)
    assert sheet(document).format == layout


def test_the_standard_mark_follows_the_format_and_a_mark_of_ones_own_stays(world: World) -> None:
    document = save(world, draft(world, "notice"), layout="letter")
    assert (document.issuer_mark, own_mark(document)) == (OFFICE, "")
    document = save(world, document, issuer_mark="岱海市政务公开领导小组", layout="general")
    assert document.issuer_mark == own_mark(document) == "岱海市政务公开领导小组"
    document = save(world, document, issuer_mark="")
    assert document.issuer_mark == f"{OFFICE}文件"


def test_a_format_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="格式的选项不存在"):
        save(world, draft(world, "notice"), layout="poster")


def test_minutes_are_never_sealed(world: World) -> None:
    document = save(world, draft(world, "minutes"), is_sealed=True)
    assert not document.is_sealed


def test_minutes_print_who_attended_and_other_formats_do_not(world: World) -> None:
    people = {"attendees": "沈亦舟，高文澜", "absentees": "", "observers": "秦朗月"}
    document = save(world, draft(world, "minutes"), **people)
    assert sheet(document).attendance == (("出席", "沈亦舟，高文澜"), ("列席", "秦朗月"))
    assert sheet(save(world, document, layout="general")).attendance == ()


def test_the_attendance_is_part_of_what_is_signed(world: World) -> None:
    document = draft(world, "minutes")
    before = content_of(document).digest
    assert content_of(save(world, document, attendees="沈亦舟")).digest != before


def test_an_order_keeps_the_place_of_its_signers_stamp_or_names_the_signer_where_none_is_set(
    world: World,
) -> None:
    document = draft(world, "order")
    assert sheet(document).signer_name == "（签名章）"
    document.signer = world.post("head")
    assert (sheet(document).signer_post, sheet(document).signer_name) == ("主任", "")
    document.is_sealed = False
    assert (sheet(document).signer_post, sheet(document).signer_name) == ("主任", "沈亦舟")


def test_a_copy_keeps_format_and_attendance(world: World) -> None:
    source = save(world, draft(world, "minutes"), attendees="沈亦舟")
    copy = outgoing_copy(actor=world.actor("drafter"), document_id=source.pk)
    assert (copy.layout, copy.attendees) == (DocumentFormat.MINUTES, "沈亦舟")
    assert copy.issuer_mark == f"{OFFICE}会议纪要"


def test_the_word_file_holds_the_text_and_its_export_is_recorded(world: World, client: Client) -> None:
    document = save(world, draft(world, "letter"), title="关于商请支持的函")
    client.force_login(world.person("drafter"))
    response = client.get(reverse("documents:outgoing_word", args=[document.pk]))
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    lines = [line.text for line in docx.Document(io.BytesIO(response.content)).paragraphs]
    assert "关于商请支持的函" in lines
    assert AuditEntry.objects.filter(action="documents.word_export").count() == 1


def test_a_stranger_exports_nothing(world: World, client: Client) -> None:
    document = draft(world, "letter")
    client.force_login(world.person("stranger"))
    response = client.get(reverse("documents:outgoing_word", args=[document.pk]))
    assert response.status_code == 404
    assert not AuditEntry.objects.filter(action="documents.word_export").exists()
