"""办文统计 of an organ by month, step and unit; never by person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from apps.accounts.models import Role
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, today
from apps.core.errors import Forbidden
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument
from apps.documents.policies.incoming import KIND, OFFICE_ROLES
from apps.workflow.models import Task

SPANS = (3, 6, 12)
BAR_WIDTH = 260


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """Received in a month, and what became of these."""

    month: date
    received: int
    completed: int
    returned: int


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    """To-dos of a step or a unit: done, of these late, still open, mean days to done; `width` is the bar's."""

    name: str
    done: int
    late: int
    open: int
    days: float | None
    width: int = 0
    late_width: int = 0

    @property
    def rate(self) -> int | None:
        """Percent done in time; None when nothing was done."""
        return round(100 * (self.done - self.late) / self.done) if self.done else None


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The page: since when, the months, the steps in the order of the procedure, the units in rank order."""

    span: int
    since: date
    months: tuple[MonthLine, ...]
    steps: tuple[WorkLine, ...]
    units: tuple[WorkLine, ...]


def may_see_statistics(actor: Actor) -> bool:
    """Head, office director and clerks of an organ see its numbers."""
    return actor.organ_id is not None and bool(actor.roles & (OFFICE_ROLES | {Role.DEPUTY_HEAD}))


def statistics_of(actor: Actor, span: int) -> Statistics:
    """Numbers of the actor's organ over `span` months, the present one included. Three queries. Raises `Forbidden`."""
    if not may_see_statistics(actor):
        raise Forbidden("只有本机关领导、办公室主任和文书可以查看办文统计。", rule="office")
    since = _first(span)
    begin = datetime.combine(since, time.min, tzinfo=CITY_ZONE)
    tasks = Task.objects.filter(
        Q(done_at__gte=begin, state=Task.State.DONE) | Q(state=Task.State.OPEN),
        matter__subject_kind=KIND,
        matter__organ_id=actor.organ_id or 0,
    )
    return Statistics(
        span=span,
        since=since,
        months=_months(actor.organ_id or 0, begin),
        steps=_steps(tasks),
        units=_units(tasks),
    )


def _first(span: int) -> date:
    first = today().replace(day=1)
    for _ in range(span - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _months(organ_id: int, begin: datetime) -> tuple[MonthLine, ...]:
    rows = (
        IncomingDocument.objects.filter(organ_id=organ_id, received_at__gte=begin)
        .annotate(month=TruncMonth("received_at", tzinfo=CITY_ZONE))
        .values("month")
        .annotate(
            received=Count("id"),
            completed=Count("id", filter=Q(status=Status.COMPLETED)),
            returned=Count("id", filter=Q(status__in=[Status.RETURNED, Status.RECALLED])),
        )
        .order_by("month")
    )
    return tuple(
        MonthLine(
            month=row["month"].date(),
            received=row["received"],
            completed=row["completed"],
            returned=row["returned"],
        )
        for row in rows
    )


Row = dict[str, Any]


def _counted(tasks: QuerySet[Task], *by: str) -> list[Row]:
    """Grouped counts of to-dos, one query."""
    spent = ExpressionWrapper(F("done_at") - F("arrived_at"), output_field=DurationField())
    done = Q(state=Task.State.DONE)
    grouped: QuerySet[Task, Row] = tasks.values(*by).annotate(
        done_count=Count("id", filter=done),
        late_count=Count("id", filter=done & Q(done_at__gt=F("due_at"))),
        open_count=Count("id", filter=Q(state=Task.State.OPEN)),
        spent=Avg(spent, filter=done),
    )
    return list(grouped)


def _steps(tasks: QuerySet[Task]) -> tuple[WorkLine, ...]:
    order = {step.value: place for place, step in enumerate(Status)}
    rows = _counted(tasks, "step_code", "step_name")
    rows.sort(key=lambda row: order.get(row["step_code"], -1))
    return _lines([(row["step_name"], row) for row in rows])


def _units(tasks: QuerySet[Task]) -> tuple[WorkLine, ...]:
    """Handling only: what units did with what was assigned to them."""
    unit = "appointment__unit__"
    rows = _counted(tasks.filter(step_code=Status.HANDLE), f"{unit}name", f"{unit}rank_order")
    rows.sort(key=lambda row: row[f"{unit}rank_order"] or 0)
    return _lines([(row[f"{unit}name"] or "领导", row) for row in rows])


def _lines(rows: list[tuple[str, Row]]) -> tuple[WorkLine, ...]:
    most = max((row["done_count"] for _, row in rows), default=0) or 1
    return tuple(
        WorkLine(
            name=name,
            done=row["done_count"],
            late=row["late_count"],
            open=row["open_count"],
            days=round(row["spent"].total_seconds() / 86400, 1) if row["spent"] is not None else None,
            width=round(BAR_WIDTH * row["done_count"] / most),
            late_width=round(BAR_WIDTH * row["late_count"] / most),
        )
        for name, row in rows
    )
