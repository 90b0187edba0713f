"""How fast the installation is backed up and restored, and whether anything differs afterwards.

`backup_mb_per_s` and `restore_s`: the demo city, by the services the commands call, the restored database started and counted.
`mismatches`: rows, file digests, audit chain and seals over all sizes. The `large_` values: the city with 100 thousand documents
and 20 thousand stored files more.
"""

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apps.files.storage import key_of
from config.safekeeping.archive import Manifest
from config.safekeeping.backing import backup_make
from config.safekeeping.rehearsing import Rehearsal, check_files, rehearse
from config.safekeeping.restoring import restore
from config.stack.bench import BenchResult

REPEATS = 2
DOCUMENTS = 100_000
FILES = 20_000
PASSPHRASE = "only-for-measuring"  # opens nothing but what is thrown away here
COPIED = """
INSERT INTO documents_outgoingdocument ({columns}) SELECT {values}
FROM documents_outgoingdocument AS source, generate_series(1, %s) AS copy
WHERE source.id = (SELECT id FROM documents_outgoingdocument ORDER BY length(body::text) DESC LIMIT 1)
"""
OWN = {
    "id": None,
    "matter_id": "NULL",
    "document_number": "''",
    "item_number": "''",
    "title": "source.title || copy",
}
FILED = """
INSERT INTO files_storedfile (subject_kind, subject_id, purpose, name, content_type, size, received, sha256, storage_key,
  state, refusal, rank_order, page_count, uploaded_by_id, created_at)
SELECT 'bench', %s, 'attachment', '附件.txt', 'text/plain', %s, %s, %s, %s, 'ready', '', 0, 0,
  (SELECT min(id) FROM accounts_person), now()
"""


def run(repeats: int = REPEATS, documents: int = DOCUMENTS, files: int = FILES) -> BenchResult:
    """The city first, some times; then the large one, once."""
    call_command("demo_city")
    folder = Path(tempfile.mkdtemp(prefix="tongzhou-bench-restore-"))
    folder.chmod(0o711)
    try:
        speeds, seconds, small = [], [], Manifest()
        for turn in range(repeats):
            speed, spent, small = _once(folder, f"city-{turn}")
            speeds.append(speed)
            seconds.append(spent)
        found = rehearse(folder / "city-0.backup", PASSPHRASE, beside=folder)
        _grow(documents, files)
        large_speed, large_seconds, large = _once(folder, "large", found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    values = {
        "backup_mb_per_s": speeds,
        "restore_s": seconds,
        "mismatches": [float(len(found.faults))],
        "large_backup_mb_per_s": [large_speed],
        "large_restore_s": [large_seconds],
    }
    notes = {
        "backup_mb_per_s": f"演示城市，{_size(small)}；库转储之后的字节数，scrypt + AES-256-GCM",
        "restore_s": "含建库、导入、逐表核对行数、写文件",
        "mismatches": "；".join(found.faults or found.said),
        "large_backup_mb_per_s": f"另加 {documents} 件公文、{files} 个附件，{_size(large)}",
    }
    return BenchResult(values, notes)


def _once(folder: Path, name: str, found: Rehearsal | None = None) -> tuple[float, float, Manifest]:
    """Megabytes a second of the backup, seconds of the restore; every file's digest goes into `found`."""
    began = time.monotonic()
    made = backup_make(folder / f"{name}.backup", PASSPHRASE)
    backed_up = time.monotonic()
    manifest = restore(made.path, folder / name, PASSPHRASE)
    over = time.monotonic()
    if found is not None:
        found.manifest = manifest
        check_files(folder / name, found)
    shutil.rmtree(folder / name)
    return manifest.byte_count / 1e6 / (backed_up - began), over - backed_up, manifest


def _size(manifest: Manifest) -> str:
    return f"{manifest.row_count} 行、{manifest.file_count} 个文件、{manifest.byte_count / 1e6:.0f} MB"


def _grow(documents: int, files: int) -> None:
    """So many documents with the longest text of the city, and so many files of some kilobytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'documents_outgoingdocument'"
        )
        columns = [name for (name,) in cursor.fetchall() if name != "id"]
        chosen = ", ".join(OWN.get(name) or f"source.{name}" for name in columns)
        cursor.execute(COPIED.format(columns=", ".join(columns), values=chosen), [documents])
        rows: list[list[str | int]] = []
        for number in range(files):
            data = f"附件 {number}\n".encode() * (20 + number % 400)
            digest = hashlib.sha256(data).hexdigest()
            path = Path(settings.FILES_ROOT) / key_of(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            rows.append([number, len(data), len(data), digest, key_of(digest)])
        cursor.executemany(FILED, rows)
