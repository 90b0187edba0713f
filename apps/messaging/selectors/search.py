"""Search in what one may see: the newest first, whatever the length of the word.

The index of words gives the messages that have a gram in one's conversations: of the newest few thousand ids first, then of more,
then of all. A frequent word fills the page from the first window, and a word that did not has few hits in the next, so the
cost does not grow with the years. What was said before joining, recalled or hidden is left out; the result equals a scan.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.core.actors import Actor
from apps.core.words import folded
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.grams import grams_needed
from apps.messaging.models import BLOCK, Membership, Message
from apps.messaging.policies import member_of

PAGE = 20
FIRST, SECOND = 8 * BLOCK, 64 * BLOCK  # ids looked through before all others
FEW = 4_000_000  # with so many ids at most, of a word the first window does not have there are few: the second is left out
AROUND = 24
WORD_LIMIT = 40
# Three things keep the planner on the index of words, whatever its statistics say: arrays from a subquery, which it does not look
# into; OFFSET 0, so that nothing else is asked before; the order by the negative id, which no other index gives. 512 is BLOCK.
HOLDING = """array_append(grams, id / -512) && ARRAY(SELECT gram
      FROM unnest(%(grams{turn})s::bigint[], %(begins)s::bigint[]) AS here(gram, begin) WHERE begin < {stop})"""
SINCE = """array_append(grams, id / -512) && ARRAY(SELECT -block
      FROM generate_series({start} / 512, ({stop} - 1) / 512) AS block)"""
WINDOW = """
  SELECT * FROM (
    SELECT id, conversation_id, seq, sender_name, text, file_names, created_at FROM messaging_message
    WHERE {conditions} AND kind = 'message' AND recalled_at IS NULL OFFSET 0) AS entry
  WHERE id < {stop} AND EXISTS (SELECT FROM messaging_membership AS place WHERE place.conversation_id = entry.conversation_id
    AND place.person_id = %(person)s AND place.left_at IS NULL AND place.joined_seq < entry.seq)
  AND NOT EXISTS (SELECT FROM messaging_hiddenmessage AS hidden
    WHERE hidden.message_id = entry.id AND hidden.person_id = %(person)s)
  ORDER BY -id LIMIT %(wanted)s
"""
SHORT = "(SELECT count(*) FROM near) < %(wanted)s"
STILL_SHORT = (
    "(SELECT low FROM lower) > 0 AND (SELECT count(*) FROM near) + (SELECT count(*) FROM far) < %(wanted)s"
)
STATEMENT = """
WITH ends AS MATERIALIZED (
  SELECT stop, greatest(stop - %(first)s, 0) / 512 * 512 AS middle FROM (
    SELECT least(%(before)s::bigint, (SELECT max(id) + 1 FROM messaging_message)) AS stop) AS newest
), near AS MATERIALIZED ({near}), lower AS MATERIALIZED (
  SELECT CASE WHEN stop <= %(few)s AND NOT EXISTS (SELECT FROM near) THEN middle
    ELSE greatest(stop - %(second)s, 0) / 512 * 512 END AS low FROM ends
), far AS MATERIALIZED ({far}), rest AS MATERIALIZED ({rest})
SELECT * FROM near UNION ALL SELECT * FROM far UNION ALL SELECT * FROM rest ORDER BY id DESC LIMIT %(wanted)s
"""


def _statement(pairs: int) -> str:
    """The newest messages with so many grams: from the first window, the second, everything, each only if need be."""

    def window(start: str, stop: str, condition: str) -> str:
        conditions = [HOLDING.format(turn=turn, stop=stop) for turn in range(pairs)]
        conditions += [SINCE.format(start=start, stop=stop)] if start else []
        return WINDOW.format(conditions=" AND ".join([*conditions, condition]), stop=stop)

    stop, middle, low = "(SELECT stop FROM ends)", "(SELECT middle FROM ends)", "(SELECT low FROM lower)"
    return STATEMENT.format(
        near=window(middle, stop, "true"),
        far=window(low, middle, SHORT),
        rest=window("", low, STILL_SHORT),
    )


STATEMENTS = {pairs: _statement(pairs) for pairs in (1, 2, 3)}


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
    places = {row.conversation_id: row for row in _places(actor)}
    found = _newest(actor, places, word, before) if places else []
    page = found[:PAGE]
    names = _names(actor, {message.conversation_id for message in page}, places)
    more = page[-1].pk if len(found) > PAGE else None
    return Found([_hit(message, word, names) for message in page], more)


def _places(actor: Actor) -> QuerySet[Any]:
    """The actor's conversations; `begin` is the id of the last entry not shown, 0 where everything is."""
    joined = Message.objects.filter(conversation_id=OuterRef("conversation_id"), seq=OuterRef("joined_seq"))
    return (
        Membership.objects.filter(member_of(actor.person_id))
        .select_related("conversation")
        .annotate(begin=Coalesce(Subquery(joined.values("pk")), 0, output_field=BigIntegerField()))
    )


def _newest(actor: Actor, places: dict[int, Any], word: str, before: int | None) -> list[Message]:
    """The newest hits, more than a page when there are more. What has the grams is compared once more with the word itself."""
    needed = [grams_needed(conversation_id, word) for conversation_id in places]
    last = len(needed[0]) - 1
    positions = sorted({0, last // 2, last})
    given = {
        "person": actor.person_id, "begins": [place.begin for place in places.values()], "wanted": PAGE + 1, "few": FEW,
        "first": FIRST, "second": SECOND,
    }  # fmt: skip
    given |= {f"grams{turn}": [one[position] for one in needed] for turn, position in enumerate(positions)}
    found: list[Message] = []
    while len(found) <= PAGE:
        some = list(Message.objects.raw(STATEMENTS[len(positions)], given | {"before": before}))
        found += [message for message in some if _has(message, word)]
        if len(some) <= PAGE:
            break
        before = some[-1].pk
    return found


def _has(message: Message, word: str) -> bool:
    return word in folded(message.text) or word in folded(message.file_names)


def _names(actor: Actor, conversation_ids: set[int], places: dict[int, Any]) -> dict[int, str]:
    """What the conversations are called; a direct one by the other person."""
    found = {one: places[one].conversation for one in conversation_ids}
    names = {one: conversation.name for one, conversation in found.items()}
    direct = [one for one, conversation in found.items() if conversation.kind == Kind.DIRECT]
    if not direct:
        return names
    others = Membership.objects.filter(conversation_id__in=direct).exclude(person_id=actor.person_id)
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
