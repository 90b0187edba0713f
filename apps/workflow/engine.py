"""How a run moves: state in, command in, state out. Pure; knows no database, no clock, no words.

A run walks through *visits* of steps. The `trail` lists the visits that count, the last one is where the run stands; a visit
taken back leaves the trail and stays in `visits` as history. Each visit has *items*, one for each holder (an appointment's id).

Laws (tested by a state machine): a running run has an open item, all of them in its present visit; a finished one has none; an
item that was acted on is never open again; a holder has one item that counts in a visit; `Withdraw` undoes exactly one act.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from apps.workflow.definition import RETURN, Definition, Mode, Step


class Status(StrEnum):
    """Whether the run still moves."""

    RUNNING = "running"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class ItemState(StrEnum):
    """The values of `Task.State`."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


LIVE = (ItemState.OPEN, ItemState.WAITING)
VOID = (ItemState.WITHDRAWN, ItemState.TRANSFERRED)


class Cause(StrEnum):
    """Why a visit began."""

    START = "start"
    FORWARD = "forward"
    RETURN = "return"


@dataclass(frozen=True)
class Visit:
    """One arrival at a step: the `number`-th at this step, caused by the act on item `entered_by`."""

    step: str
    number: int
    cause: Cause
    entered_by: int | None = None


@dataclass(frozen=True)
class Item:
    """What one holder has to do in one visit. `closed_by` is the item whose act closed this one without its holder."""

    key: int
    visit: int
    holder: int
    state: ItemState
    order: int
    outcome: str = ""
    closed_by: int | None = None


@dataclass(frozen=True)
class State:
    """A whole run."""

    status: Status
    visits: tuple[Visit, ...]
    trail: tuple[int, ...]
    items: tuple[Item, ...]

    @property
    def here(self) -> Visit:
        """The visit where the run stands, or ended."""
        return self.visits[self.trail[-1]]

    def item(self, key: int) -> Item:
        """The item numbered `key`. Raises `Refused`."""
        for found in self.items:
            if found.key == key:
                return found
        raise Refused(Reason.UNKNOWN_ITEM)

    def items_of(self, visit: int) -> list[Item]:
        """Items of a visit that count, in order."""
        kept = [item for item in self.items if item.visit == visit and item.state not in VOID]
        return sorted(kept, key=lambda item: (item.order, item.key))

    def open_items(self) -> list[Item]:
        """What is to be done now."""
        return [item for item in self.items if item.state is ItemState.OPEN]

    def route(self) -> list[int]:
        """Visits from the start to here as if every return had cut away what lay behind it."""
        route: list[int] = []
        for index in self.trail:
            visit = self.visits[index]
            if visit.cause is Cause.RETURN:
                passed = [self.visits[at].step for at in route]
                route = route[: passed.index(visit.step)]
            route.append(index)
        return route

    def passed_steps(self) -> list[str]:
        """Codes of the steps behind the present one, the start first."""
        return [self.visits[index].step for index in self.route()[:-1]]


class Reason(StrEnum):
    """Why a command was refused."""

    NOT_RUNNING = "not_running"
    UNKNOWN_ITEM = "unknown_item"
    NOT_OPEN = "not_open"
    NOT_DONE = "not_done"
    MOVED_ON = "moved_on"
    ACTED_AFTER = "acted_after"
    BAD_TARGET = "bad_target"
    NO_SEATS = "no_seats"
    ALREADY_HOLDER = "already_holder"


class Refused(Exception):
    """The command does not fit the state; `item` is the item in the way, if one is."""

    def __init__(self, reason: Reason, item: Item | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.item = item


@dataclass(frozen=True)
class Complete:
    """The holder of item `key` acts: approves, signs, submits …"""

    key: int
    outcome: str


@dataclass(frozen=True)
class Return:
    """The holder of item `key` sends the run back to the passed step `to`."""

    key: int
    to: str


@dataclass(frozen=True)
class Withdraw:
    """The one who acted on item `key` takes that act back."""

    key: int


@dataclass(frozen=True)
class Transfer:
    """Item `key` goes to another holder."""

    key: int
    holder: int


@dataclass(frozen=True)
class Terminate:
    """The run ends where it stands."""


Command = Complete | Return | Withdraw | Transfer | Terminate
Facts = Mapping[str, bool]
Seats = Callable[[Step, tuple[int, ...]], tuple[int, ...]]
"""Finds the holders of a step that is entered; the second argument is who held it before, when the run comes back."""


def start(definition: Definition, *, seats: Seats) -> State:
    """A run at its first step."""
    empty = State(status=Status.RUNNING, visits=(), trail=(), items=())
    return _enter(definition, empty, definition.start, Cause.START, None, seats=seats)


def apply(definition: Definition, state: State, command: Command, *, facts: Facts, seats: Seats) -> State:
    """The state after `command`. Raises `Refused` and leaves everything as it was when the command does not fit."""
    if state.status is not Status.RUNNING:
        raise Refused(Reason.NOT_RUNNING)
    match command:
        case Complete():
            return _complete(definition, state, command, facts, seats)
        case Return():
            return _send_back(definition, state, command, seats)
        case Withdraw():
            return _withdraw(definition, state, command)
        case Transfer():
            return _transfer(state, command)
        case Terminate():
            return _close_live(replace(state, status=Status.TERMINATED), closed_by=None)


def _complete(definition: Definition, state: State, command: Complete, facts: Facts, seats: Seats) -> State:
    item = _open_item(state, command.key)
    step = definition.step(state.here.step)
    state = _put(state, replace(item, state=ItemState.DONE, outcome=command.outcome))
    if step.mode is Mode.FIRST:
        state = _close_live(state, closed_by=item.key, to=ItemState.SUPERSEDED)
    elif any(other.state in LIVE for other in state.items_of(item.visit)):
        return _in_turn(state, step)
    following = definition.next_of(step.code, facts)
    if following is None:
        return replace(state, status=Status.COMPLETED)
    return _enter(definition, state, following, Cause.FORWARD, item.key, seats=seats)


def _send_back(definition: Definition, state: State, command: Return, seats: Seats) -> State:
    item = _open_item(state, command.key)
    if command.to not in return_targets(definition, state):
        raise Refused(Reason.BAD_TARGET)
    kept = _holders_before(state, command.to)
    state = _put(state, replace(item, state=ItemState.DONE, outcome=RETURN))
    state = _close_live(state, closed_by=item.key)
    return _enter(definition, state, command.to, Cause.RETURN, item.key, seats=seats, kept=kept)


def return_targets(definition: Definition, state: State) -> list[str]:
    """Steps to which the present step may send back, the start first."""
    step = definition.step(state.here.step)
    if not step.can_return:
        return []
    return [code for code in state.passed_steps() if not step.return_to or code in step.return_to]


def _holders_before(state: State, code: str) -> tuple[int, ...]:
    """Who acted when the run last passed `code`."""
    visit = next(index for index in reversed(state.route()) if state.visits[index].step == code)
    return tuple(item.holder for item in state.items_of(visit) if item.state is ItemState.DONE)


def _withdraw(definition: Definition, state: State, command: Withdraw) -> State:
    refusal = withdrawal_refusal(definition, state, command.key)
    if refusal is not None:
        raise refusal
    act = state.item(command.key)
    if act.visit != state.trail[-1]:
        state = _close_live(state, closed_by=None)
        state = replace(state, trail=state.trail[:-1])
    state = _put(state, replace(act, state=ItemState.WITHDRAWN))
    restored = [
        replace(item, state=ItemState.OPEN, closed_by=None)
        for item in state.items
        if item.closed_by == act.key and item.visit == act.visit
    ]
    again = replace(act, key=_next_key(state), state=ItemState.OPEN, outcome="")
    state = _put(state, *restored, again)
    return _in_turn(state, definition.step(state.here.step))


def withdrawal_refusal(definition: Definition, state: State, key: int) -> Refused | None:
    """Why the act on item `key` can no longer be taken back; None when it can."""
    if state.status is not Status.RUNNING:
        return Refused(Reason.NOT_RUNNING)
    act = state.item(key)
    if act.state is not ItemState.DONE:
        return Refused(Reason.NOT_DONE, act)
    acted = [item for item in state.items_of(state.trail[-1]) if item.state is ItemState.DONE]
    if act.visit == state.trail[-1]:
        in_sequence = definition.step(state.here.step).mode is Mode.SEQUENCE
        after = [item for item in acted if in_sequence and item.order > act.order]
        return Refused(Reason.ACTED_AFTER, after[0]) if after else None
    if state.here.entered_by != act.key:
        return Refused(Reason.MOVED_ON, _next_act(state, act))
    return Refused(Reason.ACTED_AFTER, acted[0]) if acted else None


def _next_act(state: State, act: Item) -> Item | None:
    """Who acted in the visit that `act` led to, when it led to one."""
    led_to = [index for index in state.trail if state.visits[index].entered_by == act.key]
    done = [item for index in led_to for item in state.items_of(index) if item.state is ItemState.DONE]
    return done[0] if done else None


def _transfer(state: State, command: Transfer) -> State:
    item = state.item(command.key)
    if item.state not in LIVE:
        raise Refused(Reason.NOT_OPEN, item)
    if any(other.holder == command.holder for other in state.items_of(item.visit)):
        raise Refused(Reason.ALREADY_HOLDER, item)
    taken = replace(item, key=_next_key(state), holder=command.holder)
    return _put(state, replace(item, state=ItemState.TRANSFERRED), taken)


def _enter(
    definition: Definition,
    state: State,
    code: str,
    cause: Cause,
    entered_by: int | None,
    *,
    seats: Seats,
    kept: tuple[int, ...] = (),
) -> State:
    step = definition.step(code)
    holders = list(dict.fromkeys(seats(step, kept)))
    if step.mode is Mode.ONE:
        holders = holders[:1]
    if not holders:
        raise Refused(Reason.NO_SEATS)
    number = sum(visit.step == code for visit in state.visits) + 1
    index, key = len(state.visits), _next_key(state)
    items = [
        Item(key=key + order, visit=index, holder=holder, state=ItemState.OPEN, order=order)
        for order, holder in enumerate(holders)
    ]
    state = replace(
        state,
        visits=(*state.visits, Visit(code, number, cause, entered_by)),
        trail=(*state.trail, index),
        items=(*state.items, *items),
    )
    return _in_turn(state, step)


def _in_turn(state: State, step: Step) -> State:
    """In a sequence only the first unfinished item is open."""
    if step.mode is not Mode.SEQUENCE:
        return state
    live = [item for item in state.items_of(state.trail[-1]) if item.state in LIVE]
    turns = [
        replace(item, state=ItemState.WAITING if index else ItemState.OPEN) for index, item in enumerate(live)
    ]
    return _put(state, *turns)


def _open_item(state: State, key: int) -> Item:
    item = state.item(key)
    if item.state is not ItemState.OPEN:
        raise Refused(Reason.NOT_OPEN, item)
    return item


def _close_live(state: State, *, closed_by: int | None, to: ItemState = ItemState.WITHDRAWN) -> State:
    closed = [replace(item, state=to, closed_by=closed_by) for item in state.items if item.state in LIVE]
    return _put(state, *closed)


def _put(state: State, *changed: Item) -> State:
    items = {item.key: item for item in state.items} | {item.key: item for item in changed}
    return replace(state, items=tuple(items.values()))


def _next_key(state: State) -> int:
    return max((item.key for item in state.items), default=0) + 1
