"""Lets the demo city work: each document goes through the services, step by step, at the hours of the last weeks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from apps.accounts.models import Organ
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.core.prepared import Prepared, slot
from apps.documents.body import body_from_text
from apps.documents.enums import DocumentFormat
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.checks import finding_rows
from apps.documents.selectors.filing import filing_year, retention_suggested
from apps.documents.selectors.seals import active_seal
from apps.documents.services.drafting import DraftChanges, Recipient, outgoing_autosave, outgoing_create
from apps.documents.services.exchange import document_distribute
from apps.documents.services.filing import outgoing_file
from apps.documents.services.flow import outgoing_advance, outgoing_return, outgoing_submit, outgoing_urge
from apps.documents.services.numbering import number_use
from apps.documents.services.sealing import document_seal, eseal_make, seal_use_request
from apps.documents.services.typesetting_room import document_typeset
from apps.portal.demo.attached import training_files_add
from apps.portal.demo.cast import BUREAUX, COUNTIES, PEOPLE
from apps.portal.demo.city import post_of
from apps.portal.demo.hours import Hours
from apps.portal.demo.plan import DemoDocument
from apps.portal.demo.signatures import stamp_ready
from apps.portal.demo.staff import staff_drafters
from apps.portal.demo.texts import body_of, filled
from apps.workflow.models import Task

OFFICE_WORK = frozenset({Status.NUMBERING, Status.TYPESET, Status.DISTRIBUTE})
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


def drafter_of(wanted: DemoDocument) -> Actor:
    """The person who drafts for the issuing organ."""
    login_name = DRAFTERS.get(wanted.issuer)
    if wanted.text:
        names = staff_drafters()[wanted.issuer]
        login_name = names[len(wanted.title) % len(names)]
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


def document_work(
    wanted: DemoDocument, organs: dict[str, Organ], *, title: str, hours: Hours
) -> OutgoingDocument:
    """Draft the document and let it walk until its stage."""
    with clock.at(hours.moment):
        document = _draft(wanted, organs, title)
    returned = wanted.returned
    while document.status != wanted.stage or returned:
        hours = hours.after()
        with clock.at(hours.moment):
            if returned and document.status == returned[0]:
                document, returned = _amend(_send_back(document, returned[1]), wanted.amended), None
            else:
                document = STEPS[Status(document.status)](document)
    if wanted.is_urged and document.status != Status.FILING:
        with clock.at(hours.after(timedelta(hours=5)).moment):
            outgoing_urge(actor=drafter_of(wanted), document_id=document.pk, text="请尽快办理。")
    return document


def _draft(wanted: DemoDocument, organs: dict[str, Organ], title: str) -> OutgoingDocument:
    actor = drafter_of(wanted)
    document = outgoing_create(actor=actor, document_type=wanted.kind)
    for key in (wanted.issuer, *wanted.joint) if wanted.joint else ():
        _eseal_ready(organs[key].pk)
    if wanted.name_of:
        mayor = next(p for p in PEOPLE if p.organ == wanted.name_of and "principal_head" in p.roles)
        stamp_ready(post_of(mayor.login_name), kept_by=organs[wanted.issuer])
    if wanted.is_attached:
        training_files_add(actor=actor, document=document, day=clock.today())
    heads = [
        post_of(next(p.login_name for p in PEOPLE if p.organ == key and "principal_head" in p.roles)).pk
        for key in wanted.cosign
    ]
    changes = DraftChanges(
        title=title,
        routing_direction=wanted.direction,
        urgency=wanted.urgency,
        note=wanted.note,
        body=_body(wanted),
        main_recipients=recipients_of(wanted.to, organs),
        cc_recipients=recipients_of(wanted.cc, organs),
        cosign_ids=tuple(heads),
        is_government_approved=wanted.is_approved,
        joint_ids=tuple(organs[key].pk for key in wanted.joint),
        issuing_organ_id=organs[wanted.name_of].pk if wanted.name_of else None,
    )
    return outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )


def _body(wanted: DemoDocument) -> dict[str, Any]:
    if not wanted.text:
        return body_of(wanted.key, clock.today())
    text = wanted.text
    if wanted.answers:
        text = text.replace("{number}", OutgoingDocument.objects.get(title=wanted.answers).document_number)
    return body_from_text(filled(text, clock.today()))


_OPEN_TASKS = Prepared(
    lambda: (
        Task.objects.filter(matter_id=slot("matter"), state=Task.State.OPEN)
        .select_related("appointment__person", "appointment__organ", "appointment__unit")
        .order_by("appointment__rank_order", "id")
    )
)


def holder_of(document: OutgoingDocument) -> Actor:
    """Whose turn it is; where several may act the highest in rank reviews, the lowest does the office's work."""
    tasks = _OPEN_TASKS.rows(matter=document.matter_id)
    if not tasks:
        raise LookupError(f"nobody holds {document.title}")
    return actor_of_appointment(tasks[-1 if document.status in OFFICE_WORK else 0].appointment)


def _submit(document: OutgoingDocument) -> OutgoingDocument:
    actor = actor_of_appointment(document.drafter_appointment)
    return outgoing_submit(
        actor=actor,
        document_id=document.pk,
        expected_version=document.version,
        text="已按审核意见修改。" if document.matter_id else "",
        reasons={
            row.finding.key: "会议通知按惯例分条列举，不另设（一）一级。"
            for row in finding_rows(document)
            if row.is_open and row.finding.rule == "D22"
        },
    )


def _send_back(document: OutgoingDocument, reason: str) -> OutgoingDocument:
    return outgoing_return(
        actor=holder_of(document),
        document_id=document.pk,
        expected_version=document.version,
        to="drafter",
        text=reason,
    )


def _amend(document: OutgoingDocument, sentence: str) -> OutgoingDocument:
    """What the drafter adds to a document that came back, so that its versions differ."""
    if not sentence:
        return document
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": sentence}]}
    body = {**document.body, "content": [*document.body["content"], paragraph]}
    return outgoing_autosave(
        actor=actor_of_appointment(document.drafter_appointment),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(body=body),
    )


def _advance(document: OutgoingDocument) -> OutgoingDocument:
    words = WORDS[Status(document.status)]
    return outgoing_advance(
        actor=holder_of(document),
        document_id=document.pk,
        expected_version=document.version,
        text=words[(len(document.title) + document.version) % len(words)],
    )


def _number(document: OutgoingDocument) -> OutgoingDocument:
    return number_use(actor=holder_of(document), document_id=document.pk, expected_version=document.version)


def _typeset(document: OutgoingDocument) -> OutgoingDocument:
    return document_typeset(
        actor=holder_of(document), document_id=document.pk, expected_version=document.version
    )


def _eseal_ready(organ_id: int) -> None:
    if active_seal(organ_id) is None:
        eseal_make(actor=None, organ_id=organ_id)


def _seal(document: OutgoingDocument) -> OutgoingDocument:
    keeper = holder_of(document)
    if document.layout != DocumentFormat.ORDER:
        _eseal_ready(document.issuing_organ_id)
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
