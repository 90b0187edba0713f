"""Back office of messaging: which programs may speak and how long messages are kept, never what was said."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin, acting, ask_and_do, button, change_url
from apps.messaging.models import Bot, Retention
from apps.messaging.selectors.retention import retention_of
from apps.messaging.services import bot_keep, bot_token_issue, retention_drop, retention_keep


@admin.register(Bot)
class BotAdmin(ServiceAdmin):
    """消息接入应用: registered here, given a token that is shown once, let into groups by those who lead them."""

    list_display = ["name", "purpose", "keeper", "per_minute", "is_active", "token_at", "used_at"]
    list_filter = ["is_active"]
    list_select_related = ["keeper"]
    search_fields = ["name", "purpose"]
    autocomplete_fields = ["keeper"]
    fields = ["name", "purpose", "keeper", "per_minute", "is_active", "token_tail", "token_at", "used_at"]
    readonly_fields = ["token_tail", "token_at", "used_at"]
    actions_detail = ["issue_token"]

    def create(self, actor: Actor, data: dict[str, Any]) -> Bot:
        """A new bot."""
        return self._keep(actor, Bot(), data)

    def change(self, actor: Actor, row: Bot, data: dict[str, Any]) -> Bot:
        """Another name, limit or state."""
        return self._keep(actor, row, data)

    @staticmethod
    def _keep(actor: Actor, row: Bot, data: dict[str, Any]) -> Bot:
        return bot_keep(
            actor=actor,
            bot=row,
            name=data["name"],
            purpose=data["purpose"],
            keeper_id=data["keeper"].pk,
            per_minute=data["per_minute"],
            is_active=data["is_active"],
        )

    @button("签发令牌", permission="change", icon="key")
    def issue_token(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A fresh token, shown once."""

        def perform(_: dict[str, Any]) -> str:
            token = bot_token_issue(actor=acting(request), bot_id=object_id)
            return f"令牌：{token}（只显示这一次，请立即交给责任人妥善保存；原有令牌已失效）"

        return ask_and_do(
            self,
            request,
            title="签发令牌",
            text="将生成新的令牌并使原有令牌立即失效。应用凭令牌在允许它的群里发消息，不能读取消息。",
            form=None,
            back=change_url(Bot, object_id),
            perform=perform,
        )


@admin.register(Retention)
class RetentionAdmin(ServiceAdmin):
    """消息保存期限: by kind of conversation; without a row messages are kept for good."""

    list_display = ["kind", "keep_days", "changed_at"]
    fieldsets = [
        (
            None,
            {
                "fields": ["kind", "keep_days"],
                "description": "不少于 183 天。没有规定期限的会话类别长期保存；超过期限的消息每夜清除，不能恢复，清除多少条记入审计。",
            },
        )
    ]
    actions_detail = ["drop"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The kind of a row stays."""
        return ["kind"] if obj else []

    def create(self, actor: Actor, data: dict[str, Any]) -> Retention:
        """A term for a kind; for one that has a term already, another."""
        return retention_keep(actor=actor, kind=data["kind"], keep_days=data["keep_days"])

    def change(self, actor: Actor, row: Retention, data: dict[str, Any]) -> Retention:
        """Another term."""
        return retention_keep(actor=actor, kind=row.kind, keep_days=data["keep_days"])

    @button("改为长期保存", permission="change", icon="all_inclusive")
    def drop(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """No term any more."""
        row = retention_of(object_id)

        def perform(_: dict[str, Any]) -> str:
            retention_drop(actor=acting(request), kind=row.kind)
            return f"{row.get_kind_display()}的消息改为长期保存。"

        return ask_and_do(
            self,
            request,
            title="改为长期保存",
            text=f"{row.get_kind_display()}的消息今后不再按期清除；已经清除的不能恢复。",
            form=None,
            back=reverse("admin:messaging_retention_changelist"),
            perform=perform,
        )
