"""Dates of meetings of which people are reminded by the shared sweep."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db.models import QuerySet

from apps.accounts.models import Role
from apps.accounts.selectors import holders
from apps.core.clock import local
from apps.core.deadlines import OccasionKind, Schedule
from apps.core.reminding import Due, ReminderSource
from apps.core.subjects import Subject
from apps.files.enums import UploadPurpose
from apps.files.selectors import files_of_kind
from apps.meetings.dating import CALL, MATERIALS, MINUTES, REPLY, TOMORROW
from apps.meetings.enums import CallState, MeetingState
from apps.meetings.models import AgendaCall, Meeting
from apps.meetings.policies import CALL_KIND, DESK, KIND
from apps.meetings.selectors.agenda import ITEM_KIND
from apps.meetings.selectors.concerned import hearers
from apps.meetings.selectors.proposals import owing_people
from apps.notifications.enums import NoticeKind
from apps.notifications.policies import people_of
from apps.notifications.reminders import words
from apps.notifications.services import NoticeDraft, notices_send

People = Callable[[Meeting], set[int]]


def _in(*states: str) -> Callable[[], QuerySet[Meeting]]:
    def rows() -> QuerySet[Meeting]:
        return Meeting.objects.filter(state__in=states).select_related("organiser", "host", "booking__room")

    return rows


def owe_a_slip(meeting: Meeting) -> set[int]:
    """Whoever has not answered."""
    rows = meeting.invitations.filter(slip_version=0, recipient__isnull=False).select_related("recipient")
    return {one for row in rows if row.recipient for one in people_of(row.recipient, to_answer=True)}


def owe_materials(meeting: Meeting) -> set[int]:
    """Desks of the organs whose items have no file yet, and who organises."""
    items = list(meeting.agenda.all())
    there = {
        file.subject_id
        for file in files_of_kind(ITEM_KIND, [one.pk for one in items], UploadPurpose.ATTACHMENT)
    }
    late = {one.organ_id for one in items if one.pk not in there}
    if not late:
        return set()
    people = {meeting.organiser.person_id}
    for organ_id in late:
        for role in sorted(DESK | {Role.CLERK}):
            people |= set(holders(organ_id=organ_id, role=role).values_list("person_id", flat=True))
    return people


def owe_minutes(meeting: Meeting) -> set[int]:
    """Who organised it, while there is no draft of the minutes; a draft deleted again counts as none."""
    return {meeting.organiser.person_id} if meeting.minutes_id is None else set()


def _tell(source: str, what: str, field: str, people: People, dues: Sequence[Due]) -> None:
    drafts = []
    for due in dues:
        meeting: Meeting = due.row
        when = local(getattr(meeting, field))
        said = "明日开会" if source == "meetings.start" else f"{what}{words(due.occasion)}"
        drafts.append(
            NoticeDraft(
                person_ids=people(meeting),
                key=due.key(source),
                kind=NoticeKind.URGE,
                title=f"{said}：{meeting.name}",
                text=f"{when.month}月{when.day}日{when:%H:%M}，{meeting.place}",
                subject=Subject(KIND, meeting.pk),
                is_urgent=due.occasion.kind is not OccasionKind.BEFORE,
            )
        )
    notices_send(drafts=[draft for draft in drafts if draft.person_ids])


def _source(
    name: str, what: str, field: str, *states: str, schedule: Schedule, people: People
) -> ReminderSource:
    return ReminderSource(
        name=f"meetings.{name}",
        running=_in(*states),
        schedule_of=lambda _meeting: schedule,
        tell=partial(_tell, f"meetings.{name}", what, field, people),
        due_field=field,
        next_field=f"next_{name}_reminder_at",
    )


def open_calls() -> QuerySet[AgendaCall]:
    """Calls for items that still take some."""
    return AgendaCall.objects.filter(state=CallState.OPEN)


def tell_who_owes_items(dues: Sequence[Due]) -> None:
    """Units that have said nothing, and whoever still holds an item."""
    drafts = []
    for due in dues:
        call: AgendaCall = due.row
        when = local(call.due_at)
        drafts.append(
            NoticeDraft(
                person_ids=owing_people(call),
                key=due.key("meetings.call"),
                kind=NoticeKind.URGE,
                title=f"议题报送{words(due.occasion)}：{call.name}",
                text=f"{when.month}月{when.day}日{when:%H:%M}前；没有议题的请报无议题",
                subject=Subject(CALL_KIND, call.pk),
                is_urgent=due.occasion.kind is not OccasionKind.BEFORE,
            )
        )
    notices_send(drafts=[draft for draft in drafts if draft.person_ids])


SOURCES = (
    _source("reply", "会议回执", "reply_due_at", MeetingState.NOTIFIED, schedule=REPLY, people=owe_a_slip),
    _source(
        "materials",
        "会议材料",
        "materials_due_at",
        MeetingState.NOTIFIED,
        MeetingState.APPROVED,
        schedule=MATERIALS,
        people=owe_materials,
    ),
    _source("start", "会议", "starts_at", MeetingState.NOTIFIED, schedule=TOMORROW, people=hearers),
    _source(
        "minutes", "会议纪要", "minutes_due_at", MeetingState.ENDED, schedule=MINUTES, people=owe_minutes
    ),
    ReminderSource(
        name="meetings.call",
        running=open_calls,
        schedule_of=lambda _call: CALL,
        tell=tell_who_owes_items,
    ),
)
