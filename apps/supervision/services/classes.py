"""Classes of items, kept by the administrator."""

from typing import Any

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.deadlines import Schedule
from apps.core.errors import ValidationFailed
from apps.core.reminding import next_moment
from apps.core.working_calendar import city_calendar
from apps.supervision.lifecycle import RUNNING
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.schedules import report_words, schedule_words

FIELDS = (
    "code", "name", "mark", "source", "workdays", "schedule", "report_schedule", "head_after", "leader_after",
    "rank_order", "is_active",
)  # fmt: skip


@transaction.atomic
def item_class_keep(*, actor: Actor, row: ItemClass, facts: dict[str, Any]) -> ItemClass:
    """Store a class as given; another schedule holds for its running items from now on.

    Raises `ValidationFailed` for a schedule that cannot be read, an escalation that would never come, or a limit of no day.
    """
    before = ItemClass.objects.select_for_update().filter(pk=row.pk).first()
    for name in FIELDS:
        if name in facts:
            setattr(row, name, facts[name])
    schedule = _schedule_read(row.schedule, "before")
    reports = _schedule_read(row.report_schedule, "report_before")
    row.schedule, row.report_schedule = schedule.dump(), reports.dump()
    _escalation_check(row, schedule)
    if not 1 <= row.workdays <= 500:
        raise ValidationFailed("一般时限须为 1 至 500 个工作日。", field="workdays")
    row.save()
    moved = 0
    if before is not None and before.schedule != row.schedule:
        moved = _reminders_move(row, schedule, "due_at", "next_reminder_at")
    if before is not None and before.report_schedule != row.report_schedule:
        _reminders_move(row, reports, "report_due_at", "next_report_reminder_at")
    record(
        "supervision.class",
        actor=actor,
        subject_text=row.name,
        facts={
            "code": row.code,
            "workdays": row.workdays,
            "reminders": schedule_words(row),
            "reminders_before": schedule_words(before) if before else "",
            "report_reminders": report_words(row),
            "report_reminders_before": report_words(before) if before else "",
            "items": moved,
        },
    )
    return row


def _schedule_read(data: object, field: str) -> Schedule:
    if not isinstance(data, dict):
        raise ValidationFailed("提醒安排的格式不正确。", field=field)
    try:
        return Schedule.load(data)
    except ValidationFailed as problem:
        raise ValidationFailed(problem.message, field=field) from problem


def _escalation_check(row: ItemClass, schedule: Schedule) -> None:
    head, leader = row.head_after, row.leader_after
    if leader is not None and (head is None or leader < head):
        raise ValidationFailed("告知分管领导不得早于告知单位负责人。", field="leader_after")
    last = leader if leader is not None else head
    if last is None:
        return
    if head == 0:
        raise ValidationFailed("告知单位负责人的天数须为 1 以上的整数，不告知请留空。", field="head_after")
    if schedule.overdue_every is None:
        raise ValidationFailed("逾期后不再提醒时，不能设置告知单位负责人和分管领导。", field="head_after")
    most = schedule.overdue_most
    if most is not None and last > most * schedule.overdue_every:
        reach = most * schedule.overdue_every
        raise ValidationFailed(
            f"逾期提醒到第 {reach} 个工作日为止，第 {last} 个工作日的告知不会发出，请增加提醒次数。",
            field="leader_after" if leader is not None else "head_after",
        )


def _reminders_move(row: ItemClass, schedule: Schedule, due_field: str, next_field: str) -> int:
    """The next moment of all running items of the class, one statement a date. Returns how many."""
    items = SupervisionItem.objects.filter(item_class=row, state__in=RUNNING)
    calendar, moved = city_calendar(), 0
    dates = items.order_by().values_list(due_field, flat=True).distinct()
    for due_at in [date for date in dates if date is not None]:
        at = next_moment(due_at, schedule, calendar=calendar)
        moved += items.filter(**{due_field: due_at}).update(**{next_field: at})
    return moved
