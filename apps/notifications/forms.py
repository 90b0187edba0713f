"""Shape of what people send here."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.forms import HouseForm
from apps.accounts.selectors import people_of_posts
from apps.core.errors import ValidationFailed
from apps.core.given import moment_given
from apps.notifications.models import ChannelSettings
from apps.notifications.reply_form import fields_checked
from apps.notifications.services import AnnouncementDraft, MailDraft

ID_LENGTH = 15


class PreferenceForm(forms.Form):
    """How a person wants to be reached."""

    by_browser = forms.BooleanField(required=False)
    by_mail = forms.BooleanField(required=False)
    by_digest = forms.BooleanField(required=False)


PLAIN_TEXT = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
KEPT_HELP = "已保存的不再显示；留空为不变，换了服务器须重新填写"


def secret_field(label: str) -> forms.CharField:
    """A password that is only ever typed in, never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, max_length=400, required=False, strip=False, widget=widget, help_text=KEPT_HELP
    )


class MailForm(HouseForm):
    """The mail server."""

    mail_host = forms.CharField(
        label="邮件服务器",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PLAIN_TEXT),
        help_text="如 smtp.example.gov.cn；清空并保存为移除",
    )
    mail_port = forms.IntegerField(
        label="端口", required=False, min_value=1, max_value=65535, help_text="留空用该加密方式的通常端口"
    )
    mail_security = forms.ChoiceField(label="加密方式", choices=ChannelSettings.Security)
    mail_user = forms.CharField(
        label="用户名", max_length=200, required=False, widget=forms.TextInput(attrs=PLAIN_TEXT)
    )
    mail_password = secret_field("口令或授权码")
    mail_from = forms.CharField(
        label="发件地址",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PLAIN_TEXT),
        help_text="多数服务器要求与用户名一致",
    )

    def draft(self) -> MailDraft:
        """For the service."""
        return mail_draft(self.cleaned_data)


class SmsForm(HouseForm):
    """The SMS gateway."""

    sms_url = forms.CharField(
        label="短信网关地址",
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs=PLAIN_TEXT),
        help_text="接收 POST {id, mobile, text} 的地址，如 https://网关/send；清空并保存为移除",
    )
    sms_token = secret_field("令牌")


class TrialForm(HouseForm):
    """Where a trial goes."""

    address = forms.CharField(label="邮箱或手机号", max_length=120)


def mail_draft(data: dict[str, Any]) -> MailDraft:
    """A mail server from cleaned data."""
    return MailDraft(
        host=data["mail_host"].strip(),
        port=data["mail_port"],
        security=data["mail_security"],
        user=data["mail_user"].strip(),
        password=data["mail_password"],
        sender=data["mail_from"].strip(),
    )


def version_of(form: QueryDict) -> int:
    """The version the page was drawn from."""
    value = form.get("expected_version", "")
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    return int(value)


def moment_of(form: QueryDict, name: str) -> datetime | None:
    """A `datetime-local` value in the city's time, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    moment = moment_given(value)
    if moment is None:
        raise ValidationFailed("时限的格式不正确，请重新选择。")
    return moment


def answers_of(form: QueryDict) -> dict[str, str]:
    """Everything answered: names of fields begin with f."""
    return {name: value for name, value in form.items() if name.startswith("f") and isinstance(value, str)}


def _ids(form: QueryDict, name: str) -> list[int]:
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= ID_LENGTH]


def draft_of(form: QueryDict) -> AnnouncementDraft:
    """The draft with its form; raises `ValidationFailed` with every mistake of the form."""
    labels, kinds, options = form.getlist("label"), form.getlist("kind"), form.getlist("options")
    required = set(form.getlist("required"))
    rows = [
        (label, kind, str(place) in required, option)
        for place, (label, kind, option) in enumerate(zip(labels, kinds, options, strict=False))
    ]
    fields, mistakes = fields_checked(rows)
    if mistakes:
        raise ValidationFailed("".join(mistakes))
    return AnnouncementDraft(
        title=form.get("title", ""),
        text=form.get("text", ""),
        fields=fields,
        deadline_at=moment_of(form, "deadline_at"),
        organ_ids=_ids(form, "organs"),
        person_ids=people_of_posts(_ids(form, "people")),
    )
