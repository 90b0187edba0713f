"""What is shown when: a shared screen before everything, else the camera of who speaks, else that person's name. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.meetings.recording.shelf import Stretch, TrackFile

LONGEST_PAUSE_MS = 3000  # between two stretches: how long the server was away adds nothing


@dataclass(frozen=True, slots=True)
class Placed:
    """A track of a stretch and where that stretch begins in the film, in milliseconds."""

    track: TrackFile
    offset: int


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` (milliseconds of the film) on: who is on stage, whether with a camera, who shares a screen; empty for nobody."""

    at: int
    stage: str = ""
    has_camera: bool = False
    sharer: str = ""


@dataclass
class _Room:
    stage: str = ""
    live: set[tuple[str, str]] = field(default_factory=set)

    def turn(self, at: int) -> Turn:
        sharer = next((who for who, source in sorted(self.live) if source == "screen"), "")
        return Turn(at, self.stage, (self.stage, "camera") in self.live, sharer)

    def heard(self, one: dict[str, Any]) -> None:
        who, key = str(one.get("who", "")), (str(one.get("who", "")), str(one.get("source", "")))
        if one["t"] == "stage":
            self.stage = who
        elif one["t"] == "live":
            (self.live.add if one.get("on") is True else self.live.discard)(key)


@dataclass(frozen=True, slots=True)
class Course:
    """The film before it is made. `milliseconds`: its length; `turns` begin with one at 0."""

    milliseconds: int
    turns: tuple[Turn, ...]
    tracks: tuple[Placed, ...]

    @property
    def has_screen(self) -> bool:
        """Whether anything was shared: then small letters have to be readable."""
        return any(one.track.source == "screen" for one in self.tracks)


def course_of(stretches: list[Stretch]) -> Course:
    """One after the other; a long absence of the server is cut short."""
    turns, tracks, offset, end = list[Turn](), list[Placed](), 0, 0
    for place, stretch in enumerate(stretches):
        if place:
            before = stretches[place - 1]
            pause = stretch.began - before.began - _length(before)
            offset = end + max(0, min(LONGEST_PAUSE_MS, pause))
        turns += _turns(stretch, offset)
        tracks += [Placed(one, offset) for one in stretch.tracks]
        end = offset + _length(stretch)
    return Course(end, tuple(turns) or (Turn(0),), tuple(tracks))


def _length(stretch: Stretch) -> int:
    return max((one["at"] for one in stretch.events), default=0)


def _turns(stretch: Stretch, offset: int) -> Iterator[Turn]:
    room = _Room()
    last = room.turn(offset)
    yield last
    for one in stretch.events:
        room.heard(one)
        turn = room.turn(offset + max(0, one["at"]))
        if (turn.stage, turn.has_camera, turn.sharer) != (last.stage, last.has_camera, last.sharer):
            last = turn
            yield turn
