"""What the receiving organs of the demo city do with what arrives: sign for, register, propose, instruct, handle, complete."""

from collections.abc import Callable
from datetime import datetime, timedelta

from apps.accounts.models import Organ, Role
from apps.accounts.selectors import actor_of_appointment, holders
from apps.core import clock, once
from apps.core.actors import Actor
from apps.core.prepared import Prepared, slot
from apps.core.working_calendar import due_after
from apps.documents.enums import DispatchState
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.policies.incoming import PASSING_ROLES
from apps.documents.selectors.incoming import handling_candidates, leader_candidates, posts_of_organ
from apps.documents.services.circulation import incoming_circulate
from apps.documents.services.exchange import dispatch_recall, dispatch_return, dispatch_sign, dispatch_urge
from apps.documents.services.incoming import (
    HandlingChoice,
    incoming_assign,
    incoming_complete,
    incoming_handle,
    incoming_instruct,
    incoming_propose,
)
from apps.documents.services.registration import (
    PaperDocument,
    Registration,
    incoming_record,
    incoming_register,
)
from apps.portal.demo.cast import ORGANS
from apps.portal.demo.hours import Hours
from apps.portal.demo.plan import DemoDocument, DemoPaper
from apps.workflow.models import Reading, Task
from apps.workflow.services import reading_done

# How far a receiving organ takes a document, by the demo's word for it.
GOALS = {
    "received": Status.RECEIVED,
    "signed": Status.SIGNED_FOR,
    "proposal": Status.PROPOSAL,
    "instruction": Status.INSTRUCTION,
    "assign": Status.ASSIGN,
    "handling": Status.HANDLE,
    "completed": Status.COMPLETED,
    "known": Status.COMPLETED,
    "circulated": Status.CIRCULATION,
}
# A document to many organs: by rank, what each made of it, over and over.
SPREADS = {
    "done": ("completed", "signed", "signed", "signed"),
    "mostly_done": ("signed", "signed", "completed", "signed", "signed"),
    "handling": ("signed", "handling", "signed", "signed", "instruction", "signed"),
    "mixed": ("signed", "received", "proposal", "signed", "received"),
    "fresh": ("signed", "received", "received"),
}
FOR_KNOWING = frozenset({"circulated", "known"})
READ_SHARE = 2  # of those sent a document to read, every second has read it
READERS = 2
PAUSE = timedelta(minutes=73)
INSTRUCTIONS = ("请按要求抓好落实，结果报我。", "同意拟办意见。", "请牵头科室逐项细化，按时报送。")
PARTS = ("牵头拟定落实措施，汇总情况报领导", "提供本科室有关数据和意见")
RETURN_REASON = "附件缺少专班组成人员名单，请补充后重新发送。"
RECALL_REASON = "误发，该单位由市政府办公室另行通知。"


def copies_work(document: OutgoingDocument, wanted: DemoDocument, latest: datetime) -> None:
    """Let each receiving organ take its copy as far as the plan says; what has moved already is left as it is."""
    keys = {organ.full_name: organ.key for organ in ORGANS}
    copies = (
        IncomingDocument.objects.filter(dispatch__document=document, status=Status.RECEIVED)
        .select_related("organ", "dispatch__organ")
        .order_by("dispatch__organ__rank_order", "id")
    )
    spread, single = SPREADS.get(wanted.goal, (wanted.goal,)), dict(wanted.copies)
    hours = None
    for place, copy in enumerate(copies):
        hours = Hours(copy.received_at, latest)
        goal = single.get(keys[copy.organ.full_name], spread[place % len(spread)])
        _copy_work(copy, goal, hours.after(timedelta(minutes=11 * (place + 1))))
    if wanted.is_urged and hours is not None:
        with clock.at(hours.after(timedelta(hours=5)).moment):
            _urge(document)


def _urge(document: OutgoingDocument) -> None:
    """The sender's clerk asks the organs that have not signed, once."""
    waiting = document.dispatches.filter(state=DispatchState.SENT)
    if waiting.exists() and not waiting.filter(urge_count__gt=0).exists():
        clerk = _clerk(document.organ_id)
        dispatch_urge(actor=clerk, document_id=document.pk)


def paper_work(wanted: DemoPaper, organs: dict[str, Organ], *, title: str, number: str, hours: Hours) -> None:
    """The clerk enters what came from outside; it goes the same way as what came by exchange."""
    clerk = _clerk(organs[wanted.to].pk)
    paper = PaperDocument(
        source_name=wanted.source_name,
        source_number=number,
        title=title,
        document_type=wanted.kind,
        urgency=wanted.urgency,
    )
    with clock.at(hours.moment):
        copy = incoming_record(actor=clerk, paper=paper)
    _copy_work(copy, wanted.goal, hours)


def _copy_work(copy: IncomingDocument, goal: str, hours: Hours) -> None:
    if goal in ENDS:
        with clock.at(hours.moment):
            ENDS[goal](copy)
        return
    wanted = GOALS[goal]
    while copy.status != wanted:
        hours = hours.after(PAUSE)
        with clock.at(hours.moment):
            if copy.status == Status.SIGNED_FOR:
                _register(copy, is_for_action=goal not in FOR_KNOWING)
            else:
                STEPS[Status(copy.status)](copy)
        copy.refresh_from_db()
    if goal == "circulated":
        _circulate(copy, hours.after(PAUSE))


_CLERKS = Prepared(lambda: holders(organ_id=slot("organ"), role=Role.CLERK, on=slot("today"))[:1], "roles")
_OPEN_TASKS = Prepared(
    lambda: (
        Task.objects.filter(matter_id=slot("matter"), state=Task.State.OPEN)
        .select_related("appointment__person", "appointment__organ", "appointment__unit")
        .order_by("id")[:1]
    )
)


@once.once
def _clerk(organ_id: int) -> Actor:
    return actor_of_appointment(_CLERKS.rows(organ=organ_id, today=clock.today())[0])


def _holder(copy: IncomingDocument) -> Actor:
    return actor_of_appointment(_OPEN_TASKS.rows(matter=copy.matter_id)[0].appointment)


def _sign(copy: IncomingDocument) -> None:
    dispatch_sign(actor=_clerk(copy.organ_id), incoming_ids=[copy.pk])


def _send_back(copy: IncomingDocument) -> None:
    dispatch_return(actor=_clerk(copy.organ_id), incoming_id=copy.pk, reason=RETURN_REASON)


def _recall(copy: IncomingDocument) -> None:
    dispatch = copy.dispatch
    if dispatch is not None:
        sender = holders(organ_id=dispatch.document.organ_id, role=Role.CLERK)[0]
        dispatch_recall(actor=actor_of_appointment(sender), dispatch_id=dispatch.pk, reason=RECALL_REASON)


def _circulate(copy: IncomingDocument, hours: Hours) -> None:
    """To the first half of the organ; a head among them passes it on to the rest; every second has read it."""
    clerk = _clerk(copy.organ_id)
    others = sorted(posts_of_organ(copy.organ_id) - {clerk.appointment_id})
    half = (len(others) + 1) // 2
    with clock.at(hours.moment):
        sent = incoming_circulate(actor=clerk, incoming_id=copy.pk, appointment_ids=others[:half])
    with clock.at(hours.after(PAUSE).moment):
        for reading in sent[::READ_SHARE]:
            _read(reading)
        if others[half:]:
            actors = (actor_of_appointment(reading.appointment) for reading in sent)
            passing = next((actor for actor in actors if actor.roles & PASSING_ROLES), clerk)
            incoming_circulate(actor=passing, incoming_id=copy.pk, appointment_ids=others[half:])


def _read(reading: Reading) -> None:
    reading_done(actor=actor_of_appointment(reading.appointment), reading_ids=[reading.pk])


def _register(copy: IncomingDocument, *, is_for_action: bool) -> None:
    deadline = due_after(clock.now(), 3 if copy.urgency else 7) if is_for_action else None
    registration = Registration(is_for_action=is_for_action, deadline_at=deadline)
    incoming_register(
        actor=_clerk(copy.organ_id),
        incoming_id=copy.pk,
        expected_version=copy.version,
        registration=registration,
    )


def _propose(copy: IncomingDocument) -> None:
    """To the head; what is urgent also to the deputy at once."""
    leaders = leader_candidates(copy.organ_id)[: 2 if copy.urgency else 1]
    names = "、".join(f"{leader.person.name}同志" for leader in leaders)
    incoming_propose(
        actor=_holder(copy),
        incoming_id=copy.pk,
        expected_version=copy.version,
        text=f"拟请{names}阅示，由有关科室抓好落实。",
        leader_ids=[leader.pk for leader in leaders],
    )


def _instruct(copy: IncomingDocument) -> None:
    incoming_instruct(
        actor=_holder(copy),
        incoming_id=copy.pk,
        text=INSTRUCTIONS[len(copy.title) % len(INSTRUCTIONS)],
    )


def _assign(copy: IncomingDocument) -> None:
    """Two units that do the work, the first leads: which ones changes from document to document."""
    units = [unit for unit, post in handling_candidates(copy.organ_id) if post is not None]
    working = [unit for unit in units if not unit.is_general_office] or units
    start = len(copy.title) % len(working)
    chosen = [*working[start:], *working[:start]][:2]
    choices = [
        HandlingChoice(unit.pk, is_lead=place == 0, assignment=PARTS[place])
        for place, unit in enumerate(chosen)
    ]
    incoming_assign(
        actor=_clerk(copy.organ_id), incoming_id=copy.pk, expected_version=copy.version, units=choices
    )


def _handle(copy: IncomingDocument) -> None:
    incoming_handle(actor=_holder(copy), incoming_id=copy.pk, text="已按要求落实，有关情况已报分管领导。")


def _complete(copy: IncomingDocument) -> None:
    incoming_complete(
        actor=_clerk(copy.organ_id), incoming_id=copy.pk, expected_version=copy.version, text="已办结。"
    )


def _known(copy: IncomingDocument) -> None:
    """Sent to two who read it; then nothing is left to do."""
    clerk = _clerk(copy.organ_id)
    others = sorted(posts_of_organ(copy.organ_id) - {clerk.appointment_id})
    start = len(copy.title) % len(others)
    readers = [*others[start:], *others[:start]][:READERS]
    for reading in incoming_circulate(actor=clerk, incoming_id=copy.pk, appointment_ids=readers):
        _read(reading)
    copy.refresh_from_db()
    incoming_complete(actor=clerk, incoming_id=copy.pk, expected_version=copy.version, text="已传阅。")


ENDS: dict[str, Callable[[IncomingDocument], None]] = {"returned": _send_back, "recalled": _recall}
STEPS: dict[Status, Callable[[IncomingDocument], None]] = {
    Status.RECEIVED: _sign,
    Status.PROPOSAL: _propose,
    Status.INSTRUCTION: _instruct,
    Status.ASSIGN: _assign,
    Status.HANDLE: _handle,
    Status.COMPLETING: _complete,
    Status.CIRCULATION: _known,
}
