"""会议通知 as an official document: drafted from the meeting, and with its distribution the slips go out."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.outgoing import document_for
from apps.documents.services.exchange import document_distribute
from apps.meetings.enums import MeetingState
from apps.meetings.models import Meeting
from apps.meetings.services.agenda import ItemDraft, agenda_add
from apps.meetings.services.approving import meeting_approve
from apps.meetings.services.calls import meeting_change
from apps.meetings.services.formal_notice import notice_draft, notice_follow
from apps.meetings.services.issuing import meeting_cancel, meeting_issue
from apps.notifications.models import Announcement
from tests.factories.world import World
from tests.helpers.exchange import sealed
from tests.helpers.meetings import MONDAY, answered, draft, requested, slot

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    """The city's time stands still on a Monday morning."""
    with clock.at(MONDAY):
        yield


def approved(world: World, **more: object) -> Meeting:
    """A meeting that may be told."""
    meeting = requested(world, **more)
    return meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)


def sent_as(
    world: World, meeting: Meeting, *, main: tuple[str, ...] = ("data", "finance")
) -> OutgoingDocument:
    """The meeting's notice is a sealed document; the office distributes it."""
    document = sealed(world, main=main, cc=())
    Meeting.objects.filter(pk=meeting.pk).update(notice=document)
    document_distribute(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version, key="sent"
    )
    return document


def test_the_draft_says_whom_when_where_what_and_how_to_answer(world: World) -> None:
    meeting, chief = approved(world, note="请提前熟悉材料。"), world.actor("section_chief")
    item = ItemDraft(title="数据共享进展", organ_id=world.organs["data"].pk, presenter="罗景明", minutes=10)
    agenda_add(actor=chief, meeting_id=meeting.pk, draft=item)
    document = notice_draft(actor=chief, meeting_id=meeting.pk)
    assert notice_draft(actor=chief, meeting_id=meeting.pk) == document
    assert (document.document_type, document.title) == ("notice", "关于召开全市数据共享工作推进会的通知")
    assert set(document.recipients.values_list("kind", "organ_id")) == {
        ("main", world.organs["data"].pk),
        ("main", world.organs["finance"].pk),
    }
    words = str(document.body)
    for said in (
        "2026年11月4日（星期三）14:00至16:00。",
        "市民中心二楼会议厅。",
        f"{world.organs['data'].full_name}2人",
        "1. 数据共享进展。",
        "1. 请提前熟悉材料。",
        "请于11月3日18:00前通过本系统会议回执",
        "联系人：林知夏 88060004。",
    ):
        assert said in words
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.APPROVED
    assert not Announcement.objects.exists()


def test_with_the_documents_distribution_the_slips_go_out_once(
    world: World, drain: Callable[[], int]
) -> None:
    meeting = approved(world)
    document = sent_as(world, meeting)
    drain()
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.NOTIFIED
    assert meeting.announcement is not None
    assert (document.document_number or document.title) in meeting.announcement.text
    assert notice_follow(document_id=document.pk) is None
    assert Announcement.objects.count() == 1
    assert [one.name for one in answered(world, meeting)] == ["罗景明"]


def test_an_organ_added_to_the_document_is_called_too(world: World, drain: Callable[[], int]) -> None:
    meeting = approved(world)
    sent_as(world, meeting, main=("data", "finance", "education"))
    drain()
    added = meeting.invitations.get(organ=world.organs["education"])
    assert added.quota == 2
    assert added.recipient_id is not None


def test_a_meeting_told_otherwise_or_called_off_is_not_told_again(
    world: World, drain: Callable[[], int]
) -> None:
    chief = world.actor("section_chief")
    told = approved(world)
    meeting_issue(actor=chief, meeting_id=told.pk)
    sent_as(world, told)
    drain()
    assert Announcement.objects.count() == 1
    with pytest.raises((InvalidState, Forbidden)):
        notice_draft(actor=chief, meeting_id=told.pk)
    off = approved(world, slot=slot(5))
    notice_draft(actor=chief, meeting_id=off.pk)
    meeting_cancel(actor=chief, meeting_id=off.pk, words="另行安排")
    off.refresh_from_db()
    assert off.notice_id is not None
    assert notice_follow(document_id=off.notice_id) is None


def test_without_people_to_call_there_is_no_draft(world: World) -> None:
    meeting = approved(world, organ_ids=[], post_ids=[])
    with pytest.raises(ValidationFailed, match="请先选择参会单位或人员"):
        notice_draft(actor=world.actor("section_chief"), meeting_id=meeting.pk)


def test_a_meeting_changed_after_the_draft_says_so(world: World, client_as: As) -> None:
    meeting, chief = approved(world), world.actor("section_chief")
    notice_draft(actor=chief, meeting_id=meeting.pk)
    page = reverse("meetings:meeting", args=[meeting.pk])
    assert "请核对文稿" not in client_as("section_chief").get(page).content.decode()
    meeting_change(actor=chief, meeting_id=meeting.pk, draft=draft(world, slot=slot(4, 9)))
    assert "请核对文稿" in client_as("section_chief").get(page).content.decode()


def test_both_pages_lead_to_each_other(world: World, client_as: As) -> None:
    meeting = approved(world)
    address = reverse("meetings:notice", args=[meeting.pk])
    roles = ("drafter", "bureau_clerk", "sysadmin")
    assert [client_as(key).post(address).status_code for key in roles] == [404, 404, 404]
    chief = client_as("section_chief")
    answer = chief.post(address)
    meeting.refresh_from_db()
    assert answer["Location"] == reverse("documents:outgoing_edit", args=[meeting.notice_id])
    seen = chief.get(reverse("meetings:meeting", args=[meeting.pk])).content.decode()
    detail = reverse("documents:outgoing_detail", args=[meeting.notice_id])
    assert detail in seen
    assert "以正式文件通知" not in seen
    assert document_for(world.actor("section_chief"), meeting.notice_id or 0).pk == meeting.notice_id
    text = chief.get(detail).content.decode()
    assert reverse("meetings:meeting", args=[meeting.pk]) in text
    assert "会议通知" in text
