"""Batch print of 收文办理单: one PDF, each sheet as its page shows it, written down in the audit log."""

from collections.abc import Sequence

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import UpstreamFailed, ValidationFailed
from apps.documents.models import IncomingDocument
from apps.documents.selectors.handling_sheets import sheet_of
from apps.documents.selectors.incoming import incoming_for, subject_of
from apps.typesetting import TypesettingError, child

MOST = 50
SECONDS = 60.0


def sheets_print(*, actor: Actor, incoming_ids: Sequence[int]) -> bytes:
    """The sheets of the chosen documents in their order. Refuses an empty choice, more than 50, and what the actor may not see."""
    wanted = list(dict.fromkeys(incoming_ids))
    if not wanted:
        raise ValidationFailed("请先选择要打印办理单的文件。")
    if len(wanted) > MOST:
        raise ValidationFailed(f"一次最多打印{MOST}件，现选了{len(wanted)}件，请分批打印。")
    documents = [incoming_for(actor, incoming_id) for incoming_id in wanted]
    sheets = tuple(sheet_of(actor, document) for document in documents)
    try:
        pdf: bytes = child.run("compose_handling_sheets", {"sheets": sheets}, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"办理单暂时不能排版：{problem}请稍后再试。") from problem
    _record(actor=actor, documents=documents)
    return pdf


@transaction.atomic
def _record(*, actor: Actor, documents: Sequence[IncomingDocument]) -> None:
    for document in documents:
        record(
            "documents.print_sheets",
            actor=actor,
            subject=subject_of(document),
            subject_text=document.register_number or document.title[:200],
        )
