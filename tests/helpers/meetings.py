"""Meetings of the cast: the office calls, the data bureau and finance are invited."""

from datetime import datetime, timedelta
from typing import Any

from apps.core import clock
from apps.meetings.models import Attendee, Booking, Meeting, MeetingRoom
from apps.meetings.openings import Slot
from apps.meetings.services.approving import meeting_approve
from apps.meetings.services.attending import slip_give
from apps.meetings.services.bookings import BookingDraft, booking_make
from apps.meetings.services.calls import MeetingDraft, meeting_begin, meeting_request
from apps.meetings.services.installation import procedure_set_up
from apps.meetings.services.issuing import meeting_issue
from apps.meetings.services.rooms import room_keep
from tests.factories.world import World
from tests.helpers.replay import replayed

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=clock.CITY_ZONE)
HOUR = timedelta(hours=1)
COMES = {"f1": "参会", "f2": "罗景明 局长"}


def room(world: World, **more: Any) -> MeetingRoom:
    """Twenty seats of the office, a quarter of an hour between two uses."""
    facts: dict[str, Any] = {
        "organ": world.organs["office"],
        "name": "第一会议室",
        "seat_count": 20,
        "equipment": "投影、视频终端",
        "buffer_minutes": 15,
        "weekdays": "12345",
    }
    return room_keep(actor=None, row=MeetingRoom(), facts=facts | more)


def slot(day: int = 3, hour: int = 14, hours: float = 2) -> Slot:
    """Hours of a day of November 2026."""
    begin = datetime(2026, 11, day, hour, 0, tzinfo=clock.CITY_ZONE)
    return Slot(begin, begin + hours * HOUR)


def booked(
    world: World, where: MeetingRoom, when: Slot | None = None, key: str = "drafter", **more: Any
) -> list[Booking]:
    """By somebody of the office."""
    draft = BookingDraft(room_id=where.pk, slot=when or slot(), purpose="学习会", **more)
    return booking_make(actor=world.actor(key), draft=draft)


def draft(world: World, **more: Any) -> MeetingDraft:
    """Tuesday afternoon outside the house: two bureaux with two people each, and the deputy in person."""
    facts: dict[str, Any] = {
        "name": "全市数据共享工作推进会",
        "kind": "special",
        "slot": slot(4),
        "outside_place": "市民中心二楼会议厅",
        "host_id": world.post("head").pk,
        "contact": "林知夏 88060004",
        "organ_ids": [world.organs["data"].pk, world.organs["finance"].pk],
        "quota": 2,
        "post_ids": [world.post("deputy").pk],
        "reply_due_at": datetime(2026, 11, 3, 18, 0, tzinfo=clock.CITY_ZONE),
    }
    return MeetingDraft(**(facts | more))


@replayed
def requested(world: World, **more: Any) -> Meeting:
    """Asked for by the section chief."""
    procedure_set_up()
    return meeting_request(actor=world.actor("section_chief"), draft=draft(world, **more))


@replayed
def notified(world: World, **more: Any) -> Meeting:
    """Approved by the office director; the notice is out."""
    meeting = requested(world, **more)
    meeting_approve(actor=world.actor("director"), meeting_id=meeting.pk)
    return meeting_issue(actor=world.actor("section_chief"), meeting_id=meeting.pk)


def answered(world: World, meeting: Meeting, key: str = "bureau_clerk", **given: str) -> list[Attendee]:
    """The bureau's desk gives the slip; its people."""
    actor = world.actor(key)
    invitation = meeting.invitations.get(organ_id=actor.organ_id or 0)
    slip_give(
        actor=actor,
        invitation_id=invitation.pk,
        expected_version=invitation.slip_version,
        given={**COMES, **given},
    )
    return list(invitation.attendees.all())


@replayed
def running(world: World, **more: Any) -> Meeting:
    """One of the bureaux has answered, and it has begun on time."""
    meeting = notified(world, **more)
    answered(world, meeting)
    with clock.at(meeting.starts_at):
        meeting_begin(actor=world.actor("section_chief"), meeting_id=meeting.pk)
    return Meeting.objects.get(pk=meeting.pk)
