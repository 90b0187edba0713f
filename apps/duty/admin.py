"""Back office of duty: what stands on rosters, never the log."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.duty.models import DutyPost, DutyRoster


@admin.register(DutyPost)
class DutyPostAdmin(ReadOnlyAdmin):
    """Posts of the organs."""

    list_display = ["name", "organ", "is_leader", "keeps_log", "is_active"]
    fields = ["name", "organ", "is_leader", "keeps_log", "rank_order", "is_active"]


@admin.register(DutyRoster)
class DutyRosterAdmin(ReadOnlyAdmin):
    """Which months are made and published."""

    list_display = ["month", "of_organ", "state", "published_at", "published_text"]
    list_filter = ["state"]
    list_select_related = ["organ"]
    fields = ["month", "of_organ", "state", "published_at", "published_text"]
    readonly_fields = ["of_organ"]

    @admin.display(description="机关")
    def of_organ(self, row: DutyRoster) -> str:
        """Whose roster."""
        return row.organ.short_name
