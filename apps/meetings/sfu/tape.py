"""Where a recording is laid down while it goes on: buffers in memory, written once a second by a thread, for a disk may stand still.

Nothing grows without end: a recording that becomes too large or too long, a disk that is nearly full or too slow end it, and say why.
"""

import errno
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from apps.meetings.recording.shelf import INDEX, MOST_TRACKS, event, packed, track_name

GIB = 1 << 30
FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSE_SECONDS = 10.0

Part = tuple[Path, bytes]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one recording, bytes that stay free on the disk, bytes that may wait for it, seconds of one stretch."""

    largest: int = 8 * GIB
    free: int = 2 * GIB
    waiting: int = 64 << 20
    seconds: float = 10 * 3600.0


class Tape:
    """One stretch of a recording. Whoever writes gets no error: `second` says in a word why it has ended."""

    __slots__ = (
        "_at",
        "_began",
        "_buffers",
        "_given",
        "_index",
        "_limits",
        "_shelf",
        "_size",
        "folder",
        "name",
        "tracks",
        "trouble",
        "written",
    )  # fmt: skip

    def __init__(self, shelf: "Shelf", name: str, folder: Path, *, size: int) -> None:
        self._shelf, self.name, self.folder, self._limits = shelf, name, folder, shelf.limits
        self._began = self._at = time.monotonic()
        self._buffers: dict[int, bytearray] = {}
        self._index = bytearray()
        self._size, self._given = size, 0
        self.tracks = 0
        self.trouble = ""  # set by the thread
        self.written = 0  # by the thread

    def _now(self) -> int:
        self._at = time.monotonic()
        return int((self._at - self._began) * 1000)

    def track(self, who: str, source: str) -> int | None:
        """The number of a new track; None when there are too many."""
        if self.tracks >= MOST_TRACKS:
            return None
        self.tell("track", who=who, source=source)
        self.tracks += 1
        return self.tracks - 1

    def put(self, number: int, packet: bytes) -> None:
        """A packet of a track."""
        buffer = self._buffers.get(number)
        if buffer is None:
            buffer = self._buffers[number] = bytearray()
        buffer += packed(self._now(), packet)

    def tell(self, kind: str, **facts: object) -> None:
        """What happened."""
        self._index += event(self._now(), kind, **facts)

    def second(self) -> str:
        """Hand what has gathered to the thread; why this must end, empty when it may go on."""
        self.flush()
        if self.trouble:
            return self.trouble
        if self._given - self.written > self._limits.waiting:
            return "slow"
        too_long = self._at - self._began > self._limits.seconds
        return "long" if too_long or self._size > self._limits.largest else ""

    def flush(self) -> None:
        """Everything that has gathered goes to the thread, the list last: it never names what is not there."""
        parts = [(self.folder / track_name(number), bytes(data)) for number, data in self._buffers.items()]
        if self._index:
            parts.append((self.folder / INDEX, bytes(self._index)))
        self._buffers, self._index = {}, bytearray()
        size = sum(len(data) for _, data in parts)
        self._given += size
        self._size += size
        self._shelf.take(self, parts)


class Shelf:
    """The folder of all recordings, and the thread that writes."""

    def __init__(self, root: Path, limits: Limits | None = None) -> None:
        self.root, self.limits = root, limits or Limits()
        self._jobs: SimpleQueue[tuple[Tape, list[Part]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def begin(self, name: str) -> Tape:
        """A new stretch of a recording. Raises `OSError`."""
        folder = self.root / name
        size = sum(path.stat().st_size for path in folder.rglob("*")) if folder.is_dir() else 0
        if self._is_full():
            raise OSError(errno.ENOSPC, "full")
        stretch = folder / str(int(time.time() * 1000))
        stretch.mkdir(parents=True, mode=0o700)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            self._thread.start()
        return Tape(self, name, stretch, size=size)

    def take(self, tape: Tape, parts: list[Part]) -> None:
        """To be written."""
        self._jobs.put((tape, parts))

    def close(self) -> None:
        """Everything handed over so far is written."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(CLOSE_SECONDS)

    def _is_full(self) -> bool:
        place = next(one for one in (self.root, *self.root.parents) if one.is_dir())
        return shutil.disk_usage(place).free < self.limits.free

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            tape, parts = job
            for path, data in parts:
                if not tape.trouble:  # after a half-written packet nothing could be read
                    tape.trouble = _appended(path, data)
                tape.written += len(data)
            if not tape.trouble and self._is_full():
                tape.trouble = "full"


def _appended(path: Path, data: bytes) -> str:
    """Why it could not be written; empty when it was."""
    try:
        with path.open("ab") as sink:
            sink.write(data)
    except OSError as error:
        return "full" if error.errno in FULL else "failed"
    return ""
