"""Decomposition: an item is split into parts with their own lead, date and weight."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.submissions import claim
from apps.supervision.course import logged, moved, taken_up
from apps.supervision.dating import DATE_FIELDS, REPORT_FIELDS, date_set, report_due_set
from apps.supervision.enums import Act, Frequency, State
from apps.supervision.models import SupervisionItem, SupervisionNotice
from apps.supervision.progress import progress_roll_up
from apps.supervision.services.items import ItemDraft, item_propose
from apps.supervision.services.notices import notice_issue

MOST_PARTS = 50
DEEPEST = 3


@transaction.atomic
def item_split(
    *, actor: Actor, item_id: int, drafts: Sequence[ItemDraft], key: str = ""
) -> list[SupervisionItem]:
    """Make parts of an item: numbered after it, due no later than it; assigned at once when the item itself is."""
    item = taken_up(actor, item_id, Act.SPLIT, None)
    if not claim(person_id=actor.person_id, key=key, verb="supervision.split"):
        return list(item.parts.order_by("id"))
    count = item.parts.count()
    if not drafts:
        raise ValidationFailed("请至少填写一个分解事项。")
    if count + len(drafts) > MOST_PARTS:
        raise ValidationFailed(f"一个事项最多分解为 {MOST_PARTS} 项。")
    if item.number.count("-") >= DEEPEST - 1:
        raise ValidationFailed(f"最多分解 {DEEPEST} 级。")
    made = [_part(actor, item, draft, count + place) for place, draft in enumerate(drafts, start=1)]
    progress_roll_up(made[-1])
    names = "；".join(f"{part.number} {part.lead_organ.short_name}" for part in made)
    moved(item, Act.SPLIT, actor=actor, note=names[:500])
    return made


def _part(actor: Actor, item: SupervisionItem, draft: ItemDraft, place: int) -> SupervisionItem:
    whole = replace(
        draft,
        class_code=item.item_class.code,
        source=item.source,
        frequency=draft.frequency or (item.frequency if item.frequency != Frequency.ON_DATES else ""),
    )
    part = item_propose(actor=actor, draft=whole, parent=item)
    if item.is_due_named and part.due_at and item.due_at and part.due_at > item.due_at:
        raise ValidationFailed(f"“{part.title}”的时限晚于总事项时限，请调整。")
    part.number = f"{item.number}-{place}"
    part.leader = item.leader
    part.state = State.ESTABLISHED
    part.save(update_fields=["number", "leader", "state"])
    if item.state != State.ESTABLISHED:
        _assigned(actor, item, part)
    return part


def _assigned(actor: Actor, item: SupervisionItem, part: SupervisionItem) -> None:
    part.assigned_at = now()
    named = part.due_at if part.is_due_named else None
    date_set(part, due_at=named, start=part.assigned_at)
    if item.due_at is not None and part.due_at is not None and part.due_at > item.due_at:
        if named is not None:
            raise ValidationFailed(f"“{part.title}”的时限晚于总事项时限，请调整。")
        date_set(part, due_at=item.due_at, start=part.assigned_at)
    part.first_due_at = part.due_at
    report_due_set(part, after=part.assigned_at)
    part.state = State.ASSIGNED
    part.save(update_fields=["state", "assigned_at", "first_due_at", *DATE_FIELDS, *REPORT_FIELDS])
    notice_issue(
        actor=actor, item=part, kind=SupervisionNotice.Kind.ASSIGN, text=part.requirement or part.title
    )
    logged(part, str(Act.ASSIGN), str(Act.ASSIGN.label), actor=actor)
