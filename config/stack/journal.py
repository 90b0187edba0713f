"""One log of all processes: structured lines made readable on the screen, kept whole in files for half a year."""

import contextlib
import datetime
import gzip
import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import TextIO

from config.stack.console import coloured

COLOURS = {
    "up": "bold", "postgres": "blue", "valkey": "green", "web": "cyan", "worker": "yellow", "slow": "yellow",
    "beat": "magenta",
    "migrate": "blue", "fonts": "grey", "demo": "green",
}  # fmt: skip
LEVEL_COLOURS = {"warning": "yellow", "error": "red", "critical": "red"}
KEPT_BYTES = 5 * 1024 * 1024
LEAST_DAYS = (
    183  # six months of logs by law (网络安全法, domain.md §10.1); more may be asked for, less is refused
)
# On the screen a request is one line, and the stack's own probes are none; the files keep everything.
UNSEEN_EVENTS = {"request_started", "task_received"}
PROBES = ("/healthz", "/readyz")
HIDDEN = {"ip", "user_agent", "event", "level", "logger", "timestamp", "exception", "stack"}
_writing = threading.Lock()


def say(tag: str, text: str, colour: str = "") -> None:
    """Lines on the screen under the coloured tag of their process; a screen that went away stops nothing."""
    mark = coloured(f"{tag:>8} │", COLOURS.get(tag.split("-", 1)[0], "grey"), sys.stdout)
    with _writing, contextlib.suppress(OSError, ValueError):
        for line in text.splitlines() or [""]:
            sys.stdout.write(f"{mark} {coloured(line, colour, sys.stdout) if colour else line}\n")
        sys.stdout.flush()


def readable(line: str) -> tuple[str, str]:
    """Text and colour of one line a process said; a structured line becomes time, event and facts, or nothing."""
    if not line.startswith("{"):
        return line, ""
    try:
        entry = json.loads(line)
        event = str(entry["event"])
    except (ValueError, KeyError, TypeError):
        return line, ""
    if event in UNSEEN_EVENTS or any(probe in f"{event} {entry.get('request', '')}" for probe in PROBES):
        return "", ""
    moment = _local_time(str(entry.get("timestamp", "")))
    facts = " ".join(f"{key}={value}" for key, value in entry.items() if key not in HIDDEN)
    level = str(entry.get("level", "info"))
    text = " ".join(part for part in (moment, event, facts) if part)
    trace = entry.get("exception") or entry.get("stack") or ""
    return f"{text}\n{trace}".rstrip(), LEVEL_COLOURS.get(level, "")


def _local_time(timestamp: str) -> str:
    try:
        return datetime.datetime.fromisoformat(timestamp).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return ""


class LogFile:
    """The lines of one process as it said them; put away packed when large, kept for half a year or more.

    A full disk costs lines and stops nobody: a process whose output were not read would wait for ever. Once there is room
    again the file says so and goes on.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._stream: TextIO | None = file.open("a", encoding="utf-8")
        self._lost = 0

    def write(self, line: str) -> None:
        """Append one line, if it can be written."""
        try:
            if self._lost or self._stream is None:
                self._begin_again()
            self._append(line)
            if self._stream and self._stream.tell() > KEPT_BYTES:
                self._rotate()
        except (OSError, ValueError):
            self._lost += 1
            self._drop()

    def close(self) -> None:
        """No more lines."""
        self._drop()

    def _append(self, line: str) -> None:
        if self._stream:
            self._stream.write(line + "\n")
            self._stream.flush()

    def _begin_again(self) -> None:
        self._drop()
        self._stream = self.file.open("a", encoding="utf-8")
        if self._lost:
            self._append(f"日志写入失败，缺少 {self._lost} 行。")
        self._lost = 0

    def _drop(self) -> None:
        """Let go of the file; what could not be written is not tried again."""
        stream, self._stream = self._stream, None
        with contextlib.suppress(OSError, ValueError):
            if stream:
                stream.close()

    def _rotate(self) -> None:
        """Put the full file away packed, with its last moment in its name; drop what is older than must be kept."""
        self._drop()
        moment = datetime.datetime.now(datetime.UTC)
        packed = self.file.with_name(f"{self.file.stem}-{moment:%Y%m%dT%H%M%S%f}.log.gz")
        with self.file.open("rb") as source, gzip.open(packed.with_suffix(".part"), "wb") as sink:
            shutil.copyfileobj(source, sink)
        packed.with_suffix(".part").rename(packed)
        self.file.unlink()
        self._stream = self.file.open("a", encoding="utf-8")
        oldest = moment - datetime.timedelta(days=kept_days())
        for old in self.file.parent.glob(f"{self.file.stem}-*.log.gz"):
            if old.stat().st_mtime < oldest.timestamp():
                old.unlink(missing_ok=True)


def kept_days() -> int:
    """Days that logs are kept: `TONGZHOU_LOG_DAYS`, never fewer than the law asks."""
    asked = os.environ.get("TONGZHOU_LOG_DAYS", "")
    return max(LEAST_DAYS, int(asked) if asked.isdigit() else LEAST_DAYS)
