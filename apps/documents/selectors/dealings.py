"""往来 of an incoming document: answers, 来复文, forwarding; parts of the work; what it may be a second copy of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.working_calendar import city_calendar
from apps.documents.enums import IncomingStatus as Status
from apps.documents.enums import ReviewPoint
from apps.documents.models import HandlingUnit, IncomingDocument
from apps.documents.policies.incoming import Ability
from apps.documents.selectors.duplicates import duplicates_of
from apps.documents.selectors.forwarding import organs_below
from apps.documents.selectors.replies import bindable, replies_of_incoming
from apps.workflow.lights import Light, light_of
from apps.workflow.models import Task


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """One unit's part of the work: until when, and whether it has reported. `light` while it is open and has a time."""

    row: HandlingUnit
    holder_name: str
    deadline_at: datetime | None
    done_at: datetime | None
    light: Light | None


def parts_of(document: IncomingDocument) -> list[PartLine]:
    """Handling units, the lead first, with where each stands in the present round. Two queries."""
    rows = list(document.handling_units.select_related("unit", "post__person"))
    if not rows or document.matter_id is None:
        return [PartLine(row=row, holder_name="", deadline_at=None, done_at=None, light=None) for row in rows]
    tasks = Task.objects.filter(matter_id=document.matter_id, step_code=Status.HANDLE)
    ordered = list(tasks.select_related("person", "appointment").order_by("key"))
    return [_part(row, _task_of(row, ordered)) for row in rows]


def _task_of(row: HandlingUnit, tasks: list[Task]) -> Task | None:
    """Who has the unit's part now: a part that was handed over, as when units merge, is followed to its present holder."""
    mine = [
        task
        for task in tasks
        if row.unit_id == task.appointment.unit_id or row.post_id == task.appointment_id
    ]
    if not mine:
        return None
    place = (mine[-1].visit, mine[-1].rank_order)
    return [task for task in tasks if (task.visit, task.rank_order) == place][-1]


def is_lead_task(document: IncomingDocument, task: Task) -> bool:
    """Whether the to-do is the lead unit's part, also after it was handed over. Two queries."""
    lead = document.handling_units.filter(is_lead=True).first()
    if lead is None or document.matter_id is None:
        return False
    tasks = Task.objects.filter(matter_id=document.matter_id, step_code=Status.HANDLE)
    found = _task_of(lead, list(tasks.select_related("appointment").order_by("key")))
    return found is not None and (found.visit, found.rank_order) == (task.visit, task.rank_order)


def _part(row: HandlingUnit, task: Task | None) -> PartLine:
    is_open = task is not None and task.state == Task.State.OPEN
    due = row.deadline_at or (task.due_at if task is not None else None)
    light = light_of(due, moment=now(), calendar=city_calendar()) if is_open and due else None
    holder = task.person.name if task is not None else row.post.person.name if row.post else ""
    done = task.done_at if task is not None and task.state == Task.State.DONE else None
    return PartLine(row=row, holder_name=holder, deadline_at=due, done_at=done, light=light)


def dealing_facts(actor: Actor, document: IncomingDocument, can: frozenset[Ability]) -> dict[str, Any]:
    """What the page shows of answers, related documents, forwardings, and of 初审 and duplicates before registration."""
    related = replies_of_incoming(actor, document)
    responses = list(document.responses.all())
    forwardings = list(
        document.forwardings.select_related("asked_by", "decided_by").prefetch_related("organs")
    )
    facts: dict[str, Any] = {
        "parts": parts_of(document),
        "related": related,
        "responses": responses,
        "forwardings": forwardings,
        "dealing_count": len(related) + len(responses) + len(forwardings),
        "review_words": [ReviewPoint(point).label for point in document.review_failings],
        "came_by": document.forwarding.document.organ.short_name if document.forwarding else "",
    }
    if Ability.REGISTER in can:
        facts["review_points"] = ReviewPoint.choices
        if not document.duplicate_reason and not document.register_number:
            facts["duplicates"] = duplicates_of(
                organ_id=document.organ_id,
                number=document.source_number,
                title=document.title,
                source_name=document.source_name,
                besides=document.pk,
            )
    if Ability.RELATE in can:
        facts["bindable"] = bindable(actor, document)
    if Ability.FORWARD in can:
        facts["organs_below"] = organs_below(document.organ)
        facts["has_open_forwarding"] = any(row.state == "asked" for row in forwardings)
    return facts
