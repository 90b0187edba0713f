"""Making a backup while people work.

Order is what makes it consistent: audit heads first (they must not be newer than the database), then the database in one
snapshot, then files and secrets, which are only ever added before the rows that name them. Removal of files waits meanwhile.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from apps.audit.services import audit_seal, head_sign
from apps.core.clock import now
from apps.core.locks import lock_keys
from apps.files import storage
from config.safekeeping.archive import ArchiveWriter, Manifest
from config.safekeeping.dumping import dump_into, rows_by_table
from config.safekeeping.errors import SafekeepingFailed, disk_trouble
from config.safekeeping.sealing import SealedWriter

FAULTS_NAMED = 20
IN_USE = "in-use."  # copies of a certificate that `up` makes at each start
KEYS_NAMED = """
    SELECT storage_key FROM files_storedfile WHERE storage_key <> ''
    UNION SELECT storage_key FROM files_pageimage
"""


@dataclass(frozen=True)
class Backup:
    """A finished backup."""

    path: Path
    manifest: Manifest
    size: int


def backup_make(target: Path, passphrase: str, *, signs_head: bool = True) -> Backup:
    """Write everything into `target`, which appears whole or not at all. Raises `SafekeepingFailed`.

    Refuses an existing `target`. Without `signs_head` the audit record is taken as it stands: before an upgrade its tables
    may be older than this program. Needs as much free space there as the installation is large, and a little memory.
    """
    if target.exists():
        raise SafekeepingFailed(f"{target} 已存在，没有覆盖。请换一个文件名。")
    aside = target.with_name(target.name + ".part")
    try:
        with _written_whole(aside, target) as sink:
            sealed = SealedWriter(sink, passphrase)
            archive = ArchiveWriter(sealed)  # type: ignore[arg-type]  # tarfile asks for `write` only
            if signs_head:
                _sign_head()
            _fill(archive)
            archive.finish()
            sealed.finish()
        return Backup(target, archive.manifest, target.stat().st_size)
    except OSError as error:
        raise disk_trouble(error, "写备份文件") from error


@contextlib.contextmanager
def _written_whole(aside: Path, target: Path) -> Iterator[IO[bytes]]:
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        aside.rename(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _sign_head() -> None:
    while audit_seal():
        pass
    head_sign()


def _fill(archive: ArchiveWriter) -> None:
    _add_folder(archive, "audit-heads", settings.STATE / "audit-heads")
    address = database_address()
    with psycopg.connect(address) as session:
        session.execute("SELECT pg_advisory_lock(%s, %s)", lock_keys("files.bytes_tidy"))
        session.commit()
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = session.execute("SELECT pg_export_snapshot()").fetchone()
        archive.manifest.rows = rows_by_table(session)
        named = {str(key) for (key,) in session.execute(KEYS_NAMED)}
        dump_into(archive, address, str(snapshot[0]) if snapshot else "")
        session.rollback()  # the snapshot is no longer needed: do not hold back vacuum while files are copied
        _add_files(archive, named)
    _add_folder(archive, "secrets", Path(settings.SECRETS_ROOT))
    _add_folder(archive, "certs", settings.STATE / "certs")
    archive.manifest.made_at = now().isoformat()
    archive.manifest.mode = settings.TONGZHOU_MODE
    archive.manifest.jobs = _jobs_done()


def database_address() -> str:
    """The address of Django's database for libpq."""
    facts = connection.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return make_conninfo(**{key: str(facts[name]) for key, name in named.items() if facts.get(name)})


def _add_files(archive: ArchiveWriter, named: set[str]) -> None:
    """All stored bytes. What the database names but the store has lost or spoilt becomes a fault of the manifest."""
    faults = []
    for key in storage.keys_kept():
        try:
            with storage.opened(key) as source:
                digest = archive.add(f"files/{key}", source, source.size)
        except FileNotFoundError:
            continue  # an unfinished upload that was finished or given up; a named one is found missing below
        if key == storage.key_of(Path(key).name) and digest != Path(key).name:
            faults.append(f"文件 {key} 的内容与其摘要不符")
    missing = sorted(key for key in named if f"files/{key}" not in archive.manifest.members)
    faults += [f"文件 {key} 已丢失" for key in missing]
    archive.manifest.faults = faults[:FAULTS_NAMED]


def _jobs_done() -> dict[str, str]:
    """What `up` need not do again, such as building the demo city."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((Path(settings.STATE) / "state.json").read_text()).get("jobs", {}))
    return {}


def _add_folder(archive: ArchiveWriter, name: str, folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".part" and not path.name.startswith(IN_USE):
            archive.add_bytes(f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes())
