"""Back office of integration: the system administrator registers systems, the security administrator gives keys and opens."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin, ServiceForm, acting, ask_and_do, button, change_url
from apps.integration.enums import Scope
from apps.integration.forms import ReasonForm
from apps.integration.models import PartnerSystem
from apps.integration.policies import Power
from apps.integration.selectors.systems import systems_listed
from apps.integration.services import (
    SystemFacts,
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
        ("调用", {"fields": ["addresses", "per_minute"]}),
    ]
    STATE = (
        "状态",
        {
            "fields": [
                ("is_enabled", "disabled_reason"),
                ("key_id", "secret_tail"),
                ("secret_at", "used_at"),
            ],
            "description": "密钥由安全管理员签发，系统由安全管理员启用、停用。",
        },
    )
    actions_detail = ["issue_key", "enable", "disable"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerSystem]:
        """With organ and keeper: the list costs the same for any number of systems."""
        return systems_listed()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new system has no state yet."""
        return [*self.fieldsets, self.STATE] if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """State and key follow from verbs."""
        return ["is_enabled", "disabled_reason", "key_id", "secret_tail", "secret_at", "used_at"]

    def create(self, actor: Actor, data: dict[str, Any]) -> PartnerSystem:
        """A new system, closed."""
        return system_register(actor=actor, facts=_facts(data))

    def change(self, actor: Actor, row: PartnerSystem, data: dict[str, Any]) -> PartnerSystem:
        """Other facts."""
        return system_change(actor=actor, system_id=row.pk, facts=_facts(data))

    def offered(self, request: HttpRequest, name: str, row: PartnerSystem) -> bool:
        """What fits the system's state."""
        fitting = {"enable": not row.is_enabled and row.key_id is not None, "disable": row.is_enabled}
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
    )
