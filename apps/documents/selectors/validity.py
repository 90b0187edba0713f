"""Whether issued documents hold today."""

from collections.abc import Iterable
from typing import Any

from apps.core.actors import Actor
from apps.core.clock import today
from apps.documents.enums import Validity
from apps.documents.models import OutgoingDocument, ValidityChange
from apps.documents.policies.exchange import DISTRIBUTED, manages_dispatches


def validity_changes_of(document: OutgoingDocument) -> list[ValidityChange]:
    """Every decision about the document, the newest first."""
    return list(ValidityChange.objects.filter(document=document).order_by("-at", "-id"))


def change_by_id(change_id: int) -> ValidityChange | None:
    """The decision, for telling people."""
    return ValidityChange.objects.filter(pk=change_id).first()


def change_in_effect(changes: Iterable[ValidityChange]) -> ValidityChange | None:
    """The newest decision whose day has come, of decisions newest first."""
    return next((change for change in changes if change.effective_on <= today()), None)


def validity_facts(actor: Actor, document: OutgoingDocument) -> dict[str, Any]:
    """What a page tells of the document's validity; nothing, and no query, before it was distributed."""
    if document.status not in DISTRIBUTED:
        return {}
    changes = validity_changes_of(document)
    current = change_in_effect(changes)
    return {
        "validity_changes": changes,
        "ended": current if current and current.state != Validity.IN_FORCE else None,
        "may_set_validity": manages_dispatches(actor, document),
        "validities": [choice for choice in Validity.choices if choice[0] != _now(current)],
    }


def _now(current: ValidityChange | None) -> str:
    return current.state if current else Validity.IN_FORCE


def ended_ids(document_ids: Iterable[int]) -> dict[int, str]:
    """Documents that do not hold today, with the word for it. One query."""
    rows = ValidityChange.objects.filter(document__in=list(document_ids), effective_on__lte=today())
    last = {row.document_id: row for row in rows.order_by("at", "id")}
    return {pk: row.get_state_display() for pk, row in last.items() if row.state != Validity.IN_FORCE}
