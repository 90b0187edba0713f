"""Back office of integration: the system administrator registers systems, the security administrator gives keys and opens."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, ServiceForm, acting, ask_and_do, button, change_url
from apps.integration.enums import HookEvent, Scope
from apps.integration.forms import ReasonForm
from apps.integration.models import PartnerSystem, WebhookDelivery, WebhookSubscription
from apps.integration.policies import Power
from apps.integration.selectors.systems import systems_listed
from apps.integration.selectors.webhooks import deliveries_listed, subscriptions_listed
from apps.integration.services import (
    SystemFacts,
    client_secret_issue,
    delivery_requeue,
    hook_keep,
    hook_secret_issue,
    hook_try,
    system_change,
    system_disable,
    system_enable,
    system_key_issue,
    system_register,
)


class PartnerSystemForm(ServiceForm):
    """The scopes as boxes to tick."""

    scopes = forms.MultipleChoiceField(
        label="权限", choices=Scope.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


@admin.register(PartnerSystem)
class PartnerSystemAdmin(ServiceAdmin):
    """接入系统: who may call in, for what, from where."""

    form = PartnerSystemForm
    list_display = ["name", "organ", "keeper", "scopes_shown", "is_enabled", "secret_at", "used_at"]
    list_filter = ["is_enabled"]
    search_fields = ["name", "description", "organ__short_name", "organ__full_name"]
    autocomplete_fields = ["organ", "keeper", "organs"]
    fieldsets = [
        (None, {"fields": ["name", "description", ("organ", "keeper"), "home_url"]}),
        ("范围", {"fields": ["scopes", "is_for_all", "organs", "hosts"]}),
        ("单点登录", {"fields": ["redirect_uris"]}),
        ("调用", {"fields": ["addresses", "per_minute"]}),
    ]
    STATE = (
        "状态",
        {
            "fields": [
                ("is_enabled", "disabled_reason"),
                ("key_id", "secret_tail"),
                ("secret_at", "used_at"),
                "client",
            ],
            "description": "密钥由安全管理员签发，系统由安全管理员启用、停用。",
        },
    )
    actions_detail = ["issue_key", "issue_client", "enable", "disable"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerSystem]:
        """With organ and keeper: the list costs the same for any number of systems."""
        return systems_listed()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new system has no state yet."""
        return [*self.fieldsets, self.STATE] if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """State and key follow from verbs."""
        return ["is_enabled", "disabled_reason", "key_id", "secret_tail", "secret_at", "used_at", "client"]

    def create(self, actor: Actor, data: dict[str, Any]) -> PartnerSystem:
        """A new system, closed."""
        return system_register(actor=actor, facts=_facts(data))

    def change(self, actor: Actor, row: PartnerSystem, data: dict[str, Any]) -> PartnerSystem:
        """Other facts."""
        return system_change(actor=actor, system_id=row.pk, facts=_facts(data))

    def offered(self, request: HttpRequest, name: str, row: PartnerSystem) -> bool:
        """What fits the system's state."""
        fitting = {
            "issue_client": Scope.SIGN_ON in row.scopes,
            "enable": not row.is_enabled and row.key_id is not None,
            "disable": row.is_enabled,
        }
        return fitting.get(name, True)

    def has_issue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator gives keys."""
        return bool(request.user.has_perm(Power.ISSUE_KEY))

    def has_switch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator opens and closes."""
        return bool(request.user.has_perm(Power.SWITCH))

    @admin.display(description="权限")
    def scopes_shown(self, row: PartnerSystem) -> str:
        """The scopes in words."""
        return "、".join(scope.label for scope in Scope if scope in row.scopes) or "—"

    @button("签发密钥", permission="issue", icon="key")
    def issue_key(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A fresh key, shown once."""

        def perform(_: dict[str, Any]) -> str:
            key = system_key_issue(actor=acting(request), system_id=object_id)
            return f"密钥：{key}（只显示这一次，请立即交给责任人妥善保存；原有密钥已失效）"

        text = "将生成新的密钥并使原有密钥立即失效。调用时写作 Authorization: Bearer 密钥，须经 TLS。"
        return self._ask((request, object_id), "签发密钥", text, None, perform)

    @button("签发单点登录密钥", permission="issue", icon="login")
    def issue_client(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Client id and secret for OpenID Connect, shown once."""

        def perform(_: dict[str, Any]) -> str:
            client_id, secret = client_secret_issue(actor=acting(request), system_id=object_id)
            return f"client_id：{client_id}，client_secret：{secret}（只显示这一次，请立即交给责任人；原有密钥已失效）"

        text = "将生成 OpenID Connect 的客户端密钥并使原有的立即失效。发现地址为 /.well-known/openid-configuration。"
        return self._ask((request, object_id), "签发单点登录密钥", text, None, perform)

    @button("启用", permission="switch", icon="check")
    def enable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Let it in."""

        def perform(_: dict[str, Any]) -> str:
            return f"“{system_enable(actor=acting(request), system_id=object_id).name}”已启用。"

        text = "启用后该系统可凭密钥在其权限范围内调用接口。请核对权限、使用机关和来源地址。"
        return self._ask((request, object_id), "启用接入系统", text, None, perform)

    @button("停用", permission="switch", icon="block")
    def disable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Shut it out."""

        def perform(data: dict[str, Any]) -> str:
            system = system_disable(actor=acting(request), system_id=object_id, reason=data["reason"])
            return f"“{system.name}”已停用，其调用从现在起被拒绝。"

        text = "停用立即生效；已推送的待办仍在有关人员的待办中，本人可自行移出。"
        return self._ask(
            (request, object_id), "停用接入系统", text, ReasonForm(request.POST or None), perform
        )

    def _ask(
        self, where: tuple[HttpRequest, int], title: str, text: str, form: forms.Form | None, perform: Any
    ) -> HttpResponse:
        request, object_id = where
        back = change_url(PartnerSystem, object_id)
        return ask_and_do(self, request, title=title, text=text, form=form, back=back, perform=perform)


def _facts(data: dict[str, Any]) -> SystemFacts:
    return SystemFacts(
        name=data["name"],
        description=data["description"],
        organ_id=data["organ"].pk,
        keeper_id=data["keeper"].pk,
        home_url=data["home_url"],
        scopes=data["scopes"],
        is_for_all=data["is_for_all"],
        organ_ids=[organ.pk for organ in data["organs"]],
        hosts=data["hosts"],
        addresses=data["addresses"],
        per_minute=data["per_minute"],
        redirect_uris=data["redirect_uris"],
    )


class WebhookForm(ServiceForm):
    """The events as boxes to tick."""

    events = forms.MultipleChoiceField(
        label="事件",
        choices=[choice for choice in HookEvent.choices if choice[0] != HookEvent.PING],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="只告知编号和标题：公文和公文待办限主管机关的，统一待办限本系统推送的，督办事项限主管机关督办或牵头的",
    )


@admin.register(WebhookSubscription)
class WebhookSubscriptionAdmin(ServiceAdmin):
    """事件订阅: which system hears of what, where."""

    form = WebhookForm
    list_display = ["system", "url", "events_shown", "is_enabled", "secret_at"]
    list_filter = ["is_enabled"]
    search_fields = ["url", "system__name"]
    autocomplete_fields = ["system"]
    fields = ["system", "url", "events", "is_enabled", "secret_at"]
    readonly_fields = ["secret_at"]
    actions_detail = ["issue_secret", "try_out"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookSubscription]:
        """With the system."""
        return subscriptions_listed()

    def create(self, actor: Actor, data: dict[str, Any]) -> WebhookSubscription:
        """A new subscription."""
        return hook_keep(actor=actor, hook=WebhookSubscription(), **data)

    def change(self, actor: Actor, row: WebhookSubscription, data: dict[str, Any]) -> WebhookSubscription:
        """Another address, other events."""
        return hook_keep(actor=actor, hook=row, **data)

    def offered(self, request: HttpRequest, name: str, row: WebhookSubscription) -> bool:
        """Nothing can be tried before it can be signed."""
        return name != "try_out" or row.secret_at is not None

    def has_issue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator gives secrets."""
        return bool(request.user.has_perm(Power.ISSUE_KEY))

    @admin.display(description="事件")
    def events_shown(self, row: WebhookSubscription) -> str:
        """The events in words."""
        return "、".join(event.label for event in HookEvent if event in row.events)

    @button("签发签名密钥", permission="issue", icon="key")
    def issue_secret(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A fresh secret, shown once."""

        def perform(_: dict[str, Any]) -> str:
            secret = hook_secret_issue(actor=acting(request), hook_id=object_id)
            return f"签名密钥：{secret}（只显示这一次，请立即交给责任人；以后的投递都用它签名）"

        text = "将生成新的签名密钥，接收方用它核对每次投递的签名；原有密钥不再用于签名。"
        back = change_url(WebhookSubscription, object_id)
        return ask_and_do(
            self, request, title="签发签名密钥", text=text, form=None, back=back, perform=perform
        )

    @button("测试投递", permission="change", icon="send")
    def try_out(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A test now, and what came of it."""

        def perform(_: dict[str, Any]) -> str:
            answer = hook_try(actor=acting(request), hook_id=object_id)
            return "接收方已收下测试事件。" if answer.is_taken else f"没有投递成功：{answer.reason}"

        text = "将立即向接收地址投递一个测试事件（ping），不含业务内容。"
        back = change_url(WebhookSubscription, object_id)
        return ask_and_do(self, request, title="测试投递", text=text, form=None, back=back, perform=perform)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """事件投递: what was told to whom, and what waits; parked ones can be sent again. Titles are not shown."""

    list_display = ["happened_at", "system", "event", "state", "attempt_count", "delivered_at"]
    list_filter = ["state", "event"]
    search_fields = ["subscription__system__name", "subscription__url"]
    date_hierarchy = "happened_at"
    ordering = ["-id"]
    show_full_result_count = False
    fields = [
        "subscription", "event", "state", "attempt_count", "happened_at", "next_attempt_at", "delivered_at", "last_error",
    ]  # fmt: skip
    actions_detail = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        """With the system."""
        return deliveries_listed()

    def offered(self, request: HttpRequest, name: str, row: WebhookDelivery) -> bool:
        """Only what is parked needs a hand."""
        return row.state == WebhookDelivery.State.PARKED

    def has_resend_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The system administrator."""
        return bool(request.user.has_perm(Power.CHANGE))

    @admin.display(description="系统")
    def system(self, row: WebhookDelivery) -> str:
        """Whom."""
        return row.subscription.system.name

    @button("重新投递", permission="resend", icon="replay")
    def send_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Queue it anew."""

        def perform(_: dict[str, Any]) -> str:
            delivery_requeue(actor=acting(request), delivery_id=object_id)
            return "已重新排队，几秒后投递。"

        text = "将重新投递这个事件，失败时仍按间隔重试。"
        back = change_url(WebhookDelivery, object_id)
        return ask_and_do(self, request, title="重新投递", text=text, form=None, back=back, perform=perform)
