"""Back office of 督办事项类别; of items their metadata only."""

from typing import Any

from django.contrib import admin

from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin
from apps.supervision.models import ItemClass, SupervisionItem
from apps.supervision.services.classes import FIELDS, item_class_keep


@admin.register(ItemClass)
class ItemClassAdmin(ServiceAdmin):
    """Marks of numbers, usual limits, reminders."""

    list_display = ["name", "mark", "source", "workdays", "is_active"]
    search_fields = ["name", "code"]
    fields = FIELDS

    def create(self, actor: Actor, data: dict[str, Any]) -> ItemClass:
        """A new class."""
        return item_class_keep(actor=actor, row=ItemClass(), facts=data)

    def change(self, actor: Actor, row: ItemClass, data: dict[str, Any]) -> ItemClass:
        """Another limit or schedule: for items assigned from now on."""
        return item_class_keep(actor=actor, row=row, facts=data)


@admin.register(SupervisionItem)
class SupervisionItemAdmin(ReadOnlyAdmin):
    """Where items stand, without their words."""

    list_display = ["number", "organ", "lead_organ", "state", "due_at", "progress"]
    list_filter = ["state", "source"]
    search_fields = ["number"]
    list_select_related = ["organ", "lead_organ"]
    fields = [
        "number",
        "organ",
        "lead_organ",
        "state",
        "assigned_at",
        "due_at",
        "next_reminder_at",
        "completed_at",
    ]
