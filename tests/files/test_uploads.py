"""Uploads from the first byte to the store, by right, offset and content."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, UnsupportedType, ValidationFailed
from apps.core.subjects import Subject
from apps.files import services, storage
from apps.files.errors import FileRefused
from apps.files.models import StoredFile
from apps.files.selectors import file_bytes, files_hash, files_of
from apps.files.services import uploading
from apps.files.services.tidying import erasable
from tests.factories.world import World
from tests.files.conftest import Folder
from tests.files.samples import docx_of, package_of, pdf_of, program

URL = "/api/v1/uploads/"


def sent(world: World, folder: Folder, name: str, data: bytes, *, who: str = "drafter") -> StoredFile:
    """Upload `data` in one piece through the services."""
    actor = world.actor(who)
    file = services.upload_start(
        actor=actor, subject=folder.subject, purpose="attachment", name=name, size=len(data)
    )
    services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=data)
    return services.upload_finish(actor=actor, file_id=file.pk)


def begin(client: Client, folder: Folder, **changes: Any) -> Any:
    """POST the beginning of an upload."""
    body = {
        "subject_kind": folder.subject.kind,
        "subject_id": folder.subject.id,
        "name": "通知.txt",
        "size": 6,
    }
    return client.post(URL, {**body, **changes}, content_type="application/json")


def send(client: Client, file_id: int, offset: int, chunk: bytes) -> Any:
    """PATCH one piece."""
    return client.patch(
        f"{URL}{file_id}/",
        chunk,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def test_a_file_sent_in_pieces_arrives_whole(
    client_as: Callable[[str], Client], folder: Folder, django_capture_on_commit_callbacks: Any
) -> None:
    """Each answer says where to go on; the last one that it is ready."""
    client = client_as("drafter")
    data = docx_of("关于开展检查的通知")
    started = begin(client, folder, name="通知.docx", size=len(data))
    assert started.status_code == 201
    file_id = started.json()["id"]
    half = len(data) // 2
    assert send(client, file_id, 0, data[:half]).json()["offset"] == half
    with django_capture_on_commit_callbacks(execute=True):
        last = send(client, file_id, half, data[half:]).json()
    assert (last["state"], last["offset"], last["url"]) == ("ready", len(data), f"/files/{file_id}/")
    file = files_of(folder.subject).get()
    assert file_bytes(file) == data
    assert file.storage_key == storage.key_of(file.sha256)
    assert not storage.part_path(file_id).exists()
    assert AuditEntry.objects.get(action="files.upload").subject_text == "通知.docx"


def test_a_piece_at_the_wrong_place_is_told_the_right_one(
    client_as: Callable[[str], Client], folder: Folder
) -> None:
    """A doubled or a lost piece changes nothing; the client resumes from the answer."""
    client = client_as("drafter")
    file_id = begin(client, folder, size=6).json()["id"]
    assert send(client, file_id, 0, b"abc").status_code == 200
    again = send(client, file_id, 0, b"abc")
    assert again.status_code == 409
    assert again.json()["data"]["offset"] == 3
    assert send(client, file_id, 5, b"f").json()["data"]["offset"] == 3
    assert client.get(f"{URL}{file_id}/").json()["offset"] == 3
    assert send(client, file_id, 3, b"def").json()["state"] == "ready"
    assert file_bytes(files_of(folder.subject).get()) == b"abcdef"


def test_a_piece_whose_transaction_failed_leaves_no_trace(world: World, folder: Folder) -> None:
    """The row is the truth: what was written without commit is overwritten."""
    actor = world.actor("drafter")
    file = services.upload_start(
        actor=actor, subject=folder.subject, purpose="attachment", name="a.txt", size=4
    )
    with transaction.atomic():
        services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=b"xxxx")
        transaction.set_rollback(True)
    services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=b"ab")
    services.upload_append(actor=actor, file_id=file.pk, offset=2, chunk=b"cd")
    assert file_bytes(services.upload_finish(actor=actor, file_id=file.pk)) == b"abcd"


def test_a_file_of_200_megabytes_is_refused_before_a_byte_is_sent(
    client_as: Callable[[str], Client], folder: Folder
) -> None:
    """413 with a sentence and the limit."""
    answer = begin(client_as("drafter"), folder, size=200 * 1024 * 1024)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert "100 MB" in answer.json()["message"]


def test_more_bytes_than_declared_are_refused(client_as: Callable[[str], Client], folder: Folder) -> None:
    """And a piece beyond the limit of a piece, too."""
    client = client_as("drafter")
    file_id = begin(client, folder, size=3).json()["id"]
    assert send(client, file_id, 0, b"abcd").status_code == 422
    assert send(client, file_id, 0, b"x" * (4 * 1024 * 1024 + 1)).status_code == 413
    assert client.get(f"{URL}{file_id}/").json()["offset"] == 0


def test_a_piece_without_offset_is_refused(client_as: Callable[[str], Client], folder: Folder) -> None:
    """Nothing is guessed."""
    client = client_as("drafter")
    file_id = begin(client, folder, size=3).json()["id"]
    answer = client.patch(f"{URL}{file_id}/", b"abc", content_type="application/octet-stream")
    assert answer.status_code == 422
    assert client.patch(f"{URL}{file_id}/", {"a": 1}, content_type="application/json").status_code == 422


@pytest.mark.parametrize("name", ["a.exe", "a.zip", "a.svg", "a.html", "a.docm", "无扩展名", "a.pdf.js"])
def test_extensions_outside_the_list_are_refused_at_once(world: World, folder: Folder, name: str) -> None:
    """With what may be sent instead."""
    with pytest.raises(UnsupportedType):
        sent(world, folder, name, b"x")


def test_empty_and_nameless_files_are_refused(world: World, folder: Folder) -> None:
    """Each with its sentence."""
    with pytest.raises(ValidationFailed, match="空的"):
        services.upload_start(
            actor=world.actor("drafter"), subject=folder.subject, purpose="attachment", name="a.txt", size=0
        )
    with pytest.raises(ValidationFailed, match="文件名"):
        sent(world, folder, "/", b"x")


def test_a_renamed_program_is_refused_and_erased(client_as: Callable[[str], Client], folder: Folder) -> None:
    """The row keeps the reason, the disk nothing."""
    client = client_as("drafter")
    data = program()
    file_id = begin(client, folder, name="通知.pdf", size=len(data)).json()["id"]
    answer = send(client, file_id, 0, data)
    assert answer.status_code == 422
    assert answer.json()["code"] == "file_refused"
    assert "文件内容与扩展名不符" in answer.json()["message"]
    assert not files_of(folder.subject).exists()
    assert AuditEntry.objects.get(action="files.refuse").result == "refused"
    assert client.get(f"{URL}{file_id}/").json()["state"] == "refused"
    assert client.get(f"/files/{file_id}/").status_code == 404


def test_the_disk_keeps_nothing_of_a_refused_file(
    world: World, folder: Folder, django_capture_on_commit_callbacks: Any
) -> None:
    """After commit the part is gone and the store never saw it."""
    with django_capture_on_commit_callbacks(execute=True):
        file = sent(world, folder, "a.pdf", program())
    assert file.state == StoredFile.State.REFUSED
    assert not storage.part_path(file.pk).exists()
    assert not storage.is_kept(storage.key_of(storage.digest_of_bytes(program())))


def test_a_zip_bomb_is_refused(world: World, folder: Folder) -> None:
    """In the child, not in the web process."""
    file = sent(world, folder, "a.docx", package_of({"word/x.xml": b"0" * 40_000_000}))
    assert file.state == StoredFile.State.REFUSED
    assert "压缩炸弹" in file.refusal


def test_a_file_with_a_secrecy_mark_is_refused_and_written_down(world: World, folder: Folder) -> None:
    """domain.md §10.3: refused with the reason; the audit log knows the mark but not the text."""
    file = sent(world, folder, "a.docx", docx_of("机密★10年", "正文内容不应出现"))
    assert file.state == StoredFile.State.REFUSED
    assert "密级标志“机密★”" in file.refusal
    entry = AuditEntry.objects.get(action="files.refuse")
    assert entry.facts == {"file": file.pk, "mark": "机密★", "place": "text"}
    assert entry.person_name == world.person("drafter").name


def test_a_secrecy_mark_in_the_name_is_refused_before_a_byte_is_sent(world: World, folder: Folder) -> None:
    """And written down."""
    with pytest.raises(FileRefused, match="非涉密系统"):
        sent(world, folder, "【秘密】名单.docx", b"x")
    assert AuditEntry.objects.get(action="files.refuse").facts == {"mark": "【秘密】", "place": "name"}


def test_a_file_the_child_cannot_digest_is_refused(
    world: World, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of memory or time: the web process lives on and says so."""
    monkeypatch.setattr(uploading, "CHECK_MEGABYTES", 1)
    assert sent(world, folder, "a.docx", docx_of("x")).refusal == uploading.UNCHECKED


def test_who_may_not_attach_is_refused_and_who_may_not_see_finds_nothing(
    world: World, folder: Folder
) -> None:
    """By the subject's owner."""
    with pytest.raises(Forbidden):
        sent(world, folder, "a.txt", b"x", who="section_chief")
    with pytest.raises(NotFound):
        sent(world, folder, "a.txt", b"x", who="stranger")
    with pytest.raises(NotFound):
        services.upload_start(
            actor=world.actor("drafter"),
            subject=Subject("no.such", 1),
            purpose="attachment",
            name="a.txt",
            size=1,
        )


def test_an_upload_belongs_to_the_one_who_began_it(
    client_as: Callable[[str], Client], folder: Folder
) -> None:
    """Others cannot look, append or cancel."""
    file_id = begin(client_as("drafter"), folder).json()["id"]
    other = client_as("section_chief")
    assert other.get(f"{URL}{file_id}/").status_code == 404
    assert send(other, file_id, 0, b"abc").status_code == 404
    assert other.delete(f"{URL}{file_id}/").status_code == 404


def test_people_cannot_upload_under_a_purpose_of_ours(
    client_as: Callable[[str], Client], folder: Folder
) -> None:
    """A sealed PDF is made by the house only."""
    assert begin(client_as("drafter"), folder, purpose="sealed").status_code == 422


def test_strangers_without_a_session_get_401(folder: Folder) -> None:
    """JSON, not a login page."""
    answer = begin(Client(), folder)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"


def test_a_subject_fixed_during_the_upload_takes_no_more(world: World, folder: Folder) -> None:
    """Between last byte and verdict it was signed: the attachment stays out."""
    actor = world.actor("drafter")
    file = services.upload_start(
        actor=actor, subject=folder.subject, purpose="attachment", name="a.txt", size=1
    )
    services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=b"x")
    StoredFile.objects.filter(pk=file.pk).update(state=StoredFile.State.CHECKING)
    folder.is_fixed = True
    assert services.file_check(file_id=file.pk).refusal == uploading.FIXED
    assert files_hash(folder.subject) == []


def test_finishing_twice_or_too_early_is_harmless(world: World, folder: Folder) -> None:
    """Early says how much is missing, twice gives the same row."""
    actor = world.actor("drafter")
    file = services.upload_start(
        actor=actor, subject=folder.subject, purpose="attachment", name="a.txt", size=2
    )
    services.upload_append(actor=actor, file_id=file.pk, offset=0, chunk=b"x")
    with pytest.raises(InvalidState) as refused:
        services.upload_finish(actor=actor, file_id=file.pk)
    assert refused.value.data["offset"] == 1
    services.upload_append(actor=actor, file_id=file.pk, offset=1, chunk=b"y")
    first = services.upload_finish(actor=actor, file_id=file.pk)
    assert services.upload_finish(actor=actor, file_id=file.pk).sha256 == first.sha256
    with pytest.raises(InvalidState):
        services.upload_append(actor=actor, file_id=file.pk, offset=2, chunk=b"z")
    assert AuditEntry.objects.filter(action="files.upload").count() == 1


def test_a_large_upload_waits_for_the_worker(
    world: World, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page does not wait; the task lets it in."""
    monkeypatch.setattr(uploading, "INLINE_BYTES", 1)
    file = sent(world, folder, "a.txt", b"hello")
    assert file.state == StoredFile.State.CHECKING
    assert services.file_check(file_id=file.pk).state == StoredFile.State.READY


def test_a_check_left_by_a_crash_is_taken_over(
    world: World, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the claim is fresh nobody else checks; afterwards the sweep does."""
    monkeypatch.setattr(uploading, "INLINE_BYTES", 1)
    file = sent(world, folder, "a.txt", b"hello")
    StoredFile.objects.filter(pk=file.pk).update(check_claimed_at=clock.now())
    assert services.file_check(file_id=file.pk).state == StoredFile.State.CHECKING
    with clock.at(clock.now() + timedelta(minutes=5)):
        services.uploads_tidy()
    file.refresh_from_db()
    assert file.state == StoredFile.State.READY


def test_uploads_older_than_a_day_are_given_up(world: World, folder: Folder) -> None:
    """Row and bytes; younger ones stay."""
    actor = world.actor("drafter")
    old = services.upload_start(
        actor=actor, subject=folder.subject, purpose="attachment", name="a.txt", size=9
    )
    services.upload_append(actor=actor, file_id=old.pk, offset=0, chunk=b"x")
    with clock.at(clock.now() + timedelta(hours=23)):
        services.uploads_tidy()
    assert storage.part_path(old.pk).exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        services.uploads_tidy()
    assert not storage.part_path(old.pk).exists()
    with pytest.raises(NotFound):
        services.upload_append(actor=actor, file_id=old.pk, offset=1, chunk=b"y")


def test_deleting_gives_up_an_upload_or_takes_a_file_away(
    client_as: Callable[[str], Client], folder: Folder
) -> None:
    """One button for both; a reader may do neither."""
    client = client_as("drafter")
    unfinished = begin(client, folder).json()["id"]
    assert client.delete(f"{URL}{unfinished}/").status_code == 204
    assert client.get(f"{URL}{unfinished}/").status_code == 404
    ready = begin(client, folder, size=1).json()["id"]
    send(client, ready, 0, b"x")
    assert client_as("section_chief").delete(f"{URL}{ready}/").status_code == 403
    folder.is_fixed = True
    assert client.delete(f"{URL}{ready}/").status_code == 403
    folder.is_fixed = False
    assert client.delete(f"{URL}{ready}/").status_code == 204
    assert client.delete(f"{URL}{ready}/").status_code == 404
    assert not files_of(folder.subject).exists()
    assert AuditEntry.objects.filter(action="files.remove").count() == 1


def test_files_of_our_making_cannot_be_removed_by_people(world: World, folder: Folder) -> None:
    """The sealed PDF stays."""
    actor = world.actor("drafter")
    file = services.file_store_bytes(
        actor=actor,
        subject=folder.subject,
        purpose="sealed",
        name="正本.pdf",
        data=pdf_of("x"),
        content_type="application/pdf",
    )
    with pytest.raises(Forbidden):
        services.file_remove(actor=actor, file_id=file.pk)


def test_a_copy_has_the_same_bytes_and_its_own_life(world: World, folder: Folder) -> None:
    """Equal bytes are kept once."""
    actor = world.actor("drafter")
    file = sent(world, folder, "a.txt", b"hello")
    other = Subject(folder.subject.kind, 8)
    copied = services.file_copy(actor=actor, file=file, subject=other, purpose="attachment")
    services.file_remove(actor=actor, file_id=file.pk)
    assert files_hash(folder.subject) == []
    assert files_hash(other) == [file.sha256]
    assert file_bytes(copied) == b"hello"


def test_bytes_go_a_month_after_their_last_reference(world: World, folder: Folder) -> None:
    """Not while a copy needs them."""
    actor = world.actor("drafter")
    file = sent(world, folder, "a.txt", b"kept for a month")
    copied = services.file_copy(
        actor=actor, file=file, subject=Subject(folder.subject.kind, 8), purpose="attachment"
    )
    services.file_remove(actor=actor, file_id=file.pk)
    with clock.at(clock.now() + timedelta(days=31)):
        services.bytes_tidy()
    assert file_bytes(copied) == b"kept for a month"
    services.file_remove(actor=actor, file_id=copied.pk)
    with clock.at(clock.now() + timedelta(days=20)):
        services.bytes_tidy()
    assert storage.is_kept(file.storage_key)
    with clock.at(clock.now() + timedelta(days=31)):
        services.bytes_tidy()
    assert not storage.is_kept(file.storage_key)


@pytest.mark.django_db
def test_what_is_to_be_erased_is_found_by_its_index() -> None:
    """The sweep asks every minute, among all files there are."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "file_to_erase" in erasable()[:50].explain()


def test_hashes_come_in_the_order_of_the_files(world: World, folder: Folder) -> None:
    """What signing pins."""
    files = [sent(world, folder, f"{n}.txt", f"file {n}".encode()) for n in range(3)]
    assert files_hash(folder.subject, hold=True) == [file.sha256 for file in files]


def test_a_half_written_file_never_appears_in_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power fails before the rename: nothing under the key, nothing left beside it."""
    store = storage.AtomicFileSystemStorage(location=str(tmp_path))
    monkeypatch.setattr(os, "fsync", lambda _handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        store.save("ab/cd/key", ContentFile(b"data"))
    assert not store.exists("ab/cd/key")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_too_many_files_are_refused(world: World, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred by default."""
    monkeypatch.setattr(uploading, "MAX_FILES_OF_SUBJECT", 1)
    sent(world, folder, "a.txt", b"x")
    with pytest.raises(ValidationFailed, match="最多"):
        sent(world, folder, "b.txt", b"x")
