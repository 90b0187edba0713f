"""Search finds exactly what a scan would, for words of one, two and more characters."""

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.words import folded
from apps.messaging import services
from apps.messaging.grams import grams_needed, grams_of
from apps.messaging.models import BLOCK, Membership, Message
from apps.messaging.selectors import search
from apps.messaging.selectors.search import messages_found
from tests.factories.world import World
from tests.helpers.chat import direct, group, said

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LETTERS = st.text(alphabet="防汛值班通知Aa1 。", max_size=12)


def scanned(world: World, who: str, word: str) -> list[int]:
    """Ids of every message the person may see whose folded text holds the folded word, newest first."""
    found = []
    for place in Membership.objects.filter(person=world.person(who), left_at__isnull=True):
        rows = Message.objects.filter(
            conversation_id=place.conversation_id,
            seq__gt=place.joined_seq,
            kind="message",
            recalled_at__isnull=True,
        )
        found += [row.pk for row in rows if folded(word) in folded(row.text)]
    return sorted(found, reverse=True)


def found_all(world: World, who: str, word: str) -> list[tuple[int, int]]:
    """All pages of hits."""
    hits, before = [], None
    while True:
        page = messages_found(world.actor(who), word, before=before)
        hits += [(hit.conversation_id, hit.seq) for hit in page.hits]
        if (before := page.next_before) is None:
            return hits


@given(text=LETTERS, word=LETTERS)
def test_whatever_contains_a_word_has_its_grams(text: str, word: str) -> None:
    if folded(word) and folded(word) in folded(text):
        assert set(grams_needed(7, word)) <= set(grams_of(7, text))


class EqualsAScan(TestCase):
    """With ids far apart and small windows, so that each way of finding takes part."""

    def setUp(self) -> None:
        """The city."""
        self.world = World.build()
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE messaging_message_id_seq INCREMENT BY 300")
        self.enterContext(mock.patch.multiple(search, FIRST=2 * BLOCK, SECOND=4 * BLOCK, FEW=6 * BLOCK))

    @settings(max_examples=25)
    @given(texts=st.lists(LETTERS.filter(str.strip), min_size=1, max_size=24), word=LETTERS.filter(str.strip))
    def test_the_hits_are_those_of_a_scan(self, texts: list[str], word: str) -> None:
        world = self.world
        rooms = [direct(world), group(world, "clerk"), group(world, "finance_head")]
        for place, text in enumerate(texts):
            said(world, "drafter" if place % 3 == 0 else "director", rooms[place % 3], text)
            if place == 5:
                late = [world.person("head").pk]
                services.members_add(
                    actor=world.actor("director"), conversation_id=rooms[1].pk, person_ids=late
                )
        for who in ("clerk", "head", "director"):
            wanted = Message.objects.in_bulk(scanned(world, who, word))
            expected = [(wanted[pk].conversation_id, wanted[pk].seq) for pk in scanned(world, who, word)]
            assert found_all(world, who, word) == expected


def test_the_index_of_words_can_answer(world: World) -> None:
    """What the statement asks is, to the letter, what the index keeps."""
    said(world, "drafter", direct(world), "防汛值班安排")
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's order
        if "near AS" in sql:
            execute(f"EXPLAIN {sql}", params, many, context)
            plans.append(str(context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with connection.execute_wrapper(explain):
        for word in ("防", "防汛", "防汛值班安排"):
            assert messages_found(world.actor("clerk"), word).hits
    assert [plan.count("Bitmap Index Scan on message_grams") for plan in plans] == [3, 3, 3]


def test_pages_follow_each_other(world: World) -> None:
    made = direct(world)
    for place in range(45):
        said(world, "drafter", made, f"值班安排第{place}号")
    hits = found_all(world, "clerk", "值班")
    assert [seq for _, seq in hits] == list(range(45, 0, -1))


def test_what_one_may_not_see_is_not_found(world: World) -> None:
    made = group(world)
    said(world, "director", made, "防汛会商")
    recalled = said(world, "director", made, "防汛误发")
    hidden = said(world, "director", made, "防汛重复")
    services.message_recall(actor=world.actor("director"), conversation_id=made.pk, seq=recalled.seq)
    services.message_hide(actor=world.actor("clerk"), conversation_id=made.pk, seq=hidden.seq)
    services.members_add(
        actor=world.actor("director"), conversation_id=made.pk, person_ids=[world.person("head").pk]
    )
    assert [hit.snippet_after for hit in messages_found(world.actor("clerk"), "防汛").hits] == ["会商"]
    assert messages_found(world.actor("head"), "防汛").hits == []
    assert messages_found(world.actor("stranger"), "防汛").hits == []


def test_a_hit_shows_the_word_in_its_place(world: World) -> None:
    made = direct(world)
    said(world, "drafter", made, "请各单位于今日１５：００前报送名单")
    (hit,) = messages_found(world.actor("clerk"), "15:00").hits
    assert (hit.snippet_match, hit.name, hit.sender) == ("15:00", "许若溪", "许若溪")
    assert messages_found(world.actor("clerk"), "  ").hits == []
