"""Backups: sealed streams, one consistent moment, a restore that happens wholly or not at all."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from apps.audit.services import record
from apps.core.clock import now
from apps.core.locks import lock_keys
from apps.core.subjects import Subject
from apps.files import storage
from apps.files.models import StoredFile
from apps.files.services import bytes_tidy, file_store_bytes
from apps.notifications.models import Notice
from config.safekeeping import backing, restoring
from config.safekeeping.archive import ArchiveReader, ArchiveWriter, safe_name
from config.safekeeping.backing import Backup, backup_make
from config.safekeeping.errors import ArchiveDamaged, SafekeepingFailed, WrongPassphrase
from config.safekeeping.models import UpkeepRun
from config.safekeeping.nightly import backup_nightly, tidy
from config.safekeeping.recording import run_record
from config.safekeeping.restoring import main, restore, running
from config.safekeeping.sealing import CHUNK, MAGIC, SealedReader, SealedWriter
from config.stack.migrate import backup_first
from config.stack.services import ROOT
from tests.factories.world import World

PASSPHRASE = "岱海-一条鱼-两只鸟-三棵树"
ACT = "accounts.absence_record"


def sealed(data: bytes) -> bytes:
    sink = io.BytesIO()
    writer = SealedWriter(sink, PASSPHRASE)
    writer.write(data)
    writer.finish()
    return sink.getvalue()


def opened(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader = SealedReader(io.BytesIO(data), passphrase)
    found = reader.read()
    reader.drain()
    return bytes(found or b"")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_comes_out_again(size: int) -> None:
    """Also at the edges of a chunk."""
    data = bytes(index % 251 for index in range(size))
    assert opened(sealed(data)) == data


def test_a_wrong_passphrase_is_told_from_a_damaged_file() -> None:
    """The operator learns which of the two to look for."""
    data = sealed(b"text")
    with pytest.raises(WrongPassphrase, match="口令不正确"):
        opened(data, PASSPHRASE + "x")
    with pytest.raises(ArchiveDamaged, match="不是同舟的备份文件"):
        opened(b"PK" + data[2:])


def test_a_short_passphrase_is_refused() -> None:
    """Eleven characters are too few for a file that leaves the house."""
    with pytest.raises(SafekeepingFailed, match="至少 12 个字符"):
        SealedWriter(io.BytesIO(), "12345678901")


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999999])
def test_a_file_cut_short_does_not_open(kept: float) -> None:
    """Wherever it was cut."""
    data = sealed(bytes(3 * CHUNK))
    with pytest.raises(ArchiveDamaged):
        opened(data[: int(len(data) * kept)])


def test_a_file_cut_at_the_end_of_a_chunk_does_not_open() -> None:
    """The chunk that is now last does not know that it is."""
    data = sealed(bytes(2 * CHUNK))
    with pytest.raises(ArchiveDamaged, match="第 1 段"):
        opened(data[: len(data) - (CHUNK + 16)])


def test_changed_exchanged_and_foreign_chunks_do_not_open() -> None:
    """Every chunk is bound to its place and to its file."""
    data, other = sealed(bytes(3 * CHUNK)), sealed(bytes(3 * CHUNK))
    start = len(data) - 3 * (CHUNK + 16)
    first, second = data[start : start + CHUNK + 16], data[start + CHUNK + 16 : start + 2 * (CHUNK + 16)]
    changed = data[:start] + bytes([data[start] ^ 1]) + data[start + 1 :]
    exchanged = data[:start] + second + first + data[start + 2 * (CHUNK + 16) :]
    foreign = data[:start] + other[start:]
    for wrong in (changed, exchanged, foreign):
        with pytest.raises(ArchiveDamaged):
            opened(wrong)


def test_a_forged_header_cannot_ask_for_all_memory() -> None:
    """The cost of the key is bounded before it is paid."""
    data = sealed(b"text")
    length = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4], "big")
    header = data[len(MAGIC) + 4 : len(MAGIC) + 4 + length].replace(b'"n": 32768', b'"n": 1073741824')
    forged = MAGIC + len(header).to_bytes(4, "big") + header + data[len(MAGIC) + 4 + length :]
    with pytest.raises(ArchiveDamaged, match="开头已损坏"):
        opened(forged)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "files/../../x", "files//x", "other/x", "files"])
def test_a_member_stays_below_the_state_folder(name: str) -> None:
    """Names from outside are not trusted, whoever made the file."""
    with pytest.raises(ArchiveDamaged):
        safe_name(name)


def test_members_are_held_against_the_manifest() -> None:
    """A member left out is noticed though the stream itself is whole."""
    sink = io.BytesIO()
    writer = ArchiveWriter(sink)
    writer.add_bytes("files/a", b"a")
    writer.manifest.members["files/b"] = (1, "0" * 64)
    writer.finish()
    reader = ArchiveReader(io.BytesIO(sink.getvalue()))
    assert [(name, b"".join(blocks)) for name, blocks in reader.members()] == [("files/a", b"a")]
    with pytest.raises(ArchiveDamaged, match="与其清单不符"):
        reader.check()


# ---- the whole installation


@pytest.fixture
def house(settings: Settings, folder: Path) -> Path:
    """State of its own: files, secrets, heads."""
    state = folder / "living"
    (state / "secrets").mkdir(parents=True)
    (state / "secrets" / "django.key").write_text("the-key-of-the-living-installation-and-no-other")
    settings.STATE, settings.SECRETS_ROOT, settings.FILES_ROOT = state, state / "secrets", state / "files"
    options = {**settings.STORAGES["default"]["OPTIONS"], "location": str(state / "files")}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": options},
    }
    return state


def write_one(world: World, number: int) -> None:
    """An audit entry and a file in one transaction: a consistent backup has both or neither."""
    with transaction.atomic():
        record(ACT, actor=None, subject_text=f"n{number}", facts={"number": number})
        file_store_bytes(
            actor=world.actor("drafter"),
            subject=Subject("probe", number + 1),
            purpose="attachment",
            name=f"{number}.txt",
            data=f"content {number}".encode() * 50,
            content_type="text/plain",
        )


@pytest.fixture
def writing(
    transactional_db: None, house: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], int]]:
    """Somebody goes on writing in another thread; calling stops it and tells how many were written."""
    monkeypatch.setattr("apps.files.services.storing.subject_hold", lambda _subject: None)
    world, over, written = World.build(), threading.Event(), [0]
    for _ in range(5):
        write_one(world, written[0])
        written[0] += 1

    def work() -> None:
        while not over.is_set():
            write_one(world, written[0])
            written[0] += 1
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()

    def stop() -> int:
        over.set()
        thread.join()
        return written[0]

    yield stop
    stop()


def made_at(folder: Path) -> Backup:
    return backup_make(folder / "one.backup", PASSPHRASE)


@pytest.mark.long
def test_a_backup_taken_while_people_write_is_one_moment(
    writing: Callable[[], int], folder: Path, house: Path
) -> None:
    """Rows, files and audit heads agree; the living installation has gone on."""
    (house / "certs").mkdir()
    for name in ("ca.key", "in-use.key"):
        (house / "certs" / name).write_text(name)
    made = made_at(folder)
    written = writing()
    assert made.manifest.faults == []
    manifest = restore(made.path, folder / "restored", PASSPHRASE)
    state = folder / "restored"
    with running(state) as postgres, psycopg.connect(postgres.url) as session:
        entries = session.execute(
            "SELECT count(*) FROM audit_auditentry WHERE subject_text LIKE 'n%'"
        ).fetchone()
        keys = [str(key) for (key,) in session.execute("SELECT storage_key FROM files_storedfile")]
        pending = session.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert entries == (len(keys),)
    assert 5 <= len(keys) < written
    assert pending is not None
    for key in keys:
        assert hashlib.sha256((state / "files" / key).read_bytes()).hexdigest() == Path(key).name
    assert (state / "secrets" / "django.key").read_text() == (house / "secrets" / "django.key").read_text()
    assert list((state / "audit-heads").glob("*.json"))
    assert [path.name for path in (state / "certs").iterdir()] == ["ca.key"]
    assert manifest.rows["files_storedfile"] == len(keys)
    assert (state / "secrets" / "django.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.long
def test_the_restored_installation_proves_its_audit_chain(
    writing: Callable[[], int], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rehearsal runs the platform's own commands beside the living one; a lost file is a fault."""
    made = made_at(folder)
    writing()
    monkeypatch.setenv("TONGZHOU_BACKUP_PASSPHRASE", PASSPHRASE)
    call_command("rehearse_restore", made.path, beside=folder)
    good = UpkeepRun.objects.latest("id")
    assert good.is_good, good.text
    assert "审计链完整" in good.text
    assert "份用印文件全部验证通过" in good.text
    assert sorted(path.name for path in folder.iterdir()) == ["living", "one.backup"]
    lost = StoredFile.objects.exclude(storage_key="").latest("id")
    storage.key_forget(lost.storage_key)
    with pytest.raises(CommandError, match="在备份之前就有缺损"):
        call_command("backup", folder / "two.backup")
    with pytest.raises(CommandError, match=r"没有通过.*已丢失"):
        call_command("rehearse_restore", folder / "two.backup", beside=folder)
    assert not UpkeepRun.objects.latest("id").is_good


def test_a_restore_refuses_and_leaves_nothing(
    transactional_db: None,
    house: Path,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Used folder, wrong passphrase, truncated file, changed file, no file: exit code 2, a sentence, no trace."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    made = made_at(folder)
    word, wrong = folder / "word", folder / "wrong"
    word.write_text(PASSPHRASE)
    wrong.write_text("another-passphrase-altogether")
    data = made.path.read_bytes()
    (folder / "short.backup").write_bytes(data[:-100])
    middle = len(data) // 2
    (folder / "changed.backup").write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    (folder / "used").mkdir()
    (folder / "used" / "state.json").write_text("{}")
    before = sorted(path.name for path in folder.iterdir())
    for arguments, target, said in (
        ([str(made.path), "--passphrase-file", str(word)], folder / "used", "已被使用"),
        ([str(made.path), "--passphrase-file", str(wrong)], folder / "new", "口令不正确"),
        ([str(folder / "short.backup"), "--passphrase-file", str(word)], folder / "new", "不完整或已被改动"),
        (
            [str(folder / "changed.backup"), "--passphrase-file", str(word)],
            folder / "new",
            "不完整或已被改动",
        ),
        ([str(folder / "absent.backup"), "--passphrase-file", str(word)], folder / "new", "恢复失败"),
        ([str(made.path), "--passphrase-file", str(word)], None, "请用 --state"),
    ):
        assert main(arguments, target) == 2
        assert said in capfd.readouterr().err
        assert sorted(path.name for path in folder.iterdir()) == before
    assert (folder / "used" / "state.json").read_text() == "{}"


class FullDisk(io.RawIOBase):
    """A file on a disk with room for so many bytes."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(data)


def test_a_full_disk_leaves_no_backup_behind(
    transactional_db: None, house: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a file that looks like a backup nor its unfinished part."""
    real = os.fdopen

    def full(handle: int, mode: str) -> Any:
        if mode != "wb":
            return real(handle, mode)
        os.close(handle)
        return FullDisk(20_000)

    monkeypatch.setattr("config.safekeeping.backing.os.fdopen", full)
    with pytest.raises(SafekeepingFailed, match="磁盘空间不足"):
        made_at(folder)
    assert [path.name for path in folder.iterdir()] == ["living"]


@pytest.mark.long
def test_a_full_disk_leaves_no_restored_folder(
    transactional_db: None, house: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database server that was started for it is gone as well."""
    made = made_at(folder)

    def full(path: Path, blocks: Iterator[bytes]) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(restoring, "_write", full)
    with pytest.raises(SafekeepingFailed, match="磁盘空间不足"):
        restore(made.path, folder / "new", PASSPHRASE)
    assert sorted(path.name for path in folder.iterdir()) == ["living", "one.backup"]


def test_an_existing_backup_is_not_overwritten(db: None, house: Path, folder: Path) -> None:
    """The old one may be the only good one."""
    (folder / "one.backup").write_text("precious")
    with pytest.raises(SafekeepingFailed, match="没有覆盖"):
        made_at(folder)
    assert (folder / "one.backup").read_text() == "precious"


def test_removal_of_files_waits_for_a_running_backup(transactional_db: None, house: Path) -> None:
    """A row of the snapshot may still name the bytes."""
    with psycopg.connect(backing.database_address()) as session:
        session.execute("SELECT pg_advisory_lock(%s, %s)", lock_keys("files.bytes_tidy"))
        assert bytes_tidy() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock_keys("files.bytes_tidy"))
            assert cursor.fetchone() == (False,)


@pytest.mark.long
def test_every_night_is_kept_for_a_week_and_in_two_places(
    transactional_db: None, house: Path, folder: Path, settings: Settings
) -> None:
    """Old ones go, the newest never; the copy is the same byte for byte; the passphrase is made once."""
    settings.BACKUP_COPY_TO = str(folder / "second")
    (folder / "second").mkdir()
    run = backup_nightly()
    assert run is not None
    assert run.is_good, run.text
    first = house / "backups" / run.file_name
    assert (folder / "second" / run.file_name).read_bytes() == first.read_bytes()
    assert (folder / "second" / run.file_name).stat().st_mode & 0o077 == 0
    passphrase = (house / "secrets" / "backup.passphrase").read_text()
    assert len(passphrase) > 30
    restore(first, folder / "restored", passphrase)
    eight = (now() - timedelta(days=8)).timestamp()
    os.utime(first, (eight, eight))
    tidy(house / "backups", before=now() - timedelta(days=7))
    assert first.exists()
    second = backup_nightly()
    assert second is not None
    assert not first.exists()
    assert (house / "backups" / second.file_name).exists()


def test_a_night_without_its_copy_is_not_a_good_night(
    transactional_db: None, house: Path, folder: Path, settings: Settings
) -> None:
    """The administrators' page says so; the backup itself stays, and old ones go all the same."""
    settings.BACKUP_COPY_TO = str(folder / "absent")
    run = backup_nightly()
    assert run is not None
    assert not run.is_good
    assert "没有复制到第二处" in run.text
    assert "目录不存在" in run.text
    made = house / "backups" / run.file_name
    first = made.rename(
        made.with_name("tongzhou-20260101-023000.backup")
    )  # the next may come in the same second
    eight = (now() - timedelta(days=8)).timestamp()
    os.utime(first, (eight, eight))
    second = backup_nightly()
    assert second is not None
    assert (house / "backups" / second.file_name).exists()
    assert not first.exists()


def test_two_nightly_backups_do_not_run_at_once(transactional_db: None, house: Path) -> None:
    """The second returns at once."""
    with psycopg.connect(backing.database_address()) as session:
        session.execute("SELECT pg_advisory_lock(%s, %s)", lock_keys("safekeeping.nightly"))
        assert backup_nightly() is None


def test_only_the_machine_room_and_the_auditor_see_how_backups_went(
    client_as: Callable[[str], Any], db: None
) -> None:
    """The last result stands on a page of the back office; people of business find nothing there."""
    moment = now()
    run_record(kind="rehearsal", is_good=True, text="审计链完整。", file_name="a.backup", started_at=moment)
    url = "/admin/safekeeping/upkeeprun/"
    roles = ("sysadmin", "auditadmin", "secadmin", "drafter")
    assert [client_as(role).get(url).status_code for role in roles] == [200, 200, 403, 302]
    assert "审计链完整" in client_as("sysadmin").get(url).content.decode()


def ran(kind: str, *, is_good: bool, days: float, text: str = "x") -> UpkeepRun:
    """A run of so many days ago."""
    return run_record(
        kind=kind, is_good=is_good, text=text, file_name="a.backup", started_at=now() - timedelta(days=days)
    )


def test_the_page_says_how_backup_and_rehearsal_stand_and_what_to_do(
    client_as: Callable[[str], Any], world: World
) -> None:
    """Never, good, failed with the last good one, too long ago."""
    client, url = client_as("sysadmin"), "/admin/safekeeping/upkeeprun/"

    def stand() -> list[tuple[str, str]]:
        return [(one.verdict, one.advice) for one in client.get(url).context["standings"]]

    assert [verdict for verdict, _ in stand()] == ["never", "never"]
    assert "rehearse_restore" in client.get(url).content.decode()
    ran("backup", is_good=True, days=1)
    ran("rehearsal", is_good=True, days=30)
    assert stand() == [("good", ""), ("good", "")]
    ran("backup", is_good=False, days=0, text="磁盘已满")
    assert [verdict for verdict, _ in stand()] == ["failed", "good"]
    text = client.get(url).content.decode()
    assert "磁盘已满" in text
    assert "最近一次成功：" in text
    UpkeepRun.objects.filter(kind="backup", is_good=False).delete()
    UpkeepRun.objects.update(started_at=now() - timedelta(days=40))
    assert [verdict for verdict, _ in stand()] == ["stale", "stale"]
    assert "超过一个月没有演练" in client.get(url).content.decode()


def test_a_failed_night_is_told_to_the_system_administrator_with_the_way_to_it(
    client_as: Callable[[str], Any], world: World
) -> None:
    """Nobody looks at a page every morning."""
    ran("backup", is_good=True, days=1)
    assert not Notice.objects.exists()
    run = ran("backup", is_good=False, days=0, text="没有复制到第二处")
    told = Notice.objects.get()
    assert (told.person, told.title) == (world.person("sysadmin"), "备份没有成功")
    answer = client_as("sysadmin").get(f"/notices/{told.pk}/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/admin/safekeeping/upkeeprun/{run.pk}/change/"
    assert "没有复制到第二处" in answer.content.decode()


@pytest.mark.long
def test_the_commands_are_known_to_the_one_command() -> None:
    """`manage.py backup --help` reaches Django, `restore` explains itself without any server."""
    for verb in ("backup", "restore", "rehearse_restore", "backup_nightly"):
        done = subprocess.run(
            [sys.executable, "manage.py", verb, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert verb in done.stdout


def test_logs_of_a_period_are_handed_over_with_digests(
    transactional_db: None, house: Path, folder: Path
) -> None:
    """Processes' lines and audit entries; every file stands in the list with its SHA-256."""
    (house / "log").mkdir()
    (house / "log" / "web.log").write_text("a line\n")
    with transaction.atomic():
        record(ACT, actor=None, subject_text="one")
    target = folder / "logs.zip"
    call_command("export_logs", target)
    with zipfile.ZipFile(target) as archive:
        lines = archive.read("SHA256SUMS").decode().splitlines()
        sums = {name: value for value, name in (line.split("  ") for line in lines)}
        assert set(sums) == {"audit.jsonl", "log/web.log"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == value for name, value in sums.items())
        entry = json.loads(archive.read("audit.jsonl").decode().splitlines()[0])
    assert (entry["action"], entry["subject_text"]) == (ACT, "one")
    with pytest.raises(CommandError, match="没有覆盖"):
        call_command("export_logs", target)
    call_command("export_logs", folder / "none.zip", "--to", "2020-01-01")
    with zipfile.ZipFile(folder / "none.zip") as archive:
        assert archive.read("audit.jsonl") == b""


@pytest.mark.long
def test_a_real_installation_is_backed_up_before_its_tables_change(
    transactional_db: None, house: Path, folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only when something is to be changed, and only a real one; without the backup the tables stay as they are."""
    settings.TONGZHOU_MODE = "real"
    assert backup_first() is None
    pending = MigrationRecorder.Migration.objects.filter(app="safekeeping")
    kept = list(pending.values("app", "name", "applied"))
    pending.delete()
    try:
        made = backup_first()
        assert made is not None
        manifest = restore(made, folder / "restored", (house / "secrets" / "backup.passphrase").read_text())
        assert manifest.mode == "real"
        settings.TONGZHOU_MODE = "demo"
        assert backup_first() is None
        settings.TONGZHOU_MODE = "real"
        monkeypatch.setenv("TONGZHOU_BACKUP_PASSPHRASE", "short")
        with pytest.raises(SafekeepingFailed, match="至少 12"):
            backup_first()
    finally:
        for row in kept:
            MigrationRecorder.Migration.objects.create(**row)
