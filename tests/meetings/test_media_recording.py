"""What the media server writes down: only of who has agreed, only while it is asked to, and never at the cost of the meeting."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.meetings.media import Embedded
from apps.meetings.recording.order import in_order
from apps.meetings.recording.shelf import Stretch, packets, stretches
from apps.meetings.sfu import tape
from apps.meetings.sfu.leg import Identity
from apps.meetings.sfu.member import Counts
from apps.meetings.sfu.room import Room, tidy
from apps.meetings.sfu.sdp import Section
from apps.meetings.sfu.tape import Limits, Shelf
from apps.meetings.sfu.track import Track
from apps.meetings.sfu.wire import Wire
from config.stack.media import Media
from tests.helpers.depth import first_quick
from tests.helpers.media import Bot, media_server, media_sockets, media_started
from tests.helpers.recording import header

WHOLE = b"\x10\x00"
PATIENCE = 10.0


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    """One server for the module; every test has a room and a recording of its own."""
    with media_server(23_000, recordings=tmp_path_factory.mktemp("recordings")) as running:
        yield running


def control(media: Media) -> Embedded:
    """Django's end."""
    host, port = media.control.getsockname()[:2]
    return Embedded(f"{host}:{port}", media.secret)


def come(media: Media, who: str, room: str, *sources: str) -> Bot:
    """A member who sends."""
    bot = Bot(media, who, room=room)
    bot.hear("joined")
    bot.publish()
    for source in sources:
        bot.live(source)
    return bot


def laid(media: Media, name: str, *, tracks: int = 1) -> list[Stretch]:
    """What is on disk once it is all there."""
    assert media.recordings is not None
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = stretches(media.recordings / name)
        # a stretch begins with an index of no lines
        told = [one["t"] for one in found[-1].events] if found else []
        if told[-1:] == ["end"] and sum(len(one.tracks) for one in found) >= tracks:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing was written")


def numbers(stretch: Stretch, who: str, source: str) -> list[int]:
    """The numbers of somebody's packets."""
    (track,) = [one for one in stretch.tracks if (one.who, one.source) == (who, source)]
    return [piece.sequence for piece in in_order(packets(track.path))]


def said(bot: Bot, numbers: range) -> None:
    """Speak."""
    for number in numbers:
        bot.send("mic", number)
        time.sleep(0.01)


def test_only_who_has_agreed_is_written(media: Media) -> None:
    """Before the order nothing; of the others nothing; after agreeing from then on; everybody hears of it, late comers too."""
    one, two = come(media, "1", "agreed", "mic"), come(media, "2", "agreed", "mic")
    said(one, range(1, 4))
    time.sleep(0.3)
    taping = control(media).record("agreed", "11", agreed=["1"])
    assert (taping.why, taping.people) == ("", ("1", "2"))
    assert one.hear("recording")["on"] is True
    late = Bot(media, "3", room="agreed")
    assert late.hear("recording")["on"] is True
    time.sleep(0.3)
    said(one, range(4, 14))
    said(two, range(1, 6))
    time.sleep(0.3)
    assert control(media).record("agreed", "11", agreed=["1", "2"]).why == ""
    time.sleep(0.3)
    said(two, range(6, 11))
    time.sleep(0.3)
    control(media).apply("agreed", "unrecord")
    assert one.hear("recording")["on"] is False
    said(one, range(14, 20))
    (stretch,) = laid(media, "11", tracks=2)
    assert numbers(stretch, "1", "mic") == list(range(4, 14))
    assert numbers(stretch, "2", "mic") == list(range(6, 11))
    assert control(media).record("agreed", "11", agreed=["1"]).why == "stopped"
    for bot in (one, two, late):
        bot.leave()


@pytest.mark.long
def test_the_camera_of_who_speaks_is_written(media: Media) -> None:
    """One at a time: the first camera while nobody speaks, then the speaker's, each from a whole picture on."""
    one, two = come(media, "1", "stage", "camera"), come(media, "2", "stage", "mic", "camera")
    time.sleep(0.2)
    control(media).record("stage", "12", agreed=["1", "2"])
    time.sleep(0.3)
    for number in range(1, 6):
        one.send("camera", number, first=WHOLE)
        two.send("camera", number, first=WHOLE)
    time.sleep(2.2)  # nobody is taken off the stage sooner
    for number in range(1, 60):
        two.send("mic", number)
        if number > 40:
            one.send("camera", number, first=WHOLE)
            two.send("camera", number, first=WHOLE)
        time.sleep(0.02)
    control(media).apply("stage", "unrecord")
    (stretch,) = laid(media, "12", tracks=3)
    assert numbers(stretch, "1", "camera") == [1, 2, 3, 4, 5]
    seen = numbers(stretch, "2", "camera")
    assert seen
    assert min(seen) > 40
    assert [one["who"] for one in stretch.events if one["t"] == "stage"] == ["1", "2"]
    for bot in (one, two):
        bot.leave()


def test_who_is_silenced_is_not_written(media: Media) -> None:
    """What the host has shut goes to nobody, the recording included."""
    one = come(media, "1", "shut", "mic")
    time.sleep(0.2)
    control(media).record("shut", "13", agreed=["1"])
    time.sleep(0.2)
    said(one, range(1, 4))
    time.sleep(0.2)
    control(media).apply("shut", "block", who="1", source="mic")
    said(one, range(4, 9))
    time.sleep(0.2)
    control(media).apply("shut", "end")
    (stretch,) = laid(media, "13")
    assert numbers(stretch, "1", "mic") == [1, 2, 3]
    one.leave()


def test_orders_that_make_no_sense_are_refused(media: Media) -> None:
    """No room, a name that is a path, a server without a folder."""
    assert control(media).record("nobody", "14", agreed=[]).why == "absent"
    one = come(media, "1", "sense")
    assert control(media).record("sense", "../14", agreed=["1"]).why == "unfit"
    assert control(media).record("sense", "", agreed=["1"]).why == "unfit"
    one.leave()
    room = Room("7", Wire(Identity(), host="127.0.0.1", port=1), Counts())
    assert room.record("5", frozenset(), None) == "unfit"


@pytest.mark.parametrize("ending", first_quick([signal.SIGKILL, signal.SIGTERM]))
def test_a_server_that_is_killed_goes_on_in_a_new_stretch(tmp_path: Path, ending: signal.Signals) -> None:
    """What was written before is there; the same order goes on afterwards."""
    with media_sockets(23_100, recordings=tmp_path) as media:
        process = media_started(media)
        one = come(media, "1", "killed", "mic")
        time.sleep(0.2)
        control(media).record("killed", "15", agreed=["1"])
        time.sleep(0.2)
        said(one, range(1, 100))
        time.sleep(0.3)
        process.send_signal(ending)
        process.wait(10)
        again = media_started(media)
        try:
            back = come(media, "1", "killed", "mic")
            time.sleep(0.2)
            assert control(media).record("killed", "15", agreed=["1"]).why == ""
            time.sleep(0.2)
            said(back, range(1, 11))
            time.sleep(0.3)
            control(media).apply("killed", "unrecord")
            first, second = laid(media, "15", tracks=2)
            kept = numbers(first, "1", "mic")
            assert kept == list(range(1, len(kept) + 1))
            assert len(kept) >= (99 if ending == signal.SIGTERM else 1)
            assert numbers(second, "1", "mic") == list(range(1, 11))
        finally:
            again.terminate()
            again.wait(10)


class Listener:
    """A room without a network with one member who sends sound."""

    def __init__(self, shelf: Shelf) -> None:
        self.heard: list[dict[str, Any]] = []
        self.shelf = shelf
        self.room = Room("7", Wire(Identity(), host="127.0.0.1", port=1), Counts())
        member = self.room.join("1", self.heard.append, speaks=True)
        self.track = Track("1", "mic", Section("0", "audio", 9, {"opus": 111}, 0), member.sends)
        member.tracks[9] = self.track
        self.track.turn(is_on=True)
        self.now, self.sent = time.monotonic(), 0

    def second(self, packets: int = 50) -> None:
        """A second of the room: it is followed, sound comes in, it is written."""
        tidy({"7": self.room}, self.now, is_new_second=False)
        self.sent += packets
        for number in range(self.sent - packets, self.sent):
            self.track.take(header(number, number * 960, 111, ssrc=9) + bytes(80))
        tidy({"7": self.room}, self.now, is_new_second=True)

    def told(self) -> list[bool]:
        """What the member heard of recordings."""
        return [one["on"] for one in self.heard if one["t"] == "recording"]

    def ended(self, name: str) -> str:
        """Why the recording ended, after some seconds of the room."""
        until = time.monotonic() + PATIENCE
        while name not in self.room.recorded and time.monotonic() < until:
            self.second()
            time.sleep(0.02)
        return self.room.recorded[name]


def slowly(_path: Path, _data: bytes) -> str:
    """A disk that takes its time."""
    time.sleep(0.3)
    return ""


@pytest.mark.parametrize(
    ("limits", "why"),
    [(Limits(largest=20_000), "long"), (Limits(seconds=0.2), "long"), (Limits(waiting=1), "slow")],
)
def test_a_recording_ends_at_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: Limits, why: str
) -> None:
    """Too large, too long, a disk that is too slow: the meeting goes on and is told."""
    if why == "slow":
        monkeypatch.setattr(tape, "_appended", slowly)
    meeting = Listener(Shelf(tmp_path, limits))
    assert meeting.room.record("5", frozenset({"1"}), meeting.shelf) == ""
    assert meeting.ended("5") == why
    assert meeting.told() == [True, False]
    assert meeting.room.record("5", frozenset({"1"}), meeting.shelf) == why
    meeting.second()


def test_a_full_disk_ends_it_and_what_was_written_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write that fails is the last; nothing is put behind it."""
    real, count = tape._appended, 0

    def sometimes(path: Path, data: bytes) -> str:
        nonlocal count
        count += 1
        return real(path, data) if count < 5 else "full"

    monkeypatch.setattr(tape, "_appended", sometimes)
    meeting = Listener(Shelf(tmp_path))
    meeting.room.record("5", frozenset({"1"}), meeting.shelf)
    assert meeting.ended("5") == "full"
    meeting.shelf.close()
    (stretch,) = stretches(tmp_path / "5")
    assert len(list(packets(stretch.tracks[0].path))) % 50 == 0
    assert count >= 5


def test_a_disk_that_is_nearly_full_refuses_to_begin(tmp_path: Path) -> None:
    """Before the first byte."""
    meeting = Listener(Shelf(tmp_path, Limits(free=1 << 60)))
    assert meeting.room.record("5", frozenset({"1"}), meeting.shelf) == "full"
    assert meeting.told() == []
    (tmp_path / "file").write_text("in the way")
    assert (
        Listener(Shelf(tmp_path / "file")).room.record("6", frozenset(), Shelf(tmp_path / "file")) == "failed"
    )


def test_people_who_come_and_go_leave_nothing_behind(tmp_path: Path) -> None:
    """A thousand tracks: the list names each, memory holds none that has gone."""
    meeting = Listener(Shelf(tmp_path))
    meeting.room.record("5", frozenset({"1"}), meeting.shelf)
    for _ in range(50):
        meeting.second(packets=2)
        member = meeting.room.members["1"]
        meeting.room.leave(member)
        tidy({"7": meeting.room}, meeting.now, is_new_second=False)
        member = meeting.room.join("1", meeting.heard.append, speaks=True)
        meeting.track = Track("1", "mic", Section("0", "audio", 9, {"opus": 111}, 0), member.sends)
        member.tracks[9] = meeting.track
        meeting.track.turn(is_on=True)
    recorder = meeting.room.recorder
    assert recorder is not None
    assert len(recorder._numbers) <= 2
    meeting.room.unrecord("stopped")
    meeting.shelf.close()
    (stretch,) = stretches(tmp_path / "5")
    assert len(stretch.tracks) == 50
