"""Versions of an outgoing document: what is kept when, who sees them, what their comparison says."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.documents.body import body_from_text
from apps.documents.comparing import Change, Run
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import subject_of
from apps.documents.selectors.versions import CURRENT, Comparison, versions_compared, versions_of
from apps.documents.services.drafting import DraftChanges, outgoing_autosave
from apps.documents.services.flow import outgoing_return, outgoing_submit
from apps.files.selectors import files_of
from apps.files.services import file_remove, file_store_bytes
from tests.factories.world import World
from tests.helpers.outgoing import TEXT, carried, drafted, recipients, submitted

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def edited(world: World, document: OutgoingDocument, who: str, **changes: object) -> OutgoingDocument:
    """The document after `who` changed it."""
    return outgoing_autosave(
        actor=world.actor(who),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(**changes),  # type: ignore[arg-type]  # tests name fields freely
    )


def returned_and_sent_again(world: World, **changes: object) -> OutgoingDocument:
    """A document the chief returned and its drafter submitted again after `changes`."""
    document = submitted(world)
    document = outgoing_return(
        actor=world.actor("section_chief"),
        document_id=document.pk,
        expected_version=document.version,
        to="draft",
        text="请补充。",
    )
    document = edited(world, document, "drafter", **changes) if changes else document
    return outgoing_submit(
        actor=world.actor("drafter"), document_id=document.pk, expected_version=document.version
    )


def compared(document: OutgoingDocument) -> Comparison:
    """The newest two versions compared."""
    found = versions_compared(versions_of(document), None, None)
    assert found is not None
    return found


def test_sending_an_unchanged_text_again_keeps_no_second_version(world: World) -> None:
    assert returned_and_sent_again(world).revisions.count() == 1


def test_each_version_says_who_kept_it_at_which_step_and_what_was_changed(world: World) -> None:
    document = returned_and_sent_again(
        world,
        title="岱海市人民政府办公室关于做好当前防汛工作的通知",
        main_recipients=recipients(world, "finance"),
    )
    newest, first = versions_of(document)
    assert (newest.number, newest.person, newest.changed) == (
        2, world.people["drafter"].name, ("收文机关", "标题"),
    )  # fmt: skip
    assert first.changed == ()


def test_text_edited_since_the_last_step_stands_as_the_present_version(world: World) -> None:
    document = submitted(world)
    document = edited(world, document, "section_chief", body=body_from_text(TEXT.replace("24小时", "全天候")))
    newest = versions_of(document)[0]
    assert (newest.number, newest.step, newest.changed) == (CURRENT, "部门核稿", ("正文",))
    found = compared(document)
    assert (found.inserted_count, found.deleted_count) == (3, 4)


def test_recipients_are_compared_by_name(world: World) -> None:
    document = returned_and_sent_again(world, main_recipients=recipients(world, "finance"))
    (field,) = compared(document).fields
    assert field.label == "主送"
    gone = "".join(run.text for run in field.runs if run.change is Change.DELETED)
    assert world.organs["county"].full_name in gone


def test_choices_are_compared_as_words(world: World) -> None:
    document = returned_and_sent_again(world, urgency="urgent")
    (field,) = compared(document).fields
    assert field.runs == (Run(Change.DELETED, "一般"), Run(Change.INSERTED, "加急"))


def test_attachments_are_compared_by_name_and_bytes(world: World) -> None:
    document = drafted(world)
    subject = subject_of(document)
    actor = world.actor("drafter")

    def attached(name: str, data: bytes) -> None:
        file_store_bytes(
            actor=actor,
            data=data,
            name=name,
            subject=subject,
            purpose="attachment",
            content_type="text/plain",
        )

    attached("物资清单.txt", b"2000")
    attached("联系表.txt", b"8001")
    first = versions_of(document)[0]
    for file in files_of(subject):
        file_remove(actor=actor, file_id=file.pk)
    attached("联系表.txt", b"8002")
    attached("分工表.txt", b"1")
    found = versions_compared((versions_of(document)[0], first), None, None)
    assert found is not None
    assert [(file.change, file.name) for file in found.files] == [
        (Change.DELETED, "物资清单.txt"), (Change.INSERTED, "分工表.txt"), (Change.CHANGED, "联系表.txt"),
    ]  # fmt: skip


def test_nonsense_in_the_address_compares_the_newest_two(world: World, client_as: ClientAs) -> None:
    document = returned_and_sent_again(world, title="岱海市人民政府办公室关于做好当前防汛工作的通知")
    client = client_as("drafter")
    for query in ("?old=99&new=x", "?old=2&new=2", "?old=1&new=²", "?new=1"):
        body = client.get(reverse("documents:outgoing_versions", args=[document.pk]) + query).content.decode()
        assert "第 1 稿 → 第 2 稿" in body, query
        assert "<ins>当前</ins>" in body


def test_a_single_version_says_that_there_is_nothing_to_compare(world: World, client_as: ClientAs) -> None:
    document = submitted(world)
    page = client_as("drafter").get(reverse("documents:outgoing_versions", args=[document.pk]))
    assert "只有一稿" in page.content.decode()


@pytest.mark.long
def test_exactly_who_sees_the_draft_sees_its_versions(world: World, client_as: ClientAs) -> None:
    document = carried(world, Status.OFFICE_REVIEW)
    for name in world.people:
        client = client_as(name)
        expected = client.get(reverse("documents:outgoing_detail", args=[document.pk])).status_code
        page = client.get(reverse("documents:outgoing_versions", args=[document.pk]))
        assert page.status_code == expected, name
        if expected != 200:
            assert document.title not in page.content.decode()
