"""Rooms, kept by the administrator."""

from typing import Any

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.meetings.models import MeetingRoom

FIELDS = (
    "organ", "name", "place", "seat_count", "equipment", "manager", "opens_at", "closes_at", "weekdays",
    "opens_on_holidays", "buffer_minutes", "needs_approval", "confirm_minutes", "is_shared", "rank_order", "is_active",
)  # fmt: skip


@transaction.atomic
def room_keep(*, actor: Actor | None, row: MeetingRoom, facts: dict[str, Any]) -> MeetingRoom:
    """Store a room as given. Raises `ValidationFailed` for hours or weekdays that cannot be, and a name used twice."""
    for name in FIELDS:
        if name in facts:
            setattr(row, name, facts[name])
    row.name = row.name.strip()
    if not row.weekdays or set(row.weekdays) - set("1234567") or len(set(row.weekdays)) < len(row.weekdays):
        raise ValidationFailed("开放日请填 1 至 7 的数字，每个一次，如 12345。")
    if row.opens_at >= row.closes_at:
        raise ValidationFailed("关闭时间须晚于开放时间。")
    if not 1 <= row.seat_count <= 5000 or row.buffer_minutes > 240:
        raise ValidationFailed("座位数须为 1 至 5000，两场间隔不超过 240 分钟。")
    if MeetingRoom.objects.exclude(pk=row.pk).filter(organ_id=row.organ_id, name=row.name).exists():
        raise ValidationFailed("本机关已有同名的会议室，请另取名称。")
    row.save()
    record("meetings.room", actor=actor, subject_text=row.name, facts={"room": row.pk})
    return row
