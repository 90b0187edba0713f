"""Titles that tell of the same matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.briefings.similarity import alike, likeness

pytestmark = pytest.mark.long

TITLES = st.text(alphabet="市大数据局推动共享的，“”·x1", max_size=24)


@given(TITLES, TITLES)
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    share = likeness(one, other)
    assert 0 <= share <= 1
    assert share == likeness(other, one)


@given(TITLES)
def test_a_title_with_words_is_wholly_like_itself(title: str) -> None:
    assert likeness(title, title) in {0.0, 1.0}
    assert likeness(f"共享{title}", f"共享{title}") == 1.0


def test_the_same_story_in_other_words_is_found_and_another_is_not() -> None:
    others = [
        (1, "我市扎实推进政务数据共享提质增效"),
        (2, "市大数据局推动数据共享提质增效"),
        (3, "青石县做好森林防火工作"),
    ]
    assert [key for key, _ in alike("市大数据局推进政务数据共享提质增效", others)] == [2, 1]


def test_stops_and_particles_do_not_count() -> None:
    assert likeness("关于“一件事”办理的情况", "一件事办理情况") == 1.0
