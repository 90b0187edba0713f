"""A sealed document at 分发, and what distribution makes of it."""

from typing import Any

from apps.accounts.models import Organ
from apps.core.clock import now, today
from apps.documents.body import body_from_text
from apps.documents.enums import OutgoingStatus
from apps.documents.models import Dispatch, DocumentRecipient, IncomingDocument, OutgoingDocument, SealedFile
from apps.documents.selectors.outgoing import subject_of
from apps.documents.services.exchange import document_distribute
from apps.documents.services.installation import procedures_install
from apps.files.services import file_store_bytes
from apps.workflow.models import Opinion, Run, Task
from apps.workflow.services import matter_open, run_start, task_complete
from tests.factories.world import World
from tests.helpers.replay import replayed

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
TITLE = "岱海市人民政府办公室关于做好防汛工作的通知"
MAIN = ("data", "finance")
COPIED = ("county",)
WAY = (
    ("drafter", "submit"), ("section_chief", "approve"), ("director", "approve"), ("head", "sign"),
    ("clerk", "approve"), ("clerk", "submit"), ("clerk", "submit"), ("seal_keeper", "submit"),
)  # fmt: skip


@replayed
def sealed(
    world: World,
    *,
    main: tuple[str, ...] = MAIN,
    cc: tuple[str, ...] = COPIED,
    has_file: bool = True,
    **facts: Any,
) -> OutgoingDocument:
    """A sealed and numbered document that the office's clerks are to distribute; one that is ready, where any will do."""
    if world.ready and (main, cc, has_file, facts) == (MAIN, COPIED, True, {}):
        return OutgoingDocument.objects.get(pk=world.ready.pop())
    procedures_install()
    document = _document(world, facts)
    for order, (kind, key) in enumerate([("main", key) for key in main] + [("cc", key) for key in cc]):
        organ = world.organs[key]
        DocumentRecipient.objects.create(
            document=document, kind=kind, organ=organ, name=organ.full_name, rank_order=order
        )
    _flow(world, document)
    if has_file:
        _file_keep(world, document)
    document.status = OutgoingStatus.DISTRIBUTE
    document.save(update_fields=["status"])
    return document


def _file_keep(world: World, document: OutgoingDocument) -> None:
    actor = world.actor("seal_keeper")
    file = file_store_bytes(
        actor=actor,
        subject=subject_of(document),
        purpose="sealed",
        name=f"{document.title}.pdf",
        data=PDF,
        content_type="application/pdf",
    )
    SealedFile.objects.create(
        document=document,
        file=file,
        sha256=f"{document.pk:064d}",
        content_hash="0" * 64,
        sealed_by_id=actor.person_id,
        sealed_at=now(),
    )


def _document(world: World, facts: dict[str, Any]) -> OutgoingDocument:
    office: Organ = world.organs["office"]
    count = OutgoingDocument.objects.count() + 17
    wanted: dict[str, Any] = {
        "organ": office,
        "issuing_organ": office,
        "drafter": world.person("drafter"),
        "drafter_appointment": world.post("drafter"),
        "drafting_unit": world.unit("office", "综合科"),
        "document_type": "notice",
        "routing_direction": "downward",
        "title": TITLE,
        "body": body_from_text("现就做好防汛工作有关事项通知如下。"),
        "issuer_mark": "岱海市人民政府办公室文件",
        "issuer_signature": office.full_name,
        "document_number": f"岱政办发〔2026〕{count}号",
        "document_date": today(),
        "created_at": now(),
        "updated_at": now(),
        "submitted_at": now(),
        **facts,
    }
    return OutgoingDocument.objects.create(**wanted)


def _flow(world: World, document: OutgoingDocument) -> None:
    """Walk the issuing procedure up to 分发."""
    drafter = world.actor("drafter")
    document.matter = matter_open(
        actor=drafter,
        subject=subject_of(document),
        category="outgoing",
        title=document.title,
        origin_name="综合科",
        reference_number=document.document_number,
        organ_id=document.organ_id,
    )
    document.save(update_fields=["matter"])
    run: Run = run_start(actor=drafter, matter=document.matter, procedure_code="outgoing", facts={})
    for key, action in WAY:
        task = Task.objects.get(run=run, person=world.person(key), state=Task.State.OPEN)
        task_complete(
            actor=world.actor(key),
            task_id=task.pk,
            action=Opinion.Action(action),
            chosen={"signing": [world.post("head").pk]},
            facts={"needs_dept_review": True, "is_sealed": True},
        )


@replayed
def distributed(world: World, **more: Any) -> OutgoingDocument:
    """Sent by the clerk to all its recipients."""
    document = sealed(world, **more)
    return document_distribute(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version
    )


def copy_of(document: OutgoingDocument, organ: Organ) -> IncomingDocument:
    """What the addressed organ received of it last."""
    return IncomingDocument.objects.filter(dispatch__document=document, dispatch__organ=organ).latest("pk")


def dispatch_to(document: OutgoingDocument, organ: Organ) -> Dispatch:
    """The latest dispatch to the organ."""
    return Dispatch.objects.filter(document=document, organ=organ).latest("pk")
