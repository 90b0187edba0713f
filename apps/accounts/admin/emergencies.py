"""Back office of 应急授权: one of the three asks, another gives or refuses, any of them ends it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from apps.accounts.forms import EmergencyForm
from apps.accounts.models import BreakGlass
from apps.accounts.selectors import emergencies_listed
from apps.accounts.services import break_glass_approve, break_glass_ask, break_glass_end
from apps.core.admin import ReadOnlyAdmin, acting, ask_and_do, button, change_url
from apps.core.clock import local, now

ASK_TEXT = (
    "开启后您在限定时间内同时持有三员的全部管理权限，到时自动收回；公文、消息等内容仍然看不到。"
    "须由另外两员中的任何一人在 30 分钟内批准，开启即通知三员和单位负责人，全程记入审计。"
)


@admin.register(BreakGlass)
class BreakGlassAdmin(ReadOnlyAdmin):
    """应急授权."""

    list_display = [
        "asked_by",
        "reason",
        "minutes",
        "asked_at",
        "approved_by",
        "opened_at",
        "closes_at",
        "state",
    ]
    fields = [
        "asker", "reason", "minutes", "asked_at", "approver", "opened_at", "closes_at", "ender", "ended_at",
    ]  # fmt: skip
    readonly_fields = ["asker", "approver", "ender"]  # names, not links: the auditor opens no person's page
    actions_list = ["ask"]
    actions_detail = ["approve", "end"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BreakGlass]:
        """With people."""
        return emergencies_listed()

    def has_ask_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The three."""
        return bool(request.user.has_perm("accounts.add_breakglass"))

    def has_answer_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The three; that it is another one the service sees to."""
        return bool(request.user.has_perm("accounts.change_breakglass"))

    def offered(self, request: HttpRequest, name: str, row: BreakGlass) -> bool:
        """Approved by another one while it waits, ended while it waits or runs."""
        is_over = row.ended_at is not None or (row.closes_at is not None and row.closes_at <= now())
        if name == "approve":
            return not is_over and row.opened_at is None and row.asked_by_id != request.user.pk
        return not is_over

    @admin.display(description="申请人")
    def asker(self, row: BreakGlass) -> str:
        """Whose powers they are."""
        return row.asked_by.name

    @admin.display(description="批准人")
    def approver(self, row: BreakGlass) -> str:
        """Who gave them."""
        return row.approved_by.name if row.approved_by else ""

    @admin.display(description="结束人")
    def ender(self, row: BreakGlass) -> str:
        """Who took them back or refused."""
        return row.ended_by.name if row.ended_by else ""

    @admin.display(description="状态")
    def state(self, row: BreakGlass) -> str:
        """In words."""
        if row.ended_at is not None:
            return "已结束" if row.opened_at else "未批准"
        if row.closes_at is None:
            return "待批准"
        return f"开启中，至 {local(row.closes_at):%H:%M}" if row.closes_at > now() else "已到期"

    @button("申请应急授权", permission="ask", icon="e911_emergency")
    def ask(self, request: HttpRequest) -> HttpResponse:
        """Ask."""

        def perform(data: dict[str, Any]) -> str:
            break_glass_ask(actor=acting(request), reason=data["reason"], minutes=data["minutes"])
            return "已申请，并已通知另外两员，请联系其中任何一人批准。"

        return ask_and_do(
            self,
            request,
            title="申请应急授权",
            text=ASK_TEXT,
            form=EmergencyForm(request.POST or None),
            back=reverse("admin:accounts_breakglass_changelist"),
            perform=perform,
        )

    @button("批准", permission="answer", icon="check")
    def approve(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Give."""

        def perform(data: dict[str, Any]) -> str:
            emergency = break_glass_approve(actor=acting(request), emergency_id=object_id)
            return f"已开启，{emergency.minutes} 分钟后自动收回。"

        text = "请先电话或当面核实申请人和事由。开启后申请人同时持有三员的全部管理权限。"
        return ask_and_do(
            self,
            request,
            title="批准应急授权",
            text=text,
            form=None,
            back=change_url(BreakGlass, object_id),
            perform=perform,
        )

    @button("结束", permission="answer", icon="block")
    def end(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End or refuse."""

        def perform(data: dict[str, Any]) -> str:
            break_glass_end(actor=acting(request), emergency_id=object_id)
            return "应急授权已结束。"

        back = change_url(BreakGlass, object_id)
        return ask_and_do(
            self,
            request,
            title="结束应急授权",
            text="立即收回，或不予批准。",
            form=None,
            back=back,
            perform=perform,
        )
