"""Deadlines: named by the owning app, or counted in working days and then following the working calendar."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Coalesce

from apps.audit.services import record
from apps.core.clock import CITY_ZONE
from apps.core.events import publish
from apps.core.realtime import person_topic, tell
from apps.core.reminding import date_give, next_moment
from apps.core.working_calendar import calendar_changed, city_calendar
from apps.workflow.definition import Definition, load
from apps.workflow.events import DeadlineMoved
from apps.workflow.lights import TASK_SCHEDULE
from apps.workflow.models import Run, Task


@transaction.atomic
def tasks_due_set(
    *, run: Run, step_code: str, due_at: datetime, appointment_ids: Sequence[int] | None = None
) -> int:
    """Give the open to-dos of a step (of these posts only) this deadline instead of the procedure's. Returns how many.

    The verb above audits it. A named deadline is a promise: it does not follow the calendar.
    """
    rows = Task.objects.filter(run=run, step_code=step_code, state=Task.State.OPEN)
    if appointment_ids is not None:
        rows = rows.filter(appointment_id__in=list(appointment_ids))
    people = list(rows.values_list("person_id", flat=True))
    changed = rows.update(
        due_at=due_at,
        is_due_provisional=False,
        is_due_named=True,
        next_reminder_at=next_moment(due_at, TASK_SCHEDULE, calendar=city_calendar()),
    )
    if people:
        tell([person_topic(pk) for pk in people], kind="inbox", ids=[run.matter_id])
    return changed


@transaction.atomic
def deadlines_recompute(*, year: int) -> int:
    """Give every open to-do whose counted term touches the year its date by the calendar as it is now. Returns how many moved.

    Doing it again moves nothing. The holders of moved ones are told.
    """
    calendar_changed()
    begin, end = (datetime(at, 1, 1, tzinfo=CITY_ZONE) for at in (year, year + 1))
    tasks = (
        Task.objects.filter(state=Task.State.OPEN, is_due_named=False, due_at__gte=begin)
        .annotate(began_at=Coalesce("due_from", "arrived_at"))
        .filter(began_at__lt=end)
        .select_related("run__version")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    definitions: dict[int, Definition] = {}
    changed, moved = [], []
    for task in tasks:
        version = task.run.version
        if version.pk not in definitions:
            definitions[version.pk] = load(version.definition)
        before = (task.due_at, task.is_due_provisional)
        _recompute(task, definitions[version.pk])
        if (task.due_at, task.is_due_provisional) != before:
            changed.append(task)
        if task.due_at != before[0]:
            moved.append(task)
    Task.objects.bulk_update(changed, ["due_at", "is_due_provisional", "next_reminder_at"], batch_size=500)
    for task in moved:
        publish(DeadlineMoved(task_id=task.pk))
        tell([person_topic(task.person_id)], kind="inbox", ids=[task.matter_id])
    if changed:
        record(
            "workflow.deadlines",
            actor=None,
            facts={"year": year, "moved": len(moved), "marked": len(changed)},
        )
    return len(moved)


def _recompute(task: Task, definition: Definition) -> None:
    workdays = definition.step(task.step_code).due_workdays
    if workdays is not None:
        date_give(task, start=task.due_from or task.arrived_at, workdays=workdays, schedule=TASK_SCHEDULE)
