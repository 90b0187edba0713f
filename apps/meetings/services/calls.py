"""Asking for a meeting, having it approved, calling people to it, changing and cancelling it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.selectors import organs_by_id, posts_shown
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.submissions import claim, made, made_before
from apps.files.words import words_checked
from apps.meetings.attendees import person_row
from apps.meetings.changes import differences, told_of
from apps.meetings.course import logged, moved, taken_up
from apps.meetings.dating import dates_set
from apps.meetings.enums import Capacity, MeetingAct, MeetingKind, MeetingState
from apps.meetings.models import Invitation, Meeting
from apps.meetings.openings import Slot
from apps.meetings.policies import require_caller
from apps.meetings.services.approving import approval_asked
from apps.meetings.services.bookings import (
    BookingDraft,
    booking_drop,
    booking_follow,
    booking_make,
    booking_name_show,
)
from apps.meetings.services.issuing import invited_reach, seats_checked
from apps.notifications.services import announcement_deadline_follow

NAME_LIMIT = 100
NOTE_LIMIT = 4000
MOST_QUOTA = 50
MOST_INVITED = 500
LONGEST = timedelta(hours=14)


@dataclass(frozen=True, kw_only=True)
class MeetingDraft:
    """What is asked for. A room is booked with it; without one `outside_place` says where.

    `is_named_at_door`: whether the screen at the room's door may name the meeting; None leaves it as it is.
    """

    name: str
    kind: str
    slot: Slot
    room_id: int | None = None
    outside_place: str = ""
    host_id: int | None = None
    contact: str = ""
    note: str = ""
    substitute_allowed: bool = True
    reply_due_at: datetime | None = None
    materials_due_at: datetime | None = None
    organ_ids: Sequence[int] = ()
    quota: int = 1
    post_ids: Sequence[int] = ()
    observer_ids: Sequence[int] = ()
    is_named_at_door: bool | None = None


@transaction.atomic
def meeting_request(
    *, actor: Actor, draft: MeetingDraft, is_submitted: bool = True, key: str = ""
) -> Meeting:
    """Keep a meeting and book its room; submitted, it waits for approval. The same key gives the same meeting."""
    organ_id = require_caller(actor)
    if not claim(person_id=actor.person_id, key=key, verb="meetings.request"):
        return made_before(Meeting.objects, person_id=actor.person_id, key=key)
    meeting = Meeting(
        organ_id=organ_id,
        unit_id=actor.unit_id,
        organiser_id=actor.post_required("预订会议室或办理会议"),
        created_at=now(),
        state=MeetingState.DRAFT,
    )
    _fill(meeting, draft)
    _place_set(actor, meeting, draft)
    meeting.save()
    made(person_id=actor.person_id, key=key, row_id=meeting.pk)
    _invited_set(meeting, draft)
    if is_submitted:
        approval_asked(actor=actor, meeting=meeting)
    else:
        logged(meeting, "draft", "草拟", actor=actor)
    return meeting


@transaction.atomic
def meeting_amend(
    *, actor: Actor, meeting_id: int, expected_version: int, draft: MeetingDraft, is_submitted: bool = True
) -> Meeting:
    """Change a draft or a returned request, and submit it."""
    meeting = taken_up(actor, meeting_id, MeetingAct.AMEND, expected_version)
    _fill(meeting, draft)
    _place_set(actor, meeting, draft)
    meeting.save()
    meeting.attendees.all().delete()
    meeting.invitations.all().delete()
    _invited_set(meeting, draft)
    if is_submitted:
        return approval_asked(actor=actor, meeting=meeting)
    moved(meeting, MeetingAct.AMEND, actor=actor)
    return meeting


def _fill(meeting: Meeting, draft: MeetingDraft) -> None:
    meeting.name = " ".join(words_checked(draft.name, "会议名称", NAME_LIMIT, required=True).split())
    if draft.kind not in MeetingKind.values:
        raise ValidationFailed("请选择会议类别。")
    meeting.kind = draft.kind
    meeting.note = words_checked(draft.note, "会议事项和要求", NOTE_LIMIT)
    meeting.contact = words_checked(draft.contact, "联系人", 80)
    meeting.outside_place = words_checked(draft.outside_place, "会议地点", 100)
    meeting.substitute_allowed = draft.substitute_allowed
    if draft.host_id is not None and not posts_shown().filter(pk=draft.host_id).exists():
        raise ValidationFailed("主持人已不在该岗位，请重新选择。")
    meeting.host_id = draft.host_id
    _time_set(meeting, draft)


def _time_set(meeting: Meeting, draft: MeetingDraft) -> None:
    if draft.slot.starts_at <= now():
        raise ValidationFailed("会议开始时间已经过去，请重新选择。")
    if draft.slot.ends_at - draft.slot.starts_at > LONGEST:
        raise ValidationFailed("会议时间不能超过 14 小时，请按天分别办理。")
    for name, moment, before in (
        ("回执时限", draft.reply_due_at, meeting.reply_due_at),
        ("材料时限", draft.materials_due_at, meeting.materials_due_at),
    ):
        is_passed = moment is not None and moment <= now() and moment != before  # one that stood may stand
        if moment is not None and (is_passed or moment > draft.slot.starts_at):
            raise ValidationFailed(f"{name}须在现在之后、会议开始之前。")
    meeting.starts_at, meeting.ends_at = draft.slot.starts_at, draft.slot.ends_at
    meeting.reply_due_at, meeting.materials_due_at = draft.reply_due_at, draft.materials_due_at
    dates_set(meeting)


def _place_set(actor: Actor, meeting: Meeting, draft: MeetingDraft) -> None:
    """Book, move or give back the room; all within the verb's transaction, so nothing is lost when the new one is taken."""
    if draft.room_id is None and not meeting.outside_place:
        raise ValidationFailed("请选择会议室，或填写其他地点。")
    old = meeting.booking if meeting.booking is not None and meeting.booking.is_live else None
    if old is not None and draft.room_id == old.room_id:
        if (old.starts_at, old.ends_at) != (meeting.starts_at, meeting.ends_at):
            meeting.booking = booking_follow(actor=actor, booking_id=old.pk, slot=draft.slot)
        if draft.is_named_at_door is not None:
            booking_name_show(actor=actor, booking_id=old.pk, is_shown=draft.is_named_at_door)
        return
    if old is not None:
        booking_drop(actor=actor, booking_id=old.pk)
    meeting.booking = None
    if draft.room_id is not None:
        is_named = old is not None and old.is_named_at_door
        asked = BookingDraft(
            room_id=draft.room_id,
            slot=draft.slot,
            purpose=meeting.name,
            is_named_at_door=is_named if draft.is_named_at_door is None else draft.is_named_at_door,
        )
        meeting.booking = booking_make(actor=actor, draft=asked)[0]


def _invited_set(meeting: Meeting, draft: MeetingDraft) -> None:
    """Organs first in rank order, then people; a unit that is gone is named."""
    if len(draft.organ_ids) + len(draft.post_ids) + len(draft.observer_ids) > MOST_INVITED:
        raise ValidationFailed(f"参会单位和人员不能超过 {MOST_INVITED} 个。")
    if not 1 <= draft.quota <= MOST_QUOTA:
        raise ValidationFailed(f"每单位名额须为 1 至 {MOST_QUOTA} 人。")
    rank = meeting.invitations.count()
    known = set(meeting.invitations.values_list("organ_id", flat=True))
    for organ in organs_by_id(dict.fromkeys(draft.organ_ids)):
        if organ.abolished_on is not None:
            raise ValidationFailed(f"“{organ.short_name}”已经撤销，请选择承接其职责的单位。")
        if organ.pk not in known:
            rank += 1
            Invitation.objects.create(
                meeting=meeting, organ=organ, quota=draft.quota, rank=organ.rank_order * 1000 + rank
            )
    _people_set(meeting, draft.post_ids, Capacity.ATTENDING)
    _people_set(meeting, draft.observer_ids, Capacity.OBSERVING)


def _people_set(meeting: Meeting, post_ids: Sequence[int], capacity: Capacity) -> None:
    known = set(meeting.attendees.values_list("person_id", flat=True))
    for post in posts_shown().filter(pk__in=list(post_ids)).order_by("organ__rank_order", "rank_order", "pk"):
        if post.person_id in known:
            continue
        known.add(post.person_id)
        invitation = Invitation.objects.create(
            meeting=meeting,
            post=post,
            capacity=capacity,
            rank=post.organ.rank_order * 1000 + min(post.rank_order, 999),
        )
        person_row(meeting, invitation, post)


@transaction.atomic
def meeting_change(
    *, actor: Actor, meeting_id: int, draft: MeetingDraft, expected_version: int | None = None
) -> Meeting:
    """Another time, place or host after approval. What changed is told to exactly those concerned, who need not answer again.

    Who is added has the notice; the others hear only of what concerns them. Refused with more people than seats, and when nothing
    differs.
    """
    meeting = taken_up(actor, meeting_id, MeetingAct.CHANGE, expected_version)
    before, called = told_of(meeting), meeting.invitations.count()
    _fill(meeting, draft)
    _place_set(actor, meeting, draft)
    meeting.save()
    _invited_set(meeting, draft)
    seats_checked(meeting=meeting)
    invited_reach(meeting=meeting)
    note = "；".join(differences(before, told_of(meeting)))
    added = meeting.invitations.count() - called
    if not note and not added:
        raise ValidationFailed("没有任何改动，没有发变更通知。")
    if meeting.announcement is not None:
        announcement_deadline_follow(announcement=meeting.announcement, deadline_at=meeting.reply_due_at)
    if note:
        moved(meeting, MeetingAct.CHANGE, actor=actor, note=note)
        return meeting
    meeting.version += 1
    meeting.save(update_fields=["version"])
    logged(meeting, "invite", "增加参会范围", actor=actor, note=f"{added} 个单位和个人")
    return meeting


@transaction.atomic
def meeting_begin(*, actor: Actor, meeting_id: int) -> Meeting:
    """The meeting is on."""
    meeting = taken_up(actor, meeting_id, MeetingAct.BEGIN, None)
    meeting.begun_at = now()
    moved(meeting, MeetingAct.BEGIN, actor=actor, save=("begun_at",))
    return meeting
