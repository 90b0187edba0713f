"""Who has read, received and confirmed: comparisons of cursors, not rows per reader."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from apps.accounts.selectors import posts_shown
from apps.messaging.enums import EntryKind
from apps.messaging.models import Confirmation, Membership, Message, Receipt
from apps.notifications.selectors import notice_ids_under, sms_states

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Reader:
    """One person as the sender sees them. `state` in words, `at` of reading is not kept, of confirming it is."""

    person_id: int
    name: str
    post: str
    unit: str
    has_read: bool
    confirmed_at: datetime | None = None
    has_receipt: bool = False
    sms: str = ""


@dataclass
class ReaderState:
    """Both lists of a message by unit, in rank order."""

    is_must: bool
    read: list[tuple[str, list[Reader]]] = field(default_factory=list)
    unread: list[tuple[str, list[Reader]]] = field(default_factory=list)
    read_count: int = 0
    total: int = 0
    confirmed_count: int = 0


def recipients_of(message: Message) -> Q:
    """Condition on memberships: those the message is for and who are still there."""
    here = Q(conversation_id=message.conversation_id, left_at__isnull=True, joined_seq__lt=message.seq)
    return here & ~Q(person_id=message.sender_id)


def unread_people(message: Message) -> list[int]:
    """Who has not read the message; of a 必达 message, who has not confirmed it."""
    if message.is_must:
        owed = Confirmation.objects.filter(message=message, confirmed_at__isnull=True)
        return list(owed.values_list("person_id", flat=True))
    unread = Membership.objects.filter(recipients_of(message), last_read_seq__lt=message.seq)
    return list(unread.values_list("person_id", flat=True))


def message_states(membership: Membership, seqs: Sequence[int]) -> dict[str, dict[str, Any]]:
    """Seq → `{read, total, receipts, receipt_names, mine, must}` of messages the member may see. Four queries."""
    messages = list(
        Message.objects.filter(
            conversation_id=membership.conversation_id,
            seq__in=seqs,
            seq__gt=membership.joined_seq,
            kind=EntryKind.MESSAGE,
            recalled_at__isnull=True,
        )
    )
    cursors = Membership.objects.filter(conversation_id=membership.conversation_id, left_at__isnull=True)
    members = list(cursors.values_list("person_id", "joined_seq", "last_read_seq"))
    receipts = _receipts(messages)
    owed = _owed(messages)
    return {
        str(message.seq): {
            **_counts(message, members),
            "receipts": len(receipts[message.pk]),
            "receipt_names": [name for _, name in receipts[message.pk][:NAMES_SHOWN]],
            "mine": any(person_id == membership.person_id for person_id, _ in receipts[message.pk]),
            "must": owed.get(message.pk),
        }
        for message in messages
    }


def _counts(message: Message, members: list[tuple[int, int, int]]) -> dict[str, int]:
    others = [
        read for person_id, joined, read in members if person_id != message.sender_id and joined < message.seq
    ]
    others.sort()
    return {"read": len(others) - bisect_left(others, message.seq), "total": len(others)}


def _receipts(messages: list[Message]) -> dict[int, list[tuple[int, str]]]:
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = Receipt.objects.filter(message__in=messages).order_by("created_at", "id")
    for message_id, person_id, name in rows.values_list("message_id", "person_id", "person__name"):
        found[message_id].append((person_id, name))
    return found


def _owed(messages: list[Message]) -> dict[int, dict[str, int]]:
    must = [message.pk for message in messages if message.is_must]
    if not must:
        return {}
    rows = (
        Confirmation.objects.filter(message_id__in=must)
        .values("message_id")
        .annotate(total=Count("id"), confirmed=Count("id", filter=Q(confirmed_at__isnull=False)))
    )
    return {row["message_id"]: {"confirmed": row["confirmed"], "total": row["total"]} for row in rows}


def reader_state(message: Message) -> ReaderState:
    """Everybody the message is for, by unit in rank order, with what is known of each."""
    confirmed = dict(Confirmation.objects.filter(message=message).values_list("person_id", "confirmed_at"))
    received = set(Receipt.objects.filter(message=message).values_list("person_id", flat=True))
    sms = sms_states(notice_ids_under(f"must:{message.pk}", confirmed)) if message.is_must else {}
    state = ReaderState(is_must=message.is_must)
    for unit, members in members_by_unit(Membership.objects.filter(recipients_of(message))):
        lists: dict[bool, list[Reader]] = {True: [], False: []}
        for member in members:
            has_read = member.membership.last_read_seq >= message.seq
            person_id = member.membership.person_id
            done = confirmed.get(person_id) is not None if message.is_must else has_read
            lists[done].append(
                Reader(
                    person_id, member.name, member.post, unit, has_read,
                    confirmed.get(person_id), person_id in received, sms.get(person_id, ""),
                )
            )  # fmt: skip
        state.read += [(unit, lists[True])] if lists[True] else []
        state.unread += [(unit, lists[False])] if lists[False] else []
        state.read_count += sum(reader.has_read for part in lists.values() for reader in part)
        state.total += len(members)
        state.confirmed_count += len(lists[True]) if message.is_must else 0
    return state


@dataclass(frozen=True)
class Member:
    """A member as shown in lists."""

    membership: Membership
    name: str
    post: str
    unit: str

    @property
    def person_id(self) -> int:
        """Whose."""
        return self.membership.person_id


def members_by_unit(memberships: Any) -> list[tuple[str, list[Member]]]:
    """Members by organ in rank order (never the alphabet); people without a post come last. Two queries."""
    rows = {row.person_id: row for row in memberships.annotate(name=F("person__name")).defer("draft")}
    posts = (
        posts_shown()
        .filter(person_id__in=rows)
        .order_by("organ__rank_order", "organ_id", "rank_order", "id")
        .values_list("person_id", "organ__short_name", "unit__name", "post_title")
    )
    groups: dict[str, list[Member]] = {}
    for person_id, organ, unit, title in posts:
        row = rows.pop(person_id, None)
        if row is None:
            continue
        words = " ".join(part for part in (unit or "", title) if part)
        groups.setdefault(organ, []).append(Member(row, row.name, words, organ))
    for row in rows.values():
        groups.setdefault("其他", []).append(Member(row, row.name, "", "其他"))
    return list(groups.items())
