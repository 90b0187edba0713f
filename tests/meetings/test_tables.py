"""The tables of meetings and attendees keep their promises whatever is done in whatever order (domain.md §8.3)."""

from hypothesis import given
from hypothesis import strategies as st

from apps.meetings.attendance import EXPECTED, PRESENT, TABLE, NotAllowed, after, counted
from apps.meetings.enums import AttendeeAct, AttendeeState, MeetingAct, MeetingState
from apps.meetings.lifecycle import TABLE as MEETINGS
from apps.meetings.lifecycle import acts_open

acts = st.lists(st.sampled_from(list(AttendeeAct)), max_size=12)


@given(acts)
def test_who_has_arrived_never_becomes_absent_or_on_leave(steps: list[AttendeeAct]) -> None:
    state, has_arrived = AttendeeState.INVITED, False
    for act in steps:
        try:
            state = after(state, act)
        except NotAllowed:
            continue
        has_arrived = has_arrived or state in PRESENT
        assert not has_arrived or state in PRESENT


@given(acts)
def test_leave_and_substitutes_are_never_had_without_having_been_asked_for(steps: list[AttendeeAct]) -> None:
    state, was_asked = AttendeeState.INVITED, False
    for act in steps:
        before = state
        try:
            state = after(state, act)
        except NotAllowed:
            continue
        was_asked = was_asked or act is AttendeeAct.ASK
        if state in {AttendeeState.LEAVE_APPROVED, AttendeeState.SUBSTITUTED, AttendeeState.LEAVE_REFUSED}:
            assert was_asked
            assert before is AttendeeState.LEAVE_REQUESTED


def test_every_state_of_the_reference_is_reached_and_known() -> None:
    reached = {state for row in TABLE.values() for state in row.values()} | {AttendeeState.INVITED}
    assert reached == set(AttendeeState) == set(TABLE)


def test_the_head_count_counts_everybody_once() -> None:
    counts = counted([str(state) for state in AttendeeState])
    assert counts["coming"] + counts["waiting"] + counts["asking"] + counts["away"] == len(AttendeeState)
    assert counts["coming"] == len(EXPECTED)


def test_a_cancelled_meeting_is_the_end_and_strangers_have_no_act() -> None:
    assert MEETINGS[MeetingState.CANCELLED] == {}
    assert set(MEETINGS) == set(MeetingState)
    for state in MeetingState:
        assert acts_open(state, []) == []
        assert (MeetingAct.CANCEL in MEETINGS[state]) == (
            state not in {MeetingState.ENDED, MeetingState.CANCELLED}
        )
