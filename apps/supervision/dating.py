"""Dates of items: counted or named, their yellow moment, the periods in which progress is owed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from apps.core.clock import CITY_ZONE, day_text, local, now
from apps.core.deadlines import Schedule
from apps.core.errors import ValidationFailed
from apps.core.reminding import date_give, date_name, next_moment
from apps.core.working_calendar import DUE_TIME, city_calendar
from apps.supervision.enums import Frequency
from apps.supervision.lights import yellow_from
from apps.supervision.models import SupervisionItem

DATE_FIELDS = (
    "due_at", "is_due_provisional", "is_due_named", "next_reminder_at", "yellow_at", "workdays",
)  # fmt: skip
REPORT_FIELDS = ("report_due_at", "report_period", "next_report_reminder_at")
MOST_REPORT_DAYS = 12
FURTHEST = timedelta(days=366 * 3)


def schedule_of(item: SupervisionItem) -> Schedule:
    """The reminders of the item's class."""
    return Schedule.load(item.item_class.schedule)


def report_schedule_of(item: SupervisionItem) -> Schedule:
    """The reminders of reports that items of the class owe."""
    return Schedule.load(item.item_class.report_schedule)


def due_checked(due_on: date) -> datetime:
    """18:00 of a named day, moved to the next working day when it is one of rest (domain.md §5.4). Refuses the past."""
    day = city_calendar().add(due_on, 0)
    due_at = datetime.combine(day, DUE_TIME, tzinfo=CITY_ZONE)
    if due_at <= now():
        raise ValidationFailed(f"时限 {day_text(due_on)}已经过去，请重新选择。")
    if due_at > now() + FURTHEST:
        raise ValidationFailed("时限超过三年，请分阶段立项或转持续推进。")
    return due_at


def date_set(item: SupervisionItem, *, due_at: datetime | None, start: datetime) -> None:
    """Date an unsaved item: the named day, else the class's or its own number of working days after `start`."""
    schedule = schedule_of(item)
    if due_at is not None:
        date_name(item, due_at=due_at, schedule=schedule)
        calendar = city_calendar()
        item.is_due_provisional = calendar.is_provisional(local(start).date(), local(due_at).date())
    else:
        workdays = item.workdays or item.item_class.workdays
        date_give(item, start=start, workdays=workdays, schedule=schedule)
    if item.due_at is not None:
        item.yellow_at = yellow_from(start, item.due_at, city_calendar())


def report_due_set(item: SupervisionItem, *, after: datetime) -> None:
    """The next day progress is owed, 18:00: week's or month's last working day, or a named day; none beyond the item's date."""
    item.report_due_at, item.next_report_reminder_at, item.report_period = None, None, ""
    if item.frequency == Frequency.ON_DATES:
        named = next((day for day in report_days(item) if day > local(after).date()), None)
        return _report_owed(item, named) if named else None
    if not item.frequency:
        return None
    day = local(after).date() + timedelta(days=1)
    end = _week_end(day) if item.frequency == Frequency.WEEKLY else _month_end(day)
    last = city_calendar().back(end + timedelta(days=1), 1)
    if last < day:
        return report_due_set(item, after=datetime.combine(end, time(12), tzinfo=CITY_ZONE))
    return _report_owed(item, last)


def _report_owed(item: SupervisionItem, day: date) -> None:
    """Progress is owed on a day, unless the item itself is due by then."""
    due = datetime.combine(day, DUE_TIME, tzinfo=CITY_ZONE)
    if item.due_at is None or due < item.due_at:
        item.report_due_at = due
        item.report_period = period_of(item.frequency, day)
        item.next_report_reminder_at = next_moment(due, report_schedule_of(item), calendar=city_calendar())


def report_days(item: SupervisionItem) -> list[date]:
    """The named days of reports, each moved to the next working day when it is one of rest."""
    calendar = city_calendar()
    return [calendar.add(date.fromisoformat(day), 0) for day in item.report_dates]


def report_dates_checked(frequency: str, days: Sequence[date]) -> list[str]:
    """Named days in order, as they are kept. Refuses none, too many and the past; other frequencies have none."""
    if frequency != Frequency.ON_DATES:
        return []
    wanted = sorted(set(days))
    if not wanted:
        raise ValidationFailed("请至少指定一个反馈日期。")
    if len(wanted) > MOST_REPORT_DAYS:
        raise ValidationFailed(f"指定的反馈日期不能超过 {MOST_REPORT_DAYS} 个，请改为每周或每月反馈。")
    if wanted[0] <= local(now()).date():
        raise ValidationFailed(f"反馈日期 {day_text(wanted[0])}须在今天之后。")
    return [day.isoformat() for day in wanted]


def period_of(frequency: str, day: date) -> str:
    """The period a day lies in, such as 2026年11月 or 2026年第47周; a named day itself."""
    if frequency == Frequency.ON_DATES:
        return day_text(day)
    if frequency == Frequency.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}年第{week}周"
    return f"{day.year}年{day.month}月"


def _week_end(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
