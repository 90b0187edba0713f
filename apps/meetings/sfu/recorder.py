"""What of a room is recorded: the sound and the shared screen of everybody who has agreed, and the camera of who speaks.

Nobody is recorded before they have agreed. One camera at a time is kept, for one is shown later; less is kept of people than was seen.
"""

from typing import TYPE_CHECKING

from apps.meetings.sfu.tape import Tape
from apps.meetings.sfu.track import Track

if TYPE_CHECKING:
    from apps.meetings.sfu.room import Room

STAGE_SECONDS = 2.0  # nobody is taken off the stage sooner, else every cough would cut


class Recorder:
    """One recording of one room."""

    def __init__(self, room: "Room", tape: Tape) -> None:
        self.room, self.tape = room, tape
        self.agreed: frozenset[str] = frozenset()
        self._stage = ""
        self._stage_at = 0.0
        self._taped: dict[Track, int] = {}
        self._numbers: dict[Track, int | None] = {}
        tape.tell("begin")

    def follow(self, now: float) -> None:
        """Twenty times a second: who is on stage, and which tracks are written."""
        self._choose(now)
        should = {
            track
            for member in self.room.members.values()
            for track in member.tracks.values()
            if self._is_due(track)
        }
        for track in [one for one in self._taped if one not in should]:
            self._turn(track, is_on=False)
        for track in should:
            if track not in self._taped:
                self._turn(track, is_on=True)

    def _is_due(self, track: Track) -> bool:
        on_stage = track.source != "camera" or track.who == self._stage
        return track.passes and track.who in self.agreed and on_stage

    def _choose(self, now: float) -> None:
        """Who speaks loudest; who is on stage stays while speaking, and for a moment."""
        here = self.room.members
        speaking = [who for who in self.room.speaking if who in self.agreed]
        stays = self._stage in here and self._stage in self.agreed
        if stays and (not speaking or self._stage in speaking or now - self._stage_at < STAGE_SECONDS):
            return
        seen = (
            who for who, one in here.items() if who in self.agreed and self._shows(one.track_of("camera"))
        )
        chosen = next(iter(speaking), None) or next(seen, "")
        if chosen != self._stage:
            self._stage, self._stage_at = chosen, now
            self.tape.tell("stage", who=chosen)

    @staticmethod
    def _shows(camera: Track | None) -> bool:
        return camera is not None and camera.passes

    def _turn(self, track: Track, *, is_on: bool) -> None:
        if is_on:
            if track not in self._numbers:
                self._numbers[track] = self.tape.track(track.who, track.source)
            number = self._numbers[track]
            if number is None:
                return
            self._taped[track] = number
            track.taped(self.tape, number)
        else:
            del self._taped[track]
            track.taped(None, 0)
            if track.leg.is_closed:
                self._numbers.pop(track, None)
        self.tape.tell("live", who=track.who, source=track.source, on=is_on)

    def second(self) -> str:
        """Write what has gathered; why the recording must end, empty when it may go on."""
        if self.room.members:
            self.tape.tell("beat")
        return self.tape.second()

    def close(self) -> None:
        """No track is written any more."""
        for track in list(self._taped):
            self._turn(track, is_on=False)
        self.tape.tell("end")
        self.tape.flush()
