"""Hours of nonsense for whoever takes recordings apart: packets, lists and files that are nearly right. Nothing raises or grows.

What is fed depends on the seed (`TONGZHOU_FUZZ_SEED`) alone; a failure names the round. The decoders behind stand in a child.
"""

from functools import cache
from pathlib import Path

import pytest

from apps.meetings.recording.course import course_of
from apps.meetings.recording.order import in_order
from apps.meetings.recording.pictures import LARGEST, pictures
from apps.meetings.recording.shelf import INDEX, event, packed, packets, stretches
from tests.helpers.recording import camera_packets, sound_packets
from tests.meetings.test_media_fuzz import Noise, fuzzed


@cache
def rows(kind: str) -> tuple[tuple[int, bytes], ...]:
    """Real packets of a second or so."""
    if kind == "opus":
        return tuple(sound_packets(0, 1000, 440))
    return tuple(camera_packets(0, 1000, 90, codec=kind, size=(640, 360)))


class Target:
    """Everything that reads what came from outside, fed with what was spoiled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "7" / "5"
        self.folder.mkdir(parents=True)

    def fed(self, number: int, data: bytes) -> None:
        """One round: a track with a few bad packets, and now and then a list and a file that are spoiled as a whole."""
        noise = Noise(number)
        good = rows(("vp8", "h264", "opus")[number % 3])
        bad = {noise.below(len(good)): noise.spoiled(good[noise.below(len(good))][1]) for _ in range(4)}
        spoiled = [(at, bad.get(place, packet)) for place, (at, packet) in enumerate(good)]
        spoiled[noise.below(len(spoiled))] = (noise.below(60_000), data)
        for picture in pictures(in_order(spoiled)):
            assert 0 < len(picture.data) <= LARGEST + 4096
            assert picture.codec in {"vp8", "h264"}
        if number % 20 == 0:
            self._folder(noise, good)

    def _folder(self, noise: Noise, good: tuple[tuple[int, bytes], ...]) -> None:
        lines = [
            event(5, "track", who="1", source="camera"), event(9, "stage", who="1"),
            event(9, "live", who="1", source="camera", on=True), event(900, "end"),
        ]  # fmt: skip
        lines[noise.below(4)] = noise.spoiled(lines[noise.below(4)])
        (self.folder / INDEX).write_bytes(b"".join(lines))
        track = b"".join(packed(at, packet) for at, packet in good[:20])
        (self.folder / "0.rtp").write_bytes(noise.spoiled(track))
        course = course_of(stretches(self.folder.parent))
        assert course.turns
        for placed in course.tracks:
            list(pictures(in_order(packets(placed.track.path))))


@pytest.mark.parametrize("seconds", [3, pytest.param(180, marks=pytest.mark.long)])
def test_nearly_right_is_passed_over_without_a_fall_and_without_growth(
    seconds: float, tmp_path: Path
) -> None:
    """RTP, the descriptors of VP8 and H.264, the list of events, the files, spoiled in a few places each."""
    for kind in ("vp8", "h264", "opus"):
        rows(kind)
    fuzzed(seconds, Target(tmp_path).fed, rounds=50)
