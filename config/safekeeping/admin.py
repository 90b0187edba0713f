"""Back office: how the last backups and rehearsals went."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.admin import ReadOnlyAdmin
from config.safekeeping.models import UpkeepRun
from config.safekeeping.standing import standings


@admin.register(UpkeepRun)
class UpkeepRunAdmin(ReadOnlyAdmin):
    """备份与恢复演练: shown only; they are run by the clock and by commands."""

    list_display = ["began", "kind", "is_good", "text", "file_name"]
    list_filter = ["kind", "is_good"]
    date_hierarchy = "started_at"
    fields = ["kind", "is_good", "text", "file_name", "started_at", "ended_at"]
    list_before_template = "admin/safekeeping/standing.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """How both stand now, above the list."""
        return super().changelist_view(request, {"standings": standings(), **(extra_context or {})})

    @admin.display(description="开始", ordering="started_at")
    def began(self, row: UpkeepRun) -> datetime:
        """When."""
        return row.started_at
