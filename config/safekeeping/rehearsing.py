"""The rehearsal of a restore: beside the running installation, every promise of the backup is checked."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from config.safekeeping.archive import Manifest
from config.safekeeping.errors import disk_trouble
from config.safekeeping.restoring import restore, running
from config.stack.services import ROOT

CHECK_SECONDS = 3600
SAID_LINES = 3
BLOCK = 1 << 20


@dataclass
class Rehearsal:
    """What was found; good when `faults` is empty."""

    manifest: Manifest
    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def rehearse(source: Path, passphrase: str, *, beside: Path) -> Rehearsal:
    """Restore `source` into a passing folder below `beside` and check counts, hashes, audit chain and seals.

    Raises `SafekeepingFailed` when it does not even restore.
    """
    with _passing_folder(beside) as folder:
        state = folder / "state"
        manifest = restore(source, state, passphrase)
        found = Rehearsal(manifest, faults=list(manifest.faults))
        found.said.append(f"{len(manifest.rows)} 张表 {manifest.row_count} 行与备份清单一致")
        check_files(state, found)
        with running(state) as postgres:
            for command in (["verify_audit"], ["verify_document", "--all"]):
                _check_command(command, state, postgres.url, found)
        return found


@contextmanager
def _passing_folder(beside: Path) -> Iterator[Path]:
    try:
        folder = Path(tempfile.mkdtemp(prefix="tongzhou-rehearsal-", dir=beside))
    except OSError as error:
        raise disk_trouble(error, "建立演练目录") from error
    try:
        folder.chmod(0o711)  # the database's user passes through
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_files(state: Path, found: Rehearsal) -> None:
    """Every file on disk once more against the manifest."""
    count = 0
    for name, (size, digest) in found.manifest.members.items():
        if name.startswith("database/"):
            continue
        count += 1
        path = state / name
        if not path.is_file() or path.stat().st_size != size or _digest(path) != digest:
            found.faults.append(f"文件 {name} 与备份清单不符")
    found.said.append(f"{count} 个文件的摘要一致")


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _check_command(command: list[str], state: Path, address: str, found: Rehearsal) -> None:
    """One of the platform's own commands on the restored installation."""
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # these commands read; nothing may reach the living installation
        "TONGZHOU_STATE": str(state),
        "TONGZHOU_MODE": found.manifest.mode,
        "TONGZHOU_PROCESS": "command",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", *command],
        check=False, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=CHECK_SECONDS,
    )  # fmt: skip
    if done.returncode == 0:
        found.said += [line.rstrip("。") for line in done.stdout.splitlines() if line.strip()][-1:]
    else:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        found.faults += lines[-SAID_LINES:] or [f"{command[0]} 没有完成"]


def default_beside() -> Path:
    """Where a rehearsal restores unless told: beside the state folder, on the same disk."""
    return Path(settings.STATE).parent
