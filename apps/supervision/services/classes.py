"""Classes of items, kept by the administrator."""

from typing import Any

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.deadlines import Schedule
from apps.core.errors import ValidationFailed
from apps.supervision.models import ItemClass

FIELDS = ("code", "name", "mark", "source", "workdays", "schedule", "rank_order", "is_active")


@transaction.atomic
def item_class_keep(*, actor: Actor, row: ItemClass, facts: dict[str, Any]) -> ItemClass:
    """Store a class as given. Raises `ValidationFailed` for a schedule that cannot be read or a limit of no day."""
    for name in FIELDS:
        if name in facts:
            setattr(row, name, facts[name])
    if not isinstance(row.schedule, dict):
        raise ValidationFailed("提醒安排的格式不正确。")
    row.schedule = Schedule.load(row.schedule).dump()
    if not 1 <= row.workdays <= 500:
        raise ValidationFailed("一般时限须为 1 至 500 个工作日。")
    row.save()
    record("supervision.class", actor=actor, subject_text=row.name, facts={"code": row.code})
    return row
