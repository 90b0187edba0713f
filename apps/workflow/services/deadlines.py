"""Deadlines that the owning app sets itself, such as 办理时限 named when an incoming document is handed out."""

from datetime import datetime

from django.db import transaction

from apps.core.realtime import person_topic, tell
from apps.workflow.models import Run, Task


@transaction.atomic
def tasks_due_set(*, run: Run, step_code: str, due_at: datetime) -> int:
    """Give the open to-dos of a step this deadline instead of the procedure's. Returns how many. The verb above audits it."""
    rows = Task.objects.filter(run=run, step_code=step_code, state=Task.State.OPEN)
    people = list(rows.values_list("person_id", flat=True))
    changed = rows.update(due_at=due_at, is_due_provisional=False)
    if people:
        tell([person_topic(pk) for pk in people], kind="inbox", ids=[run.matter_id])
    return changed
