"""Requests for the record of a conversation: who sees them, who decides, and the record itself."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, Q, QuerySet

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, now
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.core.subjects import Subject
from apps.messaging.enums import EntryKind, TranscriptState
from apps.messaging.models import Membership, Message, Transcript
from apps.messaging.selectors.entries import entries_seen, hidden_by

TRANSCRIPT_KIND = "messaging.transcript"
ORDER = ("-id",)
HEADS = ("序号", "时间", "发送人", "职务", "内容", "附件", "备注")
# who may let a record out, by the organ's own ladder: the first of these that has somebody else than the asker
LADDER = (Role.UNIT_HEAD, Role.OFFICE_DIRECTOR, Role.PRINCIPAL_HEAD)


def transcript_subject(transcript: Transcript) -> Subject:
    """The request as a subject."""
    return Subject(TRANSCRIPT_KIND, transcript.pk)


def transcripts_seen_by(actor: Actor, *, scope: str = "") -> QuerySet[Transcript]:
    """One's own requests and those one may decide or has decided; `scope` `mine` or `decide` narrows."""
    mine, decide = Q(asker=actor.person_id), Q(approver_ids__contains=[actor.person_id])
    chosen = {"mine": mine, "decide": decide}.get(scope, mine | decide)
    return Transcript.objects.filter(chosen).select_related("conversation", "asker", "decided_by")


def transcript_for(actor: Actor, transcript_id: int, *, lock: bool = False) -> Transcript:
    """A request the actor sees. Raises `NotFound` for everybody else."""
    rows = transcripts_seen_by(actor)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=transcript_id).first()
    if found is None:
        raise NotFound("没有找到这份导出申请。")
    return found


def can_view_transcript(actor: Actor, transcript_id: int) -> bool:
    """Whether the actor asked for it or may decide."""
    return transcripts_seen_by(actor).filter(pk=transcript_id).exists()


def transcript_title(transcript_id: int) -> str:
    """What the request is called in notices."""
    found = Transcript.objects.filter(pk=transcript_id).select_related("asker").first()
    return f"{found.asker.name}申请导出聊天记录" if found else "聊天记录导出"


def approvers_of(actor: Actor) -> list[int]:
    """Persons who may let the actor have a record: the unit's heads, else the office's directors, else the principal heads."""
    for role in LADDER:
        unit_id = actor.unit_id if role is Role.UNIT_HEAD else None
        if actor.organ_id is None or (role is Role.UNIT_HEAD and unit_id is None):
            continue
        posts = holders(organ_id=actor.organ_id, role=role, unit_id=unit_id)
        people = [post.person_id for post in posts if post.person_id != actor.person_id]
        if people:
            return list(dict.fromkeys(people))
    return []


def is_open(transcript: Transcript) -> bool:
    """Whether the record may be taken now."""
    return (
        transcript.state == TranscriptState.APPROVED
        and transcript.closes_at is not None
        and now() < transcript.closes_at
    )


def entries_between(membership: Membership, first_day: date, last_day: date) -> QuerySet[Message]:
    """Messages the member may see and has not deleted, of whole days in the city's time."""
    return entries_seen(membership).filter(
        ~Exists(hidden_by(membership)),
        kind=EntryKind.MESSAGE,
        created_at__gte=_midnight(first_day),
        created_at__lt=_midnight(last_day + timedelta(days=1)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CITY_ZONE)


def transcript_cells(rows: QuerySet[Message]) -> Iterator[list[Cell]]:
    """The record line by line; of a recalled message only the trace."""
    for number, message in enumerate(rows.iterator(), start=1):
        gone = message.recalled_at is not None
        notes = ["已撤回"] if gone else []
        notes += ["必达"] if message.is_must else []
        yield [
            number,
            message.created_at,
            message.sender_name,
            message.sender_post,
            "" if gone else message.text,
            "" if gone else message.file_names,
            "、".join(notes),
        ]
