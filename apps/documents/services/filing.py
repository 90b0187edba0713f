"""办结归档: the archivist confirms year, retention and item number on one form; then the document is read-only."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now, today
from apps.core.errors import ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.documents.enums import RetentionPeriod
from apps.documents.events import DocumentFiled
from apps.documents.models import OutgoingDocument
from apps.documents.policies.outgoing import Ability
from apps.documents.selectors.filing import next_item_number
from apps.documents.selectors.outgoing import subject_of
from apps.documents.services.steps import document_hold, step_keep
from apps.workflow.models import Opinion
from apps.workflow.services import matter_update, task_complete


@transaction.atomic
def outgoing_file(
    *,
    actor: Actor,
    document_id: int,
    expected_version: int,
    year: int,
    retention_period: str,
    text: str = "",
    key: str = "",
) -> OutgoingDocument:
    """File the document under year and retention; its item number is the next one of that class. Refuses all but the archivist.

    年度 is the year of signing or later, never of the future; numbers are given once and never changed (DA/T 22-2015).
    """
    held = document_hold(
        actor=actor,
        document_id=document_id,
        ability=Ability.FILE,
        expected_version=expected_version,
        verb="documents.file",
        key=key,
    )
    document = held.document
    if held.is_repeat:
        return document
    _check(document, year, retention_period)
    advisory_lock(f"documents.filing:{document.organ_id}:{year}:{retention_period}")
    document.filed_year, document.retention_period = year, retention_period
    document.item_number = next_item_number(document.organ_id, year, retention_period)
    document.filed_at = now()
    result = task_complete(actor=actor, task_id=held.task.pk, action=Opinion.Action.SUBMIT, text=text)
    step_keep(document=document, result=result)
    if document.matter is not None:
        matter_update(matter=document.matter, state_text="已归档")
    record(
        "documents.file",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number,
        facts={"year": year, "retention": retention_period, "item": document.item_number},
    )
    publish(DocumentFiled(document_id=document.pk))
    return document


def _check(document: OutgoingDocument, year: int, retention_period: str) -> None:
    wrong: dict[str, str] = {}
    earliest = document.document_date.year if document.document_date else today().year
    if not earliest <= year <= today().year:
        wrong["year"] = f"归档年度应为{earliest}年至{today().year}年。"
    if retention_period not in RetentionPeriod.values:
        wrong["retention_period"] = "请选择保管期限。"
    if wrong:
        raise ValidationFailed("；".join(wrong.values()), fields=wrong)
