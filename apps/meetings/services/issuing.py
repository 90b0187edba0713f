"""The notice of a meeting: an announcement with its slip, to organs' desks and to people; more people later; cancelling."""

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import Organ
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.files.words import words_checked
from apps.meetings.attendance import MISSED_FROM
from apps.meetings.attendees import step
from apps.meetings.course import moved, taken_up
from apps.meetings.dating import minutes_due_set
from apps.meetings.enums import AttendeeAct, Capacity, MeetingAct
from apps.meetings.models import AgendaItem, Invitation, Meeting
from apps.meetings.selectors.notice_words import notice_text
from apps.meetings.services.approving import approval_dropped
from apps.meetings.services.bookings import booking_drop
from apps.meetings.services.showing import showing_close
from apps.meetings.slips import form_of
from apps.notifications.models import AnnouncementRecipient
from apps.notifications.services import (
    AnnouncementDraft,
    announcement_create,
    announcement_publish,
    announcement_reach,
    announcement_save,
    announcement_take_back,
)

TITLE_LIMIT = 100


@transaction.atomic
def meeting_issue(*, actor: Actor, meeting_id: int, expected_version: int | None = None) -> Meeting:
    """Send the notice. Refused without people to call, with more people than seats, and while the room waits for its keeper."""
    meeting = taken_up(actor, meeting_id, MeetingAct.ISSUE, expected_version)
    ready_checked(meeting=meeting)
    return meeting_announce(actor=actor, meeting=meeting)


@transaction.atomic
def meeting_announce(*, actor: Actor, meeting: Meeting, paper: str = "") -> Meeting:
    """The notice with its slip goes to everybody the held meeting calls; `paper` is the document it was issued as."""
    announcement = announcement_create(actor=actor)
    invitations = list(meeting.invitations.select_related("post"))
    draft = AnnouncementDraft(
        title=f"关于召开{meeting.name}的通知"[:TITLE_LIMIT],
        text=(f"正式通知：{paper}，请在收文中签收。\n" if paper else "") + notice_text(meeting),
        fields=form_of(substitute_allowed=meeting.substitute_allowed),
        deadline_at=meeting.reply_due_at,
        organ_ids=[one.organ_id for one in invitations if one.organ_id is not None],
        person_ids=[one.post.person_id for one in invitations if one.post is not None],
    )
    announcement_save(
        actor=actor, announcement_id=announcement.pk, expected_version=announcement.version, draft=draft
    )
    announcement_publish(actor=actor, announcement_id=announcement.pk)
    announcement.refresh_from_db()
    meeting.announcement = announcement
    _recipients_bound(invitations, list(announcement.recipients.all()))
    moved(
        meeting,
        MeetingAct.ISSUE,
        actor=actor,
        note=f"{f'{paper}已分发，' if paper else ''}通知 {len(invitations)} 个单位和个人",
        save=("announcement",),
    )
    return meeting


@transaction.atomic
def ready_checked(*, meeting: Meeting) -> None:
    """Raises `ValidationFailed` without people to call, with more than seats, and while the room is not certain."""
    wanted = sum(meeting.invitations.values_list("quota", flat=True))
    if not wanted:
        raise ValidationFailed("请先选择参会单位或人员，再发通知。")
    booking = meeting.booking
    if booking is None:
        return
    if not booking.is_live:
        raise ValidationFailed(f"会议室预订{booking.get_state_display()}，请先通过“变更”重新选择会议室。")
    if booking.state == "asked":
        raise ValidationFailed("会议室还在等管理人批准，批准后再发通知。")
    seats_checked(meeting=meeting)


@transaction.atomic
def seats_checked(*, meeting: Meeting) -> None:
    """Raises `ValidationFailed` when more people are called than the room has seats."""
    if meeting.booking is None:
        return
    room, wanted = meeting.booking.room, sum(meeting.invitations.values_list("quota", flat=True))
    if wanted > room.seat_count:
        raise ValidationFailed(
            f"参会名额 {wanted} 人，超过{room.name}的 {room.seat_count} 座，请换会议室或核减名额。"
        )


@transaction.atomic
def invited_reach(*, meeting: Meeting) -> None:
    """Whoever was added after the notice gets it too."""
    fresh = list(meeting.invitations.filter(recipient=None).select_related("post"))
    if meeting.announcement is None or not fresh:
        return
    made = announcement_reach(
        announcement=meeting.announcement,
        organ_ids=[one.organ_id for one in fresh if one.organ_id is not None],
        person_ids=[one.post.person_id for one in fresh if one.post is not None],
    )
    _recipients_bound(fresh, made)


@transaction.atomic
def observers_invited(*, meeting: Meeting) -> None:
    """Organs that sit in for an item or report one they proposed are invited as such, one person each, unless they are anyway."""
    known = meeting.invitations.filter(organ__isnull=False).values("organ_id")
    items = AgendaItem.objects.filter(meeting=meeting)
    reporting = items.filter(proposal__isnull=False).exclude(organ=meeting.organ_id)
    wanted = Organ.objects.filter(Q(pk__in=items.values("observers")) | Q(pk__in=reporting.values("organ")))
    fresh = [
        Invitation(
            meeting=meeting, organ=organ, capacity=Capacity.OBSERVING, rank=organ.rank_order * 1000 + 999
        )
        for organ in wanted.exclude(pk__in=known).order_by("rank_order", "pk")
    ]
    Invitation.objects.bulk_create(fresh)
    if fresh and meeting.announcement_id is not None:
        seats_checked(meeting=meeting)
        invited_reach(meeting=meeting)


def _recipients_bound(invitations: list[Invitation], recipients: list[AnnouncementRecipient]) -> None:
    found = {(row.organ_id, row.person_id): row for row in recipients}
    for one in invitations:
        one.recipient = found.get((one.organ_id, one.post.person_id if one.post is not None else None))
    Invitation.objects.bulk_update(invitations, ["recipient"])


@transaction.atomic
def meeting_cancel(
    *, actor: Actor, meeting_id: int, words: str, expected_version: int | None = None
) -> Meeting:
    """Call it off with a reason: the room is free again, the notice is taken back, who was called is told."""
    meeting = taken_up(actor, meeting_id, MeetingAct.CANCEL, expected_version)
    note = words_checked(words, "取消原因", 200, required=True)
    if meeting.booking is not None and meeting.booking.is_live and meeting.booking.starts_at > now():
        booking_drop(actor=actor, booking_id=meeting.booking.pk)
    if meeting.announcement is not None:
        announcement_take_back(actor=actor, announcement=meeting.announcement, reason=f"会议取消：{note}")
    meeting.next_reply_reminder_at = meeting.next_materials_reminder_at = meeting.next_start_reminder_at = (
        None
    )
    moved(
        meeting,
        MeetingAct.CANCEL,
        actor=actor,
        note=note,
        save=("next_reply_reminder_at", "next_materials_reminder_at", "next_start_reminder_at"),
    )
    approval_dropped(actor=actor, meeting=meeting, reason=f"会议取消：{note}")
    showing_close(meeting=meeting)
    return meeting


@transaction.atomic
def meeting_end(*, actor: Actor, meeting_id: int) -> Meeting:
    """The meeting is over: who did not come is noted, materials close, the minutes are due."""
    meeting = taken_up(actor, meeting_id, MeetingAct.END, None)
    for row in meeting.attendees.select_for_update(of=("self",)).filter(state__in=MISSED_FROM):
        step(row, AttendeeAct.MISS)
    meeting.ended_at = now()
    minutes_due_set(meeting)
    moved(
        meeting, MeetingAct.END, actor=actor, save=("ended_at", "minutes_due_at", "next_minutes_reminder_at")
    )
    showing_close(meeting=meeting)
    return meeting
