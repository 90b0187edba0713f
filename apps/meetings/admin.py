"""Back office of 会议室."""

from typing import Any

from django.contrib import admin

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin
from apps.meetings.models import MeetingRoom
from apps.meetings.services.rooms import FIELDS, room_keep


@admin.register(MeetingRoom)
class MeetingRoomAdmin(ServiceAdmin):
    """Seats, equipment, hours, who gives it and by which rule."""

    list_display = ["name", "organ", "seat_count", "needs_approval", "buffer_minutes", "is_active"]
    list_select_related = ["organ"]
    search_fields = ["name"]
    fields = FIELDS
    autocomplete_fields = ["organ", "manager"]

    def create(self, actor: Actor, data: dict[str, Any]) -> MeetingRoom:
        """A new room."""
        return room_keep(actor=actor, row=MeetingRoom(), facts=data)

    def change(self, actor: Actor, row: MeetingRoom, data: dict[str, Any]) -> MeetingRoom:
        """Another rule, for bookings from now on."""
        return room_keep(actor=actor, row=row, facts=data)
