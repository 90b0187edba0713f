"""Back office of messaging: which programs may speak, never what was said."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin, acting, ask_and_do, button, change_url
from apps.messaging.models import Bot
from apps.messaging.services import bot_keep, bot_token_issue


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
