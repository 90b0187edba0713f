"""The table of the life of an item, and the lights."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.clock import CITY_ZONE
from apps.core.working_calendar import WorkCalendar
from apps.supervision.enums import Act, LightKind, Party, State
from apps.supervision.lifecycle import (
    CLOSED,
    OPEN,
    RUNNING,
    TABLE,
    NotAllowed,
    acts_open,
    after,
    rule_of,
    table_lines,
)
from apps.supervision.lights import Clocks, light_of, progress_of, worst, yellow_from

pytestmark = pytest.mark.long

PLAIN = WorkCalendar(frozenset(), frozenset(), frozenset())
START = datetime(2026, 11, 2, 9, 0, tzinfo=CITY_ZONE)


def test_every_state_is_in_the_table_and_every_act_in_some_row() -> None:
    assert set(TABLE) == set(State)
    assert {act for row in TABLE.values() for act in row} == set(Act)


def test_every_item_can_reach_an_end_from_every_open_state() -> None:
    for state in OPEN:
        reached, grown = {state}, True
        while grown:
            further = {rule.then or here for here in reached for rule in TABLE[here].values()}
            grown = not further <= reached
            reached |= further
        assert reached & {State.EVALUATED, State.TERMINATED}, state


def test_every_state_is_reached_from_the_proposal() -> None:
    reached, grown = {State.PROPOSED}, True
    while grown:
        further = {rule.then or here for here in reached for rule in TABLE[here].values()}
        grown = not further <= reached
        reached |= further
    assert reached == set(State)


@given(st.sampled_from(State), st.sampled_from(Act), st.sets(st.sampled_from(Party)))
def test_what_is_offered_is_what_the_table_says(state: State, act: Act, parties: set[Party]) -> None:
    offered = act in acts_open(state, parties)
    try:
        rule = rule_of(state, act)
    except NotAllowed:
        assert not offered
        with pytest.raises(NotAllowed):
            after(state, act)
    else:
        assert offered == bool(rule.parties & parties)
        assert after(state, act) == (rule.then or state)


def test_what_takes_something_back_or_ends_it_needs_a_reason() -> None:
    grave = {
        Act.DECLINE, Act.REFUSE, Act.SEND_BACK, Act.TERMINATE, Act.MAKE_LONG_TERM, Act.LIST_PUBLICLY, Act.DELIST,
        Act.INTERVIEW,
    }  # fmt: skip
    assert all(row[act].needs_words for row in TABLE.values() for act in grave & set(row))


def test_what_presses_an_item_on_leaves_it_where_it_stands_and_has_its_reverse() -> None:
    for state, row in TABLE.items():
        assert (
            (Act.LIST_PUBLICLY in row) == (Act.DELIST in row) == (Act.INTERVIEW in row) == (state in RUNNING)
        )
        for act in {Act.LIST_PUBLICLY, Act.DELIST, Act.INTERVIEW, Act.COMMENT} & set(row):
            assert after(state, act) == state
        assert (Act.COMMENT in row) == (state in OPEN)


def test_nothing_leaves_the_last_states() -> None:
    assert all(not TABLE[state] for state in (State.EVALUATED, State.TERMINATED, State.DECLINED))
    assert next(iter(table_lines())) == ("待立项", "修改", "督查机构", "待立项")


@given(
    st.integers(1, 400), st.integers(-500, 500), st.sampled_from(State), st.none() | st.integers(-500, 500)
)
def test_the_light_follows_the_rule(length: int, at: int, state: State, report: int | None) -> None:
    due = START + timedelta(hours=length)
    moment = due + timedelta(hours=at)
    report_due = None if report is None else due + timedelta(hours=report)
    yellow = yellow_from(START, due, PLAIN)
    light = light_of(Clocks(state=state, due_at=due, yellow_at=yellow, report_due_at=report_due), moment)
    if state not in RUNNING:
        assert light in {LightKind.GREY, LightKind.NONE}
        assert (light is LightKind.GREY) == (
            state in CLOSED and state not in {State.TERMINATED, State.DECLINED}
        )
    elif moment > due:
        assert light is LightKind.RED
    elif report_due is not None and moment > report_due:
        assert light is LightKind.YELLOW
    else:
        assert light is (LightKind.YELLOW if moment >= yellow else LightKind.GREEN)


@given(st.integers(1, 4000))
def test_yellow_begins_after_the_start_and_before_the_date(hours: int) -> None:
    due = START + timedelta(hours=hours)
    assert START < yellow_from(START, due, PLAIN) <= due


def test_a_whole_shows_its_worst_part_and_counts_by_weight() -> None:
    assert worst([LightKind.GREEN, LightKind.RED, LightKind.YELLOW]) is LightKind.RED
    assert worst([]) is LightKind.NONE
    assert progress_of(30, []) == 30
    assert progress_of(30, [(100, 1), (40, 3)]) == 55
