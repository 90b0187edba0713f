"""Back office: the mail server and the SMS gateway."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.widgets import INPUT_CLASSES

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin, ServiceForm, acting, ask_and_do, button, change_url
from apps.notifications.forms import TrialForm, mail_draft, secret_field
from apps.notifications.models import ChannelSettings
from apps.notifications.selectors.channels import channel_settings, mail_state, sms_state
from apps.notifications.services import channel_try, mail_settings_save, sms_settings_save


def dressed(field: forms.CharField) -> forms.CharField:
    """A field that looks like the back office's own."""
    field.widget.attrs["class"] = " ".join(INPUT_CLASSES)
    return field


class ChannelSettingsForm(ServiceForm):
    """The two secrets are typed in, never shown."""

    mail_password = dressed(secret_field("口令或授权码"))
    sms_token = dressed(secret_field("令牌"))


class AdminTrialForm(TrialForm):
    """In the back office's clothes."""

    address = dressed(forms.CharField(label="邮箱或手机号", max_length=120))


@admin.register(ChannelSettings)
class ChannelSettingsAdmin(ServiceAdmin):
    """邮件与短信: one page, no list."""

    form = ChannelSettingsForm
    readonly_fields = ["mail_now", "sms_now", "changed_at"]
    fieldsets = [
        ("现状", {"fields": ["mail_now", "sms_now", "changed_at"]}),
        (
            "邮件服务器",
            {
                "fields": [
                    ("mail_host", "mail_port"),
                    ("mail_security", "mail_from"),
                    ("mail_user", "mail_password"),
                ]
            },
        ),
        ("短信网关", {"fields": ["sms_url", "sms_token"]}),
    ]
    actions_detail = ["try_out"]

    @admin.display(description="邮件")
    def mail_now(self, row: ChannelSettings) -> str:  # Django's signature
        """What is in force."""
        return mail_state()

    @admin.display(description="短信")
    def sms_now(self, row: ChannelSettings) -> str:  # Django's signature
        """What is in force."""
        return sms_state()

    def has_add_permission(self, request: HttpRequest) -> bool:  # Django's signature
        """There is one."""
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The one row, also before anything was kept."""
        if object_id != str(ChannelSettings.THE_ONE):
            return super().get_object(request, object_id, from_field)
        return channel_settings()

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:  # Django's signature
        """Straight to the one page."""
        return redirect(change_url(ChannelSettings, ChannelSettings.THE_ONE))

    def change(
        self, actor: Actor, row: ChannelSettings, data: dict[str, Any]
    ) -> ChannelSettings:  # the base's signature
        """Both by their services; what was not changed is left alone."""
        mail_settings_save(actor=actor, draft=mail_draft(data))
        return sms_settings_save(actor=actor, url=data["sms_url"].strip(), token=data["sms_token"])

    @button("发送测试", permission="change", icon="send")
    def try_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One mail or SMS by what is in force."""
        return ask_and_do(
            self,
            request,
            title="发送测试",
            text="按现在生效的设置发一封测试邮件，或向手机号发一条测试短信。请先保存设置。",
            form=AdminTrialForm(request.POST or None),
            back=change_url(ChannelSettings, object_id),
            perform=lambda data: channel_try(actor=acting(request), address=data["address"]),
        )
