"""Mail and SMS about notices: claimed, sent outside any transaction, repeated only when surely not handed over."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.core.clock import now
from apps.core.errors import InvalidState, UpstreamFailed
from apps.notifications.gateways import Attempt, Fate, Letter, by_file, by_http
from apps.notifications.models import Delivery, Notice
from apps.notifications.selectors.channels import sms_is_configured, sms_way
from apps.notifications.services.posting import PostLetter, claim, ended, post, put_off, send_due

SMS_TITLE = 40
State = Delivery.State


def delivery_send(*, delivery_id: int) -> Delivery:
    """Send one queued mail or SMS now. Returns the row as it ended; a row somebody else claimed is left alone.

    Raises `UpstreamFailed`, the row dealt with, when mail server or gateway is not there or breaks off.
    """
    claimed = claim(rows=Delivery.objects.filter(pk=delivery_id))
    delivery = Delivery.objects.select_related("notice__person").get(pk=delivery_id)
    if not claimed:
        return delivery
    return _by_sms(delivery) if delivery.channel == Delivery.Channel.SMS else _by_mail(delivery)


def _by_sms(delivery: Delivery) -> Delivery:
    person = delivery.notice.person
    if not (person.is_active and person.mobile):
        return ended(row=delivery, state=State.FAILED, reason="收件人已离开或没有手机号码")
    letter = Letter(id=f"delivery-{delivery.pk}", mobile=person.mobile, text=_sms_text(delivery.notice))
    try:
        attempt = sms_hand_over(letter=letter) or Attempt(Fate.REFUSED, "本单位未配置短信网关")
    except InvalidState as error:
        attempt = Attempt(Fate.NOT_HANDED_OVER, error.message)
    if attempt.fate is Fate.TAKEN:
        delivery.sent_at = now()
        return ended(row=delivery, state=State.SENT, reason="")
    if attempt.fate is Fate.NOT_HANDED_OVER:
        put_off(row=delivery, reason=attempt.reason)
        raise UpstreamFailed(attempt.reason)
    if attempt.fate is Fate.UNKNOWN:  # never repeated: the next ones had better not be tried while it lasts
        ended(row=delivery, state=State.UNKNOWN, reason=attempt.reason)
        raise UpstreamFailed(attempt.reason)
    return ended(row=delivery, state=State.FAILED, reason=attempt.reason)


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
    person = delivery.notice.person
    if not (person.is_active and person.email):
        return ended(row=delivery, state=State.FAILED, reason="收件人已离开或没有邮箱")
    return post(row=delivery, letter=_letter(delivery))


def _letter(delivery: Delivery) -> PostLetter:
    """Kind and title only: mail leaves the house."""
    notice = delivery.notice
    url = settings.BASE_URL.rstrip("/") + reverse("notifications:open", args=[notice.pk])
    return PostLetter(
        id=f"delivery-{delivery.pk}",
        address=notice.person.email,
        subject=f"【同舟】{notice.kind_text}提醒",
        text=render_to_string("email/notice.txt", {"notice": notice, "url": url}),
    )


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
    """Send what is due, SMS first; what a crash left in flight becomes `unknown`. Returns how many were tried.

    A channel whose server is not there waits, the other one does not.
    """
    return sum(
        send_due(rows=Delivery.objects.filter(channel=channel), send=lambda pk: delivery_send(delivery_id=pk))
        for channel in (Delivery.Channel.SMS, Delivery.Channel.MAIL)
    )
