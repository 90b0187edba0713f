"""必达: whoever has not confirmed is reminded by schedule, in the app and then by SMS, each time once."""

from datetime import timedelta

from django.db import transaction

from apps.core.clock import now
from apps.core.subjects import Subject
from apps.messaging.models import Confirmation, Message
from apps.messaging.selectors.entries import CONVERSATION_KIND
from apps.messaging.services.sending import must_key
from apps.notifications.enums import NoticeKind
from apps.notifications.selectors import notice_ids_under
from apps.notifications.services import notice_send, sms_queue

AGAIN_AFTER = timedelta(minutes=30)
REMINDERS = 3
BATCH = 50


@transaction.atomic
def confirmations_sweep() -> int:
    """Send what is due now: reminders in the app, SMS. Safe to run twice: rows are claimed and notices keyed. Returns how many."""
    return _remind() + _text()


def _remind() -> int:
    due = list(
        Confirmation.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(next_reminder_at__lte=now(), confirmed_at__isnull=True)
        .order_by("next_reminder_at", "pk")[: BATCH * 20]
    )
    by_message: dict[int, list[Confirmation]] = {}
    for owed in due:
        by_message.setdefault(owed.message_id, []).append(owed)
        owed.reminder_count += 1
        owed.next_reminder_at = now() + AGAIN_AFTER if owed.reminder_count < REMINDERS else None
    Confirmation.objects.bulk_update(due, ["reminder_count", "next_reminder_at"])
    for message in Message.objects.in_bulk(by_message).values():
        for owed in by_message[message.pk]:
            notice_send(
                person_ids=[owed.person_id],
                key=f"{must_key(message_id=message.pk)}:{owed.reminder_count}",
                kind=NoticeKind.URGE,
                title=f"{message.sender_name} 的必达消息尚未确认，请确认收到",
                subject=Subject(CONVERSATION_KIND, message.conversation_id),
                is_urgent=True,
            )
    return len(due)


def _text() -> int:
    due = list(
        Confirmation.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(sms_due_at__lte=now(), confirmed_at__isnull=True)
        .order_by("sms_due_at", "pk")[: BATCH * 20]
    )
    by_message: dict[int, list[int]] = {}
    for owed in due:
        by_message.setdefault(owed.message_id, []).append(owed.person_id)
    Confirmation.objects.filter(pk__in=[owed.pk for owed in due]).update(sms_due_at=None)
    for message_id, people in by_message.items():
        sms_queue(notice_ids=notice_ids_under(must_key(message_id=message_id), people))
    return len(due)
