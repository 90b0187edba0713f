"""Messages older than their kind's retention go, oldest first, with all that hangs on them; nothing after them moves."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import ValidationFailed
from apps.core.subjects import Subject
from apps.files.services import files_let_go
from apps.messaging.models import Conversation, Membership, Mention, Message, Retention
from apps.messaging.models.governing import LEAST_DAYS
from apps.messaging.selectors.entries import CONVERSATION_KIND, MESSAGE_KIND

BATCH = 1000
MOST_DAYS = 36_500


@transaction.atomic
def retention_keep(*, actor: Actor, kind: str, keep_days: int) -> Retention:
    """For how long messages of this kind of conversation are kept. Shortening deletes in the coming night, for good."""
    if not LEAST_DAYS <= keep_days <= MOST_DAYS:
        raise ValidationFailed(f"保存天数须在 {LEAST_DAYS} 至 {MOST_DAYS} 之间。")
    found, _ = Retention.objects.update_or_create(
        kind=kind, defaults={"keep_days": keep_days, "changed_at": now()}
    )
    record("messaging.retention", actor=actor, facts={"kind": kind, "days": keep_days})
    return found


@transaction.atomic
def retention_drop(*, actor: Actor, kind: str) -> None:
    """Messages of this kind are kept for good from now on."""
    Retention.objects.filter(kind=kind).delete()
    record("messaging.retention", actor=actor, facts={"kind": kind, "days": None})


def messages_expire() -> int:
    """Delete what is older than its kind is kept; each batch its own transaction, so a break loses nothing. Returns how many."""
    gone = 0
    for rule in Retention.objects.order_by("kind"):
        before = now() - timedelta(days=rule.keep_days)
        for conversation_id in _with_old(rule.kind, before).values_list("pk", flat=True):
            while count := _batch_expire(conversation_id, before):
                gone += count
    return gone


def _with_old(kind: str, before: datetime) -> QuerySet[Conversation]:
    """Conversations whose first entry is too old; `seq` and time grow together."""
    first = Message.objects.filter(conversation=OuterRef("pk")).order_by("seq").values("created_at")[:1]
    return (
        Conversation.objects.filter(kind=kind).annotate(first_at=Subquery(first)).filter(first_at__lt=before)
    )


@transaction.atomic
def _batch_expire(conversation_id: int, before: datetime) -> int:
    """Under the conversation's lock: every member begins after the batch, as if joined then, and the batch goes."""
    conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation_id)
    rows = list(
        Message.objects.filter(conversation=conversation)
        .order_by("seq")
        .only("pk", "seq", "number", "created_at", "has_files")[:BATCH]
    )
    old = [row for row in rows if row.created_at < before]
    if not old:
        return 0
    last = old[-1]
    Membership.objects.filter(conversation=conversation, joined_seq__lt=last.seq).update(
        joined_seq=last.seq,
        last_read_seq=Greatest(F("last_read_seq"), Value(last.seq, BigIntegerField())),
        read_count=Case(
            When(last_read_seq__lt=last.seq, then=Value(last.number, BigIntegerField())),
            default=F("read_count"),
        ),
    )
    files_let_go(subjects=[Subject(MESSAGE_KIND, row.pk) for row in old if row.has_files])
    Mention.objects.filter(conversation=conversation, seq__lte=last.seq).delete()
    Message.objects.filter(pk__in=[row.pk for row in old]).delete()
    if conversation.last_seq == last.seq:
        conversation.last_text = ""
        conversation.save(update_fields=["last_text"])
    record(
        "messaging.expire",
        actor=None,
        subject=Subject(CONVERSATION_KIND, conversation.pk),
        subject_text=conversation.name or "单聊",
        facts={"count": len(old), "up_to": last.seq},
    )
    return len(old)
