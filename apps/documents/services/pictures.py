"""Pictures in a text, of a document or of a template: taken in, checked at every save, copied with the text."""

from apps.core.actors import Actor
from apps.core.errors import ValidationFailed
from apps.core.subjects import Subject
from apps.documents.body import Node, figures_of, with_files
from apps.documents.models import DocumentTemplate, OutgoingDocument
from apps.documents.policies.desk import require_template_keeper
from apps.documents.policies.outgoing import Ability, abilities_with, open_task_of, require
from apps.documents.selectors.outgoing import document_for, subject_of
from apps.documents.selectors.pictures import pictures_of
from apps.documents.selectors.templates import subject_of_template, tray_of
from apps.files.enums import PICTURE
from apps.files.models import StoredFile
from apps.files.selectors import files_of
from apps.files.services import file_copy, files_hand_over, picture_take

KEPT_LIMIT = 200  # of one document, those no longer in the text included: earlier versions show them


def picture_add(*, actor: Actor, document_id: int, name: str, content: bytes) -> StoredFile:
    """A picture for the body of the document; it stands there once the body that names it is saved.

    Refuses whoever may not edit the text now, and what `files.picture_take` refuses.
    """
    document = document_for(actor, document_id)
    require(Ability.EDIT, abilities_with(actor, document, open_task_of(actor, document)))
    return _taken(actor, subject_of(document), name, content)


def template_picture_add(*, actor: Actor, name: str, content: bytes) -> StoredFile:
    """A picture for the body of a template of the own organ; it is the template's once that is saved.

    Refuses whoever keeps no templates, and what `files.picture_take` refuses.
    """
    require_template_keeper(actor)
    return _taken(actor, tray_of(actor.organ_id or 0), name, content)


def _taken(actor: Actor, subject: Subject, name: str, content: bytes) -> StoredFile:
    if files_of(subject, PICTURE).count() >= KEPT_LIMIT:
        raise ValidationFailed(f"这里先后插入的图片已满{KEPT_LIMIT}幅，请将其余图片作为附件上传。")
    return picture_take(actor=actor, subject=subject, name=name, content=content)


def pictures_required(*, document: OutgoingDocument) -> None:
    """Raise `ValidationFailed` when the body names a picture that is not the document's own: it would show what one may not see."""
    wanted = {figure.file for figure in figures_of(document.body)}
    _refuse_others(wanted - {file.pk for file in pictures_of(subject_of(document), document.body)}, "本文件")


def _refuse_others(others: set[int], owner: str) -> None:
    if others:
        raise ValidationFailed(
            f"正文中有图片不属于{owner}，没有保存。请删去该图片，再用“图片”按钮重新插入。",
            fields={"body": f"有图片不属于{owner}。"},
        )


def template_pictures_keep(
    *, actor: Actor, template: DocumentTemplate, source: OutgoingDocument | None = None
) -> None:
    """What the template's body names becomes its own: pictures the actor just sent, copies of those of the document it is saved from.

    Raises `ValidationFailed` when the body names any other.
    """
    wanted = {figure.file for figure in figures_of(template.body)}
    if not wanted:
        return
    own, tray = subject_of_template(template), tray_of(template.organ_id)
    names = {file.pk: file.pk for file in pictures_of(own, template.body)}
    sent = [file.pk for file in pictures_of(tray, template.body) if file.uploaded_by_id == actor.person_id]
    if sent:
        files_hand_over(actor=actor, file_ids=sent, source=tray, target=own, purpose=PICTURE)
    names |= {pk: pk for pk in sent}
    if source is not None:
        names |= _copied(actor, subject_of(source), own, template.body)
    _refuse_others(wanted - names.keys(), "本模板")
    template.body = with_files(template.body, names)
    template.save(update_fields=["body"])


def pictures_copy(*, actor: Actor, source: Subject, document: OutgoingDocument) -> None:
    """The pictures of `source`, whose body the document has, as its own, its body naming them; nothing for a body without any."""
    if figures_of(document.body):
        document.body = with_files(document.body, _copied(actor, source, subject_of(document), document.body))
        document.save(update_fields=["body"])


def _copied(actor: Actor, source: Subject, target: Subject, body: Node) -> dict[int, int]:
    """Copies of the pictures of `source` that the body names, by the id of the original."""
    return {
        file.pk: file_copy(actor=actor, file=file, subject=target, purpose=PICTURE).pk
        for file in pictures_of(source, body)
    }
