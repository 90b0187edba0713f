"""会议通知 as an official document: drafted from the meeting, and when it is distributed the meeting's notice is out."""

from typing import Any

from django.db import transaction

from apps.accounts.selectors import actor_of_appointment, organs_by_id
from apps.core.actors import Actor
from apps.core.clock import day_text, local, today
from apps.core.errors import NotFound
from apps.documents.enums import Disclosure
from apps.documents.models import OutgoingDocument
from apps.documents.services.drafting import DraftChanges, Recipient, outgoing_autosave, outgoing_create
from apps.meetings.course import logged, taken_up
from apps.meetings.enums import MeetingAct, MeetingState
from apps.meetings.models import Invitation, Meeting
from apps.meetings.selectors.formal_notice import meeting_of_notice, organs_served
from apps.meetings.selectors.notice_words import notice_text
from apps.meetings.services.issuing import meeting_announce, ready_checked

NUMBERS = "一二三四五六七八九十"


@transaction.atomic
def notice_draft(*, actor: Actor, meeting_id: int) -> OutgoingDocument:
    """会议通知 as a draft 通知 of the organ: whom it calls, when, where, the agenda, the slip. Asked again, the same draft.

    Refused like the notice itself: without people to call, with more people than seats, while the room is not certain.
    """
    meeting = taken_up(actor, meeting_id, MeetingAct.ISSUE, None)
    if meeting.notice is not None:
        return meeting.notice
    ready_checked(meeting=meeting)
    invitations = list(meeting.invitations.select_related("organ", "post__person"))
    document = outgoing_create(actor=actor, document_type="notice")
    changes = DraftChanges(
        title=f"关于召开{meeting.name}的通知",
        body={"type": "doc", "content": [_paragraph(line) for line in _lines(meeting, invitations)]},
        disclosure=Disclosure.CLOSED,
        main_recipients=tuple(
            Recipient(name=one.organ.full_name, organ_id=one.organ_id)
            for one in invitations
            if one.organ is not None and one.organ_id != meeting.organ_id
        ),
    )
    document = outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )
    meeting.notice, meeting.notice_facts = document, notice_text(meeting)
    meeting.version += 1
    meeting.save(update_fields=["notice", "notice_facts", "version"])
    logged(meeting, "notice", "拟通知文件", actor=actor, note=document.title)
    return document


def _lines(meeting: Meeting, invitations: list[Invitation]) -> list[str]:
    begin = local(meeting.starts_at)
    day = day_text(begin) if begin.year != today().year else f"{begin.month}月{begin.day}日"
    parts = [
        ("会议时间", [_when(meeting)]),
        ("会议地点", [f"{meeting.place}。"]),
        ("主持人", [f"{meeting.host.post_title}{meeting.host.person.name}。"] if meeting.host else []),
        ("参会人员", _called(invitations)),
        ("会议议题", [f"{n}. {item.title}。" for n, item in enumerate(meeting.agenda.all(), start=1)]),
        ("有关要求", _demands(meeting)),
    ]
    lines = [f"经研究，定于{day}召开{meeting.name}。现将有关事项通知如下："]
    for number, (heading, words) in zip(NUMBERS, [one for one in parts if one[1]], strict=False):
        lines += [f"{number}、{heading}", *words]
    return lines


def _when(meeting: Meeting) -> str:
    begin, end = local(meeting.starts_at), local(meeting.ends_at)
    weekday = NUMBERS[begin.weekday()] if begin.weekday() < 6 else "日"
    until = f"{end:%H:%M}" if end.date() == begin.date() else f"{end.month}月{end.day}日{end:%H:%M}"
    return f"{day_text(begin)}（星期{weekday}）{begin:%H:%M}至{until}。"


def _called(invitations: list[Invitation]) -> list[str]:
    """Organs with their places, then people by name."""
    organs = [f"{one.organ.full_name}{one.quota}人" for one in invitations if one.organ is not None]
    people = [f"{one.post.post_title}{one.post.person.name}" for one in invitations if one.post is not None]
    return [f"{'、'.join(words)}。" for words in (organs, people) if words]


def _demands(meeting: Meeting) -> list[str]:
    asked = [*(line.strip() for line in meeting.note.splitlines() if line.strip())]
    if meeting.reply_due_at is not None:
        due = local(meeting.reply_due_at)
        asked.append(f"请于{due.month}月{due.day}日{due:%H:%M}前通过本系统会议回执报送参会人员姓名、职务。")
    substitute = (
        "确需替会的，须一并说明替会人姓名、职务、职级。"
        if meeting.substitute_allowed
        else "本次会议不得替会。"
    )
    asked.append(f"因故不能参会的，须书面请假，经批准方可缺席。{substitute}")
    if meeting.materials_due_at is not None:
        due = local(meeting.materials_due_at)
        asked.append(f"汇报材料请于{due.month}月{due.day}日{due:%H:%M}前报送。")
    if meeting.contact:
        asked.append(f"联系人：{meeting.contact}。")
    return [f"{number}. {words}" for number, words in enumerate(asked, start=1)]


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


@transaction.atomic
def notice_follow(*, document_id: int) -> Meeting | None:
    """The document was distributed: the meeting's notice counts as sent, its slips go out. Safe to run twice.

    Organs it went to that the meeting did not call yet are called now. A meeting whose notice is out, or that was called off
    meanwhile, stays as it is.
    """
    meeting = meeting_of_notice(document_id, lock=True)
    if meeting is None or meeting.state != MeetingState.APPROVED:
        return None
    document = meeting.notice
    if document is None:
        raise NotFound
    _served_invited(meeting, document_id)
    actor = actor_of_appointment(meeting.organiser)
    return meeting_announce(actor=actor, meeting=meeting, paper=document.document_number or document.title)


def _served_invited(meeting: Meeting, document_id: int) -> None:
    """主送 organs that were added to the document while it was written."""
    known = set(meeting.invitations.values_list("organ_id", flat=True))
    fresh = [one for one in organs_served(document_id) if one not in known]
    quotas = meeting.invitations.filter(organ__isnull=False).values_list("quota", flat=True)
    quota = quotas.first() or 1
    rank = meeting.invitations.count()
    Invitation.objects.bulk_create(
        Invitation(meeting=meeting, organ=organ, quota=quota, rank=organ.rank_order * 1000 + rank)
        for organ in organs_by_id(fresh)
    )
    if fresh:
        names = "、".join(organ.short_name for organ in organs_by_id(fresh))
        logged(meeting, "invite", "增加参会范围", actor=None, note=f"通知文件主送：{names}"[:1000])
