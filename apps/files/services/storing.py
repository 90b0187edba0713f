"""Files made by us, copied, removed, taken out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Forbidden, NotFound, ValidationFailed
from apps.core.events import publish
from apps.core.locks import advisory_lock
from apps.core.subjects import Subject
from apps.files import storage
from apps.files.enums import UploadPurpose
from apps.files.events import FileReady
from apps.files.kinds import PREVIEWED
from apps.files.models import PageImage, PlainText, StoredFile
from apps.files.names import clean_name
from apps.files.policies import require_attach, require_download, require_print, subject_of
from apps.files.selectors import file_for, subject_hold


@transaction.atomic
def file_store_bytes(
    *, actor: Actor, subject: Subject, purpose: str, name: str, data: bytes, content_type: str
) -> StoredFile:
    """Keep bytes of our own making (a typeset or sealed PDF) as a ready file of `subject`; page images follow."""
    subject_hold(subject)
    sha256, key = bytes_kept(data=data)
    return _ready(
        actor,
        subject,
        purpose=purpose,
        name=clean_name(name) or "未命名",
        content_type=content_type,
        size=len(data),
        sha256=sha256,
        storage_key=key,
        page_count=None if content_type in PREVIEWED else 0,
    )


@transaction.atomic
def file_store_path(
    *, actor: Actor, subject: Subject, purpose: str, name: str, path: Path, content_type: str
) -> StoredFile:
    """Keep a large file of our own making (the film of a meeting), read in blocks, as a ready file of `subject`; it has no pages."""
    subject_hold(subject)
    sha256 = storage.digest_of(path)
    bytes_hold(key=storage.key_of(sha256))
    return _ready(
        actor,
        subject,
        purpose=purpose,
        name=clean_name(name) or "未命名",
        content_type=content_type,
        size=path.stat().st_size,
        sha256=sha256,
        storage_key=storage.path_keep(path, sha256),
        page_count=0,
    )


def _ready(actor: Actor, subject: Subject, *, purpose: str, size: int, **facts: Any) -> StoredFile:
    """The row of bytes that are kept already, last of its kind at `subject`; whoever makes pages is told."""
    file = StoredFile.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        purpose=purpose,
        size=size,
        received=size,
        state=StoredFile.State.READY,
        rank_order=next_rank(subject=subject, purpose=purpose),
        uploaded_by_id=actor.person_id,
        uploaded_as_id=actor.appointment_id,
        created_at=now(),
        **facts,
    )
    publish(FileReady(file_id=file.pk))
    return file


@transaction.atomic
def file_copy(*, actor: Actor, file: StoredFile, subject: Subject, purpose: str) -> StoredFile:
    """The same bytes and page images for another subject; the original may go its own way. Refuses files not ready."""
    if file.state != StoredFile.State.READY:
        raise NotFound
    subject_hold(subject)
    copied = StoredFile.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        purpose=purpose,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        received=file.size,
        sha256=file.sha256,
        storage_key=file.storage_key,
        state=StoredFile.State.READY,
        rank_order=next_rank(subject=subject, purpose=purpose),
        page_count=file.page_count,
        page_total=file.page_total,
        uploaded_by_id=actor.person_id,
        uploaded_as_id=actor.appointment_id,
        created_at=now(),
    )
    if file.page_count is None:
        publish(FileReady(file_id=copied.pk))
    pages_copy(source=file, target=copied)
    return copied


@transaction.atomic
def pages_copy(*, source: StoredFile, target: StoredFile) -> None:
    """What is shown of `source`, page images or words, for `target`, which has the same bytes."""
    PageImage.objects.bulk_create(
        PageImage(
            file=target,
            number=page.number,
            storage_key=page.storage_key,
            width=page.width,
            height=page.height,
        )
        for page in source.pages.all()
    )
    PlainText.objects.bulk_create(
        PlainText(file=target, text=words.text, reason=words.reason)
        for words in PlainText.objects.filter(file=source)
    )


@transaction.atomic
def files_hand_over(
    *, actor: Actor, file_ids: Sequence[int], source: Subject, target: Subject, purpose: str
) -> list[StoredFile]:
    """Own ready uploads of `source` become files of `target`, in the given order, as when a message carries them away.

    Raises `ValidationFailed` when one is not the actor's, not ready, or belongs elsewhere.
    """
    wanted = list(dict.fromkeys(file_ids))
    subject_hold(source)
    found = StoredFile.objects.select_for_update(of=("self",)).in_bulk(wanted)
    for file_id in wanted:
        file = found.get(file_id)
        own = file is not None and file.uploaded_by_id == actor.person_id and subject_of(file) == source
        if file is None or not own or file.removed_at is not None:
            raise ValidationFailed("有附件已不存在或不是您上传的，请重新选择文件。")
        if file.state != StoredFile.State.READY:
            raise ValidationFailed(f"附件“{file.name}”尚未通过检查，请稍候再发送。")
    files = [found[file_id] for file_id in wanted]
    for rank, file in enumerate(files, start=1):
        file.subject_kind, file.subject_id = target.kind, target.id
        file.purpose, file.rank_order = purpose, rank
    StoredFile.objects.bulk_update(files, ["subject_kind", "subject_id", "purpose", "rank_order"])
    return files


def bytes_kept(*, data: bytes) -> tuple[str, str]:
    """Put bytes into the store, safe from the sweeper until the transaction ends. Returns digest and key."""
    sha256 = storage.digest_of_bytes(data)
    key = storage.key_of(sha256)
    bytes_hold(key=key)
    storage.bytes_keep(data, key)
    return sha256, key


def bytes_hold(*, key: str) -> None:
    """Keep the sweeper away from `key` until the transaction ends."""
    advisory_lock(f"bytes:{key}")


def next_rank(*, subject: Subject, purpose: str) -> int:
    """The order number after the subject's last file of this purpose."""
    found = StoredFile.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, purpose=purpose, removed_at__isnull=True
    ).aggregate(last=Max("rank_order"))
    return (found["last"] or 0) + 1


@transaction.atomic
def file_remove(*, actor: Actor, file_id: int) -> None:
    """Take a ready upload away from its subject, if files may be changed there now. Files of our making stay."""
    file = file_for(actor, file_id)
    require_attach(actor, subject_of(file))
    if file.purpose not in UploadPurpose.values:
        raise Forbidden("该文件由系统生成，不能删除。", rule="made_by_us")
    subject_hold(subject_of(file))
    file = StoredFile.objects.select_for_update(of=("self",)).get(pk=file_id)
    require_attach(actor, subject_of(file))
    if file.removed_at is not None:
        raise NotFound
    file.removed_at = now()
    file.save(update_fields=["removed_at"])
    record(
        "files.remove",
        actor=actor,
        subject=subject_of(file),
        subject_text=file.name,
        facts={"file": file.pk, "sha256": file.sha256},
    )


@transaction.atomic
def files_let_go(
    *,
    subjects: Sequence[Subject],
    before: datetime | None = None,
    purpose: str = "",
    but: Collection[int] = (),
) -> int:
    """Take all files from things of one kind, or those come `before`, of one `purpose`, without those in `but`.

    Their bytes are erased a month later. Returns how many.
    """
    kinds = {subject.kind for subject in subjects}
    gone = StoredFile.objects.filter(
        subject_kind__in=kinds, subject_id__in=[subject.id for subject in subjects], removed_at__isnull=True
    )
    if before is not None:
        gone = gone.filter(created_at__lt=before)
    if purpose:
        gone = gone.filter(purpose=purpose)
    return gone.exclude(pk__in=but).update(removed_at=now())


@transaction.atomic
def download_record(*, actor: Actor, file_id: int) -> StoredFile:
    """Let a ready file out to `actor` and write it down. Raises `NotFound`, `Forbidden` when it may only be read."""
    file = file_for(actor, file_id)
    require_download(actor, file)
    record(
        "files.download",
        actor=actor,
        subject=subject_of(file),
        subject_text=file.name,
        facts={"file": file.pk, "sha256": file.sha256},
    )
    return file


@transaction.atomic
def print_record(*, actor: Actor, file_id: int) -> StoredFile:
    """Let the pages of a ready file out on paper, marked with the reader's name, and write it down.

    Raises `NotFound`, `Forbidden` when it may not be printed.
    """
    file = file_for(actor, file_id)
    require_print(actor, file)
    record(
        "files.print",
        actor=actor,
        subject=subject_of(file),
        subject_text=file.name,
        facts={"file": file.pk, "pages": file.page_count},
    )
    return file
