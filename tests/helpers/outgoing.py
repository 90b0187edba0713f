"""Outgoing documents at any step, carried there through the services."""

from collections.abc import Callable
from typing import Any

from apps.documents.body import body_from_text
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.enums import SealStatus
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.filing import filing_year
from apps.documents.selectors.joint import cosigning_posts
from apps.documents.services.drafting import DraftChanges, Recipient, outgoing_autosave, outgoing_create
from apps.documents.services.exchange import document_distribute
from apps.documents.services.filing import outgoing_file
from apps.documents.services.flow import outgoing_advance, outgoing_submit
from apps.documents.services.installation import procedures_install
from apps.documents.services.numbering import number_use
from apps.documents.services.sealing import document_seal, eseal_make, seal_use_request
from apps.documents.services.typesetting_room import document_typeset
from tests.factories.world import World
from tests.helpers.replay import replayed

TEXT = """现就做好防汛工作有关事项通知如下：
一、压实责任
各单位要落实防汛责任制。
二、加强值守
严格执行领导带班和24小时值班制度。"""
TITLE = "岱海市人民政府办公室关于做好防汛工作的通知"


@replayed
def drafted(
    world: World, *, who: str = "drafter", document_type: str = "notice", **changes: Any
) -> OutgoingDocument:
    """A complete draft: to the finance bureau and the county, copied to education."""
    procedures_install()
    actor = world.actor(who)
    document = outgoing_create(actor=actor, document_type=document_type)
    wanted: dict[str, Any] = {
        "title": TITLE,
        "body": body_from_text(TEXT),
        "main_recipients": recipients(world, "finance", "county"),
        "cc_recipients": recipients(world, "education"),
        **changes,
    }
    return outgoing_autosave(
        actor=actor,
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(**wanted),
    )


def recipients(world: World, *keys: str) -> tuple[Recipient, ...]:
    """Organs of the world as recipients."""
    return tuple(Recipient(name=world.organs[key].full_name, organ_id=world.organs[key].pk) for key in keys)


@replayed
def submitted(world: World, *, who: str = "drafter", **changes: Any) -> OutgoingDocument:
    """A draft that was sent on its way."""
    document = drafted(world, who=who, **changes)
    return outgoing_submit(actor=world.actor(who), document_id=document.pk, expected_version=document.version)


@replayed
def carried(world: World, status: Status, **changes: Any) -> OutgoingDocument:
    """A document that stands at `status`; from typesetting on the machine needs fonts."""
    document = submitted(world, **changes)
    while document.status != status:
        document = stepped(world, document)
    return document


HOLDERS = {
    Status.DEPT_REVIEW: "section_chief",
    Status.OFFICE_REVIEW: "director",
    Status.SIGNING: "head",
    Status.RECHECK: "clerk",
}


def sealed_by_keeper(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """The document after the keeper confirmed and set the seal, which is made when missing."""
    keeper = world.actor("seal_keeper")
    if not document.issuing_organ.seals.filter(status=SealStatus.ACTIVE).exists():
        eseal_make(actor=None, organ_id=document.issuing_organ_id)
    seal_use_request(actor=keeper, document_id=document.pk, expected_version=document.version, copies=30)
    return document_seal(actor=keeper, document_id=document.pk, expected_version=document.version)


def numbered(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """The document after the clerk gave it the next number."""
    return number_use(actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version)


def typeset(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """The document after the clerk laid it out."""
    return document_typeset(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version
    )


def distributed(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """The document after the clerk sent it to its recipients."""
    return document_distribute(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version
    )


def filed(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """The document after the archivist filed it for thirty years."""
    return outgoing_file(
        actor=world.actor("archivist"),
        document_id=document.pk,
        expected_version=document.version,
        year=filing_year(document),
        retention_period="d30",
    )


LATE_STEPS: dict[Status, Callable[[World, OutgoingDocument], OutgoingDocument]] = {
    Status.NUMBERING: numbered,
    Status.TYPESET: typeset,
    Status.SEAL_USE: sealed_by_keeper,
    Status.DISTRIBUTE: distributed,
    Status.FILING: filed,
}


@replayed
def stepped(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """The document after the holders of its step have agreed."""
    status = Status(document.status)
    if status in LATE_STEPS:
        return LATE_STEPS[status](world, document)
    if status is Status.COSIGN:
        keys = {post.pk: key for key, post in world.posts.items()}
        for post in cosigning_posts(document):
            document = agreed(world, document, keys[post])
        return document
    return agreed(world, document, HOLDERS[status])


def agreed(world: World, document: OutgoingDocument, who: str, **more: Any) -> OutgoingDocument:
    """The document after `who` agreed to it in its present version."""
    document.refresh_from_db()
    return outgoing_advance(
        actor=world.actor(who), document_id=document.pk, expected_version=document.version, **more
    )
