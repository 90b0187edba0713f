"""The official documents of a meeting, from either side."""

from django.db.models import Q

from apps.core.actors import Actor
from apps.documents.enums import DispatchKind
from apps.documents.models import Dispatch, OutgoingDocument
from apps.meetings.lifecycle import EDITABLE
from apps.meetings.models import Meeting
from apps.meetings.policies import visible_to
from apps.meetings.selectors.notice_words import notice_text


def meeting_of_notice(document_id: int, *, lock: bool = False) -> Meeting | None:
    """The meeting a document gives notice of."""
    rows = Meeting.objects.select_related("organiser", "organ", "notice", "booking__room", "host__person")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(notice=document_id).first()


def meetings_of_document(actor: Actor, document_id: int) -> list[tuple[Meeting, str]]:
    """Meetings the actor sees that the document gives notice of or keeps the minutes of, and which of the two."""
    rows = visible_to(actor).filter(Q(notice=document_id) | Q(minutes=document_id)).distinct()
    return [(one, "会议通知" if one.notice_id == document_id else "会议纪要") for one in rows]


def organs_served(document_id: int) -> list[int]:
    """Organs the document was sent to as 主送 and that have not given it back, in order."""
    rows = Dispatch.objects.filter(document=document_id, kind=DispatchKind.MAIN, ended_at=None)
    return list(dict.fromkeys(rows.order_by("organ__rank_order", "pk").values_list("organ_id", flat=True)))


def is_outdated(meeting: Meeting, document: OutgoingDocument | None) -> bool:
    """Whether the meeting was changed after its notice was drafted, so that the draft says something else."""
    return document is not None and meeting.state in EDITABLE and meeting.notice_facts != notice_text(meeting)
