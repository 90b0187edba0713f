"""The film of a recording: what was said is heard where it was said, who spoke is seen, and nothing that is missing breaks it."""

import struct
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.meetings.recording.course import course_of
from apps.meetings.recording.film import Made, film_made
from apps.meetings.recording.order import Clock, in_order
from apps.meetings.recording.pictures import pictures
from apps.meetings.recording.plates import fitted
from apps.meetings.recording.shelf import event, packed, packets, stretches
from tests.helpers.recording import (
    BEGAN,
    Shelved,
    camera_packets,
    film,
    header,
    seen_and_heard,
    sound_packets,
)

pytestmark = pytest.mark.long

NAMES = {"1": ("林知夏", "市政府办公室"), "2": ("周工", "省信息中心")}
DARK, BRIGHT = 60, 190


def made(folder: Path, *, with_pictures: bool = True) -> Made | None:
    """The film of what lies in the folder."""
    return film_made(
        folder,
        folder / "film.mp4",
        title="会议",
        names=NAMES,
        font=None,
        with_pictures=with_pictures,
        tell=lambda *_: None,
    )


def greys(folder: Path) -> dict[int, int]:
    """The grey of the middle of the picture, late in each second."""
    seen, _ = seen_and_heard(folder / "film.mp4")
    return {int(at): grey for at, grey in seen if at % 1 > 0.6}


def loud(folder: Path) -> list[int]:
    """Seconds with sound in them."""
    _, heard = seen_and_heard(folder / "film.mp4")
    return sorted({int(at) for at, level in heard if level > 0.1 and 0.25 < at % 1 < 0.75})


def test_who_speaks_is_seen_and_heard_one_after_the_other(tmp_path: Path) -> None:
    """Two people, two codecs: a codec that changes in the middle of a meeting breaks nothing."""
    shelf = Shelved(tmp_path / "7")
    shelf.track(0, "1", "mic", sound_packets(0, 3000, 440))
    shelf.track(0, "1", "camera", camera_packets(0, 3000, DARK))
    shelf.tell(0, "stage", who="1")
    shelf.track(4000, "2", "mic", sound_packets(4000, 2000, 880))
    shelf.track(4000, "2", "camera", camera_packets(4000, 3000, BRIGHT, codec="h264"))
    shelf.tell(4000, "stage", who="2")
    shelf.tell(7000, "end")
    folder = shelf.laid()
    found = made(folder)
    assert found is not None
    assert (found.milliseconds, found.has_pictures) == (7000, True)
    seen = greys(folder)
    assert all(abs(seen[second] - DARK) < 16 for second in (1, 2))
    assert all(abs(seen[second] - BRIGHT) < 20 for second in (5, 6))
    assert loud(folder) == [0, 1, 2, 4, 5]


def test_a_shared_screen_is_shown_before_everything(tmp_path: Path) -> None:
    """And large; afterwards the speaker again. Who shares stands in the list of places."""
    shelf = Shelved(tmp_path / "7")
    shelf.track(0, "1", "camera", camera_packets(0, 16_500, DARK))
    shelf.tell(0, "stage", who="1")
    shelf.track(5500, "2", "screen", camera_packets(5500, 5500, BRIGHT, size=(640, 360)))
    shelf.tell(11_000, "live", who="2", source="screen", on=False)
    shelf.tell(16_500, "end")
    folder = shelf.laid()
    found = made(folder)
    assert found is not None
    assert found.chapters == [(0, "林知夏"), (5500, "周工 共享屏幕"), (11_000, "林知夏")]
    seen = greys(folder)
    assert abs(seen[8] - BRIGHT) < 20
    assert abs(seen[3] - DARK) < 16
    assert abs(seen[14] - DARK) < 16


def test_who_has_no_camera_is_named(tmp_path: Path) -> None:
    """A film of sound alone is a film: nobody's picture is needed."""
    shelf = Shelved(tmp_path / "7")
    shelf.track(0, "1", "mic", sound_packets(0, 3000, 440))
    shelf.tell(0, "stage", who="1")
    shelf.tell(3000, "end")
    found = made(shelf.laid())
    assert found is not None
    assert not found.has_pictures
    assert loud(tmp_path / "7") == [0, 1, 2]


def test_nobody_speaks(tmp_path: Path) -> None:
    """Silence has a film too; nothing recorded has none."""
    shelf = Shelved(tmp_path / "7")
    shelf.track(0, "1", "mic", iter(()))
    shelf.tell(4000, "beat")
    assert made(shelf.laid()) is not None
    assert loud(tmp_path / "7") == []
    assert made(tmp_path / "8") is None
    empty = Shelved(tmp_path / "9")
    empty.tell(5000, "end")
    assert made(empty.laid()) is None


def test_a_track_that_comes_late_sounds_where_it_was_said(tmp_path: Path) -> None:
    """Sound belongs to its moment, not to the beginning; a pause stays a pause."""
    shelf = Shelved(tmp_path / "7")
    shelf.track(0, "1", "mic", sound_packets(0, 1000, 440))
    shelf.track(5000, "2", "mic", sound_packets(5000, 1000, 440))
    shelf.tell(8000, "end")
    folder = shelf.laid()
    made(folder)
    assert loud(folder) == [0, 5]


def test_a_killed_server_costs_the_last_packet_alone(tmp_path: Path) -> None:
    """Two stretches become one film; the last packet of each track is cut, the last line of the list too."""
    first = Shelved(tmp_path / "7")
    first.track(0, "1", "mic", sound_packets(0, 3000, 440))
    first.track(0, "1", "camera", camera_packets(0, 3000, DARK))
    first.tell(0, "stage", who="1")
    first.tell(3000, "beat")
    first.laid(cut=5)
    with (tmp_path / "7" / str(BEGAN) / "index.jsonl").open("ab") as index:
        index.write(event(3100, "beat")[:9])
    second = Shelved(tmp_path / "7", began=BEGAN + 3000 + 60_000)
    second.track(0, "1", "mic", sound_packets(0, 2000, 440))
    second.track(0, "1", "camera", camera_packets(0, 2000, BRIGHT))
    second.tell(0, "stage", who="1")
    second.tell(2000, "end")
    found = made(second.laid())
    assert found is not None
    assert found.milliseconds == 3000 + 3000 + 2000  # a minute without a server is three seconds of film
    assert loud(tmp_path / "7") == [0, 1, 2, 6, 7]
    assert abs(greys(tmp_path / "7")[7] - BRIGHT) < 20


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_a_lost_packet_costs_pictures_until_the_next_whole_one(codec: str) -> None:
    """A decoder is never given a picture with a hole, nor one that builds on it."""
    rows = list(camera_packets(0, 4000, DARK, codec=codec))
    whole = list(pictures(in_order(rows)))
    assert len(whole) == len(film(codec, 4000, DARK))
    second = next(place for place, (at, _) in enumerate(rows) if at > 1000)
    less = list(pictures(in_order(rows[:second] + rows[second + 1 :])))
    kept = {one.at for one in less}
    gap = [one for one in whole if one.at not in kept]
    assert gap
    assert not any(one.is_whole for one in gap[1:])
    after = next(one for one in less if one.at > gap[-1].at)
    assert after.is_whole


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 199), min_size=60, max_size=60),
    st.sets(st.integers(0, 59), max_size=10),
    st.integers(0, 65_535),
)
def test_order_is_restored_and_nothing_comes_twice(late: list[int], twice: set[int], first: int) -> None:
    """Packets late by a few, doubled, numbers that go round: each comes once, in its place."""
    sent = [(at * 20, header(first + at, at * 960, 111) + struct.pack("!I", at)) for at in range(60)]
    came = [(at + delay, row) for (at, row), delay in zip(sent, late, strict=True)]
    came += [(at + 150, sent[place][1]) for place, (at, _) in enumerate(came) if place in twice]
    came.sort(key=lambda one: one[0])
    begin = struct.unpack("!I", came[0][1][-4:])[0]
    found = list(in_order(came))
    assert [struct.unpack("!I", piece.payload)[0] for piece in found] == list(range(begin, 60))
    assert all(piece.is_next for piece in found)


def test_a_source_that_was_silent_for_an_hour_goes_on_where_it_is() -> None:
    """Numbers have gone round meanwhile: what comes is new, not old."""
    before = [(at * 20, header(at, at * 960, 111) + b"x") for at in range(5)]
    after = [(3_600_000 + at * 20, header(40_000 + at, at * 960, 111) + b"y") for at in range(5)]
    assert len(list(in_order(before + after))) == 10


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 500)), min_size=1, max_size=60))
def test_no_clock_strays_far_from_the_moment_of_arrival(rows: list[tuple[int, int]]) -> None:
    """Whatever time stamps say: never more than the bounds away."""
    clock, at = Clock(48_000), 0
    for stamp, step in rows:
        at += step
        assert -400 <= clock.placed(stamp, at) - at <= 250


def test_a_steady_clock_evens_out_how_packets_arrive() -> None:
    """Sound that came in fits and starts is placed evenly."""
    clock = Clock(48_000)
    placed = [clock.placed(number * 960, number * 20 + (number * 37) % 90) for number in range(200)]
    assert {round(b - a) for a, b in pairwise(placed)} == {20}


def test_what_is_cut_off_is_left_out(tmp_path: Path) -> None:
    """Every whole packet is read, whatever follows."""
    path = tmp_path / "0.rtp"
    path.write_bytes(packed(1, b"one") + packed(2, b"two" * 400) + packed(3, b"three")[:-1])
    assert [(at, len(data)) for at, data in packets(path)] == [(1, 3), (2, 1200)]
    assert stretches(tmp_path / "none") == []
    (tmp_path / "12").mkdir()
    assert stretches(tmp_path) == []


def test_the_course_of_a_meeting_begins_with_nobody(tmp_path: Path) -> None:
    """And has a turn at each change that is seen."""
    shelf = Shelved(tmp_path)
    shelf.tell(500, "stage", who="1")
    shelf.tell(500, "live", who="2", source="mic", on=True)
    shelf.tell(900, "live", who="1", source="camera", on=True)
    shelf.laid()
    turns = course_of(stretches(tmp_path)).turns
    assert [(one.at, one.stage, one.has_camera) for one in turns] == [
        (0, "", False),
        (500, "1", False),
        (900, "1", True),
    ]


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_pictures_fit_and_are_even(width: int, height: int) -> None:
    """Of any shape."""
    found = fitted(width, height, (960, 540))
    assert 2 <= found[0] <= 960
    assert 2 <= found[1] <= 540
    assert not (found[0] | found[1]) & 1
