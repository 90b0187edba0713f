"""Who may do what with files: the subject's owner decides."""

from apps.core import subjects
from apps.core.actors import Actor
from apps.core.errors import Forbidden, NotFound
from apps.core.subjects import Leaving, Subject
from apps.files.models import StoredFile


def subject_of(file: StoredFile) -> Subject:
    """What the file belongs to."""
    return Subject(file.subject_kind, file.subject_id)


def may_read(actor: Actor, file: StoredFile) -> bool:
    """Who may see the subject may read its ready files."""
    ready = file.state == StoredFile.State.READY and file.removed_at is None
    return ready and subjects.can_view(actor, subject_of(file))


def may_attach(actor: Actor, subject: Subject) -> bool:
    """Whether files may be added to or removed from the subject by `actor` now."""
    return subjects.can_view(actor, subject) and subjects.kind_of(subject).can_attach(actor, subject.id)


def require_attach(actor: Actor, subject: Subject) -> None:
    """Raise `NotFound` for an invisible subject, `Forbidden` for one whose files are fixed for `actor`."""
    if not subjects.can_view(actor, subject):
        raise NotFound
    if not may_attach(actor, subject):
        name = subjects.kind_of(subject).name
        raise Forbidden(f"您现在不能增减该{name}的附件：内容已定稿，或不在您手中办理。", rule="can_attach")


def leaving_of(actor: Actor, file: StoredFile) -> Leaving:
    """Why a file that `actor` may read may not be printed or downloaded: its subject's owner says so."""
    return subjects.kind_of(subject_of(file)).leaving(actor, file.subject_id)


def require_print(actor: Actor, file: StoredFile) -> None:
    """Raise `Forbidden` with the owner's sentence when the file may be read but not printed."""
    if refusal := leaving_of(actor, file).print_refusal:
        raise Forbidden(refusal, rule="may_print")


def require_download(actor: Actor, file: StoredFile) -> None:
    """Raise `Forbidden` with the owner's sentence when the file may be read but not downloaded."""
    if refusal := leaving_of(actor, file).download_refusal:
        raise Forbidden(refusal, rule="may_download")
