"""A meeting from its request to its minutes, and everything that may go wrong on the way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from apps.core import clock
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, RateLimited, ValidationFailed
from apps.documents.body import body_text
from apps.documents.services.drafting import outgoing_delete_draft
from apps.meetings.enums import AttendeeState, MeetingState
from apps.meetings.models import Attendee, Meeting
from apps.meetings.policies import visible_to
from apps.meetings.reminders import owe_minutes
from apps.meetings.selectors.agenda import can_view_item
from apps.meetings.selectors.meetings import head_count
from apps.meetings.services.agenda import ItemDraft, agenda_add, agenda_move, agenda_remove, agenda_save
from apps.meetings.services.approving import meeting_approve, meeting_return
from apps.meetings.services.attending import leave_decide, slip_give, units_urge
from apps.meetings.services.calls import (
    meeting_amend,
    meeting_change,
    meeting_request,
)
from apps.meetings.services.installation import procedure_set_up
from apps.meetings.services.issuing import meeting_cancel, meeting_end, meeting_issue
from apps.meetings.services.minutes import matter_add, minutes_draft, record_save
from apps.notifications.models import Announcement, Notice, ReplySlip
from apps.notifications.services import reply_give
from tests.factories.world import World
from tests.helpers.meetings import MONDAY, answered, booked, draft, notified, requested, room, running, slot

pytestmark = pytest.mark.django_db
Drain = Callable[[], int]


def told(world: World, key: str, words: str) -> int:
    """How many notices with these words the person has."""
    return Notice.objects.filter(person=world.person(key), title__contains=words).count()


def test_a_request_books_the_room_and_waits_for_the_director(world: World, drain: Drain) -> None:
    with clock.at(MONDAY):
        where = room(world)
        meeting = requested(world, room_id=where.pk, outside_place="")
        drain()
        assert meeting.state == MeetingState.REQUESTED
        assert meeting.booking is not None
        assert meeting.booking.is_live
        assert told(world, "director", "会议审批：全市数据共享工作推进会") == 1
        with pytest.raises(Forbidden):
            meeting_approve(actor=world.actor("section_chief"), meeting_id=meeting.pk)
        with pytest.raises(NotFound):
            meeting_approve(actor=world.actor("bureau_head"), meeting_id=meeting.pk)
        with pytest.raises(Conflict):
            booked(world, where, slot(4))


def test_a_taken_room_refuses_the_whole_request(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world)
        booked(world, where, slot(4))
        with pytest.raises(Conflict, match="已有预订"):
            requested(world, room_id=where.pk)
        assert not Meeting.objects.exists()


def test_a_returned_request_is_amended_and_asked_again(world: World) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        meeting_return(actor=world.actor("director"), meeting_id=meeting.pk, words="请压缩规模")
        meeting = Meeting.objects.get(pk=meeting.pk)
        smaller = draft(world, organ_ids=[world.organs["data"].pk])
        with pytest.raises(Conflict):
            meeting_amend(
                actor=world.actor("section_chief"), meeting_id=meeting.pk, expected_version=1, draft=smaller
            )
        meeting_amend(
            actor=world.actor("section_chief"),
            meeting_id=meeting.pk,
            expected_version=meeting.version,
            draft=smaller,
        )
        meeting = Meeting.objects.get(pk=meeting.pk)
    assert meeting.state == MeetingState.REQUESTED
    assert meeting.invitations.filter(organ__isnull=False).count() == 1


def test_the_same_key_asks_once(world: World) -> None:
    with clock.at(MONDAY):
        procedure_set_up()
        for _ in range(2):
            meeting_request(actor=world.actor("section_chief"), draft=draft(world), key="k")
    assert Meeting.objects.count() == 1


def test_the_notice_reaches_desks_and_people_as_an_announcement_with_a_slip(
    world: World, drain: Drain
) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        drain()
    announcement = Announcement.objects.get()
    assert announcement.title == "关于召开全市数据共享工作推进会的通知"
    assert "市民中心二楼会议厅" in announcement.text
    assert announcement.recipients.count() == 3
    assert told(world, "bureau_clerk", "关于召开") == 1
    assert told(world, "deputy", "关于召开") == 1
    assert not visible_to(world.actor("stranger")).filter(pk=meeting.pk).exists()
    assert visible_to(world.actor("bureau_clerk")).filter(pk=meeting.pk).exists()


def test_more_people_than_seats_is_refused_before_the_notice(world: World) -> None:
    with clock.at(MONDAY):
        where = room(world, seat_count=4)
        meeting = requested(world, room_id=where.pk)
        meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)
        with pytest.raises(ValidationFailed, match="超过第一会议室的 4 座"):
            meeting_issue(actor=world.actor("section_chief"), meeting_id=meeting.pk)
    assert not Announcement.objects.exists()


def test_a_slip_names_people_within_the_quota_and_may_be_corrected(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        people = answered(world, meeting, f2="罗景明 局长\n外聘专家 高工")
        assert [(row.name, row.person_id is not None, row.state) for row in people] == [
            ("罗景明", True, "confirmed"),
            ("外聘专家", False, "confirmed"),
        ]
        with pytest.raises(ValidationFailed, match="名额 2 人，填报了 3 人"):
            answered(world, meeting, f2="甲\n乙\n丙")
        with pytest.raises(ValidationFailed, match="请填写参会人员"):
            answered(world, meeting, f2="")
        people = answered(world, meeting, f2="许南星 主任")
        assert [row.name for row in people] == ["许南星"]
        count = head_count(meeting)
        assert (count.totals["coming"], count.totals["waiting"], count.owed) == (1, 3, 2)
        invitation = meeting.invitations.get(organ=world.organs["finance"])
        with pytest.raises(Forbidden):
            slip_give(actor=world.actor("bureau_clerk"), invitation_id=meeting.invitations.get(
                post__isnull=False).pk, expected_version=0, given={"f1": "参会"})  # fmt: skip
        with pytest.raises(Forbidden):
            slip_give(
                actor=world.actor("finance_head"),
                invitation_id=invitation.pk,
                expected_version=0,
                given={"f1": "参会"},
            )


def test_a_slip_given_on_the_announcements_own_page_counts_once(world: World, drain: Drain) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        invitation = meeting.invitations.select_related("recipient").get(organ=world.organs["data"])
        assert invitation.recipient is not None
        given = {"f1": "参会", "f2": "罗景明 局长"}
        reply_give(
            actor=world.actor("bureau_clerk"),
            announcement_id=invitation.recipient.announcement_id,
            recipient_id=invitation.recipient.pk,
            expected_version=0,
            given=given,
        )
        drain()
        drain()
    assert [row.name for row in invitation.attendees.all()] == ["罗景明"]
    assert ReplySlip.objects.count() == 1


def test_leave_needs_a_reason_and_is_decided_by_host_or_organiser(world: World, drain: Drain) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        with pytest.raises(ValidationFailed, match="事由"):
            answered(world, meeting, f1="请假")
        [row] = answered(world, meeting, f1="请假", f3="参加省里会议")
        drain()
        assert row.state == AttendeeState.LEAVE_REQUESTED
        assert told(world, "head", "罗景明申请请假") == 1
        with pytest.raises(Forbidden):
            leave_decide(actor=world.actor("bureau_clerk"), attendee_id=row.pk, is_granted=True)
        with pytest.raises(ValidationFailed):
            leave_decide(actor=world.actor("head"), attendee_id=row.pk, is_granted=False)
        leave_decide(actor=world.actor("head"), attendee_id=row.pk, is_granted=False, words="须到会")
        drain()
        row.refresh_from_db()
        assert row.state == AttendeeState.LEAVE_REFUSED
        assert told(world, "bureau_clerk", "未准假") == 1
        assert head_count(meeting).totals["coming"] == 1


def test_a_substitute_needs_a_rank_and_a_meeting_that_allows_one(world: World) -> None:
    with clock.at(MONDAY):
        strict = notified(world, substitute_allowed=False)
        with pytest.raises(ValidationFailed, match="不得替会"):
            answered(world, strict, f1="替会", f3="出差", f4="许南星 主任 四级调研员")
        meeting = notified(world)
        with pytest.raises(ValidationFailed, match="职级"):
            answered(world, meeting, f1="替会", f3="出差", f4="许南星 主任")
        [row] = answered(world, meeting, f1="替会", f3="出差", f4="许南星 主任 四级调研员")
        assert row.comes_as == "罗景明"
        row = leave_decide(actor=world.actor("section_chief"), attendee_id=row.pk, is_granted=True)
        assert (row.state, row.comes_as, row.substitute_rank) == ("substituted", "许南星", "四级调研员")
        assert visible_to(world.actor("bureau_chief")).filter(pk=meeting.pk).exists()


def test_one_tap_urges_those_who_owe_and_nobody_else(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        answered(world, meeting)
        assert units_urge(actor=world.actor("section_chief"), meeting_id=meeting.pk) == 2
        assert told(world, "finance_clerk", "请尽快回执") == 1
        assert told(world, "bureau_clerk", "请尽快回执") == 0
        with pytest.raises(RateLimited):
            units_urge(actor=world.actor("section_chief"), meeting_id=meeting.pk)


def test_a_change_reaches_exactly_those_concerned(world: World, drain: Drain) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        answered(world, meeting)
        drain()
        later = draft(
            world, slot=slot(5), organ_ids=[world.organs[key].pk for key in ("data", "finance", "education")]
        )
        meeting_change(actor=world.actor("section_chief"), meeting_id=meeting.pk, draft=later)
        drain()
    meeting = Meeting.objects.get(pk=meeting.pk)
    assert meeting.invitations.count() == 4
    assert not meeting.invitations.filter(recipient=None).exists()
    for key in ("bureau_clerk", "bureau_head", "finance_clerk", "deputy", "head"):
        assert told(world, key, "会议变更") == 1, key
    for key in ("stranger", "clerk", "county_clerk"):
        assert told(world, key, "会议变更") == 0, key
    assert Notice.objects.filter(title__contains="会议变更", text__contains="11月5日").exists()
    assert meeting.attendees.get(name="罗景明").state == AttendeeState.CONFIRMED


def test_cancelling_frees_the_room_and_takes_the_notice_back(world: World, drain: Drain) -> None:
    with clock.at(MONDAY):
        where = room(world)
        meeting = notified(world, room_id=where.pk)
        answered(world, meeting)
        with pytest.raises(ValidationFailed, match="取消原因"):
            meeting_cancel(actor=world.actor("director"), meeting_id=meeting.pk, words="")
        meeting_cancel(actor=world.actor("director"), meeting_id=meeting.pk, words="与全市大会冲突")
        drain()
        assert booked(world, where, slot(4))
        with pytest.raises(InvalidState):
            answered(world, meeting)
    assert Announcement.objects.get().status == "withdrawn"
    assert told(world, "bureau_head", "会议取消") == 1
    assert told(world, "stranger", "取消") == 0


def test_a_slip_after_the_deadline_is_late_and_after_the_beginning_refused(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
    with clock.at(slot(4, 9).starts_at):
        answered(world, meeting)
        assert ReplySlip.objects.get().is_late
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.IN_PROGRESS)
    with clock.at(slot(4, 15).starts_at), pytest.raises(InvalidState, match="不能再改回执"):
        answered(world, meeting, f2="许南星")


def test_materials_are_for_those_seated_for_the_item_and_close_with_the_meeting(world: World) -> None:
    with clock.at(MONDAY):
        meeting = notified(world)
        [row] = answered(world, meeting)
        answered(world, meeting, key="finance_clerk", f2="顾长青 局长")
        chief = world.actor("section_chief")
        item = agenda_add(
            actor=chief,
            meeting_id=meeting.pk,
            draft=ItemDraft(title="数据目录", organ_id=world.organs["data"].pk, listener_ids=[row.pk]),
        )
        open_item = agenda_add(
            actor=chief,
            meeting_id=meeting.pk,
            draft=ItemDraft(title="预算", organ_id=world.organs["finance"].pk),
        )
    seen = {
        key: can_view_item(world.actor(key), item.pk)
        for key in ("bureau_head", "finance_head", "stranger", "head", "sysadmin")
    }
    assert seen == {
        "bureau_head": True,
        "finance_head": False,
        "stranger": False,
        "head": True,
        "sysadmin": False,
    }
    assert can_view_item(world.actor("finance_head"), open_item.pk)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.ENDED)
    assert not can_view_item(world.actor("bureau_head"), item.pk)
    assert can_view_item(chief, item.pk)


def test_two_clerks_at_one_item_overwrite_nothing(world: World) -> None:
    with clock.at(MONDAY):
        meeting = requested(world)
        organ = world.organs["data"].pk
        chief, director = world.actor("section_chief"), world.actor("director")
        first = agenda_add(actor=chief, meeting_id=meeting.pk, draft=ItemDraft(title="甲", organ_id=organ))
        second = agenda_add(
            actor=director, meeting_id=meeting.pk, draft=ItemDraft(title="乙", organ_id=organ)
        )
        agenda_save(
            actor=chief, item_id=first.pk, expected_version=1, draft=ItemDraft(title="甲一", organ_id=organ)
        )
        with pytest.raises(Conflict, match="被同事修改"):
            agenda_save(
                actor=director,
                item_id=first.pk,
                expected_version=1,
                draft=ItemDraft(title="甲二", organ_id=organ),
            )
        agenda_move(actor=director, item_id=second.pk, is_up=True, expected_place=2)
        with pytest.raises(Conflict, match="被同事调整"):
            agenda_move(actor=chief, item_id=second.pk, is_up=False, expected_place=2)
        with pytest.raises(Conflict, match="核对后再撤下"):
            agenda_remove(actor=director, item_id=first.pk, expected_version=1)
    assert [item.title for item in meeting.agenda.all()] == ["乙", "甲一"]


def test_the_end_notes_who_missed_it_and_the_minutes_become_a_draft(world: World) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
    chief = world.actor("section_chief")
    with clock.at(meeting.starts_at + timedelta(hours=1)):
        record_save(actor=chief, meeting_id=meeting.pk, text="罗景明汇报。", expected_version=meeting.version)
        with pytest.raises(Conflict):
            record_save(
                actor=chief, meeting_id=meeting.pk, text="另一窗口。", expected_version=meeting.version
            )
        matter_add(
            actor=chief,
            meeting_id=meeting.pk,
            text="编制首批数据共享目录",
            organ_id=world.organs["data"].pk,
            due_on=date(2026, 12, 4),
        )
        with pytest.raises(ValidationFailed, match="责任单位"):
            matter_add(actor=chief, meeting_id=meeting.pk, text="甲", organ_id=0)
        meeting_end(actor=chief, meeting_id=meeting.pk)
        document = minutes_draft(actor=chief, meeting_id=meeting.pk)
        assert minutes_draft(actor=chief, meeting_id=meeting.pk).pk == document.pk
    assert set(Attendee.objects.values_list("state", flat=True)) == {AttendeeState.ABSENT}
    assert document.document_type == "minutes"
    text = body_text(document.body)
    assert "编制首批数据共享目录。由岱海市大数据局负责，12月4日前完成。" in text
    assert Meeting.objects.get().minutes_due_at is not None


def test_a_deleted_draft_of_the_minutes_is_owed_again(world: World) -> None:
    with clock.at(MONDAY):
        meeting = running(world)
    chief = world.actor("section_chief")
    with clock.at(meeting.starts_at + timedelta(hours=1)):
        meeting_end(actor=chief, meeting_id=meeting.pk)
        first = minutes_draft(actor=chief, meeting_id=meeting.pk)
        assert owe_minutes(Meeting.objects.get()) == set()
        outgoing_delete_draft(actor=chief, document_id=first.pk, expected_version=first.version)
        assert owe_minutes(Meeting.objects.get()) == {chief.person_id}
        assert minutes_draft(actor=chief, meeting_id=meeting.pk).pk != first.pk


def test_a_change_to_a_smaller_room_is_refused_when_the_seats_do_not_suffice(world: World) -> None:
    with clock.at(MONDAY):
        large, small = room(world), room(world, name="第二会议室", seat_count=4)
        chief, meeting = world.actor("section_chief"), notified(world, room_id=large.pk, outside_place="")
        smaller = draft(world, room_id=small.pk, outside_place="")
        with pytest.raises(ValidationFailed, match="参会名额 5 人，超过第二会议室的 4 座"):
            meeting_change(actor=chief, meeting_id=meeting.pk, draft=smaller)
        assert Meeting.objects.get().booking == meeting.booking


def test_a_change_names_a_moved_reply_date_and_nobody_hears_of_none(world: World, drain: Drain) -> None:
    with clock.at(MONDAY):
        meeting, chief = notified(world), world.actor("section_chief")
        with pytest.raises(ValidationFailed, match="没有任何改动"):
            meeting_change(actor=chief, meeting_id=meeting.pk, draft=draft(world))
        drain()
        assert told(world, "bureau_clerk", "会议变更") == 0
        later = datetime(2026, 11, 3, 20, 0, tzinfo=clock.CITY_ZONE)
        meeting_change(actor=chief, meeting_id=meeting.pk, draft=draft(world, reply_due_at=later))
        drain()
        notice = Notice.objects.get(person=world.person("bureau_clerk"), title__contains="会议变更")
        assert notice.text == "回执时限由11月3日18:00改为11月3日20:00"
        assert Announcement.objects.get().deadline_at == later
        more = draft(
            world,
            reply_due_at=later,
            organ_ids=[world.organs[one].pk for one in ("data", "finance", "education")],
        )
        meeting_change(actor=chief, meeting_id=meeting.pk, draft=more)
        drain()
        assert told(world, "bureau_clerk", "会议变更") == 1
    with clock.at(later + timedelta(minutes=1)):
        moved = draft(world, reply_due_at=later, outside_place="市民中心三楼")
        meeting_change(actor=chief, meeting_id=meeting.pk, draft=moved)
