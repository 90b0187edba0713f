"""拟稿: what is saved, what is refused, and that nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.core.errors import Conflict, Forbidden, NotFound, ValidationFailed
from apps.documents.body import body_from_text, body_text
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.checks import document_findings
from apps.documents.selectors.outgoing import content_of, document_for
from apps.documents.services.drafting import (
    DraftChanges,
    Recipient,
    outgoing_autosave,
    outgoing_copy,
    outgoing_create,
    outgoing_delete_draft,
)
from tests.factories.world import World
from tests.helpers.outgoing import TITLE, drafted, recipients, submitted

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def save(world: World, document: OutgoingDocument, who: str = "drafter", **changes: Any) -> OutgoingDocument:
    """The document after `who` saved `changes`."""
    return outgoing_autosave(
        actor=world.actor(who),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(**changes),
    )


def test_a_fresh_draft_carries_what_follows_from_organ_and_type(world: World) -> None:
    document = outgoing_create(actor=world.actor("drafter"), document_type="request")
    assert document.issuer_mark == "岱海市人民政府办公室文件"
    assert document.issuer_signature == "岱海市人民政府办公室"
    assert document.routing_direction == "upward"
    assert document.signatories == ["沈亦舟"]
    assert document.drafting_unit == world.unit("office", "综合科")


def test_an_unknown_type_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="十五种"):
        outgoing_create(actor=world.actor("drafter"), document_type="plan")


def test_an_administrator_without_a_post_cannot_draft(world: World) -> None:
    with pytest.raises(Forbidden, match="没有任职"):
        outgoing_create(actor=world.actor("sysadmin"), document_type="notice")


def test_the_same_key_creates_one_draft(world: World) -> None:
    actor = world.actor("drafter")
    first = outgoing_create(actor=actor, document_type="notice", key="k1")
    second = outgoing_create(actor=actor, document_type="notice", key="k1")
    assert first.pk == second.pk
    assert OutgoingDocument.objects.count() == 1


def test_a_save_keeps_every_field_and_counts_the_version(world: World) -> None:
    document = outgoing_create(actor=world.actor("drafter"), document_type="notice")
    saved = save(
        world, document, title=" 关于防汛\n的通知 ", urgency="urgent", note="此件公开发布", copies=30
    )
    fresh = OutgoingDocument.objects.get(pk=document.pk)
    assert (fresh.title, fresh.urgency, fresh.note, fresh.copies) == (
        "关于防汛 的通知",
        "urgent",
        "此件公开发布",
        30,
    )
    assert fresh.version == saved.version == 2


def test_fields_that_were_not_sent_stay(world: World) -> None:
    document = drafted(world)
    save(world, document, note="此件公开发布")
    fresh = OutgoingDocument.objects.get(pk=document.pk)
    assert fresh.title == TITLE
    assert fresh.recipients.count() == 3


def test_a_second_window_is_told_and_overwrites_nothing(world: World) -> None:
    document = drafted(world)
    stale = document.version
    save(world, document, title="新标题的通知")
    with pytest.raises(Conflict) as refused:
        outgoing_autosave(
            actor=world.actor("drafter"),
            document_id=document.pk,
            expected_version=stale,
            changes=DraftChanges(title="旧窗口的标题"),
        )
    assert refused.value.data["version"] == stale + 1
    assert refused.value.data["title"] == "新标题的通知"
    assert OutgoingDocument.objects.get(pk=document.pk).title == "新标题的通知"


def test_a_title_of_500_characters_is_refused_in_words_and_nothing_is_lost(world: World) -> None:
    document = drafted(world)
    with pytest.raises(ValidationFailed, match="标题有500个字，最多300个字"):
        save(world, document, title="长" * 500)
    assert OutgoingDocument.objects.get(pk=document.pk).title == TITLE


def test_hostile_markup_in_the_body_is_kept_as_text(world: World) -> None:
    document = drafted(world)
    hostile = "<svg onload=alert(1)>"
    save(world, document, body=body_from_text(hostile))
    assert OutgoingDocument.objects.get(pk=document.pk).body["content"][0]["content"][0]["text"] == hostile


def test_an_unknown_node_in_the_body_is_refused(world: World) -> None:
    document = drafted(world)
    with pytest.raises(ValidationFailed, match="不支持"):
        save(world, document, body={"type": "doc", "content": [{"type": "iframe"}]})


def test_an_organ_stands_once_and_main_goes_before_copied(world: World) -> None:
    document = drafted(world)
    save(
        world,
        document,
        main_recipients=(*recipients(world, "county"), *recipients(world, "county")),
        cc_recipients=(*recipients(world, "county"), Recipient(name=" 驻岱海部队 ")),
    )
    rows = [(row.kind, row.name) for row in document.recipients.all()]
    assert rows == [("main", "青石县人民政府"), ("cc", "驻岱海部队")]


def test_an_organ_that_does_not_exist_falls_out_of_the_recipients(world: World) -> None:
    document = drafted(world)
    save(world, document, main_recipients=(Recipient(name="伪造机关", organ_id=999_999),), cc_recipients=())
    assert document.recipients.count() == 0
    assert "F04" in [finding.rule for finding in document_findings(document)]


def test_the_office_may_issue_for_its_government_but_not_for_a_bureau(world: World) -> None:
    document = drafted(world)
    save(world, document, issuing_organ_id=world.organs["city"].pk)
    document.refresh_from_db()
    assert document.issuer_mark == "岱海市人民政府文件"
    with pytest.raises(ValidationFailed, match="以本机关"):
        save(world, document, issuing_organ_id=world.organs["finance"].pk)


def test_turning_a_document_upward_names_the_principal_head_as_signatory(world: World) -> None:
    document = drafted(world)
    save(world, document, routing_direction="upward")
    assert OutgoingDocument.objects.get(pk=document.pk).signatories == ["沈亦舟"]


def test_a_countersigner_who_has_left_is_refused(world: World) -> None:
    document = drafted(world)
    with pytest.raises(ValidationFailed, match="会签人"):
        save(world, document, cosign_ids=(world.post("leaver").pk,))


def test_a_draft_is_nobodys_business_but_the_drafters(world: World) -> None:
    document = drafted(world)
    for key in ("section_chief", "director", "head", "clerk", "stranger", "sysadmin"):
        with pytest.raises(NotFound):
            document_for(world.actor(key), document.pk)


def test_someone_else_cannot_save_a_submitted_document(world: World) -> None:
    document = submitted(world)
    with pytest.raises(Forbidden, match="不由您修改"):
        save(world, document, title="改一改的通知")


def test_the_reviewer_may_correct_the_text_at_the_own_step(world: World) -> None:
    document = submitted(world)
    save(world, document, who="section_chief", title="岱海市人民政府办公室关于切实做好防汛工作的通知")
    fresh = OutgoingDocument.objects.select_related("matter").get(pk=document.pk)
    assert fresh.matter is not None
    assert fresh.matter.title == "岱海市人民政府办公室关于切实做好防汛工作的通知"


def test_a_copy_takes_the_text_and_nothing_of_the_flow(world: World) -> None:
    source = submitted(world)
    copy = outgoing_copy(actor=world.actor("section_chief"), document_id=source.pk)
    assert copy.title == source.title
    assert copy.drafter_id == world.person("section_chief").pk
    assert copy.status == "draft"
    assert copy.submitted_at is None
    assert copy.document_number == ""
    assert content_of(copy).value["recipients"] == content_of(source).value["recipients"]


def test_a_stranger_cannot_copy(world: World) -> None:
    source = submitted(world)
    with pytest.raises(NotFound):
        outgoing_copy(actor=world.actor("stranger"), document_id=source.pk)


def test_a_draft_can_be_deleted_by_its_drafter_only_before_it_was_submitted(world: World) -> None:
    document = drafted(world)
    with pytest.raises(NotFound):
        outgoing_delete_draft(
            actor=world.actor("head"), document_id=document.pk, expected_version=document.version
        )
    outgoing_delete_draft(
        actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version
    )
    assert not OutgoingDocument.objects.filter(pk=document.pk).exists()
    sent = submitted(world)
    with pytest.raises(Forbidden, match="从未提交"):
        outgoing_delete_draft(
            actor=world.actor("drafter"), document_id=sent.pk, expected_version=sent.version
        )


@pytest.mark.parametrize(
    "given",
    [
        '"note": "a\\u0000b"',
        '"attendees": "\\ud800"',
        '"copies": 1e999',
        f'"copies": {"9" * 40}',
        '"issuing_organ": {}',
        '"is_important": {}',
        '"joint": [[]]',
        '"body": []',
    ],
)
def test_nonsense_of_a_program_is_refused_in_words(world: World, client_as: As, given: str) -> None:
    """Nothing is saved and nothing breaks."""
    document = drafted(world)
    answer = client_as("drafter").put(
        f"/api/v1/documents/{document.pk}/",
        f'{{"expected_version": {document.version}, {given}}}',
        content_type="application/json",
    )
    assert answer.status_code in {400, 422}
    assert answer.json()["message"]
    assert content_of(OutgoingDocument.objects.get(pk=document.pk)).value == content_of(document).value


def test_a_half_character_falls_out_of_the_body(world: World) -> None:
    """As other characters that cannot be printed do."""
    document = save(world, drafted(world), body=body_from_text("甲\ud800乙"))
    assert body_text(document.body) == "甲乙"
