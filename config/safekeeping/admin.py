"""Back office: how the last backups and rehearsals went."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from config.safekeeping.models import UpkeepRun


@admin.register(UpkeepRun)
class UpkeepRunAdmin(ReadOnlyAdmin):
    """备份与恢复演练: shown only; they are run by the clock and by commands."""

    list_display = ["started_at", "kind", "is_good", "text", "file_name"]
    list_filter = ["kind", "is_good"]
    date_hierarchy = "started_at"
    fields = ["kind", "is_good", "text", "file_name", "started_at", "ended_at"]
