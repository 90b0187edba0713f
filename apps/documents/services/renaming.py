"""What is searched by a drafter's name follows the name; not a word of a document changes."""

from django.db import transaction
from django.db.models import F

from apps.documents.models import OutgoingDocument


@transaction.atomic
def drafter_renamed(*, person_id: int) -> None:
    """Let the documents of a drafter be found by the present name, filed ones too. Doing it again changes nothing."""
    # the table's trigger writes `search_text` whenever the drafter is written
    OutgoingDocument.objects.filter(drafter_id=person_id).update(drafter_id=F("drafter_id"))
