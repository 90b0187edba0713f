"""Laws of the engine: whatever the order of acts, nothing is lost, doubled or done twice, and a run can always finish."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from apps.workflow.definition import Definition, Mode, Step, load
from apps.workflow.engine import (
    LIVE,
    VOID,
    Complete,
    ItemState,
    Reason,
    Refused,
    Return,
    State,
    Status,
    Terminate,
    Transfer,
    Withdraw,
    apply,
    return_targets,
    start,
    withdrawal_refusal,
)
from apps.workflow.soundness import problems_of

FACTS = ("a", "b")
MODES = [str(mode) for mode in Mode]


def seats_for(seat_count: int) -> Any:
    """Every step has the same people; a step entered again keeps who held it."""

    def seats(_step: Step, kept: tuple[int, ...]) -> tuple[int, ...]:
        return kept or tuple(range(1, seat_count + 1))

    return seats


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Sound definitions: a chain of up to six steps with conditional short cuts ahead."""
    count = draw(st.integers(2, 6))
    steps = []
    for index in range(count):
        ways: list[dict[str, str]] = []
        if index + 1 < count:
            if fact := draw(st.sampled_from(["", *FACTS, "!a"])):
                ways.append({"to": f"s{draw(st.integers(index + 1, count - 1))}", "when": fact})
            ways.append({"to": f"s{index + 1}"})
        steps.append(
            {
                "code": f"s{index}",
                "name": f"环节{index}",
                "mode": "one" if index == 0 else draw(st.sampled_from(MODES)),
                "assignee": {"rule": "initiator"},
                "actions": ["submit"] if index == 0 else ["approve", "return"],
                "next": ways,
            }
        )
    definition = load({"start": "s0", "steps": steps})
    assert problems_of(definition) == []
    return definition


class RunMachine(RuleBasedStateMachine):
    """Drives one run with any acts in any order and checks the laws after each."""

    @initialize(definition=definitions(), seat_count=st.integers(1, 4))
    def begin(self, definition: Definition, seat_count: int) -> None:
        """A fresh run."""
        self.definition = definition
        self.seats = seats_for(seat_count)
        self.facts: dict[str, bool] = {}
        self.state = start(definition, seats=self.seats)
        self.acts: dict[int, int] = {}
        self.was_done: set[int] = set()

    def do(self, command: Any) -> None:
        """Apply and remember."""
        before = self.state
        self.state = apply(self.definition, before, command, facts=self.facts, seats=self.seats)
        self.was_done |= {item.key for item in self.state.items if item.state is ItemState.DONE}

    @rule(fact=st.sampled_from(FACTS), value=st.booleans())
    def facts_change(self, *, fact: str, value: bool) -> None:
        """Facts may change at any time."""
        self.facts[fact] = value

    @precondition(lambda self: self.state.open_items())
    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        """Somebody acts."""
        item = data.draw(st.sampled_from(self.state.open_items()))
        self.do(Complete(item.key, "approve"))
        self.acts[item.key] = self.acts.get(item.key, 0) + 1

    @precondition(lambda self: bool(self.state.open_items() and return_targets(self.definition, self.state)))
    @rule(data=st.data())
    def send_back(self, data: st.DataObject) -> None:
        """Somebody sends back."""
        item = data.draw(st.sampled_from(self.state.open_items()))
        to = data.draw(st.sampled_from(return_targets(self.definition, self.state)))
        self.do(Return(item.key, to))
        self.acts[item.key] = self.acts.get(item.key, 0) + 1
        assert self.state.here.step == to

    @precondition(lambda self: any(item.state is ItemState.DONE for item in self.state.items))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """Somebody takes an act back, or is refused and nothing changes."""
        done = [item for item in self.state.items if item.state is ItemState.DONE]
        key = data.draw(st.sampled_from(done)).key
        refused = withdrawal_refusal(self.definition, self.state, key)
        if refused is not None:
            before = self.state
            with pytest.raises(Refused):
                self.do(Withdraw(key))
            assert self.state == before
            return
        taken_back = self.state.item(key)
        self.do(Withdraw(key))
        again = [item for item in self.state.items_of(taken_back.visit) if item.holder == taken_back.holder]
        assert [item.state in LIVE for item in again] == [True]

    @precondition(lambda self: self.state.open_items())
    @rule(data=st.data())
    def transfer(self, data: st.DataObject) -> None:
        """A to-do goes to somebody else."""
        item = data.draw(st.sampled_from(self.state.open_items()))
        self.do(Transfer(item.key, holder=1000 + len(self.state.items)))

    @rule(key=st.integers(1, 40))
    def second_click(self, key: int) -> None:
        """An item that is not open is never completed."""
        if any(item.key == key for item in self.state.open_items()):
            return
        before = self.state
        with pytest.raises(Refused):
            self.do(Complete(key, "approve"))
        assert self.state == before

    @invariant()
    def a_running_run_has_something_to_do_and_only_here(self) -> None:
        """No to-do is lost, none is left behind."""
        live = [item for item in self.state.items if item.state in LIVE]
        if self.state.status is Status.RUNNING:
            assert self.state.open_items()
            assert {item.visit for item in live} == {self.state.trail[-1]}
        else:
            assert not live

    @invariant()
    def a_holder_has_one_item_in_a_visit(self) -> None:
        """No to-do is doubled."""
        pairs = [(item.visit, item.holder) for item in self.state.items if item.state not in VOID]
        assert len(pairs) == len(set(pairs))
        assert len({item.key for item in self.state.items}) == len(self.state.items)
        numbers = [(visit.step, visit.number) for visit in self.state.visits]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def nothing_is_done_twice(self) -> None:
        """An item that was acted on never opens again."""
        assert all(count == 1 for count in self.acts.values())
        for key in self.was_done:
            assert self.state.item(key).state in {ItemState.DONE, ItemState.WITHDRAWN}

    @invariant()
    def modes_are_kept(self) -> None:
        """One and sequence have one open item; a finished first has one done and the rest superseded."""
        mode = self.definition.step(self.state.here.step).mode
        if self.state.status is Status.RUNNING and mode in {Mode.ONE, Mode.SEQUENCE}:
            assert len(self.state.open_items()) == 1
        for index in self.state.trail[:-1]:
            visit = self.state.visits[index]
            if self.definition.step(visit.step).mode is Mode.FIRST:
                done = [item for item in self.state.items_of(index) if item.state is ItemState.DONE]
                assert len(done) == 1

    @invariant()
    def the_run_can_always_finish(self) -> None:
        """From anywhere, going on acting ends the run in as many acts as there are seats."""
        state, budget = self.state, 4 * len(self.definition.steps) + 10
        while state.status is Status.RUNNING:
            assert budget > 0
            budget -= 1
            item = state.open_items()[0]
            state = apply(
                self.definition, state, Complete(item.key, "approve"), facts=self.facts, seats=self.seats
            )


TestRunMachine = RunMachine.TestCase


def walk(definition: Definition, outcomes: int, seat_count: int = 2) -> tuple[State, Any]:
    """A run after a number of acts."""
    seats = seats_for(seat_count)
    state = start(definition, seats=seats)
    for _ in range(outcomes):
        if state.status is Status.RUNNING:
            state = apply(
                definition, state, Complete(state.open_items()[0].key, "approve"), facts={}, seats=seats
            )
    return state, seats


def standing(state: State) -> tuple[str, list[tuple[int, str]]]:
    """Where a run stands and what each counted item of the present visit is, keys left out."""
    items = [(item.holder, str(item.state)) for item in state.items_of(state.trail[-1])]
    return state.here.step, sorted(items)


@given(definition=definitions(), before=st.integers(0, 8), seat_count=st.integers(1, 3), back=st.booleans())
@settings(max_examples=150)
def test_withdrawing_an_act_restores_where_the_run_stood(
    *, definition: Definition, before: int, seat_count: int, back: bool
) -> None:
    """Withdraw is the inverse of the act before it, whether it went on or back."""
    state, seats = walk(definition, before, seat_count)
    if state.status is not Status.RUNNING:
        return
    key = state.open_items()[-1].key
    targets = return_targets(definition, state)
    command = Return(key, targets[0]) if back and targets else Complete(key, "approve")
    after = apply(definition, state, command, facts={}, seats=seats)
    if after.status is not Status.RUNNING:
        return
    undone = apply(definition, after, Withdraw(key), facts={}, seats=seats)
    assert standing(undone) == standing(state)


@given(definition=definitions(), count=st.integers(0, 8))
def test_a_terminated_run_takes_no_command(definition: Definition, count: int) -> None:
    """Nothing moves any more once a run is over."""
    state, seats = walk(definition, count)
    if state.status is Status.RUNNING:
        state = apply(definition, state, Terminate(), facts={}, seats=seats)
    for command in (Complete(1, "approve"), Return(1, "s0"), Withdraw(1), Transfer(1, 5), Terminate()):
        with pytest.raises(Refused) as refused:
            apply(definition, state, command, facts={}, seats=seats)
        assert refused.value.reason is Reason.NOT_RUNNING
