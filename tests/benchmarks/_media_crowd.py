"""`python -m tests.benchmarks._media_crowd ADDRESS:PORT MEDIA_PORT SPEAKERS VIEWERS SECONDS`: load on a media server.

Speakers send a voice (50 packets a second) and a camera (30 packets of 1,100 bytes), some 300 kbit/s; viewers only receive, speakers
receive each other. Nothing received is decrypted. The secret comes by environment. After `ready` a line on standard input begins the
sending; then a line of JSON: `expected` and `received` packets. All stay until they are ended.
"""

import json
import os
import select
import socket
import struct
import sys
import time
from types import SimpleNamespace
from typing import cast

from apps.meetings.sfu.member import LAST_VIDEOS
from config.stack.media import Media
from tests.helpers.media import Bot, Leg

VOICES, PICTURES = 50, 30  # packets a second
VOICE, PICTURE = bytes(80), bytes(1080)
TAIL_SECONDS = 1.5
CHECK_SECONDS = 5.0
BUFFER = 4 << 20
AT_ONCE = 64


class Crowd:
    """All of them, connected."""

    def __init__(self, media: Media, speakers: int, viewers: int) -> None:
        self.speakers = [Bot(media, str(number + 1)) for number in range(speakers)]
        for bot in self.speakers:
            bot.publish()
        for bot in self.speakers:
            bot.live("mic")
            bot.live("camera")
        others = 2 * (speakers - 1)
        for bot in self.speakers:
            while len(bot.hear("offer")["tracks"]) < others:
                continue
        self.viewers: list[Bot] = []
        checked = time.monotonic()
        for number in range(viewers):
            if time.monotonic() - checked > CHECK_SECONDS:
                checked = time.monotonic()
                self.check()
            bot = Bot(media, str(speakers + number + 1))
            while len(bot.hear("offer")["tracks"]) < 2 * speakers:
                continue
            self.viewers.append(bot)
            self.drain()
        self._ready()

    def _ready(self) -> None:
        self.legs: dict[int, Leg] = {}
        for leg in self._all():
            leg.socket.settimeout(0)
            leg.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            self.legs[leg.socket.fileno()] = leg
        self.poll = select.epoll()
        for number in self.legs:
            self.poll.register(number, select.EPOLLIN)
        self.received = 0

    def _all(self) -> list[Leg]:
        """The ends of everybody who has come."""
        bots = [*self.speakers, *self.viewers]
        return [leg for bot in bots for leg in (bot.sends, bot.hears) if leg is not None]

    def drain(self) -> None:
        """Lines of the server that nobody here needs."""
        for bot in [*self.speakers, *self.viewers]:
            bot.wire.settimeout(0)
            try:
                while bot.wire.recv(1 << 16):
                    continue
            except BlockingIOError:
                continue

    def expected_a_second(self) -> int:
        """What all should receive: every voice, and as many cameras as are shown at once."""
        count = len(self.speakers)
        by_speaker = (count - 1) * VOICES + min(LAST_VIDEOS, count - 1) * PICTURES
        by_viewer = count * VOICES + min(LAST_VIDEOS, count) * PICTURES
        return count * by_speaker + len(self.viewers) * by_viewer

    def check(self) -> None:
        """Everybody is still there, also while others are still coming."""
        for leg in self._all():
            leg.send(leg.check())
        self.drain()

    def run(self, seconds: float) -> None:
        """Send for so long and take what comes."""
        began = checked = time.monotonic()
        due = self._timetable(seconds)
        place = 0
        while (now := time.monotonic()) - began < seconds + TAIL_SECONDS:
            while place < len(due) and due[place][0] <= now - began:
                _, leg, packet = due[place]
                assert leg.tx is not None
                leg.send(leg.tx.protect(packet))
                place += 1
            if now - checked > CHECK_SECONDS:
                checked = now
                self.check()
            self.take()

    def _timetable(self, seconds: float) -> list[tuple[float, Leg, bytes]]:
        """When who sends what; nobody in step with another."""
        found = []
        for number, bot in enumerate(self.speakers):
            assert bot.sends is not None
            shift = number / len(self.speakers) / VOICES
            for source, rate, body, kind in (
                ("mic", VOICES, VOICE, 111),
                ("camera", PICTURES, PICTURE, 96),
            ):
                for count in range(int(seconds * rate)):
                    head = struct.pack("!BBHII", 0x80, kind, count & 0xFFFF, count * 960, bot.ssrcs[source])
                    found.append((count / rate + shift, bot.sends, head + body))
        return sorted(found, key=lambda one: one[0])

    def take(self) -> None:
        """What waits at all sockets, counted."""
        for number, _ in self.poll.poll(0.001):
            receive = self.legs[number].socket.recv
            try:
                for _ in range(AT_ONCE):
                    data = receive(2048)
                    if 128 <= data[0] < 192 and not 192 <= data[1] <= 223:
                        self.received += 1
            except BlockingIOError:
                continue


def main() -> None:
    """As the docstring of the module says."""
    address, media_port, speakers, viewers, seconds = sys.argv[1:]
    host, _, port = address.rpartition(":")
    control = SimpleNamespace(getsockname=lambda: (host, int(port)))
    known = SimpleNamespace(control=control, port=int(media_port), secret=os.environ["TONGZHOU_MEDIA_SECRET"])
    crowd = Crowd(cast("Media", known), int(speakers), int(viewers))
    crowd.check()
    crowd.take()
    crowd.received = 0
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    crowd.run(float(seconds))
    expected = int(crowd.expected_a_second() * float(seconds))
    sys.stdout.write(json.dumps({"expected": expected, "received": crowd.received}) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all stay until the server has been looked at


if __name__ == "__main__":
    main()
