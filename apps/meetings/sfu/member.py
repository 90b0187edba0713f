"""A member of a room: what one browser sends, what it is offered, what it is sent of that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apps.meetings.sfu import rtcp, rtp, sdp
from apps.meetings.sfu.codecs import agreed
from apps.meetings.sfu.track import Track

if TYPE_CHECKING:
    from apps.meetings.sfu.room import Room

SOURCES = {"mic": "audio", "camera": "video", "screen": "video"}
LAST_VIDEOS = 12
MOST_RESENT = 800  # a second to one listener
POOR, GOOD = 0.1, 0.02
POOR_SECONDS = 3  # one after the other: the first pictures of a full room come all at once, which says nothing about the line
MOST_TURNS = 6  # on and off, a second from one member

Tell = Callable[[dict[str, Any]], None]


@dataclass
class Slot:
    """A place in what a member is offered; empty ones are used again."""

    kind: str
    track: Track | None


@dataclass
class Counts:
    """What the server has done since its start, in packets."""

    packets_in: int = 0
    packets_out: int = 0
    resent: int = 0
    foreign: int = 0
    joins: int = 0
    lost: int = 0
    refused: int = 0

    def met_foreign(self) -> None:
        """A packet of a stream nobody offered."""
        self.foreign += 1


class Member:
    """One browser in a room. `videos`: how many cameras it is sent at once; falls when its line is poor."""

    def __init__(self, room: "Room", who: str, tell: Tell, *, speaks: bool) -> None:
        self.room, self.who, self.tell, self.speaks = room, who, tell, speaks
        foreign = room.counts.met_foreign
        self.sends = room.wire.leg(
            on_rtp=self._rtp, on_rtcp=self._sender_told, on_up=lambda: None, on_foreign=foreign
        )
        self.hears = room.wire.leg(
            on_rtp=lambda _: None, on_rtcp=self._listener_told, on_up=self._listens, on_foreign=foreign
        )
        self.tracks: dict[int, Track] = {}
        self.slots: list[Slot] = []
        self.wanted: list[str] = []
        self.shown: list[str] = []
        self.foreign: list[str] = []
        self.plays = frozenset(sdp.CODECS["video"])  # every browser, until it says otherwise (RFC 7742)
        self.codec = ""
        self._encodes: frozenset[str] = frozenset()
        self._offered: list[Track | None] = []
        self.videos = LAST_VIDEOS
        self._version = 0
        self._is_asking = self._asks_again = False
        self._loss: list[float] = []
        self._poor_seconds = 0
        self._videos_changed_at = 0.0
        self._resent = 0
        self._turns = 0

    def may_turn(self) -> bool:
        """Each turn is told to everybody: not too often."""
        self._turns += 1
        return self._turns <= MOST_TURNS

    def track_of(self, source: str) -> Track | None:
        """The member's track of a source."""
        return next((one for one in self.tracks.values() if one.source == source), None)

    def publish(self, text: str, labels: dict[str, str], plays: frozenset[str] = frozenset()) -> str:
        """Take what the browser offers to send; the answer. A later offer may only be of the same streams, for another codec.

        `plays`: codecs of pictures it decodes; none named: those it sends. Raises `sdp.SdpRefused`.
        """
        if not self.speaks:
            raise sdp.SdpRefused("may only listen")
        offer = sdp.read_offer(text)
        if self.tracks:
            self._published_again(offer)
        else:
            self._published(offer, labels)
        self._encodes, self.plays = offer.videos, plays or offer.videos
        self.room.agree()
        return sdp.write_answer(offer, self.room.wire.local(self.sends), self.codec)

    def _published_again(self, offer: sdp.Offer) -> None:
        before = {one.ssrc: (one.mid, one.kind) for one in self.tracks.values()}
        if self.sends.fingerprint != offer.fingerprint or before != {
            one.ssrc: (one.mid, one.kind) for one in offer.sections
        }:
            raise sdp.SdpRefused("offered twice")
        for section in offer.sections:
            self.tracks[section.ssrc].described(section)

    def _published(self, offer: sdp.Offer, labels: dict[str, str]) -> None:
        for section in offer.sections:
            source = labels.get(section.mid, "")
            if SOURCES.get(source) != section.kind:
                raise sdp.SdpRefused("unknown source")
            if self.room.has(section.ssrc):
                raise sdp.SdpRefused("stream taken")
        self.sends.vouched(offer.fingerprint)
        for section in offer.sections:
            track = Track(self.who, labels[section.mid], section, self.sends)
            track.is_blocked = (self.who, track.source) in self.room.blocked
            self.tracks[section.ssrc] = track
        self.sends.streams = frozenset(self.tracks)

    def _rtp(self, packet: bytes) -> None:
        counts = self.room.counts
        counts.packets_in += 1
        track = self.tracks.get(rtp.ssrc_of(packet)) if rtp.is_rtp(packet) else None
        if track is None:
            counts.foreign += 1
            return
        counts.packets_out += track.take(packet)

    def _sender_told(self, packet: bytes) -> None:
        for report in rtcp.read(packet).senders:
            track = self.tracks.get(int.from_bytes(report[4:8], "big"))
            if track is not None:
                track.sender_heard(report)

    def _listener_told(self, packet: bytes) -> None:
        heard = rtcp.read(packet)
        mine = {slot.track.ssrc: slot.track for slot in self.slots if slot.track is not None}
        for ssrc in heard.pictures:
            if ssrc in mine:
                mine[ssrc].ask_picture()
        for ssrc, sequences in heard.lost.items():
            left = max(0, MOST_RESENT - self._resent)
            if ssrc in mine and left and self.hears in mine[ssrc].listeners:
                found = mine[ssrc].resend(self.hears, sequences[:left])
                self._resent += found
                self.room.counts.resent += found
        self._loss += [
            share for ssrc, share in heard.loss.items() if ssrc in mine and mine[ssrc].kind == "video"
        ]

    def _listens(self) -> None:
        for slot in self.slots:
            if slot.track is not None and self.hears in slot.track.listeners:
                slot.track.ask_picture()

    def offer(self) -> None:
        """Offer all live tracks of the others, one round at a time; nothing when they are the same as before."""
        if self._is_asking:
            self._asks_again = True
            return
        wanted = [one for one in self.room.live_tracks() if one.who != self.who]
        for slot in self.slots:
            if slot.track is not None and slot.track not in wanted:
                slot.track = None
        placed = [slot.track for slot in self.slots]
        for track in wanted:
            if track not in placed:
                self._place(track)
        filled = [slot.track for slot in self.slots]
        if filled != self._offered:
            self._offered = filled
            self._is_asking = True
            self._version += 1
            self.tell({"t": "offer", "sdp": self._described(), "tracks": self._named()})

    def _described(self) -> str:
        lines = [
            sdp.Line(slot.kind, None, "")
            if slot.track is None
            else sdp.Line(slot.kind, slot.track.ssrc, f"{slot.track.who}-{slot.track.source}")
            for slot in self.slots
        ]
        return sdp.write_offer(self._version, lines, self.room.wire.local(self.hears))

    def _named(self) -> list[dict[str, str]]:
        return [
            {"mid": str(place), "who": slot.track.who, "source": slot.track.source}
            for place, slot in enumerate(self.slots)
            if slot.track is not None
        ]

    def _place(self, track: Track) -> None:
        free = next((slot for slot in self.slots if slot.track is None and slot.kind == track.kind), None)
        if free is None:
            self.slots.append(Slot(track.kind, track))
        else:
            free.track = track

    def answered(self, fingerprint: str) -> None:
        """The browser took the offer. Raises `sdp.SdpRefused` for an answer to nothing or another certificate."""
        named = sdp.fingerprint_of(f"a=fingerprint:sha-256 {fingerprint}")
        if not self._is_asking or (self.hears.fingerprint and self.hears.fingerprint != named):
            raise sdp.SdpRefused("answers nothing")
        self._is_asking = False
        self.choose()
        self.hears.vouched(named)
        if self._asks_again:
            self._asks_again = False
            self.offer()

    def choose(self) -> None:
        """All sound, all screens, and as many cameras as the line takes: those looked at, those who speak, those who came first."""
        tracks = [slot.track for slot in self.slots if slot.track is not None]
        dark = [one for one in tracks if not self._decodes(one)]
        cameras = [one for one in tracks if one.source == "camera" and one not in dark]
        order = [*self.wanted, *self.room.speakers]
        rank = {who: place for place, who in reversed(list(enumerate(order)))}
        cameras.sort(key=lambda one: rank.get(one.who, len(order)))
        chosen = cameras[: self.videos]
        for track in tracks:
            should = track in chosen if track.source == "camera" else track not in dark
            listens = self.hears in track.listeners
            if should and not listens:
                track.listeners.append(self.hears)
                if self.hears.is_up:  # else when it is: what came before would be lost on it
                    track.ask_picture()
            elif listens and not should:
                track.listeners.remove(self.hears)
        shown, foreign = sorted(one.who for one in chosen), sorted({one.who for one in dark})
        if (shown, foreign) != (self.shown, self.foreign):
            self.shown, self.foreign = shown, foreign
            self.tell({"t": "shown", "who": shown, "foreign": foreign})

    def _decodes(self, track: Track) -> bool:
        sender = self.room.members.get(track.who)
        return track.kind == "audio" or (sender is not None and sender.codec in self.plays)

    def agree(self) -> bool:
        """Send pictures in what most of the others decode; whether that is another codec now, of which the browser is told."""
        if not self._encodes:
            return False
        before, others = self.codec, [one.plays for one in self.room.members.values() if one is not self]
        self.codec = agreed(before, self._encodes, others)
        if before and before != self.codec:
            self.tell({"t": "codec", "codec": self.codec})
        return before != self.codec

    def second(self, now: float) -> None:
        """Once a second: report, and send fewer cameras over a poor line."""
        self._resent = self._turns = 0
        for track in self.tracks.values():
            track.report()
        loss, self._loss = (sum(self._loss) / len(self._loss) if self._loss else 0.0), []
        self._poor_seconds = self._poor_seconds + 1 if loss > POOR else 0
        before = self.videos
        if self._poor_seconds >= POOR_SECONDS and now - self._videos_changed_at > 4:
            self.videos = max(1, min(self.videos, len(self.shown)) // 2)
        elif loss < GOOD and now - self._videos_changed_at > 6:
            self.videos = min(LAST_VIDEOS, self.videos + 1)
        if self.videos != before:
            self._videos_changed_at = now
            self.choose()
