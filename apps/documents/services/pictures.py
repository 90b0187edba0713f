"""Pictures in the body: taken in, checked at every save, copied with the text."""

from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.documents.body import figures_of, with_files
from apps.documents.models import OutgoingDocument
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of, require
from apps.documents.selectors.outgoing import document_for, subject_of
from apps.documents.selectors.pictures import pictures_of
from apps.files.enums import PICTURE
from apps.files.models import StoredFile
from apps.files.selectors import files_of
from apps.files.services import file_copy, picture_take

KEPT_LIMIT = 200  # of one document, those no longer in the text included: earlier versions show them


def picture_add(*, actor: Actor, document_id: int, name: str, content: bytes) -> StoredFile:
    """A picture for the body of the document; it stands there once the body that names it is saved.

    Refuses whoever may not edit the text now, and what `files.picture_take` refuses.
    """
    document = document_for(actor, document_id)
    require(Ability.EDIT, abilities_with(actor, document, open_task_of(actor, document)))
    subject = subject_of(document)
    if files_of(subject, PICTURE).count() >= KEPT_LIMIT:
        raise ValidationFailed(f"本文件先后插入的图片已满{KEPT_LIMIT}幅，请将其余图片作为附件上传。")
    return picture_take(actor=actor, subject=subject, name=name, content=content)


def pictures_required(*, document: OutgoingDocument) -> None:
    """Raise `ValidationFailed` when the body names a picture that is not the document's own: it would show what one may not see."""
    wanted = {figure.file for figure in figures_of(document.body)}
    if len(pictures_of(subject_of(document), document.body)) != len(wanted):
        raise ValidationFailed(
            "正文中有图片不属于本文件，没有保存。请删去该图片，再用“图片”按钮重新插入。",
            fields={"body": "有图片不属于本文件。"},
        )


def pictures_copy(*, actor: Actor, source: OutgoingDocument, document: OutgoingDocument) -> None:
    """The pictures of `source` as the copy's own, its body naming them; nothing for a body without any."""
    made = {
        file.pk: file_copy(actor=actor, file=file, subject=subject_of(document), purpose=PICTURE).pk
        for file in pictures_of(subject_of(source), source.body)
    }
    if figures_of(source.body):
        document.body = with_files(source.body, made)
        document.save(update_fields=["body"])
