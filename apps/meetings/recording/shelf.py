"""How a recording lies on disk: a folder a stretch, a file a track, and a list of what happened. Pure.

`<root>/<recording>/<milliseconds since 1970>/`: `index.jsonl` has a line an event (`at` in milliseconds since the stretch began),
`N.rtp` the packets of a track, each after its moment and its length. A stretch is what one run of the media server wrote; a
server that was killed leaves its last packet cut, which readers pass over.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD = struct.Struct("!IH")
INDEX = "index.jsonl"
LARGEST_EVENT = 4096
BLOCK = 1 << 20
MOST_TRACKS = 2000
MOST_EVENTS = 200_000


@dataclass(frozen=True, slots=True)
class TrackFile:
    """One track of a stretch: whose, of which source (`mic`, `camera`, `screen`), where its packets lie."""

    who: str
    source: str
    path: Path


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one run wrote. `began`: milliseconds since 1970."""

    began: int
    events: tuple[dict[str, Any], ...]
    tracks: tuple[TrackFile, ...]


def packed(at: int, packet: bytes) -> bytes:
    """A packet as it is laid down; `at` in milliseconds since the stretch began."""
    return HEAD.pack(at, len(packet)) + packet


def event(at: int, kind: str, **facts: Any) -> bytes:
    """A line of the list."""
    return json.dumps({"at": at, "t": kind, **facts}, ensure_ascii=False).encode() + b"\n"


def track_name(number: int) -> str:
    """The file of a track."""
    return f"{number}.rtp"


def packets(path: Path) -> Iterator[tuple[int, bytes]]:
    """Moments and packets in the order they came; what is cut off at the end is left out."""
    rest = b""
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            data, place = rest + block, 0
            while place + HEAD.size <= len(data):
                at, size = HEAD.unpack_from(data, place)
                end = place + HEAD.size + size
                if end > len(data):
                    break
                yield at, data[place + HEAD.size : end]
                place = end
            rest = data[place:]


def stretches(folder: Path) -> list[Stretch]:
    """All stretches of a recording, the earliest first; folders that hold nothing readable are left out."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name.isdecimal() and (path / INDEX).is_file():
            events = tuple(_events(path / INDEX))
            found.append(Stretch(int(path.name), events, tuple(_tracks(path, events))))
    return sorted(found, key=lambda one: one.began)


def _events(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as source:
        for number, line in enumerate(source):
            if number >= MOST_EVENTS:
                return
            try:
                found = json.loads(line[:LARGEST_EVENT])
            except ValueError:  # the last line of a server that was killed
                continue
            if isinstance(found, dict) and isinstance(found.get("at"), int) and "t" in found:
                yield found


def _tracks(folder: Path, events: tuple[dict[str, Any], ...]) -> Iterator[TrackFile]:
    for number, one in enumerate([one for one in events if one["t"] == "track"][:MOST_TRACKS]):
        path = folder / track_name(number)
        if path.is_file():
            yield TrackFile(str(one.get("who", "")), str(one.get("source", "")), path)
