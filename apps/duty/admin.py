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

    list_display = ["month", "organ", "state", "published_at", "published_text"]
    list_filter = ["state"]
    fields = ["month", "organ", "state", "published_at", "published_text", "version"]
