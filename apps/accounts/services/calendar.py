"""Verbs on the working calendar: a year's arrangement, a single day. Deadlines follow by `CalendarChanged`."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from apps.accounts.events import CalendarChanged
from apps.accounts.policies import require_permission
from apps.audit.services import record
from apps.core import arrangements
from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.models import CalendarDay
from apps.core.working_calendar import calendar_changed

FIRST_YEAR, LAST_YEAR = 2004, 2100
WEEKDAYS = "一二三四五六日"


@transaction.atomic
def calendar_year_import(*, actor: Actor | None, year: int, notice_text: str = "") -> int:
    """Replace a year by its published arrangement: the notice's text, else what the software knows. Returns how many days.

    Refuses text that is no such notice or of another year, and a year the software does not know.
    """
    days = _arranged(actor, year, notice_text)
    source = f"国务院办公厅关于{year}年部分节假日安排的通知"
    return _replace(actor, year, days, source=source, is_provisional=False)


def calendar_year_changes(*, actor: Actor | None, year: int, notice_text: str = "") -> list[str]:
    """What the import would change, a line for each day in order; refuses what the import refuses. Writes nothing."""
    days = {entry.day: entry for entry in _arranged(actor, year, notice_text)}
    rows = CalendarDay.objects.filter(Q(date__year=year) | Q(date__in=days))
    before = {row.date: (row.kind, row.name) for row in rows}
    after = {day: (entry.kind, entry.name) for day, entry in days.items()}
    lines = [
        f"{day:%Y年%-m月%-d日}（周{WEEKDAYS[day.weekday()]}）：{_said(before.get(day))} → {_said(after.get(day))}"
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    ]
    kept = sum(before.get(day) == arranged for day, arranged in after.items())
    was_provisional = rows.filter(is_provisional=True).exists()
    return [
        f"变动 {len(lines)} 天，与现有安排相同 {kept} 天。"
        + ("现有安排为暂按，导入后转为正式。" if was_provisional else ""),
        *lines,
    ]


def _said(day: tuple[str, str] | None) -> str:
    return f"{CalendarDay.Kind(day[0]).label} {day[1]}".strip() if day else "平常日"


def _arranged(actor: Actor | None, year: int, notice_text: str) -> list[arrangements.ArrangedDay]:
    """The days of the notice or of the software, for whoever may import them."""
    require_permission(actor, "core.add_calendarday", "导入工作日历")
    _check_year(year)
    try:
        if not notice_text.strip():
            return arrangements.published(year)
        found_year, days = arrangements.from_notice(notice_text)
    except arrangements.NotAnArrangement as error:
        raise ValidationFailed(str(error), field="notice_text") from error
    if found_year != year:
        raise ValidationFailed(f"通知是{found_year}年的，与所选的{year}年不符。", field="notice_text")
    return days


@transaction.atomic
def calendar_year_provisional(*, actor: Actor | None, year: int) -> int:
    """Give a year without arrangement its statutory days, marked 暂按. Refuses a year that is arranged. Returns how many days."""
    require_permission(actor, "core.add_calendarday", "导入工作日历")
    _check_year(year)
    advisory_lock("accounts.calendar")  # an import that is under way is waited for, not overwritten
    if CalendarDay.objects.filter(date__year=year, is_provisional=False).exists():
        raise ValidationFailed(f"{year}年的安排已经公布并导入，无须暂按。", field="year")
    days = arrangements.provisional(year)
    return _replace(actor, year, days, source="法定节假日，尚未公布安排", is_provisional=True)


@transaction.atomic
def calendar_day_set(*, actor: Actor | None, day: date, kind: str, name: str, source: str) -> CalendarDay:
    """Correct one day, with the paper that says so."""
    require_permission(actor, "core.change_calendarday", "修改工作日历")
    if kind not in CalendarDay.Kind.values:
        raise ValidationFailed("请选择类别。", field="kind")
    if not source.strip():
        raise ValidationFailed("请填写依据，如文件名称、文号。", field="source")
    row, _ = CalendarDay.objects.update_or_create(
        date=day,
        defaults={
            "kind": kind,
            "name": name.strip()[:40],
            "source": source.strip()[:120],
            "is_provisional": False,
        },
    )
    _tell(actor, "accounts.calendar_day_set", day.year, {"day": day.isoformat(), "kind": kind})
    return row


@transaction.atomic
def calendar_day_clear(*, actor: Actor | None, day: date) -> None:
    """Make a day an ordinary one again: Monday to Friday worked."""
    require_permission(actor, "core.delete_calendarday", "修改工作日历")
    CalendarDay.objects.filter(date=day).delete()
    _tell(actor, "accounts.calendar_day_set", day.year, {"day": day.isoformat(), "kind": "ordinary"})


def _replace(
    actor: Actor | None,
    year: int,
    days: list[arrangements.ArrangedDay],
    *,
    source: str,
    is_provisional: bool,
) -> int:
    advisory_lock("accounts.calendar")
    CalendarDay.objects.filter(date__year=year).delete()
    CalendarDay.objects.filter(date__in=[entry.day for entry in days]).delete()
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(
                date=entry.day, kind=entry.kind, name=entry.name, source=source, is_provisional=is_provisional
            )
            for entry in days
        ]
    )
    _tell(actor, "accounts.calendar_import", year, {"days": len(days), "provisional": is_provisional})
    return len(days)


def _tell(actor: Actor | None, action: str, year: int, facts: dict[str, object]) -> None:
    record(action, actor=actor, subject_text=f"{year}年工作日历", facts={"year": year, **facts})
    publish(CalendarChanged(year=year))
    transaction.on_commit(calendar_changed)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationFailed(f"年份须在 {FIRST_YEAR}—{LAST_YEAR} 之间。", field="year")
