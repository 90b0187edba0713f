"""Reasons for going on in spite of a warning: wanted once, kept with who, when and which step, shown in the log."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.core.errors import ValidationFailed
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import CheckReason, OutgoingDocument
from apps.documents.selectors.checks import finding_rows
from apps.documents.services.drafting import DraftChanges, outgoing_autosave
from apps.documents.services.flow import outgoing_submit
from tests.factories.world import World
from tests.helpers.outgoing import agreed, carried, drafted

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ClientAs = Callable[[str], Client]
ODD_TITLE = "岱海市人民政府办公室关于做好防汛工作"
OTHER_TITLE = "岱海市人民政府办公室关于做好防汛工作的通知。"


def sent(world: World, document: OutgoingDocument, **more: object) -> OutgoingDocument:
    """The drafter submits."""
    return outgoing_submit(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        **more,  # type: ignore[arg-type]  # tests name arguments freely
    )


def key_of(document: OutgoingDocument) -> str:
    """The key of the one open warning."""
    (row,) = [row for row in finding_rows(document) if row.is_open]
    return row.finding.key


def test_a_warning_without_a_reason_refuses_the_step(world: World) -> None:
    with pytest.raises(ValidationFailed, match="理由"):
        sent(world, drafted(world, title=ODD_TITLE))
    assert not CheckReason.objects.exists()


def test_a_reason_is_kept_with_who_and_at_which_step(world: World) -> None:
    document = drafted(world, title=ODD_TITLE)
    sent(world, document, reasons={key_of(document): "标题从简。"})
    kept = CheckReason.objects.get()
    assert (kept.rule, kept.reason, kept.step, kept.person_id) == (
        "D18", "标题从简。", Status.DRAFT, world.actor("drafter").person_id,
    )  # fmt: skip


def test_the_words_of_the_submission_count_for_what_has_no_reason_of_its_own(world: World) -> None:
    sent(world, drafted(world, title=ODD_TITLE), text="领导要求标题从简。")
    assert CheckReason.objects.get().reason == "领导要求标题从简。"


def test_a_reason_once_given_serves_the_later_steps(world: World) -> None:
    document = sent(world, drafted(world, title=ODD_TITLE), text="从简。")
    assert agreed(world, document, "section_chief").status == Status.OFFICE_REVIEW
    assert CheckReason.objects.count() == 1


def test_a_reviewer_who_changes_the_text_gives_the_reason_for_the_new_warning(world: World) -> None:
    document = carried(world, Status.OFFICE_REVIEW)
    document = outgoing_autosave(
        actor=world.actor("director"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(title=OTHER_TITLE),
    )
    with pytest.raises(ValidationFailed, match="标题末尾"):
        agreed(world, document, "director")
    agreed(world, document, "director", reasons={key_of(document): "原文如此。"})
    kept = CheckReason.objects.get()
    assert (kept.step, kept.person_id) == (Status.OFFICE_REVIEW, world.actor("director").person_id)


def test_a_block_is_not_reasoned_away(world: World) -> None:
    document = drafted(world, title=ODD_TITLE, cc_recipients=(), main_recipients=())
    with pytest.raises(ValidationFailed) as refused:
        sent(world, document, text="请放行。")
    assert refused.value.data["rules"] == ["F04"]


def test_the_reason_is_shown_with_the_log_and_on_the_printed_sheet(world: World, client_as: ClientAs) -> None:
    document = sent(world, drafted(world, title=ODD_TITLE), text="标题从简的理由。")
    for name in ("outgoing_detail", "outgoing_slip"):
        body = (
            client_as("section_chief").get(reverse(f"documents:{name}", args=[document.pk])).content.decode()
        )
        assert "检查提示及理由" in body
        assert "标题从简的理由。" in body


def test_the_draft_page_asks_for_the_reason_beside_the_finding(world: World, client_as: ClientAs) -> None:
    document = drafted(world, title=ODD_TITLE)
    client = client_as("drafter")
    page = client.get(reverse("documents:outgoing_edit", args=[document.pk])).content.decode()
    assert f'name="reason-{key_of(document)}"' in page
    answer = client.get(f"/api/v1/documents/{document.pk}/").json()["findings"]
    assert [(found["rule"], found["severity"], found["field"]) for found in answer] == [
        ("D18", "warn", "title")
    ]


def test_the_table_of_checks_is_open_to_everybody_signed_in(world: World, client_as: ClientAs) -> None:
    page = client_as("stranger").get(reverse("documents:checks_help")).content.decode()
    assert "D01" in page
    assert "D33" in page


def test_a_reason_is_never_changed(world: World) -> None:
    sent(world, drafted(world, title=ODD_TITLE), text="从简。")
    with pytest.raises(DatabaseError), transaction.atomic():
        CheckReason.objects.update(reason="另一个理由")


def test_marks_after_the_recipients_are_taken_off_because_the_typesetter_sets_them(world: World) -> None:
    document = drafted(world, main_recipients_text="各县人民政府：", cc_recipients_text="市委办公室。")
    assert (document.main_recipients_text, document.cc_recipients_text) == ("各县人民政府", "市委办公室")
