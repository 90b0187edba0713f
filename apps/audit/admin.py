"""The record and its chain, to be read by those who may; nothing here writes."""

import json
import re
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.audit.models import AuditBlock, AuditEntry
from apps.audit.registry import actions_named, is_open, open_actions, words_of
from apps.audit.selectors import entries_for
from apps.core.admin import ReadOnlyAdmin
from apps.core.errors import NotFound
from apps.core.subjects import Subject, kind_of

# A document's or an item's number (岱政办发〔2026〕17号, 收〔2026〕2号) names it without saying anything about it.
NUMBER = r"^[^\s〔〕]{0,20}〔\d{4}〕\d+号(-\d+)?$"
RESULTS = {"ok": "成功", "refused": "拒绝"}


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """审计日志: who did what, when, from where."""

    list_display = ["at", "person_name", "post_text", "act", "thing", "outcome", "source_ip", "sealed"]
    list_filter = ["result"]
    search_fields = ["person_name", "action", "source_ip", "request_id"]
    search_help_text = "姓名、行为、文号、来源地址、请求编号"
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
    fields = [
        ("at", "act"),
        ("person_name", "post_text"),
        ("on_behalf_of", "outcome"),
        "thing",
        "facts_text",
        ("source_ip", "request_id"),
        "sealed",
        "digest",
    ]
    readonly_fields = ["act", "thing", "outcome", "facts_text", "sealed"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """What this administrator may read."""
        return entries_for(request.user.pk or 0)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Also by the words of an act and by an object's words where those may be shown: a search must not try out titles."""
        found, may_double = super().get_search_results(request, queryset, search_term)
        if term := search_term.strip():
            shown = Q(action__in=open_actions()) | Q(subject_text__regex=NUMBER)
            more = Q(action__in=actions_named(term)) | (Q(subject_text__icontains=term) & shown)
            found = found | queryset.filter(more)
        return found, may_double

    @admin.display(description="结果", ordering="result")
    def outcome(self, row: AuditEntry) -> str:
        """In words."""
        return RESULTS.get(row.result, row.result)

    @admin.display(description="对象")
    def thing(self, row: AuditEntry) -> str:
        """What it was done to: in its own words where they are no content, else by kind and number."""
        if is_open(row.action) or re.match(NUMBER, row.subject_text):
            return row.subject_text or "—"
        if row.subject_id is None:
            return "—"
        try:
            name = kind_of(Subject(row.subject_kind, row.subject_id)).name
        except NotFound:
            name = row.subject_kind
        return f"{name} {row.subject_id}"

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
