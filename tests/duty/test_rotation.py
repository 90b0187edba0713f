"""Filling in turn: laws, and what the checks find."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import CITY_ZONE
from apps.duty.checks import Away, Served, findings
from apps.duty.rotation import Place, filled

FIRST = datetime(2026, 11, 1, 8, 30, tzinfo=CITY_ZONE)
DAY = timedelta(days=1)


def places(days: int, posts: int) -> list[Place]:
    """So many days with so many posts, all empty."""
    return [
        Place(day + 1, post + 1, FIRST + day * DAY, FIRST + (day + 1) * DAY, 10 + 5 * (day % 7 > 4))
        for day in range(days)
        for post in range(posts)
    ]


def checked(made: dict[tuple[int, int], int], all_places: list[Place]) -> list[str]:
    """What is wrong with a filling."""
    spans = {(one.watch, one.post): one for one in all_places}
    served = [
        Served(
            (watch, post),
            person,
            f"甲{person}",
            f"岗{post}",
            spans[watch, post].starts_at,
            spans[watch, post].ends_at,
        )
        for (watch, post), person in made.items()
    ]
    return [one.text for one in findings(served, {})]


@given(st.integers(1, 31), st.integers(1, 3), st.integers(4, 12))
def test_with_people_enough_every_place_is_filled_rested_and_evenly(days: int, posts: int, each: int) -> None:
    wanted = places(days, posts)
    members = {post + 1: [post * 100 + number for number in range(each)] for post in range(posts)}
    made = filled(wanted, members, {}, {})
    assert made.keys() == {(one.watch, one.post) for one in wanted}
    assert checked(made, wanted) == []
    loads = [sum(one.points for one in wanted if made[one.watch, one.post] == who) for who in members[1]]
    assert max(loads) - min(loads) <= 30


@given(st.integers(1, 20), st.integers(1, 3))
def test_nobody_stands_at_two_posts_at_once(days: int, people: int) -> None:
    wanted = places(days, 2)
    everybody = list(range(people))
    made = filled(wanted, {1: everybody, 2: everybody}, {}, {})
    assert len({(watch, person) for (watch, _), person in made.items()}) == len(made)


def test_whoever_is_away_is_passed_over_and_whoever_carries_more_comes_later() -> None:
    wanted = places(1, 1)
    gone = {7: [Away(FIRST, FIRST + DAY, "请假")]}
    assert filled(wanted, {1: [7, 8]}, gone, {}) == {(1, 1): 8}
    assert filled(wanted, {1: [7, 8]}, {}, {7: 40}) == {(1, 1): 8}
    assert filled(wanted, {1: [7]}, gone, {}) == {}


def test_short_rest_two_posts_and_absence_are_named_with_their_day() -> None:
    served = [
        Served((1, 1), 5, "林知夏", "主班", FIRST, FIRST + DAY),
        Served((2, 1), 5, "林知夏", "主班", FIRST + DAY, FIRST + 2 * DAY),
        Served((1, 2), 6, "许若溪", "副班", FIRST, FIRST + DAY),
        Served((1, 3), 6, "许若溪", "主班", FIRST, FIRST + DAY),
    ]
    found = findings(served, {5: [Away(FIRST, FIRST + timedelta(hours=1), "出差")]})
    assert [one.place for one in found] == [(1, 1), (2, 1), (1, 3)]
    assert "出差" in found[0].text
    assert "仅 0 小时" in found[1].text
    assert "同时排在" in found[2].text
