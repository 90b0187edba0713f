"""Where pictures may lie that no text names any more."""

from datetime import datetime, timedelta

from apps.documents.body import figures_of
from apps.documents.models import DocumentTemplate, OutgoingDocument
from apps.documents.policies.outgoing import KIND
from apps.documents.selectors.templates import KIND as TEMPLATE
from apps.files.enums import PICTURE
from apps.files.selectors import subjects_with

LOOKED_AT = timedelta(days=90)  # a text left alone is looked at on so many nights: none is missed


def named_by(document: OutgoingDocument) -> set[int]:
    """Files of the pictures in the text and in all its versions."""
    versions = document.revisions.values_list("content__body", flat=True)
    return {figure.file for body in (document.body, *versions) for figure in figures_of(body)}


def documents_left_alone(*, before: datetime) -> list[int]:
    """Documents with pictures that were changed last before then, and not so long before that they were looked at already."""
    rows = OutgoingDocument.objects.filter(
        pk__in=subjects_with(KIND, PICTURE), updated_at__range=(before - LOOKED_AT, before)
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def templates_left_alone(*, before: datetime) -> list[int]:
    """The same of templates."""
    rows = DocumentTemplate.objects.filter(
        pk__in=subjects_with(TEMPLATE, PICTURE), changed_at__range=(before - LOOKED_AT, before)
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))
