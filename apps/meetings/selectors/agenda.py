"""议题 and their materials: who sees what (domain.md §8.2)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.subjects import Subject
from apps.files.enums import UploadPurpose
from apps.files.models import StoredFile
from apps.files.selectors import files_of_kind
from apps.meetings.enums import AttendeeState, Capacity, MeetingState
from apps.meetings.models import AgendaItem, Attendee, Meeting
from apps.meetings.policies import DESK, organises
from apps.meetings.selectors.meetings import meeting_for, own_attendance

ITEM_KIND = "meetings.agenda"
LATE_STATES = {AttendeeState.LEAVE_APPROVED, AttendeeState.ABSENT}


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """An item as the actor may see it: `files` only for who is seated for it, while the meeting is not over."""

    item: AgendaItem
    listeners: list[Attendee]
    files: list[StoredFile]
    is_seated: bool
    may_attach: bool
    is_owed: bool
    begins_at: datetime

    @property
    def subject(self) -> Subject:
        """What its files belong to."""
        return Subject(ITEM_KIND, self.item.pk)


def item_for(actor: Actor, item_id: int, *, lock: bool = False) -> AgendaItem:
    """An item of a meeting the actor may see, locked if asked. Raises `NotFound`."""
    rows = AgendaItem.objects.select_related("meeting__organiser", "meeting__host", "organ")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=item_id).first()
    if found is None:
        raise NotFound
    meeting_for(actor, found.meeting_id)
    return found


def agenda_lines(actor: Actor, meeting: Meeting) -> list[AgendaLine]:
    """The agenda in order with what the actor may open."""
    items = list(meeting.agenda.select_related("organ").prefetch_related("listeners__attendee", "observers"))
    runs, own = organises(actor, meeting), own_attendance(actor, meeting)
    seated = {item.pk: _hears(actor, meeting, item, own, runs=runs) for item in items}
    files: defaultdict[int, list[StoredFile]] = defaultdict(list)
    for file in files_of_kind(ITEM_KIND, [item.pk for item in items], UploadPurpose.ATTACHMENT):
        files[file.subject_id or 0].append(file)
    minutes = accumulate((item.minutes for item in items), initial=0)
    return [
        AgendaLine(
            item=item,
            begins_at=meeting.starts_at + timedelta(minutes=before),
            listeners=[one.attendee for one in item.listeners.all()],
            files=files[item.pk] if seated[item.pk] else [],
            is_seated=seated[item.pk],
            may_attach=_attaches(actor, meeting, item, runs=runs),
            is_owed=not files[item.pk]
            and meeting.materials_due_at is not None
            and meeting.materials_due_at < now(),
        )
        for item, before in zip(items, minutes, strict=False)
    ]


def _hears(actor: Actor, meeting: Meeting, item: AgendaItem, own: Attendee | None, *, runs: bool) -> bool:
    """Whether materials are open: always to who runs the meeting; else to the host, the reporting desk and those seated for
    the item, until the meeting is over. Who got leave has none; who sits in for one has only that.
    """
    if runs:
        return True
    if meeting.state in {MeetingState.ENDED, MeetingState.CANCELLED}:
        return False
    if meeting.host is not None and meeting.host.person_id == actor.person_id:
        return True
    if actor.organ_id == item.organ_id and actor.roles & DESK:
        return True
    return own is not None and is_seated_for(item, own)


def is_seated_for(item: AgendaItem, own: Attendee) -> bool:
    """Who sits in for an item (列席) or reports it hears that one; others hear what lists them or nobody. Not who got leave."""
    if own.state in LATE_STATES:
        return False
    if own.invitation.organ_id and own.invitation.capacity == Capacity.OBSERVING:
        return own.invitation.organ_id in {item.organ_id, *(organ.pk for organ in item.observers.all())}
    listed = {one.attendee_id for one in item.listeners.all()}
    return not listed or own.pk in listed


def _attaches(actor: Actor, meeting: Meeting, item: AgendaItem, *, runs: bool) -> bool:
    """Materials are handed in by the reporting organ's desk and by who runs the meeting, until it is over."""
    if meeting.state in {MeetingState.ENDED, MeetingState.CANCELLED}:
        return False
    return runs or (actor.organ_id == item.organ_id and bool(actor.roles & DESK))


def can_view_item(actor: Actor, item_id: int) -> bool:
    """Whether the actor may open the item's materials."""
    try:
        item = item_for(actor, item_id)
    except NotFound:
        return False
    meeting = item.meeting
    runs = organises(actor, meeting)
    return _hears(actor, meeting, item, own_attendance(actor, meeting), runs=runs)


def can_attach_to_item(actor: Actor, item_id: int) -> bool:
    """Whether the actor may hand in materials now."""
    try:
        item = item_for(actor, item_id)
    except NotFound:
        return False
    return _attaches(actor, item.meeting, item, runs=organises(actor, item.meeting))


def item_title(item_id: int) -> str:
    """Its title."""
    return AgendaItem.objects.filter(pk=item_id).values_list("title", flat=True).first() or "议题"


def meeting_of_item(item_id: int) -> int:
    """The meeting an item belongs to; 0 when it is gone."""
    return AgendaItem.objects.filter(pk=item_id).values_list("meeting_id", flat=True).first() or 0
