"""The record and its chain, to be read by those who may; nothing here writes."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.audit.models import AuditBlock, AuditEntry
from apps.audit.registry import words_of
from apps.audit.selectors import entries_for
from apps.core.admin import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """审计日志: who did what, when, from where."""

    list_display = ["at", "person_name", "post_text", "act", "subject_text", "result", "source_ip", "sealed"]
    list_filter = ["result"]
    search_fields = ["person_name", "subject_text", "action", "source_ip", "request_id"]
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
    fields = [
        ("at", "act", "result"),
        ("person_name", "post_text", "on_behalf_of"),
        ("subject_kind", "subject_id", "subject_text"),
        "facts_text",
        ("source_ip", "request_id"),
        ("sealed", "digest"),
    ]
    readonly_fields = ["act", "facts_text", "sealed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """What this administrator may read."""
        return entries_for(request.user.pk or 0)

    @admin.display(description="行为", ordering="action")
    def act(self, row: AuditEntry) -> str:
        """The action in words."""
        return words_of(row.action)

    @admin.display(description="事实")
    def facts_text(self, row: AuditEntry) -> str:
        """Facts as JSON."""
        return json.dumps(row.facts, ensure_ascii=False, sort_keys=True) if row.facts else "—"

    @admin.display(description="封存")
    def sealed(self, row: AuditEntry) -> str:
        """Its place in the chain."""
        seal: Any = getattr(row, "seal", None)
        return f"第 {seal.position} 位，区块 {seal.block_id}" if seal else "待封存"


@admin.register(AuditBlock)
class AuditBlockAdmin(ReadOnlyAdmin):
    """审计区块: the chain itself."""

    list_display = ["number", "first_position", "last_position", "closed_at", "digest"]
    ordering = ["-number"]
    show_full_result_count = False
