"""Which mail server and which SMS gateway are in force: the environment's, else the kept ones, else none."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from apps.core.errors import HouseError
from apps.core.sealed import unseal
from apps.notifications.models import ChannelSettings

NO_MAIL = "django.core.mail.backends.console.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
MAIL_TIMEOUT = 15
MAIL_PASSWORD, SMS_TOKEN = "notifications.mail_password", "notifications.sms_token"  # names, no secrets
Security = ChannelSettings.Security
PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.PLAIN: 25}


class Source(StrEnum):
    """Where a channel's settings come from."""

    ENVIRONMENT = "environment"
    KEPT = "kept"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class MailWay:
    """The way of a letter. `options` go to Django's mail backend."""

    source: Source
    sender: str
    place: str
    options: dict[str, Any] = field(default_factory=dict, repr=False)

    def connection(self) -> BaseEmailBackend:
        """A connection not yet opened."""
        return mail.get_connection(**self.options)


@dataclass(frozen=True, kw_only=True)
class SmsWay:
    """The way of an SMS: a gateway, or a file."""

    source: Source
    url: str = ""
    token: str = field(default="", repr=False)
    file: str = ""


def channel_settings() -> ChannelSettings:
    """The kept settings; empty ones when nothing was kept."""
    found = ChannelSettings.objects.filter(pk=ChannelSettings.THE_ONE).first()
    return found or ChannelSettings(pk=ChannelSettings.THE_ONE)


def mail_way() -> MailWay:
    """How mail goes out now. Raises `InvalidState` when the kept password does not open any more."""
    if settings.EMAIL_BACKEND != NO_MAIL:
        place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return MailWay(source=Source.ENVIRONMENT, sender=settings.DEFAULT_FROM_EMAIL, place=place)
    kept = channel_settings()
    if not kept.mail_host:
        return MailWay(source=Source.NONE, sender=settings.DEFAULT_FROM_EMAIL, place="")
    port = kept.mail_port or PORTS[Security(kept.mail_security)]
    options = {
        "backend": SMTP,
        "host": kept.mail_host,
        "port": port,
        "username": kept.mail_user,
        "password": unseal(bytes(kept.mail_password_sealed), name=MAIL_PASSWORD),
        "use_tls": kept.mail_security == Security.STARTTLS,
        "use_ssl": kept.mail_security == Security.TLS,
        "timeout": MAIL_TIMEOUT,
    }
    sender = kept.mail_from or settings.DEFAULT_FROM_EMAIL
    return MailWay(source=Source.KEPT, sender=sender, place=f"{kept.mail_host}:{port}", options=options)


def sms_way() -> SmsWay:
    """How SMS go out now. Raises `InvalidState` when the kept token does not open any more."""
    if settings.SMS_URL or settings.SMS_FILE:
        return SmsWay(
            source=Source.ENVIRONMENT, url=settings.SMS_URL, token=settings.SMS_TOKEN, file=settings.SMS_FILE
        )
    kept = channel_settings()
    if not kept.sms_url:
        return SmsWay(source=Source.NONE)
    token = unseal(bytes(kept.sms_token_sealed), name=SMS_TOKEN)
    return SmsWay(source=Source.KEPT, url=kept.sms_url, token=token)


def mail_is_configured() -> bool:
    """Whether the installation has a mail server."""
    return bool(settings.EMAIL_BACKEND != NO_MAIL or channel_settings().mail_host)


def sms_is_configured() -> bool:
    """Whether the installation has an SMS gateway."""
    return bool(settings.SMS_URL or settings.SMS_FILE or channel_settings().sms_url)


def mail_state() -> str:
    """In words: where mail goes and who says so."""
    try:
        way = mail_way()
    except HouseError as error:
        return error.message
    if way.source == Source.ENVIRONMENT:
        return f"由环境变量 EMAIL_URL 指定（{way.place}），优先于这里保存的设置。"
    return f"使用保存的设置（{way.place}）。" if way.source == Source.KEPT else "没有设置，提醒只在系统内。"


def sms_state() -> str:
    """In words: where SMS go and who says so."""
    try:
        way = sms_way()
    except HouseError as error:
        return error.message
    if way.source == Source.ENVIRONMENT:
        where = "TONGZHOU_SMS_URL" if way.url else "TONGZHOU_SMS_FILE"
        return f"由环境变量 {where} 指定，优先于这里保存的设置。"
    if way.source == Source.KEPT:
        return "使用保存的设置。"
    return "没有设置，必达消息、紧急提醒不能转短信。"
