"""Back office of 会议室."""

from typing import Any

from django.contrib import admin

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin
from apps.meetings.models import MeetingRoom, RecordingTerms
from apps.meetings.services.recordings import recording_terms_keep
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


@admin.register(RecordingTerms)
class RecordingTermsAdmin(ServiceAdmin):
    """How long an organ keeps recordings of its meetings; without a row half a year."""

    list_display = ["organ", "keep_days", "changed_at"]
    list_select_related = ["organ"]
    search_fields = ["organ__full_name"]
    fields = ["organ", "keep_days"]
    autocomplete_fields = ["organ"]

    def create(self, actor: Actor, data: dict[str, Any]) -> RecordingTerms:
        """Another organ's."""
        return self._keep(actor, RecordingTerms(), data)

    def change(self, actor: Actor, row: RecordingTerms, data: dict[str, Any]) -> RecordingTerms:
        """For recordings from now on."""
        return self._keep(actor, row, data)

    @staticmethod
    def _keep(actor: Actor, row: RecordingTerms, data: dict[str, Any]) -> RecordingTerms:
        return recording_terms_keep(
            actor=actor, row=row, organ_id=data["organ"].pk, keep_days=data["keep_days"]
        )
