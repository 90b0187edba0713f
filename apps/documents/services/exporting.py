"""套改用的 Word 文件: the text of a document for offices that go on working in Word; each export leaves a trace."""

from django.db import transaction

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.errors import UpstreamFailed
from apps.documents.selectors.outgoing import content_of, document_for, subject_of
from apps.documents.selectors.pictures import pictures_drawn
from apps.documents.selectors.sheets import sheet_of
from apps.typesetting import TypesettingError, child

SECONDS = 20.0


@transaction.atomic
def document_word(*, actor: Actor, document_id: int) -> tuple[str, bytes]:
    """Name and bytes of the .docx of the text as it stands, without seal. `NotFound` for whoever may not see the text."""
    document = document_for(actor, document_id)
    content = content_of(document)
    what = {"sheet": sheet_of(document, content), "pictures": pictures_drawn(content.pictures)}
    try:
        data: bytes = child.run("compose_docx", what, seconds=SECONDS)
    except TypesettingError as problem:
        raise UpstreamFailed(f"{problem}可稍后再试。") from problem
    record(
        "documents.word_export",
        actor=actor,
        subject=subject_of(document),
        subject_text=(document.document_number or document.title)[:200],
        facts={"version": document.version},
    )
    return f"{document.document_number} {document.title or '公文'}".strip()[:190] + ".docx", data
