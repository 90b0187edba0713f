"""When nobody who leads a video is there any more: the deputy keeps order until a host is back.

The deputy is whom a host has named, else who stands highest by post among those inside; never a guest. Hosts get their room back the
moment one of them comes in. Both are lines of the talk and of the audit.
"""

from datetime import timedelta

from django.db import transaction

from apps.audit.services import record
from apps.core.clock import now
from apps.core.subjects import Subject
from apps.meetings.models import VideoParticipant, VideoRoom
from apps.meetings.policies import KIND
from apps.meetings.selectors.standing_in import leaders_among, people_inside, rooms_without_hosts, stand_in_of
from apps.meetings.selectors.video import VIDEO_KIND, name_of, seats_of
from apps.meetings.services.news import room_news
from apps.messaging.services import subject_line_add

PATIENCE = timedelta(seconds=20)  # browsers come back by themselves within five


@transaction.atomic
def hosts_look(*, room_id: int) -> None:
    """Somebody has come or gone: note since when no host is there; a host who is there ends the standing in."""
    room = _locked(room_id)
    inside = people_inside(room)
    if inside & leaders_among(inside, room):
        _hosts_are_back(room)
    elif inside and room.hosts_left_at is None:
        room.hosts_left_at = now()
        room.save(update_fields=["hosts_left_at"])
    elif not inside:
        room.hosts_left_at = None
        room.save(update_fields=["hosts_left_at"])
        room.participants.filter(stands_in_since__isnull=False).update(stands_in_since=None)


def hosts_watch() -> int:
    """Hand over where hosts have been away for long enough. Returns how many rooms were handed over."""
    return sum(_stood_in(room.pk) for room in rooms_without_hosts(before=now() - PATIENCE))


@transaction.atomic
def _stood_in(room_id: int) -> bool:
    """Looked at again under the lock: a host may be back. Who stands in and is still there stays."""
    room = _locked(room_id)
    inside = people_inside(room)
    away = room.hosts_left_at is not None and room.hosts_left_at <= now() - PATIENCE
    if room.ended_at is not None or not away or inside & leaders_among(inside, room):
        return False
    before = stand_in_of(room)
    if before is not None and before.person_id in inside:
        return False
    part = _deputy(room, inside)
    if part is None:
        return False
    room.participants.filter(stands_in_since__isnull=False).update(stands_in_since=None)
    part.stands_in_since = now()
    part.save(update_fields=["stands_in_since"])
    way = "由主持人指定" if part.is_deputy else "在会人员中职务排序最前"
    _said(room, part, "stand_in", f"主持人已离线，由 {name_of(part)} 代行主持（{way}）。")
    return True


def _deputy(room: VideoRoom, inside: set[int]) -> VideoParticipant | None:
    """Whom a host has named, else the highest by post, of those inside; guests are none of them."""
    rows = {
        one.person_id: one for one in room.participants.select_related("person").filter(person__in=inside)
    }
    named = next((one for one in rows.values() if one.is_deputy), None)
    if named is not None:
        return named
    by_rank = [seat.who for seat in seats_of(room.meeting, room, with_waiting=False) if not seat.is_guest]
    return next((rows[int(who)] for who in by_rank if int(who) in rows), None)


def _hosts_are_back(room: VideoRoom) -> None:
    if room.hosts_left_at is not None:
        room.hosts_left_at = None
        room.save(update_fields=["hosts_left_at"])
    part = stand_in_of(room)
    if part is None:
        return
    part.stands_in_since = None
    part.save(update_fields=["stands_in_since"])
    _said(room, part, "stand_out", f"会场已有主持人，{name_of(part)} 代行主持结束。")


def _said(room: VideoRoom, part: VideoParticipant, act: str, words: str) -> None:
    meeting = room.meeting
    record(
        "meetings.video_act",
        actor=None,
        subject=Subject(KIND, meeting.pk),
        subject_text=meeting.name[:200],
        facts={"act": act, "person": part.who, "source": ""},
    )
    subject_line_add(subject=Subject(VIDEO_KIND, meeting.pk), text=words)
    room_news(room=room)


def _locked(room_id: int) -> VideoRoom:
    rows = VideoRoom.objects.select_for_update(of=("self",))
    return rows.select_related("meeting__host", "meeting__organiser").get(pk=room_id)
