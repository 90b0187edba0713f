"""The life of a proposed item as a table (domain.md §8.2): unit, its head, the organising office. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from apps.meetings.enums import ProposalAct as Act
from apps.meetings.enums import ProposalState as State


class Role(StrEnum):
    """In which capacity somebody has to do with a proposal."""

    UNIT = "unit"
    SIGNER = "signer"
    OFFICE = "office"


ROLE_NAMES = {
    Role.UNIT: "提出单位",
    Role.SIGNER: "提出单位负责人",
    Role.OFFICE: "会议承办部门",
}
UNIT, SIGNER, OFFICE = Role.UNIT, Role.SIGNER, Role.OFFICE


@dataclass(frozen=True)
class Step:
    """One cell: who may (one of them), and the state that follows (the same one when None)."""

    roles: frozenset[Role]
    then: State | None = None


def _step(*roles: Role, then: State | None = None) -> Step:
    return Step(frozenset(roles), then)


_OWN = {
    Act.EDIT: _step(UNIT),
    Act.SUBMIT: _step(UNIT, then=State.SIGNING),
    Act.DROP: _step(UNIT, then=State.DROPPED),
}
TABLE: dict[State, dict[Act, Step]] = {
    State.DRAFT: _OWN,
    State.SIGNING: {
        Act.SIGN: _step(SIGNER, then=State.SUBMITTED),
        Act.RETURN: _step(SIGNER, then=State.RETURNED),
        Act.WITHDRAW: _step(UNIT, then=State.DRAFT),
    },
    State.RETURNED: _OWN,
    State.SUBMITTED: {
        Act.ACCEPT: _step(OFFICE, then=State.ACCEPTED),
        Act.RETURN: _step(OFFICE, then=State.RETURNED),
        Act.DEFER: _step(OFFICE, then=State.DEFERRED),
        Act.WITHDRAW: _step(UNIT, then=State.DRAFT),
    },
    State.ACCEPTED: {Act.RECONSIDER: _step(OFFICE, then=State.SUBMITTED)},
    State.DEFERRED: {Act.RECONSIDER: _step(OFFICE, then=State.SUBMITTED)},
    State.DROPPED: {},
}
# what a later call takes over from one that is closed
CARRIED = (State.DRAFT, State.RETURNED, State.DEFERRED)
# what has to be decided before a call is closed
UNDECIDED = (State.SUBMITTED,)
EDITABLE = tuple(state for state in State if Act.EDIT in TABLE[state])


class NoSuchStep(Exception):
    """The state has no such act."""


def step_of(state: str, act: Act) -> Step:
    """The cell. Raises `NoSuchStep`."""
    found = TABLE[State(state)].get(act)
    if found is None:
        raise NoSuchStep(act)
    return found


def steps_open(state: str, roles: Collection[Role]) -> list[Act]:
    """What somebody in these capacities may do now."""
    return [act for act, step in TABLE[State(state)].items() if step.roles.intersection(roles)]
