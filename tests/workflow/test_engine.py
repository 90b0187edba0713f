"""The engine's single acts, told as they happen in an office."""

from typing import Any

import pytest

from apps.workflow.definition import Step, load
from apps.workflow.engine import (
    Complete,
    ItemState,
    Reason,
    Refused,
    Return,
    State,
    Status,
    Withdraw,
    apply,
    return_targets,
    start,
)
from tests.workflow.procedures import issuing

DEFINITION = load(issuing())
WHO = {"draft": (1,), "dept_review": (2,), "cosign": (3, 4, 5), "office_review": (6, 7), "signing": (8,)}


def seats(step: Step, kept: tuple[int, ...]) -> tuple[int, ...]:
    """The handlers of each step; `numbering` is done by two in turn."""
    return kept or WHO.get(step.code, (6, 7))


def act(state: State, holder: int, command: str = "approve", facts: dict[str, bool] | None = None) -> State:
    """The holder's open item is completed."""
    key = key_of(state, holder)
    return apply(DEFINITION, state, Complete(key, command), facts=facts or {"has_cosign": True}, seats=seats)


def key_of(state: State, holder: int) -> int:
    """Number of the holder's open item."""
    return next(item.key for item in state.open_items() if item.holder == holder)


def open_holders(state: State) -> list[int]:
    """Who has something to do."""
    return sorted(item.holder for item in state.open_items())


def at_cosign() -> State:
    """Drafted and checked; three bureaux are to countersign."""
    return act(act(start(DEFINITION, seats=seats), 1), 2)


def test_countersigning_waits_for_everybody() -> None:
    """The step ends with the last of the three."""
    state = act(act(at_cosign(), 4), 3)
    assert (state.here.step, open_holders(state)) == ("cosign", [5])
    assert act(state, 5).here.step == "office_review"


def test_a_step_is_left_out_when_its_fact_is_false() -> None:
    """Without countersigning the office has it at once."""
    state = act(act(start(DEFINITION, seats=seats), 1), 2, facts={"has_cosign": False})
    assert state.here.step == "office_review"


def test_the_first_of_several_takes_the_step_from_the_others() -> None:
    """The other clerk's to-do is superseded by that act."""
    state = act(act(act(at_cosign(), 3), 4), 5)
    key = key_of(state, 7)
    after = act(state, 7)
    other = next(item for item in after.items if item.holder == 6 and item.visit == state.trail[-1])
    assert (other.state, other.closed_by, after.here.step) == (ItemState.SUPERSEDED, key, "signing")


def test_a_sequence_opens_one_after_the_other() -> None:
    """The second clerk waits for the first."""
    state = act(act(act(act(act(at_cosign(), 3), 4), 5), 6), 8, "sign")
    assert (state.here.step, open_holders(state)) == ("numbering", [6])
    state = act(state, 6, "submit")
    assert open_holders(state) == [7]
    assert act(state, 7, "submit").status is Status.COMPLETED


def test_returning_into_countersigning_gives_it_to_everybody_again() -> None:
    """No to-do vanishes when a run comes back to a step of several handlers."""
    state = act(act(act(at_cosign(), 3), 4), 5)
    state = apply(DEFINITION, state, Return(key_of(state, 6), "cosign"), facts={}, seats=seats)
    assert (state.here.step, state.here.number, open_holders(state)) == ("cosign", 2, [3, 4, 5])


def test_one_who_sends_back_takes_it_from_the_other_countersigners() -> None:
    """Their to-dos are withdrawn; after resubmission all three have it again."""
    state = act(at_cosign(), 3)
    state = apply(DEFINITION, state, Return(key_of(state, 4), "draft"), facts={}, seats=seats)
    assert (state.here.step, open_holders(state)) == ("draft", [1])
    assert open_holders(act(act(state, 1), 2)) == [3, 4, 5]


def test_only_passed_steps_can_be_returned_to() -> None:
    """After a return the steps behind the new place are what may be returned to."""
    state = act(act(act(at_cosign(), 3), 4), 5)
    assert return_targets(DEFINITION, state) == ["draft", "dept_review", "cosign"]
    state = apply(DEFINITION, state, Return(key_of(state, 6), "dept_review"), facts={}, seats=seats)
    assert return_targets(DEFINITION, state) == ["draft"]
    with pytest.raises(Refused) as refused:
        apply(DEFINITION, state, Return(key_of(state, 2), "cosign"), facts={}, seats=seats)
    assert refused.value.reason is Reason.BAD_TARGET


def test_a_step_may_name_where_it_returns_to() -> None:
    """Numbering goes back to the signer only."""
    state = act(act(act(act(act(at_cosign(), 3), 4), 5), 6), 8, "sign")
    assert return_targets(DEFINITION, state) == ["signing"]


def test_withdrawing_is_possible_until_the_next_one_acted() -> None:
    """The chief takes it back while nobody has countersigned, not afterwards."""
    first = act(start(DEFINITION, seats=seats), 1)
    chief = key_of(first, 2)
    state = act(first, 2)
    undone = apply(DEFINITION, state, Withdraw(chief), facts={}, seats=seats)
    assert (undone.here.step, undone.here.number, open_holders(undone)) == ("dept_review", 1, [2])
    state = act(state, 3)
    with pytest.raises(Refused) as refused:
        apply(DEFINITION, state, Withdraw(chief), facts={}, seats=seats)
    assert refused.value.reason is Reason.ACTED_AFTER
    assert refused.value.item is not None
    assert refused.value.item.holder == 3


def test_one_countersigner_may_take_back_while_others_have_not_finished() -> None:
    """Her to-do is open again, the others' words stay."""
    state = act(at_cosign(), 3)
    mine = next(item.key for item in state.items if item.holder == 3)
    state = act(state, 4)
    undone = apply(DEFINITION, state, Withdraw(mine), facts={}, seats=seats)
    assert open_holders(undone) == [3, 5]
    assert [item.holder for item in undone.items if item.state is ItemState.DONE] == [1, 2, 4]


def test_the_last_countersigner_taking_back_keeps_the_others_words() -> None:
    """Only she has to act again."""
    state = act(act(at_cosign(), 3), 4)
    last = key_of(state, 5)
    undone = apply(DEFINITION, act(state, 5), Withdraw(last), facts={}, seats=seats)
    assert (undone.here.step, open_holders(undone)) == ("cosign", [5])
    assert act(undone, 5).here.step == "office_review"


def test_taking_back_a_first_act_gives_the_step_to_all_again() -> None:
    """The clerk who had lost it sees it again."""
    state = act(act(act(at_cosign(), 3), 4), 5)
    key = key_of(state, 7)
    undone = apply(DEFINITION, act(state, 7), Withdraw(key), facts={}, seats=seats)
    assert (undone.here.step, open_holders(undone)) == ("office_review", [6, 7])


def test_a_return_can_be_taken_back() -> None:
    """The steps behind stand as before; the drafter's to-do is gone."""
    state = act(at_cosign(), 3)
    key = key_of(state, 4)
    back = apply(DEFINITION, state, Return(key, "draft"), facts={}, seats=seats)
    undone = apply(DEFINITION, back, Withdraw(key), facts={}, seats=seats)
    assert (undone.here.step, open_holders(undone)) == ("cosign", [4, 5])


def test_a_step_without_anybody_is_refused() -> None:
    """The engine never enters a step that nobody has."""

    def nobody(step: Step, kept: tuple[int, ...]) -> tuple[int, ...]:
        return (1,) if step.code == "draft" else ()

    state = start(DEFINITION, seats=nobody)
    with pytest.raises(Refused) as refused:
        apply(DEFINITION, state, Complete(1, "submit"), facts={}, seats=nobody)
    assert refused.value.reason is Reason.NO_SEATS


def test_acting_twice_is_refused_with_the_item() -> None:
    """So that the words can say who did it."""
    state: Any = start(DEFINITION, seats=seats)
    after = act(state, 1)
    with pytest.raises(Refused) as refused:
        apply(DEFINITION, after, Complete(1, "submit"), facts={}, seats=seats)
    assert refused.value.item is not None
    assert refused.value.item.key == 1
