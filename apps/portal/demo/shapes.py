"""The ways documents of the measured city went, walked by the engine itself: what is copied a million times was made by the rules."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.documents.enums import IncomingStatus, OutgoingStatus
from apps.documents.procedures import INCOMING_CODE, OUTGOING_CODE
from apps.workflow.definition import Definition, load
from apps.workflow.engine import Complete, State, apply, start
from apps.workflow.models import Opinion, ProcedureVersion
from apps.workflow.selectors.passages import state_json

ACTION_NAMES = dict(Opinion.Action.choices)
HOLDER = 1  # the engine is told of one holder a step; who that is differs from document to document
ROLES = {
    "draft": "drafter", "dept_review": "unit_head", "office_review": "office_director", "signing": "principal_head",
    "recheck": "clerk", "numbering": "clerk", "typeset": "clerk", "seal_use": "seal_keeper", "distribute": "clerk",
    "filing": "archivist", "register": "clerk", "proposal": "office_director", "instruction": "principal_head",
    "assign": "clerk", "circulation": "clerk",
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A way: procedure, what steers it, its status at the end, how far it has come when it is in hand."""

    code: str
    facts: dict[str, bool]
    status: str
    open_steps: int


# of ten documents three are written here, four came to be known, three to be acted on: five to-dos a document on the whole
SHAPES = (
    Shape(OUTGOING_CODE, {"needs_dept_review": True, "is_sealed": True}, OutgoingStatus.FILED, 4),
    Shape(INCOMING_CODE, {"is_for_action": False}, IncomingStatus.COMPLETED, 2),
    Shape(INCOMING_CODE, {"is_for_action": True, "needs_instruction": True}, IncomingStatus.COMPLETED, 4),
)


@dataclass(frozen=True)
class Way:
    """A shape walked: rows of its runs and of its steps, as the statements want them."""

    run: tuple[Any, ...]
    steps: list[tuple[Any, ...]]


def ways() -> Iterator[Way]:
    """Each shape, by the procedure in force."""
    for number, shape in enumerate(SHAPES):
        version = ProcedureVersion.objects.filter(
            procedure__code=shape.code, procedure__organ__isnull=True
        ).latest("number")
        definition = load(version.definition)
        states = list(_walked(definition, shape))
        done, held = states[-1], states[shape.open_steps - 1]
        held_at = held.here.step
        run = (
            number,
            version.pk,
            json.dumps(shape.facts),
            json.dumps(state_json(done)),
            json.dumps(state_json(held)),
            len(done.items),
            len(held.items),
            str(shape.status),
            held_at,
            definition.step(held_at).name,
        )
        yield Way(run, list(_steps(definition, number, done)))


def _walked(definition: Definition, shape: Shape) -> Iterator[State]:
    """The state at each step, and at the end."""
    state = start(definition, seats=lambda *_: (HOLDER,))
    while state.open_items():
        yield state
        (item,) = state.open_items()
        action = definition.step(state.here.step).main_action
        state = apply(
            definition, state, Complete(item.key, action), facts=shape.facts, seats=lambda *_: (HOLDER,)
        )
    yield state


def _steps(definition: Definition, number: int, done: State) -> Iterator[tuple[Any, ...]]:
    for place, item in enumerate(done.items, start=1):
        step = definition.step(done.visits[item.visit].step)
        following = done.items[place] if place < len(done.items) else None
        next_name = definition.step(done.visits[following.visit].step).name if following else "办结"
        yield (
            number, place, item.key, step.code, step.name, str(step.duty), item.outcome, ROLES[step.code], step.column,
            next_name, ACTION_NAMES[item.outcome],
        )  # fmt: skip
