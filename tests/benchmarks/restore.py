"""How fast the installation is backed up and restored, and whether anything differs afterwards.

`backup_mb_per_s` and `restore_s`: the demo city, by the services the commands call, the restored database started and counted.
`mismatches`: over both sizes every table (the content of each row, not their number alone), every file's digest, the audit chain and
the seals. The `large_` values: the city with 100 thousand documents, each with its own words, and 20 thousand stored files more.
"""

import hashlib
import shutil
import tempfile
import time
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from apps.files.storage import key_of
from config.safekeeping.archive import Manifest
from config.safekeeping.backing import backup_make, database_address
from config.safekeeping.dumping import rows_by_table
from config.safekeeping.rehearsing import rehearse
from config.safekeeping.restoring import restore, running
from config.stack.bench import BenchResult

REPEATS = 2
DOCUMENTS = 100_000
FILES = 20_000
PASSPHRASE = "only-for-measuring"  # opens nothing but what is thrown away here
COPIED = """
INSERT INTO documents_outgoingdocument ({columns}) SELECT {values}
FROM generate_series(1, %s) AS copy
JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS among, * FROM documents_outgoingdocument) AS source
  ON source.place = copy %% source.among
"""
# Ten lines of letters that no packer can shorten to those of the next document.
WORDS = "(SELECT string_agg(md5(copy::text || line), '') FROM generate_series(1, 10) AS line)"
PARAGRAPH = f"""jsonb_build_object('type', 'paragraph', 'content',
  jsonb_build_array(jsonb_build_object('type', 'text', 'text', {WORDS})))"""
OWN = {
    "id": None,
    "matter_id": "NULL",
    "document_number": "''",
    "item_number": "''",
    "title": "left(source.title, 100) || copy",
    "body": f"""CASE jsonb_typeof(source.body->'content') WHEN 'array'
  THEN jsonb_set(source.body, '{{content}}', source.body->'content' || {PARAGRAPH}) ELSE source.body END""",
}
CONTENT = "SELECT count(*), coalesce(sum(hashtextextended(line::text, 0)), 0) FROM {} AS line"
FILED = """
INSERT INTO files_storedfile (subject_kind, subject_id, purpose, name, content_type, size, received, sha256, storage_key,
  state, refusal, rank_order, page_count, uploaded_by_id, created_at)
SELECT 'bench', %s, 'attachment', '附件.bin', 'application/octet-stream', %s, %s, %s, %s, 'ready', '', 0, 0,
  (SELECT min(id) FROM accounts_person), now()
"""


def run(repeats: int = REPEATS, documents: int = DOCUMENTS, files: int = FILES) -> BenchResult:
    """The city first, some times; then the large one, once."""
    call_command("demo_city")
    folder = Path(tempfile.mkdtemp(prefix="tongzhou-bench-restore-"))
    folder.chmod(0o711)
    faults: list[str] = []
    try:
        city = [_once(folder, f"city-{turn}", faults) for turn in range(repeats)]
        _grow(documents, files)
        large_speed, large_seconds, large = _once(folder, "large", faults)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    values = {
        "backup_mb_per_s": [speed for speed, _, _ in city],
        "restore_s": [seconds for _, seconds, _ in city],
        "mismatches": [float(len(faults))],
        "large_backup_mb_per_s": [large_speed],
        "large_restore_s": [large_seconds],
    }
    notes = {
        "backup_mb_per_s": f"演示城市，{_size(city[-1][2])}；库转储之后的字节数，scrypt + AES-256-GCM",
        "restore_s": "含建库、导入、逐表核对行数、写文件",
        "mismatches": "；".join(faults) or "逐表比对每一行的内容、文件摘要、审计链、用印文件",
        "large_backup_mb_per_s": f"另加 {documents} 件公文、{files} 个附件，{_size(large)}",
    }
    return BenchResult(values, notes)


def _once(folder: Path, name: str, faults: list[str]) -> tuple[float, float, Manifest]:
    """Megabytes a second of the backup, seconds of the restore; what differs afterwards is added to `faults`, not timed."""
    began = time.monotonic()
    made = backup_make(folder / f"{name}.backup", PASSPHRASE)
    backed_up = time.monotonic()
    manifest = restore(made.path, folder / name, PASSPHRASE)
    over = time.monotonic()
    with running(folder / name) as postgres:
        here, there = _contents(database_address()), _contents(postgres.url)
    faults += [
        f"{name}：表 {table}"
        for table in sorted(here.keys() | there.keys())
        if here.get(table) != there.get(table)
    ]
    shutil.rmtree(folder / name)
    faults += [f"{name}：{fault}" for fault in rehearse(made.path, PASSPHRASE, beside=folder).faults]
    made.path.unlink()
    return manifest.byte_count / 1e6 / (backed_up - began), over - backed_up, manifest


def _contents(address: str) -> dict[str, tuple[int, int]]:
    """Of each table how many rows and the sum of the hashes of their contents."""
    found = {}
    with psycopg.connect(address, options="-c timezone=UTC") as session:
        for table in rows_by_table(session):
            row = session.execute(sql.SQL(CONTENT).format(sql.Identifier(table))).fetchone()
            found[table] = (int(row[0]), int(row[1])) if row else (0, 0)
    return found


def _size(manifest: Manifest) -> str:
    return f"{manifest.row_count} 行、{manifest.file_count} 个文件、{manifest.byte_count / 1e6:.0f} MB"


def _grow(documents: int, files: int) -> None:
    """So many documents after those of the city, each with words of its own, and so many files of some kilobytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'documents_outgoingdocument'"
        )
        columns = [name for (name,) in cursor.fetchall() if name != "id"]
        chosen = ", ".join(OWN.get(name) or f"source.{name}" for name in columns)
        cursor.execute(COPIED.format(columns=", ".join(columns), values=chosen), [documents])
        rows: list[list[str | int]] = []
        for number in range(files):
            data = hashlib.shake_128(f"{number}".encode()).digest(1000 + number % 400 * 16)
            digest = hashlib.sha256(data).hexdigest()
            path = Path(settings.FILES_ROOT) / key_of(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            rows.append([number, len(data), len(data), digest, key_of(digest)])
        cursor.executemany(FILED, rows)
