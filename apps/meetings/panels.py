"""How meetings show themselves to other apps."""

from datetime import datetime, time

from django.urls import reverse

from apps.core import clock
from apps.core.actors import Actor
from apps.core.launcher import AppLink
from apps.core.slots import Panel, panel
from apps.core.subjects import SubjectKind
from apps.documents.models import OutgoingDocument
from apps.meetings.enums import RecordingAudience
from apps.meetings.media import backend
from apps.meetings.models import Meeting
from apps.meetings.policies import CALL_KIND, KIND, PROPOSAL_KIND, may_call
from apps.meetings.selectors.agenda import (
    ITEM_KIND,
    can_attach_to_item,
    can_view_item,
    item_title,
)
from apps.meetings.selectors.calendar import todays
from apps.meetings.selectors.formal_notice import meetings_of_document
from apps.meetings.selectors.matters import MATTER_KIND, can_view_matter, matter_title, meeting_of_matter
from apps.meetings.selectors.meetings import can_view_meeting, may_see_people, meeting_title
from apps.meetings.selectors.proposals import (
    call_title,
    can_attach_to_proposal,
    can_view_call,
    can_view_proposal,
    proposal_title,
)
from apps.meetings.selectors.recordings import (
    RECORDING_KIND,
    can_view_recording,
    recording_leaving,
    recording_title,
    recordings_of,
)
from apps.meetings.selectors.rooms import BOOKING_KIND, booking_title, can_view_booking
from apps.meetings.selectors.video import (
    OPEN_STATES,
    VIDEO_KIND,
    can_join_video,
    presences,
    room_of,
    video_link,
    video_title,
)

KINDS = (
    SubjectKind(
        kind=KIND,
        name="会议",
        icon="users-group",
        title=meeting_title,
        url=lambda pk: reverse("meetings:meeting", args=[pk]),
        can_view=can_view_meeting,
    ),
    SubjectKind(
        kind=VIDEO_KIND,
        name="视频会议",
        icon="video",
        title=video_title,
        url=lambda pk: reverse("meetings:video", args=[pk]),
        can_view=can_join_video,
    ),
    SubjectKind(
        kind=RECORDING_KIND,
        name="会议录制",
        icon="player-record",
        title=recording_title,
        url=lambda pk: reverse("meetings:recording", args=[pk]),
        can_view=can_view_recording,
        leaving=recording_leaving,
    ),
    SubjectKind(
        kind=ITEM_KIND,
        name="会议材料",
        icon="file-text",
        title=item_title,
        url=lambda pk: reverse("meetings:agenda_item", args=[pk]),
        can_view=can_view_item,
        can_attach=can_attach_to_item,
    ),
    SubjectKind(
        kind=CALL_KIND,
        name="议题征集",
        icon="clipboard-list",
        title=call_title,
        url=lambda pk: reverse("meetings:call", args=[pk]),
        can_view=can_view_call,
    ),
    SubjectKind(
        kind=PROPOSAL_KIND,
        name="议题报送",
        icon="clipboard-list",
        title=proposal_title,
        url=lambda pk: reverse("meetings:proposal", args=[pk]),
        can_view=can_view_proposal,
        can_attach=can_attach_to_proposal,
    ),
    SubjectKind(
        kind=MATTER_KIND,
        name="议定事项",
        icon="list-check",
        title=matter_title,
        url=lambda pk: reverse("meetings:meeting", args=[meeting_of_matter(pk)]) + "#matters",
        can_view=can_view_matter,
    ),
    SubjectKind(
        kind=BOOKING_KIND,
        name="会议室预订",
        icon="door",
        title=booking_title,
        url=lambda pk: reverse("meetings:booking", args=[pk]),
        can_view=can_view_booking,
    ),
)


@panel("portal.desk.aside", order=10)
def today(actor: Actor, _subject: object) -> Panel:
    """今日日程: meetings and what else is on today."""
    begin = datetime.combine(clock.today(), time(), tzinfo=clock.CITY_ZONE)
    return Panel(
        template="meetings/_desk_today.html", context={"entries": todays(actor, begin), "begin": begin}
    )


@panel("meetings.detail.video", order=10)
def video(actor: Actor, meeting: object) -> Panel | None:
    """视频会议: the way in, the link for others, and who was there."""
    if not isinstance(meeting, Meeting) or backend() is None:
        return None
    room = room_of(meeting)
    sees = room is not None and may_see_people(actor, meeting)
    context = {
        "meeting": meeting,
        "room": room,
        "may_join": meeting.state in OPEN_STATES,
        "link_code": video_link(meeting),
        "presences": presences(room) if room is not None and sees else [],
    }
    return Panel(template="meetings/_video.html", context=context)


@panel("meetings.detail.video", order=20)
def films(actor: Actor, meeting: object) -> Panel | None:
    """会议录制: what one may watch, and for who runs the meeting what is being made."""
    lines = recordings_of(actor, meeting) if isinstance(meeting, Meeting) else []
    if not lines:
        return None
    context = {
        "meeting": meeting,
        "lines": lines,
        "audiences": RecordingAudience.choices,
    }
    return Panel(template="meetings/_recordings_panel.html", context=context)


@panel("documents.detail.side", order=10)
def meeting_here(actor: Actor, document: object) -> Panel | None:
    """会议: what an official notice calls to, or what minutes are of."""
    if not isinstance(document, OutgoingDocument):
        return None
    rows = meetings_of_document(actor, document.pk)
    return Panel(template="meetings/_of_document.html", context={"rows": rows}) if rows else None


LINKS = (
    AppLink(name="会议", icon="users-group", url_name="meetings:meetings", group="办会", order=20),
    AppLink(
        name="议题征集",
        icon="clipboard-list",
        url_name="meetings:calls",
        group="办会",
        order=24,
        is_common=False,
    ),
    AppLink(name="会议室", icon="door", url_name="meetings:rooms", group="办会", order=21),
    AppLink(name="我的日程", icon="calendar-event", url_name="meetings:calendar", group="办会", order=22),
    AppLink(
        name="会议申请",
        icon="calendar-plus",
        url_name="meetings:new",
        group="办会",
        order=23,
        is_common=False,
        may=may_call,
    ),
)
