"""The media server over a line that loses, delays, reorders and doubles packets in both directions, by a seed."""

import os
import time
from collections.abc import Iterator

import pytest

from apps.meetings.media import Embedded
from apps.meetings.sfu import rtcp
from config.stack.media import Media
from tests.helpers.media import Bot, relayed_server
from tests.helpers.relay import CLEAR, CUT, Relay, Way, bad

pytestmark = pytest.mark.long

SEED = int(os.environ.get("TONGZHOU_LOSS_SEED", "20261102"))
CAMERA = 2001
PACE_SECONDS = 0.004
ASK_SECONDS = 0.05
CHECK_SECONDS = 2.0
Line = tuple[Media, Relay]


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """A server that browsers reach by the relay only; every test has a room of its own."""
    with relayed_server(26_000, seed=SEED) as opened:
        yield opened


@pytest.fixture(autouse=True)
def clear(line: Line) -> None:
    """Each begins with a good line."""
    line[1].both(CLEAR)


def met(media: Media, room: str) -> tuple[Bot, Bot]:
    """Who sends pictures and who sees them, both connected over the line as it is."""
    speaker, listener = Bot(media, "1", room=room), Bot(media, "2", room=room)
    speaker.publish()
    speaker.live("camera")
    while not listener.hear("offer")["tracks"]:
        continue
    listener.hear("shown")
    for bot in (speaker, listener):
        assert bot.sends is None or bot.sends.rx is not None
    return speaker, listener


class Talk:
    """A camera's packets from one to the other; both mend what they can, as browsers do."""

    def __init__(self, speaker: Bot, listener: Bot) -> None:
        self.speaker, self.listener = speaker, listener
        assert speaker.sends is not None
        assert listener.hears is not None
        self.sends, self.hears = speaker.sends, listener.hears
        self.sends.socket.settimeout(0)
        self.hears.socket.settimeout(0)
        self.sent = self.again = self.pictures = 0
        self.got: dict[int, int] = {}
        self._asked = self._checked = 0.0

    def send(self, count: int) -> None:
        """So many more, paced, while both ends listen."""
        for _ in range(count):
            self.sent += 1
            self.speaker.send("camera", self.sent)
            self.turn()
            time.sleep(PACE_SECONDS)

    def settle(self, seconds: float) -> None:
        """Mend until nothing is missing or the time is over."""
        until = time.monotonic() + seconds
        while self.missing and time.monotonic() < until:
            self.turn()
            time.sleep(PACE_SECONDS)

    @property
    def missing(self) -> list[int]:
        """What was sent and has not come."""
        return [number for number in range(1, self.sent + 1) if number not in self.got]

    def turn(self) -> None:
        """Both ends say that they are there and take what waits; gaps are asked for, and what is asked for is sent again."""
        for packet in self.sends.waiting():
            if 192 <= packet[1] <= 223:
                heard = rtcp.read(packet)
                self.pictures += heard.pictures.count(CAMERA)
                for number in heard.lost.get(CAMERA, []):
                    self.again += 1
                    self.speaker.send("camera", number)
        for packet in self.hears.waiting():
            if not 192 <= packet[1] <= 223 and int.from_bytes(packet[8:12], "big") == CAMERA:
                number = int.from_bytes(packet[-4:], "big")
                self.got[number] = self.got.get(number, 0) + 1
        if time.monotonic() - self._checked > CHECK_SECONDS:
            self._checked = time.monotonic()
            for leg in (self.sends, self.hears):
                leg.send(leg.check())
        if time.monotonic() - self._asked > ASK_SECONDS and self.got:
            self._asked = time.monotonic()
            gaps = [number for number in self.missing if number < max(self.got) or self.sent == number]
            self.say(rtcp.resend_asked(CAMERA, gaps[-64:]) if gaps else b"")

    def say(self, packet: bytes) -> None:
        """A report of the listener's."""
        assert self.hears.tx is not None
        if packet:
            self.hears.send(self.hears.tx.protect_rtcp(packet))


def stats(media: Media) -> dict[str, int]:
    """The server's own count."""
    return Embedded("{}:{}".format(*media.control.getsockname()[:2]), media.secret).stats()


@pytest.mark.parametrize(
    ("percent", "count"),
    [
        (5, 400),
        (1, 3000),
        (5, 3000),
        (10, 3000),
    ],
)
def test_what_the_line_loses_is_mended(line: Line, percent: int, count: int) -> None:
    """Both shake hands over the bad line; of what it loses twice over next to nothing is missing in the end, nothing comes twice."""
    media, relay = line
    relay.both(bad(percent / 100))
    speaker, listener = met(media, f"bad{percent}-{count}")
    talk, before = Talk(speaker, listener), stats(media)
    lost = relay.dropped
    talk.send(count)
    talk.settle(3.0)
    lost = relay.dropped - lost
    after = stats(media)
    assert lost > count * percent / 100, f"seed {SEED}: the line lost only {lost}"
    assert talk.again > 0, f"seed {SEED}: the server asked for nothing again"
    assert after["resent"] > before["resent"], f"seed {SEED}"
    assert len(talk.missing) <= count / 200, f"seed {SEED}: {talk.missing}"
    assert set(talk.got.values()) == {1}, f"seed {SEED}: the encryption let a packet through twice"
    assert after["lost"] == before["lost"]
    speaker.leave()
    listener.leave()


def test_a_hole_too_wide_to_mend_is_answered_by_a_new_picture(line: Line) -> None:
    """After half a second without a line the server does not chase every packet: it asks the camera for a whole picture, once."""
    media, relay = line
    speaker, listener = met(media, "hole")
    talk = Talk(speaker, listener)
    talk.send(20)
    talk.settle(1.0)
    before, again = talk.pictures, talk.again
    relay.both(CUT)
    talk.send(120)
    relay.both(CLEAR)
    talk.send(100)
    assert talk.pictures > before, f"seed {SEED}: no picture was asked for"
    assert talk.again - again < 60, f"seed {SEED}: {talk.again - again} packets of the hole were chased"
    assert {*range(145, 236)} <= {*talk.got}
    speaker.leave()
    listener.leave()


def test_a_listener_that_asks_for_a_picture_gets_through(line: Line) -> None:
    """A viewer whose decoder is stuck asks as browsers do, again until it is heard; the camera hears of it and not without end."""
    media, relay = line
    speaker, listener = met(media, "picture")
    talk = Talk(speaker, listener)
    talk.send(20)
    relay.both(bad(0.3))
    before = talk.pictures
    until = time.monotonic() + 3
    while time.monotonic() < until:
        talk.say(rtcp.picture_asked(CAMERA))
        talk.send(10)
    assert 1 <= talk.pictures - before <= 10, f"seed {SEED}: {talk.pictures - before}"
    speaker.leave()
    listener.leave()


def test_the_same_seed_loses_the_same() -> None:
    """What is lost can be had again: the fates of a direction depend on seed, place and number alone."""

    def fates(seed: str) -> list[list[float]]:
        way = Way(None, None, seed)  # type: ignore[arg-type]  # nothing is sent
        return [way.fates(bad(0.1)) for _ in range(500)]

    assert fates("7 up 0") == fates("7 up 0")
    assert fates("7 up 0") != fates("8 up 0")
    assert 20 < sum(not one for one in fates("7 up 0")) < 90
