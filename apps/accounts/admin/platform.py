"""Back office of the machine room: working calendar, parked events, locked accounts; other packages' pages are put away."""

import json
from datetime import datetime
from typing import Any

from allauth.idp.oidc.models import Client, PrivateKey, Token
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.accounts.forms import CalendarYearForm
from apps.accounts.services import (
    calendar_day_clear,
    calendar_day_set,
    calendar_year_changes,
    calendar_year_import,
    calendar_year_provisional,
    event_redeliver,
    lockout_release,
)
from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, acting, ask_and_do, button
from apps.core.errors import HouseError
from apps.core.models import CalendarDay, OutboxEvent


@admin.register(CalendarDay)
class CalendarDayAdmin(ServiceAdmin):
    """工作日历: days that differ from Monday–Friday; a year is imported from the notice."""

    list_display = ["date", "kind", "name", "is_provisional", "source"]
    list_filter = ["kind", "is_provisional"]
    date_hierarchy = "date"
    ordering = ["-date"]
    fields = ["date", "kind", "name", "source"]
    actions_list = ["import_year"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A day may become an ordinary one again."""
        return bool(request.user.has_perm("core.delete_calendarday"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Another date is another day."""
        return ["date"] if obj else []

    def create(self, actor: Actor, data: dict[str, Any]) -> CalendarDay:
        """A new special day."""
        return self._set(actor, data.pop("date"), data)

    def change(self, actor: Actor, row: CalendarDay, data: dict[str, Any]) -> CalendarDay:
        """Correct a day."""
        return self._set(actor, row.date, data)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        """Clear by the service."""
        calendar_day_clear(actor=acting(request), day=obj.date)

    @staticmethod
    def _set(actor: Actor, day: Any, data: dict[str, Any]) -> CalendarDay:
        return calendar_day_set(
            actor=actor, day=day, kind=data["kind"], name=data["name"], source=data["source"]
        )

    @button("导入年度安排", permission="add", icon="upload")
    def import_year(self, request: HttpRequest) -> HttpResponse:
        """A whole year."""

        def perform(data: dict[str, Any]) -> str:
            year = data["year"]
            if data["source"] == CalendarYearForm.PROVISIONAL:
                count = calendar_year_provisional(actor=acting(request), year=year)
                return f"{year}年已按法定节假日暂排 {count} 天，公布安排后请再导入。"
            count = calendar_year_import(actor=acting(request), year=year, notice_text=data["notice_text"])
            return f"{year}年的放假安排已导入，共 {count} 天；未到期的时限将重新计算。"

        def preview(data: dict[str, Any]) -> list[str]:
            if data["source"] == CalendarYearForm.PROVISIONAL:
                return []
            return calendar_year_changes(
                actor=acting(request), year=data["year"], notice_text=data["notice_text"]
            )

        return ask_and_do(
            self,
            request,
            title="导入年度安排",
            text="每年国务院办公厅公布放假安排后，粘贴通知全文导入，先看变动再确认；该年原有日期将被替换，未到期的时限重新计算并通知有关人员。",
            form=CalendarYearForm(request.POST or None),
            back=reverse("admin:core_calendarday_changelist"),
            perform=perform,
            preview=preview,
        )


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    """Events on their way: kind and ids, never content. Parked ones can be sent again."""

    list_display = ["id", "kind", "status", "attempt_count", "created_at", "done_at"]
    list_filter = ["status", "kind"]
    search_fields = ["kind"]
    date_hierarchy = "created_at"
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["redeliver"]
    fields = [
        "kind", "facts", "status", "attempt_count", "next_attempt_at", "last_error", "created_at", "done_at",
    ]  # fmt: skip
    readonly_fields = ["facts"]

    @admin.display(description="内容（仅编号）")
    def facts(self, row: OutboxEvent) -> str:
        """Ids as JSON, without the theme's inline colours, which the page policy refuses."""
        return json.dumps(row.payload, ensure_ascii=False, sort_keys=True)

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        """The system administrator."""
        return bool(request.user.has_perm("core.change_outboxevent"))

    @admin.action(description="重新投递", permissions=["redeliver"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[OutboxEvent]) -> None:
        """Send the chosen parked events again."""
        _each(
            request,
            queryset,
            lambda row: event_redeliver(actor=acting(request), event_id=row.pk),
            "个事件已重新投递。",
        )


def _each(request: HttpRequest, rows: QuerySet[Any], verb: Any, said: str) -> None:
    """Call the service for every chosen row; say how many went through and why others did not."""
    done = 0
    for row in rows:
        try:
            verb(row)
        except HouseError as error:
            messages.error(request, f"{row}：{error.message}")
        else:
            done += 1
    if done:
        messages.success(request, f"{done} {said}")


PUT_AWAY: tuple[type[Model], ...] = (
    AccessAttempt, AccessLog, AccessFailureLog, SocialAccount, SocialApp, SocialToken, Client, PrivateKey, Token,
)  # fmt: skip
for model in PUT_AWAY:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(AccessAttempt)
class LockOutAdmin(ReadOnlyAdmin):
    """Wrong passwords counted per login name; five lock it for half an hour."""

    list_display = ["login_name", "failures", "address", "tried_at"]
    search_fields = ["username", "ip_address"]
    ordering = ["-attempt_time"]
    fields = ["login_name", "failures", "address", "browser", "tried_at"]
    readonly_fields = fields
    actions = ["release"]

    def has_release_permission(self, request: HttpRequest) -> bool:
        """The security administrator."""
        return bool(request.user.has_perm("accounts.reset_password"))

    @admin.display(description="登录名", ordering="username")
    def login_name(self, row: AccessAttempt) -> str:
        """As typed, in small letters."""
        return str(row.username)

    @admin.display(description="口令错误次数", ordering="failures_since_start")
    def failures(self, row: AccessAttempt) -> int:
        """Since the last success; five lock the name."""
        return int(row.failures_since_start)

    @admin.display(description="来源地址", ordering="ip_address")
    def address(self, row: AccessAttempt) -> str:
        """Of the last try."""
        return str(row.ip_address or "—")

    @admin.display(description="浏览器")
    def browser(self, row: AccessAttempt) -> str:
        """As it called itself."""
        return str(row.user_agent or "—")

    @admin.display(description="最近一次", ordering="attempt_time")
    def tried_at(self, row: AccessAttempt) -> datetime:
        """When."""
        tried: datetime = row.attempt_time
        return tried

    @admin.action(description="解除锁定", permissions=["release"])
    def release(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        """Let the chosen names sign in at once."""
        _each(
            request,
            queryset,
            lambda row: lockout_release(actor=acting(request), attempt_id=row.pk),
            "个账号已解除锁定。",
        )
