"""督查通报: the summary of a month that writes itself, as a draft among the documents or as a Word file."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import day_text
from apps.core.errors import UpstreamFailed
from apps.documents.models import OutgoingDocument
from apps.documents.selectors.sheets import body_blocks
from apps.documents.services.drafting import DraftChanges, outgoing_autosave, outgoing_create
from apps.supervision.selectors.summaries import Summary, summary_of
from apps.typesetting import OfficialSheet, TypesettingError, child

SECONDS = 20.0
BLANK = "\u3000"


@transaction.atomic
def summary_draft(*, actor: Actor, key: str = "") -> OutgoingDocument:
    """A draft of 通报 with this month's figures, units and overdue items. Whoever oversees the organ's items may."""
    summary = summary_of(actor)
    document = outgoing_create(actor=actor, document_type="circular", key=key)
    if document.title:
        return document
    changes = DraftChanges(title=summary.title, body=summary.body)
    return outgoing_autosave(
        actor=actor, document_id=document.pk, expected_version=document.version, changes=changes
    )


@transaction.atomic
def summary_word(*, actor: Actor) -> tuple[str, bytes]:
    """Name and bytes of the same 通报 as .docx, with a blank for its number; on record. Raises `UpstreamFailed`."""
    summary = summary_of(actor)
    try:
        data: bytes = child.run("compose_docx", {"sheet": _sheet(summary)}, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"督查通报暂时不能生成 Word 文件：{problem}请稍后再试。") from problem
    record("supervision.summary_export", actor=actor, subject_text=summary.title[:200])
    return f"{summary.title}.docx", data


def _sheet(summary: Summary) -> OfficialSheet:
    organ, day = summary.organ, summary.day
    return OfficialSheet(
        issuer_mark=f"{organ.full_name}文件",
        title=summary.title,
        blocks=tuple(body_blocks(summary.body)),
        document_number=f"{organ.organ_code}〔{day.year}〕{BLANK * 2}号",
        issuer_signature=organ.full_name,
        document_date=day_text(day),
    )
