"""The record, the agreed matters, and the 纪要 as a draft among the documents (domain.md §8.5)."""

from datetime import date
from typing import Any

from django.db import transaction

from apps.accounts.selectors import organs_by_id
from apps.core.actors import Actor
from apps.core.clock import day_text, local, now, today
from apps.core.errors import InvalidState, NotFound, ValidationFailed
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_create
from apps.files.words import words_checked
from apps.meetings.attendance import PRESENT
from apps.meetings.course import logged, moved, taken_up
from apps.meetings.enums import AttendeeState, Capacity, MeetingAct, MeetingState
from apps.meetings.models import AgreedMatter, Meeting

RECORD_LIMIT = 50_000
MATTER_LIMIT = 200
MOST_MATTERS = 100


@transaction.atomic
def record_save(*, actor: Actor, meeting_id: int, text: str, expected_version: int | None = None) -> Meeting:
    """Keep the record. Raises `Conflict` when a colleague has written meanwhile; nothing is overwritten."""
    meeting = taken_up(actor, meeting_id, MeetingAct.RECORD, expected_version)
    meeting.record = words_checked(text, "会议记录", RECORD_LIMIT)
    moved(meeting, MeetingAct.RECORD, actor=actor, save=("record",))
    return meeting


@transaction.atomic
def matter_add(
    *,
    actor: Actor,
    meeting_id: int,
    text: str,
    organ_id: int,
    due_on: date | None = None,
    item_id: int | None = None,
) -> AgreedMatter:
    """议定事项: what, which unit, by when. Discussion is not decision: only what is written here is followed up."""
    meeting = taken_up(actor, meeting_id, MeetingAct.RECORD, None)
    organ = next(iter(organs_by_id([organ_id])), None)
    if organ is None or organ.abolished_on is not None:
        raise ValidationFailed("请选择责任单位。")
    if due_on is not None and due_on < today():
        raise ValidationFailed("完成时限已经过去，请重新选择。")
    if meeting.matters.count() >= MOST_MATTERS:
        raise ValidationFailed(f"议定事项不能超过 {MOST_MATTERS} 项。")
    item = meeting.agenda.filter(pk=item_id).first() if item_id else None
    matter = AgreedMatter.objects.create(
        meeting=meeting,
        item=item,
        text=words_checked(text, "议定事项", MATTER_LIMIT, required=True),
        organ=organ,
        due_on=due_on,
        created_at=now(),
    )
    logged(meeting, "matter", "议定事项", actor=actor, note=f"{matter.text}（{organ.short_name}）")
    return matter


@transaction.atomic
def matter_remove(*, actor: Actor, meeting_id: int, matter_id: int) -> Meeting:
    """Strike an agreed matter while the meeting is on; afterwards it may be followed up already."""
    meeting = taken_up(actor, meeting_id, MeetingAct.RECORD, None)
    if meeting.state != MeetingState.IN_PROGRESS or meeting.minutes_id is not None:
        raise InvalidState("会议已结束或纪要已拟稿，议定事项不能再删，请在纪要中说明。")
    matter = meeting.matters.filter(pk=matter_id).first()
    if matter is None:
        raise NotFound
    matter.delete()
    logged(meeting, "matter", "删除议定事项", actor=actor, note=matter.text)
    return meeting


@transaction.atomic
def minutes_draft(*, actor: Actor, meeting_id: int) -> OutgoingDocument:
    """纪要 as a draft of the organ, from what is known of the meeting; asked again, the same draft."""
    meeting = taken_up(actor, meeting_id, MeetingAct.RECORD, None)
    if meeting.minutes is not None:
        return meeting.minutes
    document = outgoing_create(actor=actor, document_type="minutes")
    changes = DraftChanges(
        title=f"{meeting.name}纪要",
        body={"type": "doc", "content": _body(meeting)},
        **_people(meeting),
    )
    document = outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )
    meeting.minutes = document
    moved(meeting, MeetingAct.RECORD, actor=actor, note="纪要拟稿", save=("minutes",))
    return document


def _body(meeting: Meeting) -> list[dict[str, Any]]:
    begin = local(meeting.begun_at or meeting.starts_at)
    host = f"{meeting.host.person.name}主持会议。" if meeting.host is not None else ""
    opening = f"{day_text(begin)}，{meeting.organ.full_name}在{meeting.place}召开{meeting.name}。{host}"
    items = list(meeting.agenda.all())
    topics = f"会议研究了{'、'.join(item.title for item in items)}等事项。" if items else ""
    parts = [_paragraph(f"{opening}{topics}现将会议议定事项纪要如下：")]
    for number, matter in enumerate(meeting.matters.select_related("organ"), start=1):
        due = f"，{matter.due_on.month}月{matter.due_on.day}日前完成" if matter.due_on else ""
        words = matter.text.rstrip("。；;，")
        parts.append(_paragraph(f"{number}. {words}。由{matter.organ.full_name}负责{due}。"))
    return parts


def _people(meeting: Meeting) -> dict[str, Any]:
    """Present, on leave, and there without a vote, in rank order."""
    rows = list(meeting.attendees.select_related("organ", "invitation"))
    here = [row for row in rows if row.state in PRESENT]
    groups = (
        ("attendees", [row for row in here if row.invitation.capacity == Capacity.ATTENDING]),
        ("absentees", [row for row in rows if row.state == AttendeeState.LEAVE_APPROVED]),
        ("observers", [row for row in here if row.invitation.capacity == Capacity.OBSERVING]),
    )
    return {
        field: "，".join(f"{row.organ.short_name}{row.comes_as}" for row in people)
        for field, people in groups
    }


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}
