"""催办: what lies open in other people's hands, the most overdue first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.words import text_has, words_of
from apps.core.working_calendar import city_calendar
from apps.documents.enums import IN_FLOW
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import HandlingUnit, IncomingDocument
from apps.documents.policies.incoming import KIND, desk_require
from apps.workflow.lights import Light, light_of
from apps.workflow.models import Task
from apps.workflow.selectors import due_filter

ORDER = ("due_order", "id")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
LIGHTS = {"over": "已超期", "near": "临近", "good": "未到期", "none": "无时限"}


@dataclass(frozen=True, kw_only=True)
class UrgingFilter:
    """What the list is narrowed to; empty does not narrow."""

    light: str = ""
    step: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class UrgingLine:
    """One person's open to-do on one document."""

    task: Task
    document: IncomingDocument
    part: HandlingUnit | None
    light: Light | None


def urging_list(actor: Actor, wanted: UrgingFilter) -> QuerySet[Task]:
    """Open to-dos on the organ's documents held by others, for keyset paging by `ORDER`. Refuses who keeps no register."""
    organ_id = desk_require(actor)
    rows = Task.objects.filter(
        state=Task.State.OPEN,
        matter__subject_kind=KIND,
        matter__incoming_document__organ_id=organ_id,
        matter__incoming_document__status__in=IN_FLOW,
    )
    own = Task.objects.filter(
        matter=OuterRef("matter"), state=Task.State.OPEN, person_id=actor.person_id
    )  # whoever may act does not urge
    rows = rows.filter(~Exists(own))
    if wanted.light == "none":
        rows = rows.filter(due_at__isnull=True)
    elif wanted.light in LIGHTS:
        rows = rows.filter(due_filter(wanted.light))
    if wanted.step:
        rows = rows.filter(step_code=wanted.step)
    for word in words_of(wanted.text):
        rows = rows.filter(text_has([word], "matter__") | Q(person__name__icontains=word))
    return rows.annotate(due_order=Coalesce("due_at", NEVER)).select_related(
        "matter__incoming_document", "person", "appointment__unit"
    )


def urging_lines(tasks: list[Task]) -> list[UrgingLine]:
    """The rows with their part of the work and their light. One query."""
    documents = {task.pk: task.matter.incoming_document for task in tasks}
    parts = {
        (part.document_id, part.post_id): part
        for part in HandlingUnit.objects.filter(document_id__in=[row.pk for row in documents.values()])
    }
    moment, calendar = now(), city_calendar()
    return [
        UrgingLine(
            task=task,
            document=documents[task.pk],
            part=parts.get((documents[task.pk].pk, task.appointment_id))
            if task.step_code == Status.HANDLE
            else None,
            light=light_of(task.due_at, moment=moment, calendar=calendar) if task.due_at else None,
        )
        for task in tasks
    ]


def steps_offered() -> list[tuple[str, str]]:
    """Steps the list can be narrowed to."""
    return [(str(step.value), str(step.label)) for step in Status if step in IN_FLOW]
