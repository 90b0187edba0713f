"""A letter handed to the mail server: claimed by compare-and-set, repeated only when it was surely not handed over."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, QuerySet

from apps.core.clock import now
from apps.core.errors import InvalidState, UpstreamFailed
from apps.notifications.models import Posted
from apps.notifications.selectors.channels import mail_way

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)
LOST_AFTER = timedelta(minutes=5)
BATCH = 100
State = Posted.State
P = TypeVar("P", bound=Posted)


@dataclass(frozen=True, kw_only=True)
class PostLetter:
    """Plain text to one address; `id` becomes the message's own, so that a mail server can tell a repetition."""

    id: str
    address: str
    subject: str
    text: str = field(repr=False)


def claim(*, rows: QuerySet[Any]) -> bool:
    """Take the one queued row of `rows` for this process; False when another has it."""
    taken = rows.filter(state=State.QUEUED).update(
        state=State.INFLIGHT, claimed_at=now(), attempt_count=F("attempt_count") + 1
    )
    return taken == 1


def due(*, rows: QuerySet[Any]) -> list[int]:
    """Ids of what is to be sent now, oldest first; what a crash left in flight becomes `unknown`."""
    moment = now()
    rows.filter(state=State.INFLIGHT, claimed_at__lt=moment - LOST_AFTER).update(
        state=State.UNKNOWN, last_error="发送进程中断，是否送达不明"
    )
    waiting = rows.filter(state=State.QUEUED, next_attempt_at__lte=moment)
    return list(waiting.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH])


def send_due(*, rows: QuerySet[Any], send: Callable[[int], object]) -> int:
    """Send what is due of `rows`, one after another. Returns how many were tried.

    When `send` finds no server the others that are due wait with it, without a try of their own.
    """
    ids = due(rows=rows)
    for number, row_id in enumerate(ids, start=1):
        try:
            send(row_id)
        except UpstreamFailed:
            moment = now()
            waiting = rows.filter(state=State.QUEUED, next_attempt_at__lte=moment)
            waiting.update(next_attempt_at=moment + FIRST_PAUSE)
            return number
    return len(ids)


def post(*, row: P, letter: PostLetter) -> P:
    """Hand the claimed row's letter over. Returns the row as it ended.

    Raises `UpstreamFailed` when the server cannot be reached (the row is put off) or breaks off (its fate is unknown).
    """
    try:
        way = mail_way()
        connection = way.connection()
        connection.open()
    except InvalidState as error:
        raise _away(row, error.message) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _away(row, f"邮件服务器无法连接：{error}") from error
    except BaseException:  # the task's time is up; nothing was handed over
        put_off(row=row, reason="连接邮件服务器时中断，稍后重试")
        raise
    message = mail.EmailMessage(
        subject=letter.subject,
        body=letter.text,
        from_email=way.sender,
        to=[letter.address],
        connection=connection,
        headers={"Message-ID": f"<{letter.id}@tongzhou>", "Auto-Submitted": "auto-generated"},
    )
    return _hand_over(row, connection, message)


def _away(row: P, reason: str) -> UpstreamFailed:
    put_off(row=row, reason=reason)
    return UpstreamFailed(reason)


def _hand_over(row: P, connection: BaseEmailBackend, message: mail.EmailMessage) -> P:
    try:
        connection.send_messages([message])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return _refused(row, error)
    except (OSError, smtplib.SMTPException) as error:
        reason = f"发送中断，是否送达不明：{error}"
        ended(row=row, state=State.UNKNOWN, reason=reason)
        raise UpstreamFailed(reason) from error
    else:
        row.sent_at = now()
        return ended(row=row, state=State.SENT, reason="")
    finally:
        _close(connection)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        log.info("mail.close_failed", error=str(error))


def _refused(row: P, error: smtplib.SMTPException) -> P:
    """The server said no: for good (5xx) or for now (4xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()), (550, b""))[0]
    else:
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 550
    if 400 <= code < 500:
        return put_off(row=row, reason=f"邮件服务器暂时拒收（{code}）")
    return ended(row=row, state=State.FAILED, reason=f"邮件服务器拒收（{code}）")


def put_off(*, row: P, reason: str) -> P:
    """Try again later, twice as long each time; after the last try it has failed."""
    if row.attempt_count >= MAX_ATTEMPTS:
        return ended(row=row, state=State.FAILED, reason=reason)
    row.next_attempt_at = now() + FIRST_PAUSE * 2 ** (row.attempt_count - 1)
    return ended(row=row, state=State.QUEUED, reason=reason)


def ended(*, row: P, state: str, reason: str) -> P:
    """How the try ended."""
    row.state, row.last_error = state, reason[:300]
    row.save(update_fields=["state", "last_error", "next_attempt_at", "sent_at"])
    return row
