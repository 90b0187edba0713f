"""My calendar: a month, a week or a list of what every app says of my days."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Appointment
from apps.accounts.selectors import actor_for, actor_of_appointment
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now, today
from apps.core.diary import Busy, Entry, clashes, entries_between
from apps.core.errors import NotFound
from apps.meetings.enums import AttendeeState, MeetingState
from apps.meetings.models import Attendee, CalendarFeed, Meeting
from apps.meetings.policies import schedules_open_to
from apps.meetings.selectors.meetings import own_meetings_between

SCOPES = (("month", "月"), ("week", "周"), ("list", "列表"))
FEED_BACK, FEED_AHEAD = timedelta(days=30), timedelta(days=180)
LIST_DAYS = 30
TAKES_TIME = (
    MeetingState.REQUESTED, MeetingState.APPROVED, MeetingState.NOTIFIED, MeetingState.IN_PROGRESS
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day with its entries."""

    day: date
    entries: list[Entry]
    is_other: bool = False


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The days shown, by week, and what clashes among them."""

    scope: str
    day: date
    weeks: list[list[Day]]
    clashes: list[tuple[Entry, Entry]]
    before: date
    after: date

    @property
    def days(self) -> list[Day]:
        """All days in order."""
        return [day for week in self.weeks for day in week]

    @property
    def has_entries(self) -> bool:
        """Whether anything is on."""
        return any(day.entries for day in self.days)


def leaders_of(actor: Actor) -> list[Appointment]:
    """Leaders whose schedule the person may open."""
    return list(schedules_open_to(actor))


def schedule_of(actor: Actor, post_id: int | None) -> Actor:
    """Whose calendar is drawn: the person's own, or a leader's. Raises `NotFound` for one the person may not see."""
    if post_id is None:
        return actor
    found = schedules_open_to(actor).filter(pk=post_id).first()
    if found is None:
        raise NotFound
    return actor_of_appointment(found)


def calendar_of(actor: Actor, scope: str, day: date | None, *, is_own: bool = True) -> Calendar:
    """The month, week or next thirty days of a person; of somebody else only what takes time, not what is due."""
    chosen = day or today()
    scope = scope if scope in {"month", "week", "list"} else "month"
    if scope == "month":
        first = chosen.replace(day=1)
        start = first - timedelta(days=first.weekday())
        following = (first + timedelta(days=32)).replace(day=1)
        count = -(-(following - start).days // 7) * 7
        before, after = (first - timedelta(days=1)).replace(day=1), following
    elif scope == "week":
        start, count = chosen - timedelta(days=chosen.weekday()), 7
        before, after = start - timedelta(days=7), start + timedelta(days=7)
    else:
        start, count = chosen, LIST_DAYS
        before, after = chosen - timedelta(days=LIST_DAYS), chosen + timedelta(days=LIST_DAYS)
    begin = datetime.combine(start, time(), tzinfo=CITY_ZONE)
    entries = entries_between(actor, begin, begin + timedelta(days=count))
    entries = entries if is_own else [one for one in entries if one.is_busy]
    days = [
        Day(
            day=start + timedelta(days=number),
            entries=_on(entries, start + timedelta(days=number)),
            is_other=scope == "month" and (start + timedelta(days=number)).month != chosen.month,
        )
        for number in range(count)
    ]
    weeks = [days[at : at + 7] for at in range(0, count, 7)]
    return Calendar(
        scope=scope, day=chosen, weeks=weeks, clashes=clashes(entries)[:20], before=before, after=after
    )  # fmt: skip


def _on(entries: Sequence[Entry], day: date) -> list[Entry]:
    return [one for one in entries if local(one.starts_at).date() <= day <= local(one.ends_at).date()]


def todays(actor: Actor, begin: datetime) -> list[Entry]:
    """What is on in the day from `begin`, not yet over."""
    return [one for one in entries_between(actor, begin, begin + timedelta(days=1)) if one.ends_at > now()]


def meeting_entries(actor: Actor, start: datetime, end: datetime) -> list[Entry]:
    """Meetings the person sits in, hosts or runs."""
    return [
        Entry(
            source="meetings",
            title=row.name,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            url=reverse("meetings:meeting", args=[row.pk]),
            place=row.place,
            kind="会议",
            uid=meeting_uid(row.pk),
        )
        for row in own_meetings_between(actor, start, end)
    ]


def meeting_busy(person_ids: Sequence[int], start: datetime, end: datetime) -> list[Busy]:
    """When these people sit in, host or run a meeting that is asked for or called: two queries."""
    rows = Meeting.objects.filter(state__in=TAKES_TIME, starts_at__lt=end, ends_at__gt=start)
    asked = set(person_ids)
    found = [
        _busy(person, row.pk, row.starts_at, row.ends_at)
        for row in rows.filter(
            Q(host__person_id__in=asked) | Q(organiser__person_id__in=asked)
        ).select_related("host", "organiser")
        for person in {row.organiser.person_id, row.host.person_id if row.host else 0} & asked
    ]
    seated = Attendee.objects.filter(
        Q(person_id__in=asked) | Q(substitute_id__in=asked), meeting__in=rows
    ).exclude(state=AttendeeState.LEAVE_APPROVED)
    for seat in seated.select_related("meeting"):
        comes = seat.substitute_id if seat.state_is_substituted else seat.person_id
        if comes in asked:
            found.append(_busy(comes, seat.meeting_id, seat.meeting.starts_at, seat.meeting.ends_at))
    return found


def _busy(person_id: int, meeting_id: int, starts_at: datetime, ends_at: datetime) -> Busy:
    return Busy(person_id=person_id, starts_at=starts_at, ends_at=ends_at, uid=meeting_uid(meeting_id))


def meeting_uid(meeting_id: int) -> str:
    """By which a meeting is told apart in calendars."""
    return f"meeting-{meeting_id}"


def feed_entries(secret: str) -> list[Entry]:
    """What the calendar behind a secret shows. Raises `NotFound` for an unknown one and for people who left."""
    feed = (
        CalendarFeed.objects.select_related("person")
        .filter(digest=digest_of(secret), person__is_active=True)
        .first()
    )
    if feed is None:
        raise NotFound
    return entries_between(actor_for(feed.person), now() - FEED_BACK, now() + FEED_AHEAD)


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret[:200].encode()).hexdigest()


def has_feed(actor: Actor) -> bool:
    """Whether the person has an address."""
    return CalendarFeed.objects.filter(person_id=actor.person_id).exists()


def ics_of(entries: Sequence[Entry]) -> str:
    """RFC 5545. Times in UTC; texts escaped, lines folded at 75 bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tongzhou//Calendar//ZH",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:同舟日程",
    ]
    for number, one in enumerate(entries):
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.uid or f'{one.source}-{number}-{one.starts_at:%Y%m%d%H%M}'}@tongzhou",
            f"DTSTAMP:{_utc(now())}",
            f"DTSTART:{_utc(one.starts_at)}",
            f"DTEND:{_utc(max(one.ends_at, one.starts_at + timedelta(minutes=15)))}",
            f"SUMMARY:{_escaped(f'{one.kind}：{one.title}' if one.is_moment else one.title)}",
            *([f"LOCATION:{_escaped(one.place)}"] if one.place else []),
            "END:VEVENT",
        ]
    return "\r\n".join(_folded(line) for line in [*lines, "END:VCALENDAR"]) + "\r\n"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    parts, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > 74:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += width
    return "\r\n".join(parts)
