"""Reads of announcements: lists, one's own slips, and how the answers roll up by organ in rank order."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from apps.accounts.selectors import organs_picked, posts_picked, posts_shown
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.paging import Page
from apps.core.prepared import PreparedFor
from apps.core.shell import COUNT_LIMIT
from apps.core.streams import searched_page
from apps.core.words import words_of
from apps.notifications.models import Announcement, AnnouncementRecipient, ReplySlip
from apps.notifications.policies import Ability, abilities, answered_by, mine, visible_to
from apps.notifications.reply_form import Field, Kind, fields_of, number_of, total_of

KIND = "notifications.announcement"
ORDER = ("-created_at", "-id")
FILTERS = ("", "unread", "waiting", "answered")
Status = Announcement.Status


def announcement_for(actor: Actor, announcement_id: int, *, lock: bool = False) -> Announcement:
    """An announcement the actor may see, locked if asked. Raises `NotFound`."""
    if lock:
        Announcement.objects.select_for_update(of=("self",)).filter(pk=announcement_id).first()
    found = visible_to(actor).filter(pk=announcement_id).select_related("organ").first()
    if found is None:
        raise NotFound
    return found


def issued_by(actor: Actor) -> QuerySet[Any]:
    """What the actor has begun or issued, with how many have read and answered."""
    return (
        Announcement.objects.filter(issuer_id=actor.person_id)
        .select_related("organ")
        .annotate(
            total=Count("recipients"),
            read_count=Count("recipients", filter=Q(recipients__read_at__isnull=False)),
            reply_count=Count("recipients", filter=Q(recipients__slip__isnull=False)),
        )
        .order_by(*ORDER)
    )


def announcements_page(
    actor: Actor, *, chosen: str = "", text: str = "", cursor: str = ""
) -> Page[Announcement]:
    """A page of what reached the actor, with the words in its title or its issuer's name."""
    return searched_page(received_by(actor, chosen=chosen), words_of(text), order=ORDER, cursor=cursor)


def received_by(actor: Actor, *, chosen: str = "") -> QuerySet[Any]:
    """What reached the actor, with whether it was read and whether an answer is still owed."""
    told = AnnouncementRecipient.objects.filter(mine(actor), announcement=OuterRef("pk"))
    owed = AnnouncementRecipient.objects.filter(
        answered_by(actor), announcement=OuterRef("pk"), slip__isnull=True
    )
    answered = AnnouncementRecipient.objects.filter(
        answered_by(actor), announcement=OuterRef("pk"), slip__isnull=False
    )
    rows = (
        Announcement.objects.filter(Exists(told))
        .exclude(status=Status.DRAFT)
        .select_related("organ")
        .annotate(
            is_unread=Exists(told.filter(read_at__isnull=True)),
            is_owed=Exists(owed),
            is_answered=Exists(answered),
        )
        .order_by(*ORDER)
    )
    if chosen == "unread":
        return rows.filter(is_unread=True)
    if chosen == "waiting":
        return rows.filter(is_owed=True, status=Status.PUBLISHED).exclude(fields=[])
    return rows.filter(is_answered=True) if chosen == "answered" else rows


def waiting_count(actor: Actor) -> int:
    """Announcements that wait for the actor: unread, or an answer owed."""
    return _WAITING.count(actor)


def _waiting(actor: Actor) -> QuerySet[Any]:
    owed = Q(is_owed=True, status=Status.PUBLISHED) & ~Q(fields=[])
    rows = received_by(actor).filter(Q(is_unread=True) | owed)
    return rows.select_related(None).order_by()[: COUNT_LIMIT + 1]


_WAITING = PreparedFor(_waiting)


def latest_for(actor: Actor, count: int = 4) -> list[Any]:
    """The latest for the desk."""
    return list(received_by(actor).exclude(status=Status.WITHDRAWN)[:count])


@dataclass(frozen=True)
class SlipForm:
    """One slip the actor may fill in or has filled in, with what was answered."""

    recipient: AnnouncementRecipient
    name: str
    slip: ReplySlip | None
    rows: list[tuple[Field, str]]


def slips_of(actor: Actor, announcement: Announcement) -> list[SlipForm]:
    """The actor's slips of an announcement: own, and the organ's when the actor answers for it."""
    fields = fields_of(announcement.fields)
    rows = AnnouncementRecipient.objects.filter(answered_by(actor), announcement=announcement).select_related(
        "organ", "person", "slip"
    )
    forms = []
    for row in rows:
        slip = getattr(row, "slip", None)
        answers = slip.answers if slip else {}
        name = row.organ.short_name if row.organ else row.person.name if row.person else ""
        forms.append(SlipForm(row, name, slip, [(field, answers.get(field.key, "")) for field in fields]))
    return forms


@dataclass(frozen=True)
class AnswerRow:
    """One recipient on the issuer's page."""

    name: str
    group: str
    read_by: str
    slip: ReplySlip | None
    answers: list[str]
    is_late: bool


@dataclass(frozen=True)
class AnswerBoard:
    """All recipients in rank order, and what the answers come to."""

    fields: list[Field]
    rows: list[AnswerRow]
    totals: list[tuple[Field, str]]
    total: int
    read_count: int
    reply_count: int
    late_count: int
    is_overdue: bool

    @property
    def missing(self) -> list[AnswerRow]:
        """Who has not answered, in rank order."""
        return [row for row in self.rows if row.slip is None]


def answer_board(announcement: Announcement) -> AnswerBoard:
    """The roll-up: organs by rank, then people by their organ's rank. Three queries."""
    fields = fields_of(announcement.fields)
    recipients = list(
        announcement.recipients.select_related("organ", "person", "slip").order_by(
            F("organ__rank_order").asc(nulls_last=True), "organ_id", "pk"
        )
    )
    places = _places([row.person_id for row in recipients if row.person_id is not None])
    ordered = sorted(
        recipients, key=lambda row: (row.organ_id is None, *places.get(row.person_id or 0, ((0, 0), ""))[0])
    )
    rows = [_answer_row(row, fields, places) for row in ordered]
    slips = [row.slip for row in rows if row.slip is not None]
    return AnswerBoard(
        fields=fields,
        rows=rows,
        totals=[(field, total_of(field, [slip.answers for slip in slips])) for field in fields],
        total=len(rows),
        read_count=sum(bool(row.read_by) for row in rows),
        reply_count=len(slips),
        late_count=sum(slip.is_late for slip in slips),
        is_overdue=announcement.deadline_at is not None and announcement.deadline_at < now(),
    )


def _places(person_ids: list[int]) -> dict[int, tuple[tuple[int, int], str]]:
    """Person → rank of organ and post, and the organ's name."""
    posts = posts_shown().filter(person_id__in=person_ids).order_by("-rank_order")
    return {
        post.person_id: ((post.organ.rank_order, post.rank_order), post.organ.short_name) for post in posts
    }


def _answer_row(
    row: AnnouncementRecipient, fields: list[Field], places: dict[int, tuple[tuple[int, int], str]]
) -> AnswerRow:
    slip = getattr(row, "slip", None)
    answers = slip.answers if slip else {}
    name = row.organ.short_name if row.organ else row.person.name if row.person else ""
    group = "" if row.organ else places.get(row.person_id or 0, ((0, 0), "其他"))[1]
    return AnswerRow(
        name=name,
        group=group,
        read_by=row.read_by,
        slip=slip,
        answers=[answers.get(field.key, "") for field in fields],
        is_late=bool(slip and slip.is_late),
    )


def export_rows(board: AnswerBoard) -> tuple[list[str], list[list[Any]]]:
    """Heads and cells of the Excel sheet; numbers as numbers where they fit."""
    heads = ["单位/人员", "所在单位", *(field.label for field in board.fields), "填报人", "回执时间", "迟报"]
    cells = [
        [
            row.name,
            row.group,
            *(_cell(field, text) for field, text in zip(board.fields, row.answers, strict=True)),
            row.slip.replied_text if row.slip else "未回执",
            row.slip.updated_at if row.slip else None,
            "迟报" if row.is_late else "",
        ]
        for row in board.rows
    ]
    return heads, cells


def _cell(field: Field, text: str) -> str | float:
    number = number_of(text) if field.kind is Kind.NUMBER else None
    return text if number is None else float(number)


def can_view_announcement(actor: Actor, announcement_id: int) -> bool:
    """Whether the actor may see it."""
    return visible_to(actor).filter(pk=announcement_id).exists()


def can_attach_announcement(actor: Actor, announcement_id: int) -> bool:
    """Files are added by the issuer while it is a draft."""
    found = visible_to(actor).filter(pk=announcement_id).first()
    return found is not None and Ability.EDIT in abilities(actor, found)


def title_of(announcement_id: int) -> str:
    """Its title."""
    return (
        Announcement.objects.filter(pk=announcement_id).values_list("title", flat=True).first() or "通知公告"
    )


def announcement_with_recipients(
    announcement_id: int,
) -> tuple[Announcement, list[AnnouncementRecipient]] | None:
    """An announcement an event speaks of, with all its recipients; None when it is gone."""
    found = Announcement.objects.select_related("organ").filter(pk=announcement_id).first()
    return (found, list(found.recipients.all())) if found else None


@dataclass(frozen=True)
class FormRow:
    """One line of the form's definition on the editing page."""

    label: str
    kind: str
    required: bool
    options: str


def form_rows(announcement: Announcement, blank: int) -> list[FormRow]:
    """The fields as lines, with `blank` empty ones below."""
    rows = [
        FormRow(field.label, str(field.kind), field.required, "、".join(field.options))
        for field in fields_of(announcement.fields)
    ]
    return rows + [FormRow("", "text", required=False, options="")] * blank


def picked(announcement: Announcement) -> dict[str, Any]:
    """The recipients as the pickers take them."""
    rows = list(announcement.recipients.select_related("organ", "person"))
    people = [row.person_id for row in rows if row.person_id is not None]
    return {
        "organs": organs_picked(row.organ for row in rows if row.organ),
        "people": posts_picked(posts_shown().filter(person_id__in=people)),
    }
