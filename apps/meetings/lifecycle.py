"""The life of a meeting as a table (domain.md §8.1): in which state which party may do what. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from apps.meetings.enums import MeetingAct as Act
from apps.meetings.enums import MeetingState as State


class Party(StrEnum):
    """In which capacity somebody has to do with a meeting."""

    ORGANISER = "organiser"
    APPROVER = "approver"
    DECIDER = "decider"


PARTY_NAMES = {
    Party.ORGANISER: "会议承办人",
    Party.APPROVER: "办公室主任或机关负责人",
    Party.DECIDER: "当前审批环节的办理人",
}
ORGANISER, APPROVER, DECIDER = Party.ORGANISER, Party.APPROVER, Party.DECIDER


@dataclass(frozen=True)
class Rule:
    """One cell: who may, and the state that follows (the same one when None)."""

    parties: frozenset[Party]
    then: State | None = None


def _rule(*parties: Party, then: State | None = None) -> Rule:
    return Rule(frozenset(parties), then)


_STAFF = (ORGANISER, APPROVER)
TABLE: dict[State, dict[Act, Rule]] = {
    State.DRAFT: {
        Act.AMEND: _rule(ORGANISER),
        Act.REQUEST: _rule(ORGANISER, then=State.REQUESTED),
        Act.CANCEL: _rule(ORGANISER, then=State.CANCELLED),
    },
    State.REQUESTED: {
        Act.APPROVE: _rule(DECIDER, then=State.APPROVED),
        Act.RETURN: _rule(DECIDER, then=State.RETURNED),
        Act.WITHDRAW: _rule(ORGANISER, then=State.DRAFT),
        Act.CANCEL: _rule(ORGANISER, then=State.CANCELLED),
    },
    State.RETURNED: {
        Act.AMEND: _rule(ORGANISER),
        Act.REQUEST: _rule(ORGANISER, then=State.REQUESTED),
        Act.CANCEL: _rule(ORGANISER, then=State.CANCELLED),
    },
    State.APPROVED: {
        Act.ISSUE: _rule(*_STAFF, then=State.NOTIFIED),
        Act.CHANGE: _rule(*_STAFF),
        Act.CANCEL: _rule(*_STAFF, then=State.CANCELLED),
    },
    State.NOTIFIED: {
        Act.BEGIN: _rule(*_STAFF, then=State.IN_PROGRESS),
        Act.CHANGE: _rule(*_STAFF),
        Act.CANCEL: _rule(*_STAFF, then=State.CANCELLED),
    },
    State.IN_PROGRESS: {
        Act.RECORD: _rule(*_STAFF),
        Act.END: _rule(*_STAFF, then=State.ENDED),
        Act.CANCEL: _rule(*_STAFF, then=State.CANCELLED),
    },
    State.ENDED: {Act.RECORD: _rule(*_STAFF)},
    State.CANCELLED: {},
}
SHOWN_TO_INVITED = (State.NOTIFIED, State.IN_PROGRESS, State.ENDED, State.CANCELLED)
OPEN = (State.APPROVED, State.NOTIFIED, State.IN_PROGRESS)
EDITABLE = (State.DRAFT, State.RETURNED, State.APPROVED, State.NOTIFIED)


class NotAllowed(Exception):
    """The state has no such act."""


def rule_of(state: str, act: Act) -> Rule:
    """The cell. Raises `NotAllowed`."""
    found = TABLE[State(state)].get(act)
    if found is None:
        raise NotAllowed(act)
    return found


def acts_open(state: str, parties: Collection[Party]) -> list[Act]:
    """What somebody in these capacities may do now."""
    return [act for act, rule in TABLE[State(state)].items() if rule.parties.intersection(parties)]
