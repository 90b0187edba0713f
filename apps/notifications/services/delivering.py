"""Mail: claimed by compare-and-set, sent outside any transaction, repeated only when it surely was not handed over."""

import smtplib
from datetime import timedelta

import structlog
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.clock import now
from apps.notifications.models import Delivery

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)
LOST_AFTER = timedelta(minutes=5)
BATCH = 100
State = Delivery.State


def delivery_send(*, delivery_id: int) -> Delivery:
    """Send one queued mail now. Returns the row as it ended; a row somebody else claimed is left alone."""
    claimed = Delivery.objects.filter(pk=delivery_id, state=State.QUEUED).update(
        state=State.INFLIGHT, claimed_at=now(), attempt_count=F("attempt_count") + 1
    )
    delivery = Delivery.objects.select_related("notice__person").get(pk=delivery_id)
    if not claimed:
        return delivery
    if not (delivery.notice.person.is_active and delivery.notice.person.email):
        return _ended(delivery, State.FAILED, "收件人已离开或没有邮箱")
    connection = mail.get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return _retry(delivery, f"邮件服务器无法连接：{error}")
    return _hand_over(delivery, connection)


def _hand_over(delivery: Delivery, connection: BaseEmailBackend) -> Delivery:
    try:
        connection.send_messages([_letter(delivery, connection)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return _refused(delivery, error)
    except (OSError, smtplib.SMTPException) as error:
        return _ended(delivery, State.UNKNOWN, f"发送中断，是否送达不明：{error}")
    else:
        delivery.sent_at = now()
        return _ended(delivery, State.SENT, "")
    finally:
        _close(connection)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        log.info("mail.close_failed", error=str(error))


def _letter(delivery: Delivery, connection: BaseEmailBackend) -> mail.EmailMessage:
    """Kind and title only: mail leaves the house."""
    notice = delivery.notice
    url = settings.BASE_URL.rstrip("/") + reverse("notifications:open", args=[notice.pk])
    body = render_to_string("email/notice.txt", {"notice": notice, "url": url})
    return mail.EmailMessage(
        subject=f"【同舟】{notice.kind_text}提醒",
        body=body,
        to=[notice.person.email],
        connection=connection,
        headers={"Message-ID": f"<delivery-{delivery.pk}@tongzhou>", "Auto-Submitted": "auto-generated"},
    )


def _refused(delivery: Delivery, error: smtplib.SMTPException) -> Delivery:
    """The server said no: for good (5xx) or for now (4xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (550, b""))[0]
    else:
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 550
    if 400 <= code < 500:
        return _retry(delivery, f"邮件服务器暂时拒收（{code}）")
    return _ended(delivery, State.FAILED, f"邮件服务器拒收（{code}）")


def _retry(delivery: Delivery, reason: str) -> Delivery:
    if delivery.attempt_count >= MAX_ATTEMPTS:
        return _ended(delivery, State.FAILED, reason)
    delivery.next_attempt_at = now() + FIRST_PAUSE * 2 ** (delivery.attempt_count - 1)
    return _ended(delivery, State.QUEUED, reason)


def _ended(delivery: Delivery, state: str, reason: str) -> Delivery:
    delivery.state, delivery.last_error = state, reason[:300]
    delivery.save(update_fields=["state", "last_error", "next_attempt_at", "sent_at"])
    return delivery


def deliveries_sweep() -> int:
    """Send what is due; what a crash left in flight becomes `unknown`. Returns how many were tried."""
    moment = now()
    Delivery.objects.filter(state=State.INFLIGHT, claimed_at__lt=moment - LOST_AFTER).update(
        state=State.UNKNOWN, last_error="发送进程中断，是否送达不明"
    )
    due = Delivery.objects.filter(state=State.QUEUED, next_attempt_at__lte=moment)
    ids = list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH])
    for delivery_id in ids:
        delivery_send(delivery_id=delivery_id)
    return len(ids)
