"""Keeping the mail server and the SMS gateway: by the set-up's holder (as the system) or the system administrator."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db import transaction

from apps.accounts.policies import require_permission
from apps.accounts.words import EMAIL
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.sealed import seal
from apps.notifications.models import ChannelSettings
from apps.notifications.selectors.channels import MAIL_PASSWORD, SMS_TOKEN

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,198}[A-Za-z0-9])?")
PERMISSION = "notifications.change_channelsettings"


@dataclass(frozen=True, kw_only=True)
class MailDraft:
    """A mail server as typed; an empty `password` leaves the kept one while server and user stay the same."""

    host: str
    port: int | None
    security: str
    user: str
    password: str = field(default="", repr=False)
    sender: str = ""


@transaction.atomic
def mail_settings_save(*, actor: Actor | None, draft: MailDraft) -> ChannelSettings:
    """Keep the mail server; an empty host removes it with its password. Refuses what no server can be reached by."""
    require_permission(actor, PERMISSION, "设置邮件与短信")
    row = _row()
    before = _facts(row)
    if not draft.host:
        row.mail_host = row.mail_user = row.mail_from = ""
        row.mail_port, row.mail_password_sealed = None, b""
        return _saved(row, actor, before, "移除邮件服务器")
    _check_mail(draft)
    is_same = (row.mail_host, row.mail_user) == (draft.host, draft.user)
    if draft.password or not is_same:  # a kept password is never sent to another server
        row.mail_password_sealed = seal(draft.password, name=MAIL_PASSWORD)
    row.mail_host, row.mail_port, row.mail_security = draft.host, draft.port, draft.security
    row.mail_user, row.mail_from = draft.user, draft.sender
    return _saved(row, actor, before, f"邮件服务器 {draft.host}")


@transaction.atomic
def sms_settings_save(*, actor: Actor | None, url: str, token: str) -> ChannelSettings:
    """Keep the SMS gateway; an empty address removes it with its token; an empty token leaves the kept one of the same address."""
    require_permission(actor, PERMISSION, "设置邮件与短信")
    row = _row()
    before = _facts(row)
    if url:
        _check_url(url)
    if token or url != row.sms_url:  # a kept token is never sent to another gateway
        row.sms_token_sealed = seal(token if url else "", name=SMS_TOKEN)
    row.sms_url = url
    return _saved(row, actor, before, f"短信网关 {urlsplit(url).hostname}" if url else "移除短信网关")


def _row() -> ChannelSettings:
    row, _ = ChannelSettings.objects.select_for_update().get_or_create(pk=ChannelSettings.THE_ONE)
    return row


def _facts(row: ChannelSettings) -> tuple[object, ...]:
    fields = row._meta.concrete_fields  # noqa: SLF001  # Django's documented name
    return tuple(getattr(row, one.attname) for one in fields if one.attname != "changed_at")


def _saved(
    row: ChannelSettings, actor: Actor | None, before: tuple[object, ...], text: str
) -> ChannelSettings:
    if _facts(row) == before:
        return row
    row.changed_at = now()
    row.save()
    record("notifications.channel_settings", actor=actor, subject_text=text)
    return row


def _check_mail(draft: MailDraft) -> None:
    if not HOST.fullmatch(draft.host):
        raise ValidationFailed(
            "邮件服务器应是主机名或地址，如 smtp.example.gov.cn，不带 http:// 和端口。", field="mail_host"
        )
    if draft.port is not None and not 1 <= draft.port <= 65535:
        raise ValidationFailed("端口应在 1 到 65535 之间。", field="mail_port")
    if draft.security not in ChannelSettings.Security.values:
        raise ValidationFailed("请选择加密方式。", field="mail_security")
    if draft.sender and not EMAIL.fullmatch(draft.sender):
        raise ValidationFailed("发件地址应是邮箱地址，如 oa@example.gov.cn。", field="mail_from")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or any(char.isspace() for char in url):
        raise ValidationFailed(
            "短信网关地址应以 http:// 或 https:// 开头，如 https://网关/send。", field="sms_url"
        )
