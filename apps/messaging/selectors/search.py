"""Search in what one may see: the newest first, whatever the length of the word.

Two strides of bounded cost: the newest messages of one's conversations are compared one by one (frequent words are found there),
then, when the page is not full, the index of grams gives the rest (rare words have few). Both leave out what was said
before joining, recalled or hidden; the result equals a scan of everything.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.core.actors import Actor
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.enums import EntryKind
from apps.messaging.grams import folded, grams_needed
from apps.messaging.models import HiddenMessage, Membership, Message
from apps.messaging.policies import member_of

PAGE = 20
STRIDE = 400
AROUND = 24
WORD_LIMIT = 40


@dataclass(frozen=True)
class Hit:
    """One message found, with the word in its place."""

    conversation_id: int
    name: str
    seq: int
    sender: str
    at: datetime
    snippet_before: str
    snippet_match: str
    snippet_after: str
    is_file: bool


@dataclass(frozen=True)
class Found:
    """One page of hits; `next_before` is the message id to go on below, None at the end."""

    hits: list[Hit]
    next_before: int | None


def messages_found(actor: Actor, text: str, *, before: int | None = None) -> Found:
    """Messages and file names that contain `text` (folded), newest first, below message id `before`."""
    word = folded(text)[:WORD_LIMIT]
    if not word:
        return Found([], None)
    rows = list(Membership.objects.filter(member_of(actor.person_id)).select_related("conversation"))
    places = {row.conversation_id: row for row in rows}
    newest = _seen(actor, places, before)[:STRIDE]
    examined = list(newest)
    found = [message for message in examined if _has(message, word)]
    if len(found) <= PAGE and len(examined) == STRIDE:
        found += _by_grams(actor, places, word, below=examined[-1].pk)
    page = found[:PAGE]
    names = _names(actor, {message.conversation_id for message in page}, places)
    more = page[-1].pk if len(found) > PAGE else None
    return Found([_hit(message, word, names) for message in page], more)


def _seen(actor: Actor, places: dict[int, Membership], before: int | None) -> QuerySet[Message]:
    """Messages the actor may see, newest first."""
    hidden = HiddenMessage.objects.filter(message=OuterRef("pk"), person_id=actor.person_id)
    joined_late = Q()
    for place in places.values():
        if place.joined_seq:
            joined_late |= Q(conversation_id=place.conversation_id, seq__lte=place.joined_seq)
    rows = Message.objects.filter(
        ~joined_late if joined_late else Q(),
        ~Exists(hidden),
        conversation_id__in=list(places),
        kind=EntryKind.MESSAGE,
        recalled_at__isnull=True,
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk").only(
        "id", "conversation_id", "seq", "sender_name", "text", "file_names", "created_at"
    )


def _by_grams(actor: Actor, places: dict[int, Membership], word: str, *, below: int) -> list[Message]:
    """What the index gives below message id `below`, compared once more, until the page is full."""
    needed = [grams_needed(conversation_id, word) for conversation_id in places]
    rows = _seen(actor, places, below)
    for position in range(len(needed[0])):
        rows = rows.filter(grams__overlap=[numbers[position] for numbers in needed])
    found: list[Message] = []
    for message in rows.iterator(chunk_size=STRIDE):
        if _has(message, word):
            found.append(message)
            if len(found) > PAGE:
                break
    return found


def _has(message: Message, word: str) -> bool:
    return word in folded(message.text) or word in folded(message.file_names)


def _names(actor: Actor, conversation_ids: set[int], places: dict[int, Membership]) -> dict[int, str]:
    names = {one: places[one].conversation.name for one in conversation_ids}
    others = Membership.objects.filter(
        conversation_id__in=conversation_ids, conversation__kind=Kind.DIRECT
    ).exclude(person_id=actor.person_id)
    return names | dict(others.values_list("conversation_id", F("person__name")))


def _hit(message: Message, word: str, names: dict[int, str]) -> Hit:
    in_text = word in folded(message.text)
    shown = folded(message.text if in_text else message.file_names)
    place = shown.index(word)
    start = max(place - AROUND, 0)
    return Hit(
        conversation_id=message.conversation_id,
        name=names.get(message.conversation_id, ""),
        seq=message.seq,
        sender=message.sender_name,
        at=message.created_at,
        snippet_before=("…" if start else "") + shown[start:place],
        snippet_match=shown[place : place + len(word)],
        snippet_after=shown[place + len(word) : place + len(word) + AROUND * 2],
        is_file=not in_text,
    )
