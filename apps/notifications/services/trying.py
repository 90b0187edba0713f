"""One message on trial, so that whoever sets mail and SMS up sees at once whether they work."""

import smtplib
from pathlib import Path

from django.conf import settings
from django.core import mail

from apps.core.clock import local, now
from apps.core.errors import InvalidState, UpstreamFailed
from apps.notifications.gateways import Fate, Letter, by_file, by_http

SUBJECT = "【同舟】测试邮件"
TEXT = "这是一封测试邮件。收到它说明邮件提醒可以使用。"


def mail_try(*, address: str) -> None:
    """Send one mail now. Raises `InvalidState` without a mail server, `UpstreamFailed` with what it answered."""
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        raise InvalidState("还没有设置邮件服务器。请设置环境变量 EMAIL_URL 后重新启动。")
    try:
        mail.EmailMessage(subject=SUBJECT, body=TEXT, to=[address]).send()
    except (OSError, smtplib.SMTPException) as error:
        raise UpstreamFailed(
            f"邮件没有发出：{error}。请核对 EMAIL_URL 中的主机、端口、用户名和口令。"
        ) from error


def sms_try(*, mobile: str) -> None:
    """Send one SMS now. Raises `InvalidState` without a gateway, `UpstreamFailed` with what it answered."""
    letter = Letter(
        id=f"trial-{local(now()):%Y%m%d%H%M%S}", mobile=mobile, text="【同舟】测试短信：短信提醒可以使用。"
    )
    if settings.SMS_URL:
        attempt = by_http(letter, settings.SMS_URL, settings.SMS_TOKEN)
    elif settings.SMS_FILE:
        attempt = by_file(letter, Path(settings.SMS_FILE))
    else:
        raise InvalidState("还没有设置短信网关。请设置环境变量 TONGZHOU_SMS_URL 后重新启动。")
    if attempt.fate is not Fate.TAKEN:
        raise UpstreamFailed(f"短信没有发出：{attempt.reason}。")
