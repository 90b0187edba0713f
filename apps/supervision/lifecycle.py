"""The life of an item as a table (domain.md §5.3): in which state which party may do what, and what state follows. Pure.

| 状态 | 行为（谁） → 新状态 |
`TABLE` is that table; `table_lines()` prints it for people. Nothing in the app changes a state but through `after`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from apps.supervision.enums import Act, Party, State

SUPERVISOR, APPROVER, LEAD, LEAD_HEAD = Party.SUPERVISOR, Party.APPROVER, Party.LEAD, Party.LEAD_HEAD
# with the lead unit, the clock running
RUNNING = (State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS, State.REPORTED, State.CLOSING_REVIEW)
WORKING = (State.ACCEPTED, State.IN_PROGRESS, State.REPORTED)
DONE = (State.COMPLETED, State.STRUCK_OFF, State.EVALUATED)
CLOSED = (*DONE, State.TERMINATED, State.DECLINED)
OPEN = tuple(state for state in State if state not in CLOSED)


@dataclass(frozen=True)
class Rule:
    """One cell: who may, and the state that follows (the same one when None)."""

    parties: frozenset[Party]
    then: State | None = None
    needs_words: bool = False


def _rule(*parties: Party, then: State | None = None, needs_words: bool = False) -> Rule:
    return Rule(frozenset(parties), then, needs_words)


TABLE: dict[State, dict[Act, Rule]] = {
    State.PROPOSED: {
        Act.AMEND: _rule(SUPERVISOR),
        Act.ESTABLISH: _rule(APPROVER, then=State.ESTABLISHED),
        Act.DECLINE: _rule(APPROVER, then=State.DECLINED, needs_words=True),
    },
    State.ESTABLISHED: {
        Act.AMEND: _rule(SUPERVISOR),
        Act.ASSIGN: _rule(SUPERVISOR, APPROVER, then=State.ASSIGNED),
        Act.SPLIT: _rule(SUPERVISOR),
    },
    State.ASSIGNED: {
        Act.ACCEPT: _rule(LEAD, LEAD_HEAD, then=State.ACCEPTED),
        Act.REFUSE: _rule(LEAD_HEAD, then=State.REFUSED, needs_words=True),
    },
    State.REFUSED: {
        Act.AMEND: _rule(SUPERVISOR),
        Act.ASSIGN: _rule(SUPERVISOR, APPROVER, then=State.ASSIGNED),
    },
    State.ACCEPTED: {
        Act.BEGIN: _rule(LEAD, LEAD_HEAD, then=State.IN_PROGRESS),
        Act.REPORT: _rule(LEAD, LEAD_HEAD, then=State.REPORTED),
        Act.APPLY_CLOSE: _rule(LEAD_HEAD, then=State.CLOSING_REVIEW, needs_words=True),
    },
    State.IN_PROGRESS: {
        Act.REPORT: _rule(LEAD, LEAD_HEAD, then=State.REPORTED),
        Act.APPLY_CLOSE: _rule(LEAD_HEAD, then=State.CLOSING_REVIEW, needs_words=True),
    },
    State.REPORTED: {
        Act.NOTE: _rule(SUPERVISOR, then=State.IN_PROGRESS),
        Act.REPORT: _rule(LEAD, LEAD_HEAD, then=State.REPORTED),
        Act.APPLY_CLOSE: _rule(LEAD_HEAD, then=State.CLOSING_REVIEW, needs_words=True),
    },
    State.CLOSING_REVIEW: {
        Act.SEND_BACK: _rule(SUPERVISOR, APPROVER, then=State.IN_PROGRESS, needs_words=True),
        Act.COMPLETE: _rule(APPROVER, then=State.COMPLETED),
    },
    State.COMPLETED: {
        Act.STRIKE_OFF: _rule(APPROVER, then=State.STRUCK_OFF),
        Act.SEND_BACK: _rule(APPROVER, then=State.IN_PROGRESS, needs_words=True),
    },
    State.STRUCK_OFF: {Act.EVALUATE: _rule(SUPERVISOR, APPROVER, then=State.EVALUATED, needs_words=True)},
    State.LONG_TERM: {
        Act.RESUME: _rule(SUPERVISOR, APPROVER, then=State.IN_PROGRESS, needs_words=True),
        Act.REPORT: _rule(LEAD, LEAD_HEAD),
        Act.TERMINATE: _rule(APPROVER, then=State.TERMINATED, needs_words=True),
    },
    State.DECLINED: {},
    State.EVALUATED: {},
    State.TERMINATED: {},
}
for _state in RUNNING:
    TABLE[_state][Act.URGE] = _rule(SUPERVISOR)
    TABLE[_state][Act.SPLIT] = _rule(SUPERVISOR, LEAD_HEAD)
    TABLE[_state][Act.LIST_PUBLICLY] = _rule(APPROVER, needs_words=True)
    TABLE[_state][Act.DELIST] = _rule(APPROVER, needs_words=True)
    TABLE[_state][Act.INTERVIEW] = _rule(SUPERVISOR, APPROVER, needs_words=True)
    TABLE[_state][Act.DECIDE_EXTENSION] = _rule(APPROVER)
    TABLE[_state][Act.PLAN_MILESTONES] = _rule(SUPERVISOR, LEAD, LEAD_HEAD)
for _state in WORKING:
    TABLE[_state][Act.ASK_EXTENSION] = _rule(LEAD, LEAD_HEAD)
    TABLE[_state][Act.MAKE_LONG_TERM] = _rule(APPROVER, then=State.LONG_TERM, needs_words=True)
for _state in (State.ESTABLISHED, State.REFUSED, *RUNNING):
    TABLE[_state][Act.TERMINATE] = _rule(APPROVER, then=State.TERMINATED, needs_words=True)
for _state in OPEN:
    TABLE[_state][Act.COMMENT] = _rule(*Party, needs_words=True)


class NotAllowed(Exception):
    """The state has no such act."""


def rule_of(state: str, act: Act) -> Rule:
    """The cell. Raises `NotAllowed` when there is none."""
    found = TABLE[State(state)].get(act)
    if found is None:
        raise NotAllowed(act)
    return found


def acts_open(state: str, parties: Collection[Party]) -> list[Act]:
    """What somebody in these capacities may do now, in the order of the table."""
    return [act for act, rule in TABLE[State(state)].items() if rule.parties.intersection(parties)]


def after(state: str, act: Act) -> State:
    """The state that follows. Raises `NotAllowed`."""
    return rule_of(state, act).then or State(state)


def table_lines() -> Iterator[tuple[str, str, str, str]]:
    """The table in words: state, act, who, next state."""
    for state, row in TABLE.items():
        for act, rule in row.items():
            who = "、".join(str(party.label) for party in Party if party in rule.parties)
            yield str(state.label), str(act.label), who, str((rule.then or state).label)
