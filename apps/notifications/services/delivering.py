"""Mail and SMS: claimed by compare-and-set, sent outside any transaction, repeated only when surely not handed over."""

import smtplib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.clock import now
from apps.core.errors import InvalidState
from apps.notifications.gateways import Attempt, Fate, Letter, by_file, by_http
from apps.notifications.models import Delivery, Notice
from apps.notifications.selectors.channels import mail_way, sms_is_configured, sms_way

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)
LOST_AFTER = timedelta(minutes=5)
BATCH = 100
SMS_TITLE = 40
State = Delivery.State


def delivery_send(*, delivery_id: int) -> Delivery:
    """Send one queued mail or SMS now. Returns the row as it ended; a row somebody else claimed is left alone."""
    claimed = Delivery.objects.filter(pk=delivery_id, state=State.QUEUED).update(
        state=State.INFLIGHT, claimed_at=now(), attempt_count=F("attempt_count") + 1
    )
    delivery = Delivery.objects.select_related("notice__person").get(pk=delivery_id)
    if not claimed:
        return delivery
    return _by_sms(delivery) if delivery.channel == Delivery.Channel.SMS else _by_mail(delivery)


def _by_sms(delivery: Delivery) -> Delivery:
    person = delivery.notice.person
    if not (person.is_active and person.mobile):
        return _ended(delivery, State.FAILED, "收件人已离开或没有手机号码")
    letter = Letter(id=f"delivery-{delivery.pk}", mobile=person.mobile, text=_sms_text(delivery.notice))
    try:
        attempt = sms_hand_over(letter=letter) or Attempt(Fate.REFUSED, "本单位未配置短信网关")
    except InvalidState as error:
        attempt = Attempt(Fate.NOT_HANDED_OVER, error.message)
    if attempt.fate is Fate.TAKEN:
        delivery.sent_at = now()
        return _ended(delivery, State.SENT, "")
    if attempt.fate is Fate.NOT_HANDED_OVER:
        return _retry(delivery, attempt.reason)
    return _ended(delivery, State.FAILED if attempt.fate is Fate.REFUSED else State.UNKNOWN, attempt.reason)


def sms_hand_over(*, letter: Letter) -> Attempt | None:
    """Give the letter to the gateway in force; None without one."""
    way = sms_way()
    if way.url:
        return by_http(letter, way.url, way.token)
    return by_file(letter, Path(way.file)) if way.file else None


def _sms_text(notice: Notice) -> str:
    """Kind and title only: an SMS leaves the house."""
    title = notice.title if len(notice.title) <= SMS_TITLE else notice.title[: SMS_TITLE - 1] + "…"
    return f"【同舟】{notice.kind_text}：{title}。请登录查看。"


def _by_mail(delivery: Delivery) -> Delivery:
    if not (delivery.notice.person.is_active and delivery.notice.person.email):
        return _ended(delivery, State.FAILED, "收件人已离开或没有邮箱")
    try:
        way = mail_way()
        connection = way.connection()
        connection.open()
    except InvalidState as error:
        return _retry(delivery, error.message)
    except (OSError, smtplib.SMTPException) as error:
        return _retry(delivery, f"邮件服务器无法连接：{error}")
    return _hand_over(delivery, connection, way.sender)


def _hand_over(delivery: Delivery, connection: BaseEmailBackend, sender: str) -> Delivery:
    try:
        connection.send_messages([_letter(delivery, connection, sender)])
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


def _letter(delivery: Delivery, connection: BaseEmailBackend, sender: str) -> mail.EmailMessage:
    """Kind and title only: mail leaves the house."""
    notice = delivery.notice
    url = settings.BASE_URL.rstrip("/") + reverse("notifications:open", args=[notice.pk])
    body = render_to_string("email/notice.txt", {"notice": notice, "url": url})
    return mail.EmailMessage(
        subject=f"【同舟】{notice.kind_text}提醒",
        body=body,
        from_email=sender,
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


def sms_queue(*, notice_ids: Sequence[int]) -> int:
    """Send these notices by SMS too, each once, to people with a mobile. Nothing is queued without a gateway. Returns how many."""
    if not sms_is_configured():
        return 0
    moment = now()
    wanted = Notice.objects.filter(pk__in=notice_ids, person__is_active=True, person__mobile__gt="").exclude(
        deliveries__channel=Delivery.Channel.SMS
    )
    rows = [
        Delivery(notice=notice, channel=Delivery.Channel.SMS, next_attempt_at=moment) for notice in wanted
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


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
