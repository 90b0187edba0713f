"""Pictures nobody names any more: let go a month after the text was changed last."""

from datetime import timedelta

from django.db import transaction

from apps.core.clock import now
from apps.core.subjects import Subject
from apps.documents.body import figures_of
from apps.documents.models import DocumentTemplate, OutgoingDocument
from apps.documents.policies.outgoing import KIND
from apps.documents.selectors.sweeping import documents_left_alone, named_by, templates_left_alone
from apps.documents.selectors.templates import TRAY, subject_of_template
from apps.files.enums import PICTURE
from apps.files.selectors import subjects_with
from apps.files.services import files_let_go

UNNAMED_KEPT = timedelta(days=30)


def pictures_tidy() -> int:
    """Let go the pictures that neither text nor version has named for a month. Returns how many; their bytes go a month later.

    Nothing is taken from a text changed within the month, so that what was just deleted can be undone or pasted back.
    """
    limit = now() - UNNAMED_KEPT
    gone = sum(_document_tidy(pk) for pk in documents_left_alone(before=limit))
    gone += sum(_template_tidy(pk) for pk in templates_left_alone(before=limit))
    trays = [Subject(TRAY, organ_id) for organ_id in subjects_with(TRAY, PICTURE)]
    return gone + files_let_go(subjects=trays, before=limit)


@transaction.atomic
def _document_tidy(document_id: int) -> int:
    """Whoever saves the document waits meanwhile; one saved since is left for another night."""
    limit = now() - UNNAMED_KEPT
    held = OutgoingDocument.objects.select_for_update(of=("self",), skip_locked=True)
    document = held.filter(pk=document_id, updated_at__lt=limit).first()
    if document is None:
        return 0
    return files_let_go(
        subjects=[Subject(KIND, document_id)], before=limit, purpose=PICTURE, but=named_by(document)
    )


@transaction.atomic
def _template_tidy(template_id: int) -> int:
    """As for a document."""
    limit = now() - UNNAMED_KEPT
    held = DocumentTemplate.objects.select_for_update(of=("self",), skip_locked=True)
    template = held.filter(pk=template_id, changed_at__lt=limit).first()
    if template is None:
        return 0
    named = {figure.file for figure in figures_of(template.body)}
    return files_let_go(subjects=[subject_of_template(template)], before=limit, purpose=PICTURE, but=named)
