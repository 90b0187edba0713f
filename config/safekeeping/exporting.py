"""Handing over logs: what the processes wrote and what the audit record says, for a period, each file with its digest."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.conf import settings

from apps.audit.selectors import entries_between
from apps.core.clock import CITY_ZONE
from config.safekeeping.errors import SafekeepingFailed, disk_trouble

BLOCK = 1 << 20


def logs_export(target: Path, *, first: date, last: date) -> tuple[int, int]:
    """Write the ZIP whole or not at all. Returns the numbers of audit entries and of log files. Raises `SafekeepingFailed`."""
    if target.exists():
        raise SafekeepingFailed(f"{target} 已存在，没有覆盖。请换一个文件名。")
    if first > last:
        raise SafekeepingFailed("起始日期晚于截止日期，请更正。")
    aside = target.with_name(target.name + ".part")
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            digests: dict[str, str] = {}
            entries = _audit(archive, digests, first, last)
            files = [path for path in _logs() if _touches(path, first, last)]
            for path in files:
                _add(archive, digests, f"log/{path.name}", _blocks(path))
            archive.writestr("SHA256SUMS", "".join(f"{value}  {name}\n" for name, value in digests.items()))
        aside.rename(target)
    except OSError as error:
        raise disk_trouble(error, "导出日志") from error
    finally:
        aside.unlink(missing_ok=True)
    return entries, len(files)


def _audit(archive: zipfile.ZipFile, digests: dict[str, str], first: date, last: date) -> int:
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for entry in entries_between(_moment(first, time.min), _moment(last, time.max)):
            count += 1
            yield (json.dumps(entry, ensure_ascii=False, default=str) + "\n").encode()

    _add(archive, digests, "audit.jsonl", lines())
    return count


def _moment(day: date, at: time) -> datetime:
    """The edge of a day in the city; the first and last days there are have no zone to be moved to."""
    if day in (date.min, date.max):
        return datetime.combine(day, at, UTC)
    return datetime.combine(day, at, CITY_ZONE)


def _add(archive: zipfile.ZipFile, digests: dict[str, str], name: str, blocks: Iterator[bytes]) -> None:
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as sink:
        for block in blocks:
            digest.update(block)
            sink.write(block)
    digests[name] = digest.hexdigest()


def _logs() -> list[Path]:
    folder = Path(settings.STATE) / "log"
    return sorted([*folder.glob("*.log"), *folder.glob("*.log.gz")])


def _touches(path: Path, first: date, last: date) -> bool:
    """A file ends with its last change; where it begins its name does not say, so older lines may come along."""
    ended = datetime.fromtimestamp(path.stat().st_mtime, CITY_ZONE).date()
    return ended >= first and (path.suffix == ".log" or ended <= last or last == date.max)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            yield block
