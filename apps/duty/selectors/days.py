"""A day of duty: its watches and what happened in them, as the daily report tells it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Prefetch, Q, QuerySet

from apps.accounts.models import Appointment, Organ, Role
from apps.accounts.selectors import holders
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, local, now
from apps.core.given import YEARS
from apps.core.subjects import Subject
from apps.duty.enums import RosterState
from apps.duty.models import (
    DailyReport,
    DutyLogEntry,
    DutyWatch,
    EmergencyEvent,
    EmergencyReport,
    SpotCheck,
)
from apps.duty.policies import reads_log, require_reader
from apps.duty.selectors.attachments import with_files
from apps.duty.selectors.spots import SpotShown, spot_shown
from apps.files.models import StoredFile
from apps.files.selectors import files_of_kind

DAILY = "duty.daily"
SHEET = "daily_sheet"
TOLD = (Role.PRINCIPAL_HEAD, Role.DEPUTY_HEAD, Role.OFFICE_DIRECTOR)
MOST_LISTED = 60


@dataclass(frozen=True)
class EventOfDay:
    """An event in hand that day, with the reports written in it."""

    event: EmergencyEvent
    reports: list[EmergencyReport]


@dataclass(frozen=True)
class DutyDay:
    """The watches that begin on the day; the day reaches from the first begin to the last end, without watches from 0 to 24 h."""

    organ: Organ
    day: date
    starts_at: datetime
    ends_at: datetime
    watches: list[DutyWatch] = field(default_factory=list)
    entries: list[DutyLogEntry] = field(default_factory=list)
    events: list[EventOfDay] = field(default_factory=list)
    spots: list[SpotShown] = field(default_factory=list)

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to tell yet."""
        return bool(self.watches) and self.starts_at <= now()

    @property
    def is_over(self) -> bool:
        """Whether the last watch has ended."""
        return self.ends_at <= now()


def day_for(actor: Actor, day: date) -> DutyDay:
    """The day of the organ for whoever reads its log. Raises `Forbidden`."""
    organ = Organ.objects.get(pk=require_reader(actor))
    watches = watches_on(organ.pk, day)
    start = watches[0].starts_at if watches else datetime.combine(day, time.min, tzinfo=CITY_ZONE)
    end = watches[-1].ends_at if watches else datetime.combine(day, time.max, tzinfo=CITY_ZONE)
    return DutyDay(
        organ=organ,
        day=day,
        starts_at=start,
        ends_at=end,
        watches=watches,
        entries=with_files(
            DutyLogEntry.objects.filter(watch__in=watches)
            .select_related("event", "corrects")
            .order_by("happened_at", "id")
        ),
        events=_events(organ, start, end),
        spots=_spots(organ, start, end),
    )


def watches_on(organ_id: int, day: date) -> list[DutyWatch]:
    """Watches of a published roster that begin on the day, with who serves."""
    rows = DutyWatch.objects.filter(
        organ_id=organ_id, starts_at__date=day, roster__state=RosterState.PUBLISHED
    )
    people = ("shifts__post", "shifts__appointment__person", "shifts__appointment__unit")
    return list(rows.prefetch_related(*people).order_by("starts_at"))


def _events(organ: Organ, start: datetime, end: datetime) -> list[EventOfDay]:
    """Learned of before the end and not closed before the begin."""
    written = EmergencyReport.objects.filter(written_at__gte=start, written_at__lt=end)
    rows = EmergencyEvent.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=start), organ=organ, learned_at__lt=end
    ).prefetch_related(Prefetch("reports", written, to_attr="written"))
    return [EventOfDay(one, list(one.written)) for one in rows.order_by("learned_at", "id")]


def _spots(organ: Organ, start: datetime, end: datetime) -> list[SpotShown]:
    rows = SpotCheck.objects.filter(organ=organ, called_at__gte=start, called_at__lt=end)
    called = rows.select_related("organ").prefetch_related("answers__appointment__person", "answers__post")
    return [spot_shown(one) for one in called.order_by("called_at", "id")]


def duty_day_now() -> date:
    """The day whose duty ended last: yesterday."""
    return local(now()).date() - timedelta(days=1)


def day_next_to(day: date, step: int) -> date:
    """The day before (-1) or after (1); at the ends of the calendar the day itself."""
    found = day + timedelta(days=step)
    return found if found.year in YEARS else day


def next_number(organ_id: int, year: int) -> int:
    """Of the organ's next report in the year."""
    found = DailyReport.objects.filter(organ_id=organ_id, year=year).aggregate(last=Max("number"))
    return (found["last"] or 0) + 1


def told_of(organ_id: int, watches: list[DutyWatch], sender_id: int) -> list[Appointment]:
    """Who is told of a day: heads, the office director, who led its watches; not the person who tells."""
    posts = [post for role in TOLD for post in holders(organ_id=organ_id, role=role)]
    posts += [shift.appointment for watch in watches for shift in watch.shifts.all() if shift.post.is_leader]
    found = {post.person_id: post for post in posts if post.person_id != sender_id}
    return sorted(found.values(), key=lambda post: (post.rank_order, post.pk))


def reports_of(duty: DutyDay) -> list[tuple[DailyReport, StoredFile | None]]:
    """Reports of the day, newest first, each with its sheet."""
    rows = list(DailyReport.objects.filter(organ=duty.organ, day=duty.day))
    files = {one.subject_id: one for one in files_of_kind(DAILY, [one.pk for one in rows], SHEET)}
    return [(one, files.get(one.pk)) for one in rows]


def reports_listed(actor: Actor) -> QuerySet[DailyReport]:
    """All reports of the organ, newest first. Raises `Forbidden`."""
    return DailyReport.objects.filter(organ=require_reader(actor)).order_by("-sent_at", "-id")


def daily_known(report_id: int) -> DailyReport | None:
    """For notices."""
    return DailyReport.objects.select_related("organ", "sent_by").filter(pk=report_id).first()


def daily_title(report_id: int) -> str:
    """For notices and cards."""
    return str(daily_known(report_id) or "值班日报")


def daily_day(report_id: int) -> str:
    """`2026-11-28`, for its address."""
    found = daily_known(report_id)
    return f"{found.day:%Y-%m-%d}" if found else ""


def can_view_daily(actor: Actor, report_id: int) -> bool:
    """Whoever reads the organ's log."""
    found = daily_known(report_id)
    return found is not None and found.organ_id == actor.organ_id and reads_log(actor)


def daily_subject(report: DailyReport) -> Subject:
    """Whose file the sheet is."""
    return Subject(DAILY, report.pk)
