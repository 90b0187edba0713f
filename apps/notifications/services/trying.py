"""One message on trial, so that whoever sets mail and SMS up sees at once whether they work."""

import re

from django.db import transaction

from apps.accounts.policies import require_permission
from apps.accounts.words import EMAIL
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import local, now
from apps.core.errors import InvalidState, UpstreamFailed, ValidationFailed
from apps.core.mailing import MailLetter
from apps.notifications.gateways import Fate, Letter
from apps.notifications.services.channels import PERMISSION
from apps.notifications.services.delivering import sms_hand_over
from apps.notifications.services.mailing import letter_send

SUBJECT = "【同舟】测试邮件"
TEXT = "这是一封测试邮件。收到它说明邮件提醒可以使用。"
MOBILE = re.compile(r"1\d{10}")


def channel_try(*, actor: Actor | None, address: str) -> str:
    """Send a trial mail, or an SMS to a mobile number. Returns what to look for; raises with what the server answered."""
    require_permission(actor, PERMISSION, "测试邮件与短信")
    address = address.strip()
    if EMAIL.fullmatch(address):
        mail_try(address=address)
        said = f"测试邮件已交给邮件服务器，请查看 {address} 的收件箱。"
    elif MOBILE.fullmatch(address):
        sms_try(mobile=address)
        said = f"测试短信已交给短信网关，请查看 {address} 是否收到。"
    else:
        raise ValidationFailed("请填写邮箱地址或 11 位手机号。", field="address")
    with transaction.atomic():
        record("notifications.channel_try", actor=actor)
    return said


def mail_try(*, address: str) -> None:
    """Send one mail now. Raises `InvalidState` without a mail server, `UpstreamFailed` with what it answered."""
    letter_send(letter=MailLetter(address=address, subject=SUBJECT, text=TEXT))


def sms_try(*, mobile: str) -> None:
    """Send one SMS now. Raises `InvalidState` without a gateway, `UpstreamFailed` with what it answered."""
    letter = Letter(
        id=f"trial-{local(now()):%Y%m%d%H%M%S}", mobile=mobile, text="【同舟】测试短信：短信提醒可以使用。"
    )
    attempt = sms_hand_over(letter=letter)
    if attempt is None:
        raise InvalidState(
            "还没有设置短信网关。请先保存短信网关，或设置环境变量 TONGZHOU_SMS_URL 后重新启动。"
        )
    if attempt.fate is not Fate.TAKEN:
        raise UpstreamFailed(f"短信没有发出：{attempt.reason}。")
