"""效力: the issuing organ says that a document is abolished, has lapsed, or holds again."""

from datetime import date

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, InvalidState, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim
from apps.documents.enums import Validity
from apps.documents.events import ValidityDecided
from apps.documents.models import OutgoingDocument, ValidityChange
from apps.documents.policies.exchange import DISTRIBUTED, manages_dispatches
from apps.documents.selectors.outgoing import document_for, subject_of
from apps.documents.selectors.validity import change_in_effect, validity_changes_of

REASON_LIMIT = 200


@transaction.atomic
def validity_set(
    *, actor: Actor, document_id: int, state: str, effective_on: date | None, reason: str, key: str = ""
) -> OutgoingDocument:
    """Keep from when the document no longer holds (or holds again) and on what ground; the document itself stays as issued.

    Refuses people outside the issuing organ's desk, a document not yet distributed, a day before it was dated, no ground, and a
    state it has already.
    """
    document = document_for(actor, document_id, lock=True)
    if not manages_dispatches(actor, document):
        raise Forbidden("只有发文机关的文书可以登记公文效力，请联系本机关文书办理。", rule="sender_clerk")
    if not claim(person_id=actor.person_id, key=key, verb="documents.validity_set"):
        return document
    if document.status not in DISTRIBUTED:
        raise InvalidState("文件还没有分发，不能登记效力；不再印发的，请作废此文件。")
    reason = " ".join(reason.split())
    day = _checked(document, state, effective_on, reason)
    change = ValidityChange.objects.create(
        document=document,
        state=state,
        effective_on=day,
        reason=reason,
        person_id=actor.person_id,
        person_name=actor.name,
        at=now(),
    )
    publish(ValidityDecided(change_id=change.pk))
    record(
        "documents.validity_set",
        actor=actor,
        subject=subject_of(document),
        subject_text=document.document_number or document.title[:200],
        facts={"state": state, "effective_on": f"{day:%F}"},
    )
    return document


def _checked(document: OutgoingDocument, state: str, effective_on: date | None, reason: str) -> date:
    wrong: dict[str, str] = {}
    if state not in Validity.values:
        wrong["state"] = "请选择效力状态。"
    if effective_on is None:
        wrong["effective_on"] = "请填写自何日起。"
    elif document.document_date and effective_on < document.document_date:
        wrong["effective_on"] = "生效日期不能早于成文日期。"
    if not reason:
        wrong["reason"] = "请写明依据或原因。"
    elif len(reason) > REASON_LIMIT:
        wrong["reason"] = f"依据或原因不能超过{REASON_LIMIT}字，现有{len(reason)}字，请精简。"
    if wrong or effective_on is None:
        raise ValidationFailed(next(iter(wrong.values())), fields=wrong)
    current = change_in_effect(validity_changes_of(document))
    if state == (current.state if current else Validity.IN_FORCE):
        raise ValidationFailed(
            f"该文件现在就是“{Validity(state).label}”，无须重复登记。", fields={"state": "无须重复登记。"}
        )
    return effective_on
