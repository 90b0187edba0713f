"""Lets the demo city work: each document goes through the services, step by step, at the hours of the last weeks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from apps.accounts.models import Organ
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.core.working_calendar import city_calendar
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import ESeal, OutgoingDocument
from apps.documents.selectors.filing import filing_year, retention_suggested
from apps.documents.services.drafting import DraftChanges, Recipient, outgoing_autosave, outgoing_create
from apps.documents.services.exchange import document_distribute
from apps.documents.services.filing import outgoing_file
from apps.documents.services.flow import outgoing_advance, outgoing_submit
from apps.documents.services.numbering import number_use
from apps.documents.services.sealing import document_seal, eseal_make, seal_use_request
from apps.documents.services.typesetting_room import document_typeset
from apps.portal.demo.cast import BUREAUX, COUNTIES, PEOPLE
from apps.portal.demo.city import post_of
from apps.portal.demo.receiving import copies_work
from apps.portal.demo.texts import DemoDocument
from apps.workflow.models import Task

START_OF_DAY = time(8, 40)
STEP_MINUTES = 47
LATEST_START = timedelta(hours=9)
WORDS = {
    Status.DEPT_REVIEW: ("拟同意，请办公室审核。", "内容已核，符合要求。", "已核，同意报审。"),
    Status.COSIGN: ("同意。", "无不同意见。", "同意会签，请按职责分工抓好落实。"),
    Status.OFFICE_REVIEW: ("格式、文字已核，建议印发。", "已审核，请领导签发。"),
    Status.SIGNING: ("同意印发。", "同意。", "同意印发，请抓好落实。"),
    Status.RECHECK: ("复核无误。",),
}
# Who drafts in each organ: the clerk or a section's officer.
DRAFTERS = {
    "office": "xuruoxi",
    "data": "suhemu",
    "finance": "zhaoxingzhi",
    "housing": "yuanqishan",
    "emergency": "huoqubing",
}


@dataclass(frozen=True)
class Stroll:
    """Where a document's passage stands in time: `start` of drafting and the number of steps taken."""

    start: datetime
    step: int = 0

    def moment(self) -> datetime:
        """Working hours of working days, never after the present."""
        wanted = self.start + timedelta(minutes=STEP_MINUTES * self.step)
        return min(wanted, clock.now() - timedelta(minutes=1))

    def after(self) -> "Stroll":
        """One step further; after six steps the next working day begins."""
        if self.step < 6:
            return Stroll(self.start, self.step + 1)
        day = city_calendar().add(clock.local(self.start).date(), 1)
        return Stroll(datetime.combine(day, START_OF_DAY, tzinfo=clock.CITY_ZONE))


def stroll_from(days_ago: int, offset: int) -> Stroll:
    """Begins `days_ago` days back, on the first working day not before, a little later for each document of the day."""
    day = clock.today() - timedelta(days=days_ago)
    while not city_calendar().is_workday(day):
        day -= timedelta(days=1)
    start = datetime.combine(day, START_OF_DAY, tzinfo=clock.CITY_ZONE) + timedelta(minutes=7 * offset)
    return Stroll(min(start, clock.now() - timedelta(minutes=30)))


def body_of(wanted: DemoDocument) -> dict[str, Any]:
    """The text as the editor would have sent it."""
    nodes: list[dict[str, Any]] = []
    for level, text in wanted.blocks:
        content = [{"type": "text", "text": text}]
        if level:
            nodes.append({"type": "heading", "attrs": {"level": level}, "content": content})
        else:
            nodes.append({"type": "paragraph", "content": content})
    return {"type": "doc", "content": nodes}


def drafter_of(wanted: DemoDocument) -> Actor:
    """The person who drafts for the issuing organ."""
    login_name = DRAFTERS.get(wanted.issuer)
    if login_name is None:
        login_name = next(p.login_name for p in PEOPLE if p.organ == wanted.issuer and "clerk" in p.roles)
    return actor_of_appointment(post_of(login_name))


def recipients_of(keys: tuple[str, ...], organs: dict[str, Organ]) -> tuple[Recipient, ...]:
    """Organs of keys and groups, in rank order, the issuer never among them."""
    wanted: list[str] = []
    for key in keys:
        wanted += {"bureaux": BUREAUX, "counties": COUNTIES}.get(key, (key,))
    return tuple(
        Recipient(name=organs[key].short_name, organ_id=organs[key].pk) for key in dict.fromkeys(wanted)
    )


def document_work(wanted: DemoDocument, organs: dict[str, Organ], *, number: int) -> OutgoingDocument:
    """Draft the document and let it walk until its stage; found again by its title when built before."""
    document = OutgoingDocument.objects.filter(title=wanted.title).first()
    if document is not None:
        return document
    stroll = stroll_from(wanted.days_ago, number % 5)
    with clock.at(stroll.moment()):
        document = _draft(wanted, organs)
    while document.status != wanted.stage and document.status in STEPS:
        stroll = stroll.after()
        with clock.at(stroll.moment()):
            document = STEPS[Status(document.status)](document)
        if document.status == Status.FILING:
            copies_work(document, wanted.incoming)
    return document


def _draft(wanted: DemoDocument, organs: dict[str, Organ]) -> OutgoingDocument:
    actor = drafter_of(wanted)
    document = outgoing_create(actor=actor, document_type=wanted.document_type)
    heads = [
        post_of(next(p.login_name for p in PEOPLE if p.organ == key and "principal_head" in p.roles)).pk
        for key in wanted.cosign
    ]
    changes = DraftChanges(
        title=wanted.title,
        routing_direction=wanted.routing_direction,
        urgency=wanted.urgency,
        note=wanted.note,
        body=body_of(wanted),
        main_recipients=recipients_of(wanted.to, organs),
        cc_recipients=recipients_of(wanted.cc, organs),
        cosign_ids=tuple(heads),
    )
    return outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )


def holder_of(document: OutgoingDocument) -> Actor:
    """Whose turn it is."""
    task = (
        Task.objects.filter(matter=document.matter, state=Task.State.OPEN)
        .select_related("appointment__person", "appointment__organ", "appointment__unit")
        .order_by("rank_order", "id")
        .first()
    )
    if task is None:
        raise LookupError(f"nobody holds {document.title}")
    return actor_of_appointment(task.appointment)


def _submit(document: OutgoingDocument) -> OutgoingDocument:
    actor = actor_of_appointment(document.drafter_appointment)
    return outgoing_submit(actor=actor, document_id=document.pk, expected_version=document.version)


def _advance(document: OutgoingDocument) -> OutgoingDocument:
    words = WORDS[Status(document.status)]
    return outgoing_advance(
        actor=holder_of(document),
        document_id=document.pk,
        expected_version=document.version,
        text=words[document.pk % len(words)],
    )


def _number(document: OutgoingDocument) -> OutgoingDocument:
    return number_use(actor=holder_of(document), document_id=document.pk, expected_version=document.version)


def _typeset(document: OutgoingDocument) -> OutgoingDocument:
    return document_typeset(
        actor=holder_of(document), document_id=document.pk, expected_version=document.version
    )


def _seal(document: OutgoingDocument) -> OutgoingDocument:
    keeper = holder_of(document)
    if not ESeal.objects.filter(organ_id=document.issuing_organ_id).exists():
        eseal_make(actor=None, organ_id=document.issuing_organ_id)
    seal_use_request(
        actor=keeper, document_id=document.pk, expected_version=document.version, copies=document.copies
    )
    return document_seal(actor=keeper, document_id=document.pk, expected_version=document.version)


def _distribute(document: OutgoingDocument) -> OutgoingDocument:
    return document_distribute(
        actor=holder_of(document), document_id=document.pk, expected_version=document.version
    )


def _file(document: OutgoingDocument) -> OutgoingDocument:
    return outgoing_file(
        actor=holder_of(document),
        document_id=document.pk,
        expected_version=document.version,
        year=filing_year(document),
        retention_period=retention_suggested(document),
    )


STEPS: dict[Status, Callable[[OutgoingDocument], OutgoingDocument]] = {
    Status.DRAFT: _submit,
    Status.DEPT_REVIEW: _advance,
    Status.COSIGN: _advance,
    Status.OFFICE_REVIEW: _advance,
    Status.SIGNING: _advance,
    Status.RECHECK: _advance,
    Status.NUMBERING: _number,
    Status.TYPESET: _typeset,
    Status.SEAL_USE: _seal,
    Status.DISTRIBUTE: _distribute,
    Status.FILING: _file,
}
