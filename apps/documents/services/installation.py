"""What a new installation needs before the first document: the procedures of 办文."""

from django.db import transaction

from apps.documents.procedures import (
    INCOMING,
    INCOMING_CATEGORY,
    INCOMING_CODE,
    INCOMING_NAME,
    OUTGOING,
    OUTGOING_CATEGORY,
    OUTGOING_CODE,
    OUTGOING_NAME,
)
from apps.workflow.services import procedure_install


@transaction.atomic
def procedures_install() -> None:
    """Make the procedures of documents known; doing it again changes nothing."""
    procedure_install(code=OUTGOING_CODE, name=OUTGOING_NAME, category=OUTGOING_CATEGORY, definition=OUTGOING)
    procedure_install(code=INCOMING_CODE, name=INCOMING_NAME, category=INCOMING_CATEGORY, definition=INCOMING)
