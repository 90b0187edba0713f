"""Deadlines of own to-dos, for the calendar."""

from datetime import datetime

from apps.core import subjects
from apps.core.actors import Actor
from apps.core.diary import Entry
from apps.core.subjects import Subject
from apps.workflow.models import Task

MOST = 200


def deadline_entries(actor: Actor, start: datetime, end: datetime) -> list[Entry]:
    """Open to-dos of the person's own that are due in the stretch."""
    rows = Task.objects.filter(
        person_id=actor.person_id, state=Task.State.OPEN, due_at__gte=start, due_at__lt=end
    )
    return [
        Entry(
            source="workflow",
            title=f"{task.step_name}：{task.matter.title}",
            starts_at=task.due_at,
            ends_at=task.due_at,
            url=subjects.url_of(Subject(task.matter.subject_kind, task.matter.subject_id)),
            kind="办文时限",
            is_busy=False,
            uid=f"task-{task.pk}",
        )
        for task in rows.select_related("matter").order_by("due_at", "pk")[:MOST]
        if task.due_at is not None
    ]
