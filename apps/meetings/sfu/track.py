"""One stream somebody sends: kept in order, asked for again when lost, forwarded to who listens."""

import time

from apps.meetings.sfu import rtcp, rtp
from apps.meetings.sfu.leg import Leg, send_to_all
from apps.meetings.sfu.picture import begins_whole
from apps.meetings.sfu.sdp import OUT_TYPES, Section
from apps.meetings.sfu.tape import Tape

CACHE = 512  # packets kept to be sent again: some five seconds of a camera
MOST_MISSING = 64  # a wider gap is not mended but begun anew
MOST_ASKED = 256
TRIES = 4
RETRY_SECONDS = 0.04
PICTURE_SECONDS = 0.35  # browsers make no second whole picture within 0.3 s of the first, whoever asks
BEST_BITS, WORST_BITS = 2_500_000, 100_000
FADE = 0.8
QUIET_SECONDS = 0.6


class Track:
    """Sound or pictures of one source of one member. Packets pass only while it is live and not blocked."""

    __slots__ = (
        "_at",
        "_base",
        "_cache",
        "_heard_sr",
        "_highest",
        "_lost_before",
        "_missing",
        "_outs",
        "_picture_at",
        "_received",
        "_tape",
        "_tape_number",
        "bits",
        "is_blocked",
        "is_live",
        "kind",
        "leg",
        "listeners",
        "loudness",
        "mid",
        "section",
        "source",
        "ssrc",
        "wants_picture",
        "who",
    )  # fmt: skip

    def __init__(self, who: str, source: str, section: Section, leg: Leg) -> None:
        self.who, self.source, self.leg = who, source, leg
        self.kind, self.ssrc, self.mid = section.kind, section.ssrc, section.mid
        self.described(section)
        self.listeners: list[Leg] = []
        self.is_live = self.is_blocked = False
        self.loudness = 0.0
        self.bits = 600_000
        self._at = 0.0
        self._highest = self._base = -1
        self._received = 0
        self._lost_before = (0, 0)
        self._cache: dict[int, tuple[int, bytes]] = {}
        self._missing: dict[int, list[float]] = {}
        self.wants_picture = False
        self._picture_at = 0.0
        self._heard_sr = (0, 0.0)
        self._tape: Tape | None = None
        self._tape_number = 0

    def taped(self, tape: Tape | None, number: int) -> None:
        """Written to a recording from now on, or no more; a picture begins with a whole one."""
        self._tape, self._tape_number = tape, number
        if tape is not None:
            self.ask_picture()

    def described(self, section: Section) -> None:
        """As its sender offers it, perhaps anew."""
        self.section = section
        self._outs = {number: (codec, OUT_TYPES[codec]) for codec, number in section.payload_types.items()}

    @property
    def passes(self) -> bool:
        """Whether what comes in goes out."""
        return self.is_live and not self.is_blocked

    def take(self, packet: bytes) -> int:
        """Keep and forward one packet; how many it went to."""
        known = self._outs.get(packet[1] & 0x7F)
        if known is None:
            return 0
        codec, out_type = known
        sequence = rtp.sequence_of(packet)
        if not self._is_new(sequence):
            return 0
        if self.section.loudness:
            self._listen(packet)
        if packet[1] & 0x7F != out_type:
            packet = rtp.retyped(packet, out_type)
        if not self.passes:
            return 0
        if self._tape is not None:
            self._tape.put(self._tape_number, packet)
        if self.kind == "video" and (self.listeners or self._tape is not None):
            self._cache[sequence % CACHE] = (sequence, packet)
            if self.wants_picture and begins_whole(codec, packet):
                self.wants_picture = False
        send_to_all(self.listeners, packet)
        return len(self.listeners)

    def _is_new(self, sequence: int) -> bool:
        """Count it; a gap before it is asked for again."""
        self._received += 1
        if self._highest < 0:
            self._highest = self._base = sequence
            return True
        step = rtp.ahead(sequence, self._highest & 0xFFFF)
        if step <= 0:
            self._missing.pop(sequence, None)
            return step < 0
        if len(self._missing) > MOST_ASKED:
            self._missing.clear()
            self.ask_picture()
        elif self.kind == "video" and 1 < step <= MOST_MISSING:
            lost = [(self._highest + one) & 0xFFFF for one in range(1, step)]
            now = time.monotonic()
            self._missing |= {one: [now, 1] for one in lost[-MOST_MISSING:]}
            self.leg.send_rtcp(rtcp.resend_asked(self.ssrc, lost))
        elif step > MOST_MISSING:
            self._missing.clear()
            self.ask_picture()
        self._highest += step
        return True

    def turn(self, *, is_on: bool) -> None:
        """On or off; what was kept of before is of no use to anybody."""
        self.is_live = is_on
        self._cache.clear()
        self._missing.clear()

    def _listen(self, packet: bytes) -> None:
        level = rtp.loudness_of(packet, self.section.loudness)
        if level is not None:
            self.loudness = self.loudness * FADE + level * (1 - FADE)
            self._at = time.monotonic()

    def loud(self, now: float) -> float:
        """How loud it is just now, 0–127; who is not heard is not loud."""
        return self.loudness if self.passes and now - self._at < QUIET_SECONDS else 0.0

    def resend(self, leg: Leg, sequences: list[int]) -> int:
        """Send again what a listener lost; how many were still there."""
        found = 0
        for sequence in sequences:
            kept = self._cache.get(sequence % CACHE)
            if kept is not None and kept[0] == sequence:
                leg.send_rtp(kept[1])
                found += 1
        return found

    def retry(self, now: float) -> None:
        """Ask once more for what has not come; after a few times for a new picture instead."""
        self._press(now)
        due = [one for one, (at, _) in self._missing.items() if now - at >= RETRY_SECONDS]
        if not due:
            return
        for one in due:
            self._missing[one] = [now, self._missing[one][1] + 1]
        given_up = [one for one in due if self._missing[one][1] > TRIES]
        for one in given_up:
            del self._missing[one]
        if given_up:
            self.ask_picture()
        if again := [one for one in due if one in self._missing]:
            self.leg.send_rtcp(rtcp.resend_asked(self.ssrc, again))

    def ask_picture(self) -> None:
        """Ask the sender for a whole picture, and again until one begins; not more often than makes sense."""
        self.wants_picture = self.kind == "video"
        self._press(time.monotonic())

    def _press(self, now: float) -> None:
        if not self.wants_picture or not self.passes or not self.leg.is_up:
            return
        if now - self._picture_at >= PICTURE_SECONDS:
            self._picture_at = now
            self.leg.send_rtcp(rtcp.picture_asked(self.ssrc))

    def sender_heard(self, report: bytes) -> None:
        """Keep the sender's time and pass it on."""
        self._heard_sr = (int.from_bytes(report[10:14], "big"), time.monotonic())
        alone = rtcp.sender_alone(report)
        for leg in self.listeners:
            leg.send_rtcp(alone)

    def report(self) -> None:
        """Once a second: what came of what was sent, and how much may be sent."""
        if self._highest < 0:
            return
        expected = self._highest - self._base + 1
        before, got = self._lost_before
        self._lost_before = (expected, self._received)
        wanted = expected - before
        share = max(0, min(255, (wanted - (self._received - got)) * 256 // max(1, wanted)))
        last, at = self._heard_sr
        since = int((time.monotonic() - at) * 65536) & 0xFFFFFFFF if last else 0
        lost = max(0, expected - self._received)
        told = rtcp.received(self.ssrc, share=share, lost=lost, highest=self._highest, last=last, since=since)
        self.leg.send_rtcp(told)
        if self.kind == "video":
            factor = 0.85 if share > 25 else 1.0 if share > 5 else 1.08
            self.bits = int(max(WORST_BITS, min(BEST_BITS, self.bits * factor)))
            self.leg.send_rtcp(rtcp.at_most(self.bits, [self.ssrc]))
