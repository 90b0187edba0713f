"""Incoming documents of the bureau or the office at any step, carried there through the services."""

from datetime import datetime, timedelta
from typing import Any

from apps.accounts.models import Appointment, AppointmentRole
from apps.core.clock import now
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import IncomingDocument
from apps.documents.services.incoming import (
    HandlingChoice,
    incoming_assign,
    incoming_complete,
    incoming_handle,
    incoming_instruct,
    incoming_propose,
)
from apps.documents.services.installation import procedures_install
from apps.documents.services.registration import (
    PaperDocument,
    Registration,
    incoming_record,
    incoming_register,
)
from tests.factories.world import World
from tests.helpers.replay import replayed

TITLE = "澜东省人民政府办公厅关于做好冬春农田水利建设的通知"


def in_days(days: float) -> datetime:
    """A moment ahead."""
    return now() + timedelta(days=days)


@replayed
def recorded(world: World, *, who: str = "clerk", **facts: Any) -> IncomingDocument:
    """A paper document that the clerk has entered, not yet registered."""
    procedures_install()
    wanted: dict[str, Any] = {
        "source_name": "省政府办公厅",
        "title": TITLE,
        "document_type": "notice",
        "source_number": "澜政办发〔2026〕37号",
        "duplicate_reason": "补发一件",  # tests enter the same paper more than once
        **facts,
    }
    return incoming_record(actor=world.actor(who), paper=PaperDocument(**wanted))


@replayed
def registered(
    world: World, document: IncomingDocument | None = None, *, who: str = "clerk", **facts: Any
) -> IncomingDocument:
    """Registered for action, at 拟办 with the office director."""
    document = document or recorded(world, who=who)
    wanted: dict[str, Any] = {"is_for_action": True, **facts}
    return incoming_register(
        actor=world.actor(who),
        incoming_id=document.pk,
        expected_version=document.version,
        registration=Registration(**wanted),
    )


@replayed
def proposed(world: World, *leaders: str, document: IncomingDocument | None = None) -> IncomingDocument:
    """Proposed by the office director to the head (or those named)."""
    document = document or registered(world)
    return incoming_propose(
        actor=world.actor("director"),
        incoming_id=document.pk,
        expected_version=document.version,
        text="拟请沈主任阅示，建议由综合科承办。",
        leader_ids=[world.post(key).pk for key in leaders or ("head",)],
    )


@replayed
def instructed(world: World) -> IncomingDocument:
    """Instructed by the head, at 交办 with the clerks."""
    document = proposed(world)
    return incoming_instruct(
        actor=world.actor("head"), incoming_id=document.pk, text="请综合科牵头抓好落实。"
    )


@replayed
def assigned(world: World, *units: str, **facts: Any) -> IncomingDocument:
    """Handed to units of the office, the first one leading."""
    document = instructed(world)
    names = units or ("综合科",)
    return incoming_assign(
        actor=world.actor("clerk"),
        incoming_id=document.pk,
        expected_version=document.version,
        units=[
            HandlingChoice(world.unit("office", name).pk, is_lead=place == 0)
            for place, name in enumerate(names)
        ],
        **facts,
    )


@replayed
def handled(world: World) -> IncomingDocument:
    """Reported by the handling unit, at 办结审核."""
    document = assigned(world)
    return incoming_handle(
        actor=world.actor("section_chief"), incoming_id=document.pk, text="已印发工作方案，完成部署。"
    )


@replayed
def completed(world: World) -> IncomingDocument:
    """Finished."""
    document = handled(world)
    return incoming_complete(
        actor=world.actor("clerk"),
        incoming_id=document.pk,
        expected_version=document.version,
        text="同意办结。",
    )


def fresh(document: IncomingDocument) -> IncomingDocument:
    """The row as the database has it."""
    return IncomingDocument.objects.get(pk=document.pk)


def received(world: World, *, organ: str = "data", **facts: Any) -> IncomingDocument:
    """A document that lies unsigned on an organ's desk."""
    procedures_install()
    wanted: dict[str, Any] = {
        "organ": world.organs[organ],
        "source_name": "市政府办公室",
        "title": "岱海市人民政府办公室关于做好防汛工作的通知",
        "source_number": "岱政办发〔2026〕17号",
        "document_type": "notice",
        "status": Status.RECEIVED,
        "received_at": now(),
        **facts,
    }
    return IncomingDocument.objects.create(**wanted)


def role_given(post: Appointment, role: str) -> None:
    """One more role for a post."""
    AppointmentRole.objects.create(appointment=post, role=role)
