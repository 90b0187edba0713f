"""Backups by the clock: one a night, seven days kept, each copied to a second place."""

import hashlib
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from apps.core.clock import local, now
from apps.core.locks import single_session
from config.safekeeping.backing import Backup, backup_make
from config.safekeeping.errors import SafekeepingFailed, disk_trouble
from config.safekeeping.models import UpkeepRun
from config.safekeeping.passphrases import passphrase_kept
from config.safekeeping.recording import run_record

KEPT = timedelta(days=7)
PATTERN = "tongzhou-*.backup"


def backup_nightly() -> UpkeepRun | None:
    """Make tonight's backup, copy it, let the old ones go; the result is recorded. None while another one is being made."""
    with single_session("safekeeping.nightly") as alone:
        if not alone:
            return None
        started = now()
        name = f"tongzhou-{local(started):%Y%m%d-%H%M%S}.backup"
        folder = Path(settings.STATE) / "backups"
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            made = backup_make(folder / name, passphrase_kept(Path(settings.SECRETS_ROOT)))
            tidy(
                folder, before=started - KEPT
            )  # also when the second place is away for weeks: the disk must not fill
            text = f"{summary(made)}。{_copied(made.path)}"
            is_good = not made.manifest.faults
        except (SafekeepingFailed, OSError) as error:
            failure = error if isinstance(error, SafekeepingFailed) else disk_trouble(error, "备份")
            is_good, text = False, str(failure)
        return run_record(
            kind=UpkeepRun.Kind.BACKUP, is_good=is_good, text=text, file_name=name, started_at=started
        )


def backup_before_upgrade() -> Path:
    """Tonight's backup brought forward, because the tables are about to change. Raises `SafekeepingFailed`."""
    folder = Path(settings.STATE) / "backups"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        passphrase = passphrase_kept(Path(settings.SECRETS_ROOT))
        target = folder / f"tongzhou-{local(now()):%Y%m%d-%H%M%S}-upgrade.backup"
        return backup_make(target, passphrase, signs_head=False).path
    except OSError as error:
        raise disk_trouble(error, "升级前备份") from error


def summary(made: Backup) -> str:
    """What a backup holds, in a sentence."""
    manifest = made.manifest
    text = f"{manifest.row_count} 行数据、{manifest.file_count} 个文件，{made.size / 1e6:.1f} MB"
    return text + "".join(f"；{fault}" for fault in manifest.faults)


def newest(folder: Path) -> Path | None:
    """The latest nightly backup."""
    return max(folder.glob(PATTERN), default=None)


def tidy(folder: Path, *, before: datetime) -> None:
    """Remove backups older than `before`, never the newest one."""
    latest = newest(folder)
    for path in folder.glob(PATTERN):
        if path != latest and path.stat().st_mtime < before.timestamp():
            path.unlink()


def _copied(path: Path) -> str:
    """Copy to the second place and compare. Raises `SafekeepingFailed`: a night without the copy is not a good night."""
    if not settings.BACKUP_COPY_TO:
        return "没有设置第二处（TONGZHOU_BACKUP_COPY_TO），备份与数据在同一磁盘上，请尽快设置。"
    place = Path(settings.BACKUP_COPY_TO)
    aside = place / (path.name + ".part")
    try:
        with path.open("rb") as source, open(aside, "wb", opener=_own_only) as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
            sink.flush()
            os.fsync(sink.fileno())
        if _digest(aside) != _digest(path):
            raise SafekeepingFailed(f"备份已写成，但第二处 {place} 的副本与原件不符，请检查该处磁盘。")
        aside.rename(place / path.name)
        tidy(place, before=now() - KEPT)
    except OSError as error:
        reason = "目录不存在" if isinstance(error, FileNotFoundError) else error.strerror
        raise SafekeepingFailed(
            f"备份已写成，但没有复制到第二处 {place}：{reason}。请检查该位置后运行 backup_nightly。"
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return f"已复制到 {place}。"


def _own_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
