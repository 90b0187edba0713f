"""What the receiving organs of the demo city do with what arrives: sign for, register, propose, instruct, handle, complete."""

from collections.abc import Callable
from datetime import timedelta

from apps.accounts.models import Role
from apps.accounts.selectors import actor_of_appointment, holders
from apps.core import clock, outbox
from apps.core.actors import Actor
from apps.core.working_calendar import due_after
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.selectors.incoming import handling_candidates, leader_candidates
from apps.documents.services.exchange import dispatch_sign
from apps.documents.services.incoming import (
    HandlingChoice,
    incoming_assign,
    incoming_complete,
    incoming_handle,
    incoming_instruct,
    incoming_propose,
)
from apps.documents.services.registration import Registration, incoming_register
from apps.workflow.models import Task

# How far a receiving organ takes a document, by the demo's word for it.
GOALS = {
    "received": Status.RECEIVED,
    "signed": Status.SIGNED_FOR,
    "proposal": Status.PROPOSAL,
    "instruction": Status.INSTRUCTION,
    "handling": Status.HANDLE,
    "completed": Status.COMPLETED,
}
# A document to many organs: a few have gone the whole way, most have signed for it.
SPREADS = {
    "completed": ("completed", "signed", "handling", "signed", "signed", "signed"),
    "handling": ("handling", "signed", "received", "signed", "proposal", "signed"),
    "mixed": ("signed", "received", "proposal", "signed", "received", "signed"),
}
STEP = timedelta(minutes=38)


def copies_work(document: OutgoingDocument, goal: str) -> None:
    """Let each receiving organ take its copy to `goal`; several organs spread as `SPREADS` says."""
    copies = list(
        IncomingDocument.objects.filter(dispatch__document=document).order_by("organ__rank_order", "id")
    )
    spread = SPREADS.get(goal, (goal,)) if len(copies) > 1 or goal == "mixed" else (goal,)
    for place, copy in enumerate(copies):
        _copy_work(copy, GOALS[spread[place % len(spread)]])
    outbox.sweep()


def _copy_work(copy: IncomingDocument, wanted: Status) -> None:
    moment = copy.received_at
    while copy.status != wanted and copy.status in STEPS:
        moment = min(moment + STEP, clock.now() - timedelta(minutes=1))
        with clock.at(moment):
            STEPS[Status(copy.status)](copy)
        copy.refresh_from_db()


def _clerk(copy: IncomingDocument) -> Actor:
    return actor_of_appointment(holders(organ_id=copy.organ_id, role=Role.CLERK)[0])


def _holder(copy: IncomingDocument) -> Actor:
    task = (
        Task.objects.filter(matter=copy.matter, state=Task.State.OPEN)
        .select_related("appointment")
        .order_by("id")[0]
    )
    return actor_of_appointment(task.appointment)


def _sign(copy: IncomingDocument) -> None:
    dispatch_sign(actor=_clerk(copy), incoming_ids=[copy.pk])


def _register(copy: IncomingDocument) -> None:
    registration = Registration(
        is_for_action=True, deadline_at=due_after(clock.now(), 3 if copy.urgency else 7)
    )
    incoming_register(
        actor=_clerk(copy), incoming_id=copy.pk, expected_version=copy.version, registration=registration
    )


def _propose(copy: IncomingDocument) -> None:
    leader = leader_candidates(copy.organ_id)[0]
    incoming_propose(
        actor=_holder(copy),
        incoming_id=copy.pk,
        expected_version=copy.version,
        text=f"拟请{leader.person.name}同志阅示，由有关科室抓好落实。",
        leader_ids=[leader.pk],
    )


def _instruct(copy: IncomingDocument) -> None:
    incoming_instruct(
        actor=_holder(copy),
        incoming_id=copy.pk,
        text="请按要求抓好落实，结果报我。" if copy.pk % 2 else "同意拟办意见。",
    )


def _assign(copy: IncomingDocument) -> None:
    units = [unit for unit, post in handling_candidates(copy.organ_id) if post is not None][-2:]
    choices = [HandlingChoice(unit.pk, is_lead=place == 0) for place, unit in enumerate(units)]
    incoming_assign(actor=_clerk(copy), incoming_id=copy.pk, expected_version=copy.version, units=choices)


def _handle(copy: IncomingDocument) -> None:
    incoming_handle(actor=_holder(copy), incoming_id=copy.pk, text="已按要求落实，有关情况已报分管领导。")


def _complete(copy: IncomingDocument) -> None:
    incoming_complete(actor=_clerk(copy), incoming_id=copy.pk, expected_version=copy.version, text="已办结。")


STEPS: dict[Status, Callable[[IncomingDocument], None]] = {
    Status.RECEIVED: _sign,
    Status.SIGNED_FOR: _register,
    Status.PROPOSAL: _propose,
    Status.INSTRUCTION: _instruct,
    Status.ASSIGN: _assign,
    Status.HANDLE: _handle,
    Status.COMPLETING: _complete,
}
