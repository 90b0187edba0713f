"""Filters of the back office."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from apps.core.clock import today
from apps.workflow.models import Task


class HolderFilter(SimpleListFilter):
    """To-dos whose holder has left the post: nobody will do them."""

    title = "办理人"
    parameter_name = "holder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice: those without a holder in office."""
        return [("gone", "已不在岗")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        """Ended posts and people who left."""
        if self.value() != "gone":
            return queryset
        return queryset.filter(Q(appointment__ended_on__lt=today()) | Q(person__is_active=False))
