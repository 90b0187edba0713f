"""Entries of the log as clients get them: by page, of one message for all, of the files and quotes they carry."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from apps.core.actors import Actor
from apps.core.subjects import Subject
from apps.files.models import StoredFile
from apps.files.selectors import files_of_kind
from apps.messaging.enums import EntryKind
from apps.messaging.models import HiddenMessage, Membership, Message

MESSAGE_KIND = "messaging.message"
CONVERSATION_KIND = "messaging.conversation"
PURPOSE = "message"
PAGE = 50
PAGE_LIMIT = 200
QUOTE_LENGTH = 120
EntryData = dict[str, Any]


def subject_of_message(message: Message) -> Subject:
    """What the message's files belong to."""
    return Subject(MESSAGE_KIND, message.pk)


def entries_seen(membership: Membership) -> QuerySet[Message]:
    """Everything the member may see of the log, in order; `hidden` marks what the member deleted for oneself."""
    return (
        Message.objects.filter(conversation_id=membership.conversation_id, seq__gt=membership.joined_seq)
        .annotate(hidden=Exists(hidden_by(membership)))
        .order_by("seq")
    )


def hidden_by(membership: Membership) -> QuerySet[HiddenMessage]:
    """What the member deleted for oneself, of the outer message."""
    return HiddenMessage.objects.filter(message=OuterRef("pk"), person_id=membership.person_id)


def entries_after(membership: Membership, seq: int, limit: int = PAGE_LIMIT) -> list[EntryData]:
    """What follows `seq`, oldest first."""
    return entry_data(entries_seen(membership).filter(seq__gt=seq)[:limit])


def entries_before(membership: Membership, seq: int | None, limit: int = PAGE) -> list[EntryData]:
    """The last entries before `seq` (the last of all without it), oldest first."""
    rows = entries_seen(membership)
    if seq is not None:
        rows = rows.filter(seq__lt=seq)
    return entry_data(reversed(rows.order_by("-seq")[:limit]))


def entries_around(membership: Membership, seq: int, limit: int = PAGE) -> list[EntryData]:
    """Half a page up to `seq` and half a page after it."""
    half = max(limit // 2, 1)
    return [*entries_before(membership, seq + 1, half), *entries_after(membership, seq, half)]


def page_facts(membership: Membership, entries: list[EntryData]) -> dict[str, Any]:
    """The page with what lies beyond it."""
    last = membership.conversation.last_seq
    first_seen = membership.joined_seq + 1
    return {
        "entries": entries,
        "last_seq": last,
        "first_seq": first_seen,
        "has_before": bool(entries) and entries[0]["seq"] > first_seen,
        "has_after": bool(entries) and entries[-1]["seq"] < last,
    }


def entry_data(rows: Iterable[Message]) -> list[EntryData]:
    """Rows as clients get them: at most two more queries, for files and quotes."""
    messages = list(rows)
    files = _files_of(messages)
    quotes = _quotes_of(messages)
    return [_entry(message, files.get(message.pk, []), quotes) for message in messages]


def entry_shown(message: Message) -> EntryData:
    """One fresh entry as everybody in the conversation gets it."""
    return entry_data([message])[0]


def _files_of(messages: list[Message]) -> dict[int, list[StoredFile]]:
    with_files = [message.pk for message in messages if message.has_files and message.recalled_at is None]
    found: dict[int, list[StoredFile]] = {}
    if with_files:
        for file in files_of_kind(MESSAGE_KIND, with_files, PURPOSE):
            found.setdefault(file.subject_id, []).append(file)
    return found


def _quotes_of(messages: list[Message]) -> dict[tuple[int, int], Message]:
    wanted = {message.quote_seq for message in messages if message.quote_seq is not None}
    if not wanted:
        return {}
    quoted = Message.objects.filter(
        conversation_id__in={message.conversation_id for message in messages}, seq__in=wanted
    )
    return {(message.conversation_id, message.seq): message for message in quoted}


def _entry(message: Message, files: list[StoredFile], quotes: dict[tuple[int, int], Message]) -> EntryData:
    gone = message.recalled_at is not None or getattr(message, "hidden", False)
    quoted = quotes.get((message.conversation_id, message.quote_seq)) if message.quote_seq else None
    return {
        "c": message.conversation_id,
        "seq": message.seq,
        "kind": message.kind,
        "sender": {"id": message.sender_id, "name": message.sender_name, "post": message.sender_post},
        "text": "" if gone else message.text,
        "mention_ids": [] if gone else message.mention_ids,
        "mention_all": message.mention_all and not gone,
        "quote": _quote(quoted, message.quote_seq) if message.quote_seq and not gone else None,
        "files": [] if gone else [_file(file) for file in files],
        "card": {"kind": message.card_kind, "id": message.card_id}
        if message.card_kind and not gone
        else None,
        "must": message.is_must,
        "target": message.target_seq,
        "recalled": message.recalled_at is not None,
        "hidden": getattr(message, "hidden", False),
        "client_id": message.client_id,
        "at": message.created_at.isoformat(),
    }


def _quote(quoted: Message | None, seq: int) -> dict[str, Any]:
    """What was quoted; of a message that is no longer kept, that it is gone."""
    if quoted is None:
        return {"seq": seq, "name": "", "text": "（原消息已过保存期限）"}
    text = "（该消息已撤回）" if quoted.recalled_at else preview_of(quoted)[:QUOTE_LENGTH]
    return {"seq": quoted.seq, "name": quoted.sender_name, "text": text}


def preview_of(message: Message) -> str:
    """A message in one line: its words, else what it carries."""
    if message.kind != EntryKind.MESSAGE or message.text:
        return " ".join(message.text.split())
    if message.file_names:
        return "[文件] " + message.file_names.splitlines()[0]
    return "[公文]" if message.card_kind else ""


def _file(file: StoredFile) -> dict[str, Any]:
    is_image = file.content_type.startswith("image/")
    return {
        "id": file.pk,
        "name": file.name,
        "size": file.size,
        "is_image": is_image,
        "pages": file.page_count,
        "url": reverse("files:viewer", args=[file.pk]),
        "download_url": reverse("files:download", args=[file.pk]),
        "page_url": reverse("files:page", args=[file.pk, 1]) if file.page_count != 0 else "",
    }


def can_view_message(actor: Actor, message_id: int) -> bool:
    """Whether the actor may see the message's files: a member since before it, and it was neither recalled nor hidden."""
    return (
        Message.objects.filter(pk=message_id, recalled_at__isnull=True)
        .filter(
            Exists(
                Membership.objects.filter(
                    conversation_id=OuterRef("conversation_id"),
                    person_id=actor.person_id,
                    left_at__isnull=True,
                    joined_seq__lt=OuterRef("seq"),
                )
            )
        )
        .exists()
    )
