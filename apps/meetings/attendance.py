"""How an attendee moves (domain.md §8.3), as a table. Pure: nothing in the app changes a state but through `after`."""

from collections.abc import Collection

from apps.meetings.enums import AttendeeAct as Act
from apps.meetings.enums import AttendeeState as State

ARRIVALS = {Act.ARRIVE: State.CHECKED_IN, Act.ARRIVE_LATE: State.LATE}
_BEFORE = {
    Act.CONFIRM: State.CONFIRMED,
    Act.ASK: State.LEAVE_REQUESTED,
    Act.MISS: State.ABSENT,
    **ARRIVALS,
}
TABLE: dict[State, dict[Act, State]] = {
    State.INVITED: {Act.READ: State.READ, **_BEFORE},
    State.READ: {**_BEFORE},
    State.CONFIRMED: {**_BEFORE},
    State.LEAVE_REQUESTED: {
        Act.GRANT_LEAVE: State.LEAVE_APPROVED,
        Act.GRANT_SUBSTITUTE: State.SUBSTITUTED,
        Act.REFUSE: State.LEAVE_REFUSED,
        **_BEFORE,
    },
    # who may stay away may still come; who may not must attend
    State.LEAVE_APPROVED: {Act.CONFIRM: State.CONFIRMED, **ARRIVALS},
    State.LEAVE_REFUSED: {**_BEFORE},
    State.SUBSTITUTED: {**_BEFORE},
    State.CHECKED_IN: {Act.LEAVE_EARLY: State.LEFT_EARLY},
    State.LATE: {Act.LEAVE_EARLY: State.LEFT_EARLY},
    State.LEFT_EARLY: {},
    State.ABSENT: {Act.ARRIVE_LATE: State.LATE},
}
PRESENT = (State.CHECKED_IN, State.LATE, State.LEFT_EARLY)
EXPECTED = (State.CONFIRMED, State.SUBSTITUTED, State.LEAVE_REFUSED, *PRESENT, State.ABSENT)
WAITING = (State.INVITED, State.READ)
AWAY = (State.LEAVE_APPROVED,)
MISSED_FROM = tuple(state for state in State if Act.MISS in TABLE[state])


class NotAllowed(Exception):
    """The state has no such act."""


def after(state: str, act: Act) -> State:
    """The state that follows. Raises `NotAllowed`."""
    found = TABLE[State(state)].get(act)
    if found is None:
        raise NotAllowed(act)
    return found


def may(state: str, act: Act) -> bool:
    """Whether the state has the act."""
    return act in TABLE[State(state)]


def counted(states: Collection[str]) -> dict[str, int]:
    """How many come, wait for an answer, stay away and are here: the live head-count."""
    found = [State(state) for state in states]
    return {
        "coming": sum(state in EXPECTED for state in found),
        "waiting": sum(state in WAITING for state in found),
        "asking": sum(state is State.LEAVE_REQUESTED for state in found),
        "away": sum(state in AWAY for state in found),
        "present": sum(state in PRESENT for state in found),
        "late": sum(state is State.LATE for state in found),
        "absent": sum(state is State.ABSENT for state in found),
    }
