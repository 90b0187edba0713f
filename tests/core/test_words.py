"""Words in titles: what Python and the database call folded and a number is the same, and the index finds what a scan finds."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.clock import now
from apps.core.words import folded, most_with, text_has, text_has_sql, word_numbers, words_of
from apps.workflow.models import Matter
from tests.factories.world import World

texts = st.text(st.sampled_from("关于召开的通知ＡｂC１2号〔〕 \t\u3000𠀀ßﬁ%_\\"), max_size=30)


def in_database(function: str, text: str) -> object:
    """What a function of the database makes of a text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [text])  # a name of ours
        return (cursor.fetchone() or (None,))[0]


class Agreement(TestCase):
    """Between Python and the database."""

    @given(texts)
    def test_a_text_is_folded_alike(self, text: str) -> None:
        """Full-width forms, letter case, runs of space."""
        assert in_database("text_folded", text) == folded(text)

    @given(texts, st.integers(0, 29), st.integers(1, 6))
    def test_every_word_of_a_text_has_its_numbers_there(self, text: str, start: int, length: int) -> None:
        """So that the index leaves nothing out."""
        plain = folded(text)
        known = in_database("text_words", plain)
        assert isinstance(known, list)
        for word in words_of(plain[start : start + length]):
            assert set(word_numbers(word)) <= set(known)

    @given(texts, texts)
    def test_the_condition_in_sql_is_the_condition_in_python(self, text: str, asked: str) -> None:
        """Signs that mean something in patterns mean themselves."""
        words = words_of(asked)
        sql, given_words = text_has_sql(words, "given")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {sql} FROM (SELECT %s AS given) AS one", [*given_words, folded(text)])  # noqa: S608
            (found,) = cursor.fetchone() or (None,)
        if not any(word.endswith("号") and word[:-1].isdecimal() for word in words):
            assert found == all(word in folded(text) for word in words)


@pytest.mark.django_db
def test_a_serial_is_whole() -> None:
    """17号 does not find 117号."""
    sql, words = text_has_sql(["17号"], "given")
    with connection.cursor() as cursor:
        for text, wanted in (("政发〔2026〕17号", True), ("政发〔2026〕117号", False), ("17号线", True)):
            cursor.execute(f"SELECT {sql} FROM (SELECT %s AS given) AS one", [*words, text])  # noqa: S608
            assert cursor.fetchone() == (wanted,)


def test_no_more_than_five_words_are_asked_for() -> None:
    assert words_of(" 甲  乙\x00\u3000丙 丁 戊 己") == ["甲", "乙", "丙", "丁", "戊"]
    assert len(text_has(words_of("甲 乙")).children) == 2


def test_statistics_tell_the_most_rows_that_can_have_the_words(world: World) -> None:
    """Nothing before they are there; then what all have, what some have, and next to nothing for what none has."""
    shown = {
        "subject_kind": "trial",
        "category": "other",
        "organ": world.organs["office"],
        "created_at": now(),
    }
    Matter.objects.bulk_create(
        Matter(subject_id=number, title=f"关于防汛{'演练' if number % 4 == 0 else '值守'}的通知", **shown)
        for number in range(400)
    )
    assert most_with(Matter.objects.all(), ["防汛"]) is None
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflow_matter")
    asked = (["防汛"], ["演练"], ["防汛", "演练"], ["龘"])
    all_have, some, both, none = (most_with(Matter.objects.all(), words) or 0 for words in asked)
    assert (all_have, some, both) == (400, 100, 100)
    assert none <= 100
