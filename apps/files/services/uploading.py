"""Resumable uploads: begun, appended at exact offsets, inspected, kept or refused."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.accounts.selectors import actor_for
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, InvalidState, TooLarge, UnsupportedType, ValidationFailed
from apps.core.events import publish
from apps.core.subjects import Subject
from apps.files import storage
from apps.files.children import ChildFailed, run_child
from apps.files.enums import UploadPurpose
from apps.files.errors import FileRefused
from apps.files.events import FileReady, FileReceived
from apps.files.inspection import Verdict
from apps.files.kinds import PLAYED, kind_of, refusal_of_extension, refusal_of_recording
from apps.files.marks import mark_in_name
from apps.files.models import StoredFile
from apps.files.names import clean_name, extension_of
from apps.files.policies import may_attach, require_attach, subject_of
from apps.files.selectors import subject_hold, upload_for
from apps.files.services.storing import bytes_hold, file_remove, next_rank

MAX_FILES_OF_SUBJECT = 100
MAX_UNFINISHED_OF_PERSON = 40
VOICE_BYTES = 4 * 1024 * 1024  # a minute as any browser records it, and room to spare
INLINE_BYTES = 16 * 1024 * 1024
CHECK_SECONDS = 30
CHECK_MEGABYTES = 1536
CLAIM_LOST_AFTER = timedelta(minutes=2)
UNCHECKED = "文件无法在限定的时间和内存内检查完毕，可能已损坏或过于复杂，请检查后重新上传。"
FIXED = "上传期间该事项已定稿或转出，附件未能加入。"


def upload_start(*, actor: Actor, subject: Subject, purpose: str, name: str, size: int) -> StoredFile:
    """Begin an upload of `size` bytes. Refuses by right, size, name and extension before a byte is sent."""
    require_attach(actor, subject)
    cleaned = clean_name(name)
    _refuse_early(cleaned, size, purpose)
    if mark := mark_in_name(cleaned):
        with transaction.atomic():
            refusal_record(actor=actor, subject=subject, name=cleaned, facts={"mark": mark, "place": "name"})
        raise FileRefused(marked(place="文件名", mark=mark))
    with transaction.atomic():
        _refuse_too_many(actor, subject, purpose)
        return StoredFile.objects.create(
            subject_kind=subject.kind,
            subject_id=subject.id,
            purpose=purpose,
            name=cleaned,
            size=size,
            rank_order=next_rank(subject=subject, purpose=purpose),
            uploaded_by_id=actor.person_id,
            uploaded_as_id=actor.appointment_id,
            created_at=now(),
        )


def _refuse_early(name: str, size: int, purpose: str) -> None:
    if not name:
        raise ValidationFailed("文件名无法识别，请改名后重新上传。")
    is_voice = purpose == UploadPurpose.VOICE
    judge = refusal_of_recording if is_voice else refusal_of_extension
    if refusal := judge(extension_of(name)):
        raise UnsupportedType(refusal)
    if is_voice and size > VOICE_BYTES:
        raise TooLarge("语音太长，每条不超过 60 秒，请分条录制。", limit=VOICE_BYTES)
    if size <= 0:
        raise ValidationFailed("文件是空的，请检查后重新上传。")
    limit = settings.UPLOAD_LIMIT_BYTES
    if size > limit:
        raise TooLarge(f"文件超过 {limit // 1024 // 1024} MB 的上限，请压缩或拆分后重新上传。", limit=limit)


def _refuse_too_many(actor: Actor, subject: Subject, purpose: str) -> None:
    kept = StoredFile.objects.filter(
        subject_kind=subject.kind, subject_id=subject.id, purpose=purpose, removed_at__isnull=True
    ).exclude(state=StoredFile.State.REFUSED)
    if kept.count() >= MAX_FILES_OF_SUBJECT:
        raise ValidationFailed(f"附件最多 {MAX_FILES_OF_SUBJECT} 个，请先删除不需要的附件。")
    unfinished = StoredFile.objects.filter(
        uploaded_by_id=actor.person_id, state=StoredFile.State.UPLOADING, removed_at__isnull=True
    )
    if unfinished.count() >= MAX_UNFINISHED_OF_PERSON:
        raise ValidationFailed("您有过多未完成的上传，请先完成或取消后再试。")


@transaction.atomic
def upload_append(*, actor: Actor, file_id: int, offset: int, chunk: bytes) -> StoredFile:
    """Append `chunk` at `offset`, which must be what was received so far; else `Conflict` with the right `offset`."""
    file = upload_for(actor, file_id, lock=True)
    if file.state != StoredFile.State.UPLOADING:
        raise InvalidState("该文件已上传完毕，无需续传。", state=file.state)
    if offset != file.received:
        raise Conflict(f"上传进度不一致，请从第 {file.received} 字节继续。", offset=file.received)
    if offset + len(chunk) > file.size:
        raise ValidationFailed("收到的内容超过了文件大小，请重新上传。", size=file.size)
    storage.part_write(file.pk, offset, chunk)
    file.received += len(chunk)
    file.save(update_fields=["received"])
    return file


def upload_finish(*, actor: Actor, file_id: int) -> StoredFile:
    """Have a complete upload inspected: small ones at once, large ones by a worker. Finishing again changes nothing."""
    with transaction.atomic():
        file = upload_for(actor, file_id, lock=True)
        if file.state in {StoredFile.State.READY, StoredFile.State.REFUSED}:
            return file
        if file.received != file.size:
            raise InvalidState(f"文件尚未传完，请从第 {file.received} 字节继续。", offset=file.received)
        if file.state == StoredFile.State.UPLOADING:
            require_attach(actor, subject_of(file))
            file.state = StoredFile.State.CHECKING
            file.save(update_fields=["state"])
            publish(FileReceived(file_id=file.pk))
    return file_check(file_id=file.pk) if file.size <= INLINE_BYTES else file


@transaction.atomic
def upload_cancel(*, actor: Actor, file_id: int) -> None:
    """Give up an own upload that is unfinished or was refused; its bytes are erased."""
    file = upload_for(actor, file_id, lock=True)
    if file.state == StoredFile.State.READY:
        raise InvalidState("该文件已上传完毕，请用“删除附件”。")
    file.removed_at = now()
    file.save(update_fields=["removed_at"])
    transaction.on_commit(lambda: storage.part_forget(file.pk))


@dataclass(frozen=True)
class _Inspected:
    """What the inspection outside the transaction found."""

    verdict: Verdict
    sha256: str = ""
    key: str = ""


def file_check(*, file_id: int) -> StoredFile:
    """Inspect a received file and let it in or refuse it; one process at a time, a crashed one is taken over."""
    moment = now()
    claimed = StoredFile.objects.filter(
        Q(check_claimed_at__isnull=True) | Q(check_claimed_at__lt=moment - CLAIM_LOST_AFTER),
        pk=file_id,
        state=StoredFile.State.CHECKING,
        removed_at__isnull=True,
    ).update(check_claimed_at=moment)
    file = StoredFile.objects.select_related("uploaded_by").get(pk=file_id)
    if not claimed:
        return file
    inspected = _inspect(file)
    with transaction.atomic():
        return _settle(file, inspected)


def _inspect(file: StoredFile) -> _Inspected:
    """Outside any transaction: the child's verdict, and the bytes moved into the store when it is good."""
    path = storage.part_path(file.pk)
    if not path.is_file() or path.stat().st_size != file.size:
        return _Inspected(Verdict(refusal="上传的内容在服务器上不完整，请重新上传。"))
    try:
        found = run_child(
            "inspect", str(path), extension_of(file.name), seconds=CHECK_SECONDS, megabytes=CHECK_MEGABYTES
        )
    except ChildFailed:
        return _Inspected(Verdict(refusal=UNCHECKED))
    verdict = Verdict(**found)
    if verdict.refusal or verdict.mark:
        return _Inspected(verdict)
    sha256 = storage.digest_of(path)
    return _Inspected(verdict, sha256, storage.path_keep(path, sha256))


def _settle(file: StoredFile, inspected: _Inspected) -> StoredFile:
    """The verdict becomes the row's state, unless somebody else settled it or the subject was fixed meanwhile."""
    subject = subject_of(file)
    subject_hold(subject)
    row = StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if row.state != StoredFile.State.CHECKING or row.removed_at is not None:
        return row
    actor = actor_for(file.uploaded_by, file.uploaded_as_id)
    verdict = inspected.verdict
    if not (verdict.refusal or verdict.mark) and not may_attach(actor, subject):
        verdict = Verdict(refusal=FIXED)
    if verdict.refusal or verdict.mark:
        _refuse(row, actor, verdict)
    else:
        _let_in(row, actor, inspected)
    transaction.on_commit(lambda: storage.part_forget(row.pk))
    return row


def _let_in(row: StoredFile, actor: Actor, inspected: _Inspected) -> None:
    bytes_hold(key=inspected.key)
    storage.path_keep(storage.part_path(row.pk), inspected.sha256)  # again only if swept since the inspection
    row.state = StoredFile.State.READY
    row.content_type = kind_of(extension_of(row.name)).content_type
    row.page_count = 0 if row.content_type in PLAYED else None
    row.sha256, row.storage_key = inspected.sha256, inspected.key
    row.save(update_fields=["state", "content_type", "page_count", "sha256", "storage_key"])
    record(
        "files.upload",
        actor=actor,
        subject=subject_of(row),
        subject_text=row.name,
        facts={"file": row.pk, "size": row.size, "sha256": row.sha256},
    )
    publish(FileReady(file_id=row.pk))


def _refuse(row: StoredFile, actor: Actor, verdict: Verdict) -> None:
    row.state = StoredFile.State.REFUSED
    row.refusal = verdict.refusal or marked(place="文件内容", mark=verdict.mark)
    row.save(update_fields=["state", "refusal"])
    facts = (
        {"file": row.pk, "mark": verdict.mark, "place": "text"} if verdict.mark else {"reason": row.refusal}
    )
    refusal_record(actor=actor, subject=subject_of(row), name=row.name, facts=facts)


def refusal_record(*, actor: Actor, subject: Subject, name: str, facts: dict[str, Any]) -> None:
    """Put on record that a file was looked at and not taken."""
    record("files.refuse", actor=actor, subject=subject, subject_text=name, facts=facts, result="refused")


def marked(*, place: str, mark: str) -> str:
    """What a person is told whose file bears a secrecy mark."""
    return (
        f"{place}中有密级标志“{mark}”。本系统为非涉密系统，严禁处理、传输国家秘密，"
        "文件未保存，本次上传已记录；如属误判，请去除标志后重新上传。"
    )


def file_withdraw(*, actor: Actor, file_id: int) -> None:
    """Give up an own unfinished or refused upload, else remove a ready file if files may be changed there now."""
    own = StoredFile.objects.filter(
        pk=file_id, uploaded_by_id=actor.person_id, removed_at__isnull=True
    ).exclude(state=StoredFile.State.READY)
    if own.exists():
        upload_cancel(actor=actor, file_id=file_id)
    else:
        file_remove(actor=actor, file_id=file_id)
