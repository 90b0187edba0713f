"""Reads of files. Every way out passes `file_for` or a subject the caller has already been let to."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.core.errors import InvalidState, NotFound
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject
from apps.files import storage
from apps.files.enums import UploadPurpose
from apps.files.kinds import FILMS, PLAYED
from apps.files.models import PageImage, PlainText, StoredFile
from apps.files.policies import may_read


def files_of(subject: Subject, purpose: str = UploadPurpose.ATTACHMENT) -> QuerySet[StoredFile]:
    """Ready files of a subject in their order. The caller has already let the reader see the subject."""
    return _of(subject, purpose).filter(state=StoredFile.State.READY)


def uploads_of(subject: Subject, purpose: str = UploadPurpose.ATTACHMENT) -> QuerySet[StoredFile]:
    """Files of a subject in any state, unfinished and refused ones too, for the one who edits."""
    return _of(subject, purpose)


def files_of_kind(kind: str, subject_ids: Iterable[int], purpose: str) -> QuerySet[StoredFile]:
    """Ready files of several subjects of one kind, in their order. The caller has let the reader see all of them."""
    return StoredFile.objects.filter(
        subject_kind=kind,
        subject_id__in=list(subject_ids),
        purpose=purpose,
        removed_at__isnull=True,
        state=StoredFile.State.READY,
    ).order_by("rank_order", "id")


def subjects_with(kind: str, purpose: str) -> QuerySet[StoredFile, int]:
    """Ids of the subjects of one kind that have such files, for those who tidy."""
    rows = StoredFile.objects.filter(subject_kind=kind, purpose=purpose, removed_at__isnull=True)
    return rows.order_by().values_list("subject_id", flat=True).distinct()


def _of(subject: Subject, purpose: str) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, purpose=purpose, removed_at__isnull=True
    ).order_by("rank_order", "id")


def files_hash(subject: Subject, *, hold: bool = False, purpose: str = UploadPurpose.ATTACHMENT) -> list[str]:
    """SHA-256 of the subject's ready files in order.

    With `hold` the set cannot change until the end of the transaction: a verb that pins the hashes asks so.
    """
    if hold:
        subject_hold(subject)
    return list(files_of(subject, purpose).values_list("sha256", flat=True))


def subject_hold(subject: Subject) -> None:
    """Keep the subject's set of files as it is until the end of the transaction."""
    advisory_lock(f"files:{subject.kind}:{subject.id}")


def file_for(actor: Actor, file_id: int) -> StoredFile:
    """The ready file if `actor` may see its subject. Raises `NotFound`: absent, removed and invisible look the same."""
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or not may_read(actor, file):
        raise NotFound
    return file


def sound_for(actor: Actor, file_id: int) -> StoredFile:
    """The voice note if `actor` may hear it. Raises `NotFound`, also for files that are not played."""
    file = file_for(actor, file_id)
    if file.content_type not in PLAYED:
        raise NotFound
    return file


def film_for(actor: Actor, file_id: int) -> StoredFile:
    """The film if `actor` may watch it. Raises `NotFound`, also for files that are none."""
    file = file_for(actor, file_id)
    if file.content_type not in FILMS:
        raise NotFound
    return file


def upload_for(actor: Actor, file_id: int, *, lock: bool = False) -> StoredFile:
    """The actor's own upload, in any state, locked if asked. Raises `NotFound`."""
    query = StoredFile.objects.filter(pk=file_id, uploaded_by_id=actor.person_id, removed_at__isnull=True)
    file = (query.select_for_update(of=("self",)) if lock else query).first()
    if file is None:
        raise NotFound
    return file


def file_bytes(file: StoredFile) -> bytes:
    """All bytes of a ready file; for files of our own making and small ones."""
    if file.state != StoredFile.State.READY:
        raise InvalidState("文件尚未通过检查，请稍后再试。")
    return storage.bytes_of(file.storage_key)


def file_blocks(file: StoredFile) -> Iterator[bytes]:
    """The bytes of a ready file in blocks of 256 KB."""
    return storage.blocks_of(file.storage_key)


def file_part(file: StoredFile, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a ready file from `start` up to `end`, in blocks; nothing before them is read."""
    return storage.part_of(file.storage_key, start, end)


def file_link(file: StoredFile) -> str:
    """A minute's address of a ready file at the object storage; empty when it leaves through us."""
    return storage.link_to(file.storage_key, name=file.name, content_type=file.content_type, number=file.pk)


def page_for(actor: Actor, file_id: int, number: int) -> PageImage:
    """Page `number` (from 1) of a file the actor may read. Raises `NotFound`, or `InvalidState` while it is being made."""
    file = file_for(actor, file_id)
    page = PageImage.objects.filter(file=file, number=number).select_related("file").first()
    if page is not None:
        return page
    if file.page_count is None and number >= 1:
        raise InvalidState("页面图像正在生成，请稍候再看。")
    raise NotFound


def pages_of(file: StoredFile) -> list[PageImage]:
    """All page images in order; empty while they are being made or cannot be."""
    return list(file.pages.all())


def words_of(file: StoredFile) -> PlainText | None:
    """What is shown in place of pages; None while they are being made and when there are pages."""
    return None if file.page_count else PlainText.objects.filter(file=file).first()


def page_bytes(actor: Actor, file_id: int, number: int) -> bytes:
    """PNG of a page the actor may read. Raises as `page_for`."""
    return storage.bytes_of(page_for(actor, file_id, number).storage_key)
