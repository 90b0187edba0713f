"""A letter that is not a notice, handed to the mail server in force (`core.mailing`)."""

import smtplib

from django.core import mail

from apps.core.errors import InvalidState, UpstreamFailed
from apps.core.mailing import MailLetter
from apps.notifications.selectors.channels import Source, mail_way


def letter_send(*, letter: MailLetter) -> None:
    """Send it now. Raises `InvalidState` without a mail server, `UpstreamFailed` with what it answered."""
    way = mail_way()
    if way.source == Source.NONE:
        raise InvalidState("还没有设置邮件服务器。请先保存邮件服务器，或设置环境变量 EMAIL_URL 后重新启动。")
    message = mail.EmailMessage(
        subject=letter.subject,
        body=letter.text,
        to=[letter.address],
        from_email=way.sender,
        connection=way.connection(),
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise UpstreamFailed(
            f"邮件没有发出：{str(error).rstrip('.。')}。请核对邮件服务器（{way.place}）的主机、端口、加密方式、用户名和口令。"
        ) from error
